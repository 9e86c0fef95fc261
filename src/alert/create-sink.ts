// Makes the sink that a configuration describes.
import { createAlertmanagerSink } from './alertmanager-sink.ts';
import { createKubernetesSink } from './kubernetes-sink.ts';
import { createLogSink } from './log-sink.ts';
import type { Sink, SinkContext } from './sink.ts';
import type { SinkSettings } from './sink-settings.ts';
import { createSlackSink } from './slack-sink.ts';
import { createWebhookSink } from './webhook-sink.ts';

export function createSink(settings: SinkSettings, context: SinkContext): Sink {
  switch (settings.type) {
    case 'log':
      return createLogSink(settings, context);
    case 'webhook':
      return createWebhookSink(settings, context);
    case 'slack':
      return createSlackSink(settings, context);
    case 'alertmanager':
      return createAlertmanagerSink(settings, context);
    case 'kubernetes-event':
      return createKubernetesSink(settings, context);
    default:
      return settings satisfies never;
  }
}
