// The drawing of a time line: axis, bars, marks. Positions are cut to what can be seen: a bar of a week is not drawn a kilometre long.
import { formatClock, formatOutage } from '../terminal/duration.ts';
import { cutEnd, escapeText } from '../terminal/escape.ts';
import { formatExit } from '../terminal/label.ts';
import { usePage } from './hooks.ts';
import type { ContainerLine, ContainerSpan, Mark, SandboxSpan, TimeModel } from './time-model.ts';
import { type Range, ticks } from './time-scale.ts';

export const ROW = 36;
const BAR = 18;
const TOP = 15;
/** Roughly, of the small type in bars. */
const CHARACTER = 6.7;

export function TimeAxis({
  range,
  width,
  height,
  zone,
}: {
  readonly range: Range;
  readonly width: number;
  readonly height: number;
  readonly zone: 'local' | 'utc';
}) {
  const x = scale(range, width);
  return (
    <g class="axis">
      {ticks(range, width / 95, zone).map(({ at, label }) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1="18" y2={height} />
          <text x={Math.min(Math.max(x(at), 22), width - 22)} y="12" text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

interface RowsProps {
  readonly model: TimeModel;
  readonly range: Range;
  readonly width: number;
  onHover(text: string): void;
}

export function TimeRows({ model, range, width, onHover }: RowsProps) {
  const { zone } = usePage();
  const x = scale(range, width);
  const end = model.to;
  const height = ROW * (1 + model.containers.length);
  const clock = (ms: number): string => formatClock(new Date(ms).toISOString(), zone);
  return (
    <>
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch-line" width="1.5" height="6" />
        </pattern>
      </defs>
      {model.outages.map(({ id, from, to, pauseAt }) =>
        isSeen(from, to ?? end, range) ? (
          <g key={id} onPointerEnter={() => onHover(outageText(from, to, pauseAt))} onPointerLeave={() => onHover('')}>
            <rect class="outage" x={x(from)} y="0" width={Math.max(1, x(to ?? end) - x(from))} height={height} />
            {pauseAt === undefined ? null : (
              <rect class="outage-without" x={x(from)} y="0" width={Math.max(1, x(pauseAt) - x(from))} height={ROW} />
            )}
          </g>
        ) : null,
      )}
      {model.sandboxes.map((box) =>
        isSeen(box.from, box.to ?? end, range) ? (
          <Bar
            key={box.id}
            span={box}
            end={end}
            x={x}
            y={0}
            className={`bar is-pause${box.isKilled ? ' is-killed' : ''}`}
            label={boxLabel(box)}
            hint={`pause of sandbox ${box.attempt}${box.ip === undefined ? '' : `, ${escapeText(box.ip)}`}: from ${clock(box.from)}${box.to === undefined ? '' : ` to ${clock(box.to)}, ${formatOutage(box.to - box.from)}`}`}
            onHover={onHover}
          />
        ) : null,
      )}
      {model.containers.map((line, index) => (
        <ContainerBars key={line.name} line={line} y={(index + 1) * ROW} x={x} range={range} end={end} clock={clock} onHover={onHover} />
      ))}
      {model.marks.map((mark) =>
        isSeen(mark.at, mark.at, range) ? (
          <MarkSign key={mark.id} mark={mark} x={x(mark.at)} height={height} clock={clock} onHover={onHover} />
        ) : null,
      )}
      <text class="row-name" x="2" y={TOP - 3}>
        pause
      </text>
      {model.containers.map(({ name }, index) => (
        <text key={name} class="row-name" x="2" y={(index + 1) * ROW + TOP - 3}>
          {cutEnd(escapeText(name), 40)}
        </text>
      ))}
    </>
  );
}

interface ContainerBarsProps {
  readonly line: ContainerLine;
  readonly y: number;
  readonly x: (at: number) => number;
  readonly range: Range;
  readonly end: number;
  readonly clock: (ms: number) => string;
  onHover(text: string): void;
}

function ContainerBars({ line, y, x, range, end, clock, onHover }: ContainerBarsProps) {
  return (
    <>
      {line.spans.map((span) => {
        if (!isSeen(span.from, span.to ?? end, range)) return null;
        const until = span.to === undefined ? '' : ` to ${clock(span.to)}, ${formatOutage(span.to - span.from)}, ${formatExit(span.exit)}`;
        const hint = `${cutEnd(escapeText(line.name), 60)}: from ${clock(span.from)}${until}`;
        return (
          <g key={span.id}>
            <Bar
              span={span}
              end={end}
              x={x}
              y={y}
              className="bar is-container"
              label={span.to === undefined ? '' : formatExit(span.exit)}
              hint={hint}
              onHover={onHover}
            />
            <Orphaned span={span} end={end} x={x} y={y} onHover={onHover} />
          </g>
        );
      })}
    </>
  );
}

function Orphaned({
  span,
  end,
  x,
  y,
  onHover,
}: {
  readonly span: ContainerSpan;
  readonly end: number;
  readonly x: (at: number) => number;
  readonly y: number;
  onHover(text: string): void;
}) {
  const { orphanedFrom, to } = span;
  if (orphanedFrom === undefined) return null;
  const from = x(orphanedFrom);
  const hint = `ran on without its pause for ${formatOutage((to ?? end) - orphanedFrom)}`;
  return (
    <rect
      class="orphaned"
      x={from}
      y={y + TOP}
      width={Math.max(1, x(to ?? end) - from)}
      height={BAR}
      onPointerEnter={() => onHover(hint)}
      onPointerLeave={() => onHover('')}
    />
  );
}

interface BarProps {
  readonly span: { readonly from: number; readonly to: number | undefined };
  readonly end: number;
  readonly x: (at: number) => number;
  readonly y: number;
  readonly className: string;
  readonly label: string;
  readonly hint: string;
  onHover(text: string): void;
}

function Bar({ span, end, x, y, className, label, hint, onHover }: BarProps) {
  const left = x(span.from);
  const width = Math.max(2, x(span.to ?? end) - left);
  // What begins outside of the picture is named within it.
  const start = Math.max(left, 0);
  const room = Math.floor((left + width - start - 10) / CHARACTER);
  return (
    <g onPointerEnter={() => onHover(hint)} onPointerLeave={() => onHover('')}>
      <rect class={className} x={left} y={y + TOP} width={width} height={BAR} />
      {room < 3 || label === '' ? null : (
        <text class="bar-text" x={start + 6} y={y + TOP + 13}>
          {cutEnd(label, room)}
        </text>
      )}
    </g>
  );
}

const MARK_SIGN: Readonly<Record<Mark['kind'], string>> = { death: '✕', stop: '■', outsider: '◆', alert: '▲', ready: '' };

function MarkSign({
  mark,
  x,
  height,
  clock,
  onHover,
}: {
  readonly mark: Mark;
  readonly x: number;
  readonly height: number;
  readonly clock: (ms: number) => string;
  onHover(text: string): void;
}) {
  const hint = `${clock(mark.at)} ${markText(mark)}`;
  // An alert stands where the death stands that it is about: a row further up there is room.
  const y = mark.kind === 'alert' ? 10 : mark.kind === 'ready' ? 0 : TOP + 14;
  if (mark.kind === 'ready') return null;
  return (
    <g class={`mark-sign is-${mark.kind}`} onPointerEnter={() => onHover(hint)} onPointerLeave={() => onHover('')}>
      <line x1={x} x2={x} y1="0" y2={height} />
      <text x={x} y={y} text-anchor="middle">
        {MARK_SIGN[mark.kind]}
      </text>
    </g>
  );
}

function markText({ event, kind }: Mark): string {
  switch (event.type) {
    case 'pause.exited': {
      const { sender, signal } = event.cause;
      const by = sender === undefined ? '' : ` from ${escapeText(sender.comm)} (pid ${sender.pid})`;
      return `${kind === 'stop' ? 'pause stopped as planned' : 'pause died'}: ${signal ?? formatExit(event.exit)}${by}`;
    }
    case 'namespace.joined':
      return `${escapeText(event.process?.comm ?? 'somebody')} entered from outside`;
    case 'alert.firing':
      return `alert ${escapeText(event.alert.name)}`;
    default:
      return event.type;
  }
}

function outageText(from: number, to: number | undefined, pauseAt: number | undefined): string {
  const without = pauseAt === undefined ? 'no pause since then' : `no pause for ${formatOutage(pauseAt - from)}`;
  return to === undefined ? without : `${without}, whole again after ${formatOutage(to - from)}`;
}

function boxLabel({ attempt, ip }: SandboxSpan): string {
  return `sandbox ${attempt}${ip === undefined ? '' : `  ${escapeText(ip)}`}`;
}

function isSeen(from: number, to: number, range: Range): boolean {
  return to >= range.from && from <= range.to;
}

/** Cut a little outside of the picture. */
function scale({ from, to }: Range, width: number): (at: number) => number {
  return (at) => Math.min(Math.max(((at - from) / (to - from)) * width, -8), width + 8);
}
