// The line above the log: what kinds of events are shown, of which pods.
import { cutMiddle, escapeText } from '../terminal/escape.ts';
import { podLabel } from '../terminal/label.ts';
import { Chip } from './filters.tsx';
import { usePage } from './hooks.ts';
import { EVENT_GROUPS, type EventGroup, type LogQuery } from './log-filter.ts';
import { namespacesOf } from './search.ts';

const GROUP_WORDS: Readonly<Record<EventGroup, string>> = {
  pause: 'pauses',
  alert: 'alerts',
  sandbox: 'sandboxes',
  pod: 'pods',
  container: 'containers',
  namespace: 'namespaces',
  process: 'processes',
};

export function LogFilters({ query, onChange }: { readonly query: LogQuery; onChange(change: Partial<LogQuery>): void }) {
  const { pods } = usePage().store.model.tree;
  const namespaces = namespacesOf(pods);
  const pod = pods.find(({ uid }) => uid === query.pod);
  const toggle = (group: EventGroup): void =>
    onChange({ groups: query.groups.includes(group) ? query.groups.filter((each) => each !== group) : [...query.groups, group] });
  return (
    <search class="filters">
      <input
        type="search"
        aria-label="search in the events"
        placeholder="search: pod, container, process, pid, signal"
        value={query.text}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onChange({ text: event.currentTarget.value })}
      />
      <select aria-label="namespace" value={query.namespace} onChange={(event) => onChange({ namespace: event.currentTarget.value })}>
        <option value="">every namespace</option>
        {(query.namespace === '' || namespaces.includes(query.namespace) ? namespaces : [query.namespace, ...namespaces]).map((name) => (
          <option key={name} value={name}>
            {cutMiddle(escapeText(name), 60)}
          </option>
        ))}
      </select>
      {query.pod === '' ? null : (
        <button type="button" class="chip" aria-pressed="true" onClick={() => onChange({ pod: '' })}>
          only {cutMiddle(pod === undefined ? escapeText(query.pod) : podLabel(pod), 48)} ✕
        </button>
      )}
      <div class="chips" role="group" aria-label="kinds of events">
        {EVENT_GROUPS.map((group) => (
          <Chip key={group} label={GROUP_WORDS[group]} isOn={query.groups.includes(group)} onClick={() => toggle(group)} />
        ))}
      </div>
    </search>
  );
}
