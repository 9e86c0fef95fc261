// Says aloud, to those who hear the page, that a pause died or a pod is whole again; not more than one sentence in a while.
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatOutage } from '../terminal/duration.ts';
import { podLabel } from '../terminal/label.ts';
import type { TreeEvent } from '../tree/change.ts';
import { deathText } from './deaths.tsx';
import { usePage } from './hooks.ts';

const EVERY_MS = 2000;

export function Announcer() {
  const { store } = usePage();
  const { log } = store.model;
  const [said, setSaid] = useState('');
  const seen = useRef(log.entries.at(-1)?.number ?? -1);
  const saidAt = useRef(0);
  useEffect(() => {
    const first = log.entries[0]?.number ?? 0;
    const fresh = log.entries.slice(Math.max(0, seen.current + 1 - first));
    seen.current = log.entries.at(-1)?.number ?? seen.current;
    const sentence = fresh.flatMap((entry) => (entry.kind === 'event' ? (sentenceOf(entry.event) ?? []) : [])).at(-1);
    if (sentence === undefined || Date.now() - saidAt.current < EVERY_MS) return;
    saidAt.current = Date.now();
    setSaid(sentence);
  }, [log.version]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" data-announcer>
      {said}
    </div>
  );
}

function sentenceOf(event: TreeEvent): string | undefined {
  const pod = event.pod === undefined ? 'a pod' : podLabel(event.pod).slice(0, 120);
  if (event.type === 'pause.exited' && event.cause.kind !== 'planned-stop') {
    const { kind, signal, sender } = event.cause;
    return `${pod}: ${deathText({ kind, ...(signal !== undefined && { signal }), ...(sender && { by: sender.comm.slice(0, 64) }) })}`;
  }
  if (event.type === 'pause.restarted' && event.outageMs !== undefined)
    return `${pod} is whole again after ${formatOutage(event.outageMs)}`;
  return undefined;
}
