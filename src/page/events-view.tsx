// The live log of what happens on the node: filtered, held still while it is read, copied; what is missing stands in it as well.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { printableJson } from '../terminal/escape.ts';
import { CopyButton, copyText } from './copy-button.tsx';
import { EventDetail } from './event-detail.tsx';
import { EventList } from './event-list.tsx';
import type { LogEntry } from './event-log.ts';
import { replaceHash, usePage } from './hooks.ts';
import { useKeys } from './keys.ts';
import { createFilteredLog, DEFAULT_GROUPS, EVENT_GROUPS, type EventGroup, type LogQuery, readLogQuery } from './log-filter.ts';
import { LogFilters } from './log-filters.tsx';
import { formatRoute } from './route.ts';

const MAX_COPIED = 5000;

export function EventsView({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const { store } = usePage();
  const { log } = store.model;
  const wanted = readLogQuery(query);
  const key = JSON.stringify(wanted);
  const filtered = useMemo(() => createFilteredLog(log, wanted), [log, key]);
  const [held, setHeld] = useState<{ readonly key: string; readonly entries: readonly LogEntry[] } | undefined>(undefined);
  const [isFollowing, setFollowing] = useState(true);
  const [selected, setSelected] = useState<number | undefined>(undefined);
  const live = filtered.entries();
  const isHeld = held !== undefined;
  // Held entries are of one filter: with another one there is something to be seen at once.
  const entries = held?.key === key ? held.entries : live;
  const waiting = held === undefined ? 0 : Math.max(0, live.length - held.entries.length);
  useLinkedEvent(query.id, log.find(query.id ?? '')?.number, setSelected, setFollowing);

  const set = (change: Partial<LogQuery>): void => replaceHash(hashOf({ ...wanted, ...change }));
  const toggleHeld = (): void => {
    setHeld(isHeld ? undefined : { key, entries: [...live] });
    if (isHeld) setFollowing(true);
  };
  const chosen = selected === undefined ? undefined : entries.find(({ number }) => number === selected);
  const move = (by: number): void => {
    const at = selected === undefined ? entries.length : entries.findIndex(({ number }) => number === selected);
    const next = entries[Math.min(Math.max(at + by, 0), entries.length - 1)];
    if (next === undefined) return;
    setSelected(next.number);
    setFollowing(false);
  };
  useKeys(
    {
      ' ': toggleHeld,
      f: () => setFollowing(true),
      j: () => move(1),
      k: () => move(-1),
      c: () => void (chosen?.kind === 'event' && copyText(printableJson(chosen.event, 2)).catch(() => {})),
      ...(selected !== undefined && { Escape: () => setSelected(undefined) }),
    },
    'view',
  );

  return (
    <div class={chosen === undefined ? 'log' : 'log has-detail'}>
      <h1 class="visually-hidden">Events</h1>
      <LogFilters query={wanted} onChange={set} />
      <div class="log-tools">
        <button type="button" class="chip" aria-pressed={isHeld} onClick={toggleHeld} aria-keyshortcuts="Space">
          {isHeld ? `held, ${waiting} new` : 'hold'}
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={isFollowing && !isHeld}
          disabled={isHeld}
          onClick={() => setFollowing(!isFollowing)}
          aria-keyshortcuts="f"
        >
          follow
        </button>
        <CopyButton
          text={() => asLines(entries)}
          what={`as JSON, the ${Math.min(entries.length, MAX_COPIED)} events shown`}
          label="copy all as JSON"
        />
        <span class="soft log-count">
          {entries.length} {entries.length === 1 ? 'event' : 'events'}
          {log.dropped === 0 ? null : `; ${log.dropped} older ones were put away: this page keeps the last 20,000`}
        </span>
      </div>
      <EventList
        entries={entries}
        version={held === undefined ? log.version : -1}
        isFollowing={isFollowing && !isHeld}
        onFollow={setFollowing}
        selected={selected}
        onSelect={setSelected}
        onMove={move}
        hiddenGroups={hidden(wanted)}
      />
      {chosen === undefined ? null : <EventDetail entry={chosen} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

/** An address can name one event: it is shown as soon as it is there. */
function useLinkedEvent(
  id: string | undefined,
  number: number | undefined,
  select: (number: number) => void,
  follow: (isOn: boolean) => void,
): void {
  const done = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (id === undefined || number === undefined || done.current === id) return;
    done.current = id;
    select(number);
    follow(false);
  }, [id, number]);
}

function hidden({ groups }: LogQuery): readonly EventGroup[] {
  return EVENT_GROUPS.filter((group) => !groups.includes(group));
}

function asLines(entries: readonly LogEntry[]): string {
  const lines = entries.slice(-MAX_COPIED).map((entry) => printableJson(entry.kind === 'event' ? entry.event : { gap: entry.text }));
  return `${lines.join('\n')}\n`;
}

export function hashOf({ groups, text, namespace, pod }: LogQuery): string {
  const isDefault = groups.length === DEFAULT_GROUPS.length && DEFAULT_GROUPS.every((group) => groups.includes(group));
  return formatRoute({ view: 'events', query: { show: isDefault ? '' : groups.join(',') || 'none', q: text, ns: namespace, pod } });
}
