// The list of the log: thousands of lines, of which only those on the screen are on the page. Follows its end until somebody scrolls away.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { typeStyle, whatPieces } from '../terminal/draw-event.ts';
import { formatClock } from '../terminal/duration.ts';
import type { LogEntry } from './event-log.ts';
import { usePage, useWidth } from './hooks.ts';
import type { EventGroup } from './log-filter.ts';
import { memo } from './memo.ts';
import { PodName } from './pod-name.tsx';
import { Pieces, Text } from './text.tsx';

const NARROW = 720;
const HEIGHT = 25;
const NARROW_HEIGHT = 62;
const MARGIN = 300;
/** Nearer to the end than this is at the end. */
const END_PX = 24;

interface EventListProps {
  readonly entries: readonly LogEntry[];
  /** Different whenever the entries are: they are changed in place. */
  readonly version: number;
  readonly isFollowing: boolean;
  readonly selected: number | undefined;
  readonly hiddenGroups: readonly EventGroup[];
  onFollow(isOn: boolean): void;
  onSelect(number: number): void;
  onMove(by: number): void;
}

export function EventList({ entries, version, isFollowing, selected, hiddenGroups, onFollow, onSelect, onMove }: EventListProps) {
  const { zone } = usePage();
  const [attachWidth, width] = useWidth<HTMLDivElement>();
  const box = useRef<HTMLDivElement | null>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  const height = width > 0 && width < NARROW ? NARROW_HEIGHT : HEIGHT;
  const index = selected === undefined ? -1 : entries.findIndex(({ number }) => number === selected);
  const attach = useRef((element: HTMLDivElement | null): void => {
    box.current = element;
    attachWidth(element);
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || !isFollowing) return;
    element.scrollTop = element.scrollHeight;
  }, [version, isFollowing, height]);
  // What is selected with the keys is brought to where it can be seen.
  useEffect(() => {
    const element = box.current;
    if (element === null || index < 0) return;
    if (index * height < element.scrollTop) element.scrollTop = index * height;
    else if ((index + 1) * height > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * height - element.clientHeight;
  }, [selected, height]);

  function onScroll(): void {
    const element = box.current;
    if (element === null) return;
    setScroll({ top: element.scrollTop, height: element.clientHeight });
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    if (isAtEnd !== isFollowing) onFollow(isAtEnd);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const by = KEY_STEPS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onMove(by);
  }

  const top = isFollowing ? Math.max(0, entries.length * height - scroll.height) : scroll.top;
  const from = Math.max(0, Math.floor((top - MARGIN) / height));
  const to = Math.min(entries.length, Math.ceil((top + scroll.height + MARGIN) / height));
  const active = index >= from && index < to ? `event-${selected}` : undefined;
  return (
    <div
      ref={attach.current}
      class={height === HEIGHT ? 'event-list' : 'event-list is-narrow'}
      role="listbox"
      tabIndex={0}
      aria-label="events, the newest last"
      aria-activedescendant={active}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      {entries.length === 0 ? <Empty hiddenGroups={hiddenGroups} /> : null}
      <div class="event-space" role="presentation" style={{ height: `${entries.length * height}px` }}>
        <div class="event-rows" role="presentation" style={{ transform: `translateY(${from * height}px)` }}>
          {entries.slice(from, to).map((entry, offset) => (
            <EventRow
              key={entry.number}
              entry={entry}
              isSelected={entry.number === selected}
              position={from + offset + 1}
              total={entries.length}
              zone={zone}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const KEY_STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 };

function Empty({ hiddenGroups }: { readonly hiddenGroups: readonly EventGroup[] }) {
  return (
    <div class="blank" role="option" tabIndex={-1} aria-selected="false">
      Nothing of this has happened since the page was opened.
      {hiddenGroups.length === 0 ? '' : ` Not shown: ${hiddenGroups.join(', ')}.`}
    </div>
  );
}

interface RowProps {
  readonly entry: LogEntry;
  readonly isSelected: boolean;
  readonly position: number;
  readonly total: number;
  readonly zone: 'local' | 'utc';
  readonly onSelect: (number: number) => void;
}

const EventRow = memo(({ entry, isSelected, position, total, zone, onSelect }: RowProps) => {
  const common = {
    id: `event-${entry.number}`,
    role: 'option',
    tabIndex: -1,
    'aria-selected': isSelected,
    'aria-posinset': position,
    'aria-setsize': total,
    onClick: () => onSelect(entry.number),
  } as const;
  if (entry.kind === 'gap') {
    return (
      <div {...common} class="event is-gap">
        <span class="event-time">{formatClock(new Date(entry.atMs).toISOString(), zone)}</span>
        <span class="event-gap">gap: {entry.text}</span>
      </div>
    );
  }
  const { event } = entry;
  const container = event.container?.name ?? (event.type.startsWith('pause.') || event.process?.role === 'pause' ? 'pause' : '');
  return (
    <div {...common} class={`event is-${typeStyle(event)}-event`}>
      <span class="event-time">{formatClock(event.time, zone)}</span>
      <span class="event-type">{event.type.slice(0, 40)}</span>
      <span class="event-pod">{event.pod === undefined ? event.attribution === 'host' ? '(host)' : '' : <PodName pod={event.pod} />}</span>
      <span class="event-container">
        <Text of={container} max={40} />
      </span>
      <span class="event-what">
        {event.type === 'agent.gap' ? `gap: ${event.reason.slice(0, 200)}` : <Pieces of={whatPieces(event)} />}
        {event.revision > 0 ? <span class="soft"> amended</span> : null}
        {event.source === 'levels' ? <span class="soft"> found by rereading</span> : null}
      </span>
    </div>
  );
});
