// Writes alerts into the agent's log.
import type { Sink, SinkContext } from './sink.ts';
import type { LogSinkSettings } from './sink-settings.ts';
import { podName } from './summary.ts';

export function createLogSink(settings: LogSinkSettings, context: SinkContext): Sink {
  return {
    name: settings.name,
    type: settings.type,
    scope: 'incident',
    async deliver({ event }) {
      const { alert, pod } = event;
      const fields = {
        alert: alert.name,
        severity: alert.severity,
        ...(pod !== undefined && { pod: podName(pod) }),
        count: alert.count,
        ...(alert.memberCount > 1 && { pods: alert.memberCount, members: alert.members.map(podName) }),
        incident: alert.incident,
        summary: alert.summary,
      };
      if (event.type === 'alert.resolved') context.log.info(fields, 'alert resolved');
      else context.log.warn(fields, 'alert firing');
      return { result: 'delivered' };
    },
  };
}
