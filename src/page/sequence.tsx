// A start or an end of a sandbox, step by step: what came when, and how long it took.
import { formatOutage } from '../terminal/duration.ts';
import type { Step } from './order.ts';
import { Text } from './text.tsx';

export function Sequence({
  id,
  title,
  steps,
  note,
}: {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  readonly note: string;
}) {
  if (steps.length === 0) return null;
  const total = Math.max(1, ...steps.map(({ atMs, lastsMs = 0 }) => atMs + lastsMs));
  const percent = (ms: number): string => `${((ms / total) * 100).toFixed(2)}%`;
  return (
    <section class="sequence" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        <span class="soft">{note}</span>
      </div>
      <ol class="plain">
        {steps.map(({ key, label, atMs, lastsMs, note: words, tone }) => (
          <li key={key} class={`step is-${tone}-step`}>
            <strong class="mono step-label">
              <Text of={label} max={40} />
            </strong>
            <span class="mono step-at">+{formatOutage(atMs)}</span>
            <span class="step-track" aria-hidden="true">
              <span class="step-bar" style={{ left: percent(atMs), width: lastsMs === undefined ? '0' : percent(lastsMs) }} />
            </span>
            <span class="step-note soft">
              <Text of={words} max={100} />
              {lastsMs === undefined ? null : `, took ${formatOutage(lastsMs)}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
