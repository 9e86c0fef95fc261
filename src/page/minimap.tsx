// The whole time line in a strip, with the part of it that is shown below.
import type { TimeModel } from './time-model.ts';
import type { RangeControl } from './use-range.ts';

const HEIGHT = 14;

export function Minimap({ model, control, width }: { readonly model: TimeModel; readonly control: RangeControl; readonly width: number }) {
  const { bounds, range } = control;
  const x = (at: number): number => ((at - bounds.from) / (bounds.to - bounds.from)) * width;
  const jump = (event: MouseEvent): void => {
    if (!(event.currentTarget instanceof Element)) return;
    const at = bounds.from + ((event.clientX - event.currentTarget.getBoundingClientRect().left) / width) * (bounds.to - bounds.from);
    const half = (range.to - range.from) / 2;
    control.choose({ from: at - half, to: at + half });
  };
  return (
    <svg width={width} height={HEIGHT} class="minimap" aria-hidden="true" onClick={jump} onPointerDown={(event) => event.stopPropagation()}>
      {model.sandboxes.map(({ id, from, to }) => (
        <rect key={id} class="mini-box" x={x(from)} y="5" width={Math.max(1, x(to ?? model.to) - x(from) - 1)} height="4" />
      ))}
      {model.marks.map(({ id, at, kind }) =>
        kind === 'death' ? <rect key={id} class="mini-death" x={x(at) - 1} y="1" width="2.5" height="12" /> : null,
      )}
      <rect class="mini-window" x={x(range.from)} y="0.5" width={Math.max(3, x(range.to) - x(range.from))} height={HEIGHT - 1} rx="2" />
    </svg>
  );
}
