// The time line of a pod: each sandbox a bar, the lives of its containers below, deaths and what else matters marked where they happened.
import { useRef, useState } from 'preact/hooks';
import { formatOutage } from '../terminal/duration.ts';
import { usePage, useWidth } from './hooks.ts';
import { Minimap } from './minimap.tsx';
import type { TimeModel } from './time-model.ts';
import { ROW, TimeAxis, TimeRows } from './time-rows.tsx';
import { padded, type Range } from './time-scale.ts';
import { type RangeControl, useRange } from './use-range.ts';

interface TimelineProps {
  readonly uid: string;
  readonly query: Readonly<Record<string, string>>;
  readonly model: TimeModel;
}

export function Timeline({ uid, query, model }: TimelineProps) {
  const [attach, width] = useWidth<HTMLDivElement>();
  const control = useRange(uid, query, model, aroundLastDeath(model) ?? padded(model));
  const [hover, setHover] = useState('');
  const { zone } = usePage();
  const gesture = useGestures(control, width);
  const rows = 1 + model.containers.length;
  const death = aroundLastDeath(model);
  const { range } = control;
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <div class="section-head">
        <h2 id="timeline-title">Time line</h2>
        <div class="tools" role="group" aria-label="part of the time line">
          <button type="button" class="tool" onClick={() => control.choose(control.bounds)}>
            all
          </button>
          {death === undefined ? null : (
            <button type="button" class="tool" onClick={() => control.choose(death)}>
              last death
            </button>
          )}
          <button type="button" class="tool" aria-label="earlier" onClick={() => control.panBy(-0.25)}>
            ←
          </button>
          <button type="button" class="tool" aria-label="later" onClick={() => control.panBy(0.25)}>
            →
          </button>
          <button type="button" class="tool" aria-label="zoom in" onClick={() => control.zoomBy(0.5)}>
            +
          </button>
          <button type="button" class="tool" aria-label="zoom out" onClick={() => control.zoomBy(2)}>
            −
          </button>
        </div>
      </div>
      <p class="timeline-span soft mono">{formatOutage(range.to - range.from)} shown</p>
      <div
        ref={attach}
        class="timeline-chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows, plus and minus move what it shows
        tabIndex={0}
        role="group"
        aria-roledescription="time line"
        aria-label={spoken(model)}
        aria-keyshortcuts="ArrowLeft ArrowRight + - 0"
        {...gesture}
      >
        {width === 0 ? null : (
          <>
            <Minimap model={model} control={control} width={width} />
            <svg width={width} height={AXIS_HEIGHT + rows * ROW + 4} class="timeline-svg" aria-hidden="true">
              <TimeAxis range={range} width={width} zone={zone} height={AXIS_HEIGHT + rows * ROW} />
              <g transform={`translate(0 ${AXIS_HEIGHT})`}>
                <TimeRows model={model} range={range} width={width} onHover={setHover} />
              </g>
            </svg>
          </>
        )}
      </div>
      <p class="readout mono" aria-hidden="true">
        {hover === '' ? 'point at a bar or a mark; drag to move, Ctrl and wheel to zoom' : hover}
      </p>
    </section>
  );
}

const AXIS_HEIGHT = 22;

/** A little before the last death until the pod was whole again, and a little more. */
function aroundLastDeath({ outages, to: end }: TimeModel): Range | undefined {
  const last = outages.at(-1);
  if (last === undefined) return undefined;
  const to = last.to ?? last.pauseAt ?? end;
  const span = Math.max(to - last.from, 20);
  return { from: last.from - span * 0.4, to: to + span * 0.5 };
}

function spoken({ sandboxes, marks, outages }: TimeModel): string {
  const deaths = marks.filter(({ kind }) => kind === 'death').length;
  const last = outages.at(-1);
  const gone = last?.to === undefined ? '' : `; the last time the pod was not whole for ${formatOutage(last.to - last.from)}`;
  return `Time line: ${sandboxes.length} ${sandboxes.length === 1 ? 'sandbox' : 'sandboxes'}, ${deaths} ${deaths === 1 ? 'death' : 'deaths'} of a pause${gone}. The story beside it tells the same in words.`;
}

/** Drag moves, pinch and Ctrl with the wheel zoom, a double click zooms in; keys do the same. */
function useGestures(control: RangeControl, width: number) {
  const pointers = useRef(new Map<number, number>());
  const { range } = control;
  const msPerPixel = (range.to - range.from) / Math.max(1, width);
  const timeAt = (event: MouseEvent & { readonly currentTarget: EventTarget | null }): number => {
    const left = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect().left : 0;
    return range.from + (event.clientX - left) * msPerPixel;
  };
  const forget = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId);
  };
  return {
    onWheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      if (event.shiftKey) control.panBy(Math.sign(event.deltaX + event.deltaY) * 0.1);
      else control.zoomBy(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event));
    },
    onDblClick: (event: MouseEvent) => control.zoomBy(0.4, timeAt(event)),
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, event.clientX);
    },
    onPointerMove(event: PointerEvent) {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const others = [...pointers.current].filter(([id]) => id !== event.pointerId);
      pointers.current.set(event.pointerId, event.clientX);
      const [other] = others;
      if (other === undefined) {
        control.panBy(((before - event.clientX) * msPerPixel) / (range.to - range.from));
        return;
      }
      const was = Math.abs(before - other[1]);
      const is = Math.abs(event.clientX - other[1]);
      if (was > 5 && is > 5) control.zoomBy(was / is, timeAt(event));
    },
    onPointerUp: forget,
    onPointerCancel: forget,
    onKeyDown(event: KeyboardEvent) {
      const act = KEYS[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(control);
    },
  };
}

const KEYS: Readonly<Record<string, (control: RangeControl) => void>> = {
  ArrowLeft: (control) => control.panBy(-0.15),
  ArrowRight: (control) => control.panBy(0.15),
  '+': (control) => control.zoomBy(0.6),
  '=': (control) => control.zoomBy(0.6),
  '-': (control) => control.zoomBy(1.6),
  '0': (control) => control.choose(control.bounds),
};
