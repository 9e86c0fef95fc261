// Writes an alert about a pod as an Event of that pod, so that `kubectl describe pod` shows it. Repeats are one series.
import { createEventClient } from '../kubernetes/event-client.ts';
import { judge, type Sink, type SinkContext } from './sink.ts';
import type { KubernetesEventSinkSettings } from './sink-settings.ts';

export function createKubernetesSink(settings: KubernetesEventSinkSettings, context: SinkContext): Sink {
  const { name, type, token } = settings;
  const client = createEventClient({
    url: settings.url,
    caFile: settings.caFile,
    readToken: token === undefined ? undefined : () => context.readSecret(token),
    env: context.env,
    timeoutMs: settings.timeoutMs,
  });
  return {
    name,
    type,
    scope: 'pod',
    async deliver({ event, reason }, _key, signal) {
      const { alert, pod } = event;
      // An Event says that something happened; there is none for its end.
      if (reason === 'resolved') return { result: 'delivered' };
      if (pod?.namespace === undefined || pod.name === undefined)
        return { result: 'rejected', reason: 'the pod has no name: no runtime has told it' };
      const response = await client.write(
        {
          name: eventName(pod.name, event.id),
          pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid },
          reason: alert.name,
          note: alert.summary,
          time: alert.since,
          node: event.node,
          count: alert.count,
          lastTime: alert.last,
        },
        signal,
      );
      if (response.meaning === 'exists') return { result: 'delivered' };
      if (response.meaning === 'gone') return { result: 'rejected', reason: 'its namespace is gone' };
      return judge(response, context.now(), [response.token]);
    },
  };
}

/** A DNS subdomain (RFC 1123), which neither an alert's id nor what a runtime calls a pod is bound to be. */
function eventName(pod: string, id: string): string {
  const base = pod.slice(0, 200).replace(/[^a-z0-9]+$/, '');
  const isSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(base);
  return `${isSubdomain ? base : 'pod'}.${id.toLowerCase().replace(/[^a-z0-9]/g, '-')}`;
}
