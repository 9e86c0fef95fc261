// One pod in the overview: the pause as two bars at the root, what hangs on it as small signs, and what one wants to know first.
import { formatBytes } from '../history/memory-limit.ts';
import type { Container, Pod, Sandbox } from '../tree/model.ts';
import { memo } from './memo.ts';
import { type Condition, hasDeadPause } from './pod-state.ts';
import { Hidden, Name, Text } from './text.tsx';
import { formatCores, totalUse } from './usage.ts';

interface TileProps {
  readonly id: string;
  readonly href: string;
  readonly pod: Pod;
  readonly condition: Condition;
  readonly words: string;
  readonly deaths: number;
  readonly age: string;
  /** Characters of its name that there is room for. */
  readonly room: number;
  readonly isCurrent: boolean;
  /** What the tiles are ordered by, instead of the address. */
  readonly fact: 'address' | 'cpu' | 'memory';
  readonly onFocus: (uid: string) => void;
}

export const Tile = memo(({ id, href, pod, condition, words, deaths, age, room, fact, isCurrent, onFocus }: TileProps) => {
  const { sandbox } = pod;
  return (
    <div role="gridcell" class={`tile is-${condition}`}>
      <a id={id} href={href} tabIndex={isCurrent ? 0 : -1} onFocus={() => onFocus(pod.uid)}>
        <PauseBars sandbox={sandbox} />
        <span class="tile-line">
          <span class="tile-name">
            <Name of={pod.name ?? pod.uid} room={room} />
          </span>
          <span class="tile-age">{age}</span>
        </span>
        <span class="tile-line">
          <Signs sandbox={sandbox} />
          <Hidden>{spoken(pod, words)}</Hidden>
          <span class="tile-facts">
            {condition === 'ready' ? <Fact pod={pod} of={fact} /> : <span class="tile-words">{words}</span>}
            {deaths === 0 ? null : (
              <span class="tile-deaths" title={`its pause died ${deaths} ${deaths === 1 ? 'time' : 'times'}`}>
                <span aria-hidden="true">✕</span>
                {deaths}
                <Hidden> {deaths === 1 ? 'death' : 'deaths'} of its pause</Hidden>
              </span>
            )}
          </span>
        </span>
      </a>
    </div>
  );
});

const MAX_SIGNS = 9;

function Signs({ sandbox }: { readonly sandbox: Sandbox | undefined }) {
  if (sandbox === undefined) return null;
  const more = sandbox.containers.length - MAX_SIGNS;
  return (
    <span class="tile-signs" aria-hidden="true">
      {sandbox.containers.slice(0, MAX_SIGNS).map((container) => (
        <Sign key={container.id} container={container} />
      ))}
      {more > 0 ? `+${more}` : null}
      {sandbox.guests.length > 0 ? <span class="sign is-guest" /> : null}
    </span>
  );
}

function Fact({ pod, of }: { readonly pod: Pod; readonly of: TileProps['fact'] }) {
  const use = of === 'address' ? undefined : totalUse(pod);
  if (use === undefined) return <Address pod={pod} />;
  return <span>{of === 'cpu' ? `${formatCores(use.cpuCores)} CPU` : formatBytes(use.memoryBytes)}</span>;
}

function Address({ pod }: { readonly pod: Pod }) {
  if (pod.hostNetwork) return <span class="soft">node's network</span>;
  const ip = pod.sandbox?.ips[0];
  return ip === undefined ? null : <Text of={ip} max={39} />;
}

/** Alive: two bars. Dead: broken. Pinned or a machine of its own: outlines, there is no process. */
function PauseBars({ sandbox }: { readonly sandbox: Sandbox | undefined }) {
  const kind = sandbox === undefined || hasDeadPause(sandbox) ? 'dead' : sandbox.kind === 'process' ? 'alive' : 'pinned';
  return <span class={`bars is-${kind}`} aria-hidden="true" />;
}

/** Running: a square. Created: its outline. Ended well: a dot. Ended badly: a cross. */
function Sign({ container }: { readonly container: Container }) {
  const { state, lastExit } = container;
  const sign = state === 'exited' ? (lastExit?.code === 0 ? 'done' : 'failed') : state === 'running' ? 'running' : 'created';
  return <span class={`sign is-${sign}`} />;
}

function spoken({ sandbox, namespace, name }: Pod, words: string): string {
  const containers = sandbox?.containers.length ?? 0;
  const guests = sandbox?.guests.length ?? 0;
  const where = name === undefined || namespace === undefined ? '' : ` in ${namespace}`;
  const strangers = guests === 0 ? '' : `, ${guests} from outside`;
  return `${where}, ${words}, ${containers} ${containers === 1 ? 'container' : 'containers'}${strangers}`;
}
