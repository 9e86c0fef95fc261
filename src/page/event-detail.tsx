// One event in full, as JSON, with where one can go from it.
import { printableJson } from '../terminal/escape.ts';
import { CopyButton } from './copy-button.tsx';
import type { LogEntry } from './event-log.ts';
import { PodName } from './pod-name.tsx';
import { formatRoute, podRoute } from './route.ts';

/** Longer than any event of ours; a process that calls itself something endless must not make the page so. */
const MAX_SHOWN = 40_000;

export function EventDetail({ entry, onClose }: { readonly entry: LogEntry; onClose(): void }) {
  return (
    <section class="event-detail" aria-label="the selected event">
      <div class="section-head">
        {entry.kind === 'event' ? <Links entry={entry} /> : <h2>A gap</h2>}
        <span class="tools">
          {entry.kind === 'event' ? (
            <CopyButton text={() => printableJson(entry.event, 2)} what="the event as JSON" label="copy JSON" />
          ) : null}
          <button type="button" class="tool" onClick={onClose} aria-keyshortcuts="Escape">
            close
          </button>
        </span>
      </div>
      {entry.kind === 'event' ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, and has to be reached with the keys for that
        <pre tabIndex={0}>{printableJson(entry.event, 2).slice(0, MAX_SHOWN)}</pre>
      ) : (
        <p class="prose">{entry.text}.</p>
      )}
    </section>
  );
}

function Links({ entry: { event } }: { readonly entry: Extract<LogEntry, { kind: 'event' }> }) {
  return (
    <h2>
      {event.type}
      {event.pod === undefined ? null : (
        <>
          {' '}
          <a href={podRoute(event.pod.uid)}>
            <PodName pod={event.pod} />
          </a>
        </>
      )}{' '}
      {event.type.startsWith('process.') ? null : <a href={formatRoute({ view: 'events', query: { id: event.id } })}>link to it</a>}
    </h2>
  );
}
