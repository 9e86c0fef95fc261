// The alerts that fire, and those that did lately.
import type { AlertEvent } from '../stream/read-history.ts';
import { useNow, usePage } from './hooks.ts';
import { Ago, Clock } from './moment.tsx';
import { PodName } from './pod-name.tsx';
import { podRoute } from './route.ts';
import { Text } from './text.tsx';

export function AlertsView() {
  const { store } = usePage();
  const now = useNow();
  const alerts = [...store.model.alerts.values()].sort((left, right) => (left.alert.last < right.alert.last ? 1 : -1));
  const firing = alerts.filter(({ type }) => type === 'alert.firing');
  const over = alerts.filter(({ type }) => type === 'alert.resolved');
  return (
    <div class="alerts">
      <h1>Alerts</h1>
      <Section id="firing" title="Firing now" alerts={firing} now={now} empty="Nothing fires." />
      <Section id="over" title="Over" alerts={over} now={now} empty="None since the agent was started." />
      <p class="soft">
        Which rules there are and where else alerts are sent is said in the agent's configuration, under <code>alerts</code>.
      </p>
    </div>
  );
}

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly alerts: readonly AlertEvent[];
  readonly now: number;
  readonly empty: string;
}

function Section({ id, title, alerts, now, empty }: SectionProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {title} {alerts.length === 0 ? null : <span class="group-count">{alerts.length}</span>}
      </h2>
      {alerts.length === 0 ? <p class="soft">{empty}</p> : null}
      <ol class="plain">
        {alerts.map((event) => (
          <li key={event.id}>
            <Alert event={event} now={now} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const MAX_MEMBERS = 12;
const SEVERITY_SIGN: Readonly<Record<string, string>> = { critical: '▲▲', warning: '▲', info: '△' };

function Alert({ event: { alert, pod, type, time }, now }: { readonly event: AlertEvent; readonly now: number }) {
  const isOver = type === 'alert.resolved';
  return (
    <article class={`alert is-${alert.severity}${isOver ? ' is-over' : ''}`}>
      <p class="alert-head">
        <span class="alert-severity">
          <span aria-hidden="true">{SEVERITY_SIGN[alert.severity] ?? '▲'}</span> {alert.severity}
        </span>
        <strong>
          <Text of={alert.name} max={80} />
        </strong>
        {pod === undefined ? null : (
          <a href={podRoute(pod.uid)} class="mono">
            <PodName pod={pod} />
          </a>
        )}
        <span class="soft">
          since <Clock time={alert.since} />, <Ago time={alert.since} now={now} />
          {alert.count > 1 ? `, ${alert.count} times` : ''}
          {isOver ? (
            <>
              {', over '}
              <Ago time={time} now={now} />
            </>
          ) : null}
        </span>
      </p>
      <p class="prose">
        <Text of={alert.summary} max={1000} />
      </p>
      {alert.members.length === 0 ? null : (
        <p class="alert-members">
          {alert.memberCount} pods:{' '}
          {alert.members.slice(0, MAX_MEMBERS).map((member, index) => (
            <span key={member.uid}>
              {index === 0 ? '' : ', '}
              <a href={podRoute(member.uid)} class="mono">
                <PodName pod={member} />
              </a>
            </span>
          ))}
          {alert.memberCount > MAX_MEMBERS ? `, and ${alert.memberCount - MAX_MEMBERS} more` : ''}
        </p>
      )}
    </article>
  );
}
