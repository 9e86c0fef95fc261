// How a pod is put together, as a map: the pause is where the pod's lines begin, and who stands on them shares that namespace with it.
import type { NamespaceType } from '../kernel/identity.ts';
import { formatAge } from '../terminal/duration.ts';
import { formatExit, shortId } from '../terminal/label.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { Container, NamespaceRecord, Pod, ProcessRecord, ResourceUse, Sandbox } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import { anatomySentence } from './anatomy-sentence.ts';
import { useNow, usePage } from './hooks.ts';
import { type LaneRow, lanesOf, MEANING, type Station } from './lanes.ts';
import { hasDeadPause } from './pod-state.ts';
import { Process, ProcessList } from './process-list.tsx';
import { Hidden, Text } from './text.tsx';
import { type PeerLabel, type PortLabel, peersOf, portsOf, useOf, useText } from './usage.ts';

export function Anatomy({ pod, events }: { readonly pod: Pod; readonly events: readonly TreeEvent[] }) {
  const { store } = usePage();
  const { sandbox } = pod;
  if (sandbox === undefined) return <p class="blank">The pod has cgroups, and no sandbox that podtree knows of.</p>;
  const rows = lanesOf(sandbox, (guest) => enteredBy(guest, events));
  const types = rows[0]?.stations.map(({ type }) => type) ?? [];
  const isDead = hasDeadPause(sandbox);
  return (
    <section class="anatomy" aria-labelledby="anatomy-title">
      <h2 id="anatomy-title">Anatomy</h2>
      <p class="prose">
        <Text of={anatomySentence(pod)} max={600} />
      </p>
      <table class={isDead ? 'lanes is-dead' : 'lanes'}>
        <caption class="visually-hidden">Which namespaces the parts of the pod share</caption>
        <thead>
          <tr>
            {types.map((type) => (
              <th key={type} scope="col" title={MEANING[type]}>
                {type}
                <Hidden> ({MEANING[type]})</Hidden>
              </th>
            ))}
            <th scope="col">
              <Hidden>part of the pod</Hidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} class={`lane-${row.kind}`}>
              {row.stations.map((station) => (
                <StationCell key={station.type} station={station} isDead={isDead} />
              ))}
              <th scope="row">
                <RowHead row={row} sandbox={sandbox} node={store.model.tree.node} events={events} />
              </th>
            </tr>
          ))}
        </tbody>
      </table>
      <Legend types={types} />
    </section>
  );
}

function enteredBy({ pid, startTime }: ProcessRecord, events: readonly TreeEvent[]): readonly NamespaceType[] {
  return events.flatMap((event) =>
    event.type === 'namespace.joined' && event.process?.pid === pid && event.process.startTime === startTime
      ? event.namespaces.map(({ type }) => type)
      : [],
  );
}

const PLACE_WORDS: Readonly<Record<Station['place'], string>> = {
  'node-root': "the node's",
  root: 'held by the pause',
  node: "the node's",
  pod: 'shared with the pause',
  own: 'its own',
  other: 'shared with',
  none: '',
};

function StationCell({ station, isDead }: { readonly station: Station; readonly isDead: boolean }) {
  const { place, nodeLine, podLine, inode, type } = station;
  const words = place === 'other' ? `shared with ${station.with ?? 'another container'}` : PLACE_WORDS[place];
  const title = words === '' ? undefined : `${type} ${inode ?? ''}: ${words}`;
  return (
    <td title={title}>
      {nodeLine === 'none' ? null : <span class={`lane is-node is-${nodeLine}`} />}
      {podLine === 'none' ? null : <span class={`lane is-pod is-${podLine}`} />}
      {place === 'none' ? null : <span class={`station is-${place}${isDead && place === 'root' ? ' is-broken' : ''}`} />}
      <Hidden>{words}</Hidden>
    </td>
  );
}

interface RowHeadProps {
  readonly row: LaneRow;
  readonly sandbox: Sandbox;
  readonly node: string;
  readonly events: readonly TreeEvent[];
}

function RowHead({ row, sandbox, node }: RowHeadProps) {
  if (row.kind === 'node') {
    return (
      <span class="soft">
        node <Text of={node} max={60} />
      </span>
    );
  }
  if (row.kind === 'pause') return <PauseHead sandbox={sandbox} />;
  if (row.kind === 'guest') {
    const guest = sandbox.guests.find(({ pid, startTime }) => `${pid}@${startTime}` === row.key);
    return guest === undefined ? null : (
      <>
        <span class="part-sign" aria-hidden="true">
          ◆
        </span>
        <ul class="plain guest">
          <Process process={guest} depth={0} />
        </ul>
        <p class="part-words">in the pod's namespaces, not in its cgroups</p>
      </>
    );
  }
  const container = sandbox.containers.find(({ id }) => id === row.key);
  return container === undefined ? null : <ContainerHead container={container} sandbox={sandbox} />;
}

function PauseHead({ sandbox }: { readonly sandbox: Sandbox }) {
  const now = useNow();
  const { pause, kind, state, attempt, runtime, id, createdAt, ips } = sandbox;
  const made = Date.parse(createdAt ?? pause?.startTime ?? '');
  return (
    <div class={hasDeadPause(sandbox) ? 'part is-dead' : 'part'}>
      <p class="part-line">
        <strong class="part-name pause-name">pause</strong>
        {pause === undefined ? <span class="is-bad">{withoutPause(sandbox)}</span> : <span class="mono">pid {pause.pid}</span>}
        {pause === undefined || pause.comm === 'pause' ? null : (
          <span class="mono">
            <Text of={pause.comm} max={40} />
          </span>
        )}
        {ips.map((ip) => (
          <span key={ip} class="address">
            <Text of={ip} max={60} />
          </span>
        ))}
        <Use of={useOf(sandbox)} />
        <Ports of={portsOf(sandbox, undefined)} />
      </p>
      <p class="part-words">
        <span class={state === 'ready' ? 'is-good' : 'is-warn'}>{state}</span>
        {' · '}attempt {attempt}
        {kind === 'process' ? null : ` · ${kind}`}
        {runtime === undefined ? null : (
          <>
            {' · '}
            <Text of={runtime} max={40} />
          </>
        )}
        {' · '}
        <span class="mono" title={id}>
          {shortId(id)}
        </span>
        {Number.isNaN(made) ? null : ` · ${formatAge(now - made)}`}
      </p>
      <p class="part-words">{namespaceWords(sandbox.namespaces, 'pause', sandbox)}</p>
    </div>
  );
}

function withoutPause(sandbox: Sandbox): string {
  if (sandbox.kind === 'pinned') return 'no process: the runtime pins the namespaces';
  if (sandbox.kind === 'vm') return 'no process here: the sandbox is a virtual machine';
  const standing = pauseStanding(sandbox);
  return standing === 'creating' ? 'not running yet' : standing;
}

function ContainerHead({ container, sandbox }: { readonly container: Container; readonly sandbox: Sandbox }) {
  const { name, kind, state, restarts, lastExit, processes, id } = container;
  const isDone = kind === 'init' && state === 'exited' && lastExit?.code === 0;
  const style = state === 'running' ? 'is-good' : isDone ? 'is-muted' : 'is-bad';
  return (
    <div class="part">
      <p class="part-line">
        <strong class="part-name" title={id}>
          <Text of={name} max={80} />
        </strong>
        {kind === 'app' ? null : <span class="tag">{kind}</span>}
        <span class={style}>{isDone ? 'done' : state}</span>
        {restarts === 0 ? null : (
          <span class="is-warn">
            {restarts} {restarts === 1 ? 'restart' : 'restarts'}
          </span>
        )}
        {lastExit === undefined || isDone ? null : <span class="soft">last {formatExit(lastExit)}</span>}
        <Use of={useOf(sandbox, id)} />
        <Ports of={portsOf(sandbox, id)} />
      </p>
      <Peers of={peersOf(sandbox, id)} />
      <p class="part-words">{namespaceWords(container.namespaces, 'container', sandbox)}</p>
      <ProcessList processes={processes} of={name.slice(0, 60)} />
    </div>
  );
}

function Use({ of }: { readonly of: ResourceUse | undefined }) {
  return of === undefined ? null : <span class="use">{useText(of)}</span>;
}

const MAX_PORTS = 12;

function Ports({ of }: { readonly of: readonly PortLabel[] }) {
  if (of.length === 0) return null;
  return (
    <span class="ports">
      <Hidden>listens on </Hidden>
      {of.slice(0, MAX_PORTS).map(({ key, text, detail }) => (
        <span key={key} class="port" title={detail}>
          {text}
        </span>
      ))}
      {of.length > MAX_PORTS ? <span class="soft">and {of.length - MAX_PORTS} more ports</span> : null}
    </span>
  );
}

const MAX_PEERS = 8;

function Peers({ of }: { readonly of: readonly PeerLabel[] }) {
  if (of.length === 0) return null;
  return (
    <p class="part-words">
      {of.slice(0, MAX_PEERS).map(({ key, to, port, connections }) => (
        <span key={key} class="peer">
          talks to{' '}
          <b class="mono">
            <Text of={to} max={64} />
          </b>{' '}
          on localhost:{port}
          {connections > 1 ? `, ${connections} connections` : ''}
        </span>
      ))}
    </p>
  );
}

/** The map in words: whose namespaces it lives in. */
export function namespaceWords(namespaces: readonly NamespaceRecord[], whose: 'pause' | 'container', sandbox: Sandbox): string {
  const types = (scope: NamespaceRecord['scope']): string =>
    namespaces
      .filter((each) => each.scope === scope || (whose === 'pause' && scope === 'own' && each.scope === 'pod'))
      .map(({ type }) => type)
      .join(' ');
  const parts: string[] = [];
  if (whose === 'pause') {
    if (types('own') !== '') parts.push(`holds ${types('own')}`);
  } else {
    if (types('pod') !== '') parts.push(`shares ${types('pod')}`);
    for (const { type, with: id } of namespaces.filter(({ scope }) => scope === 'container')) {
      parts.push(`${type} of ${sandbox.containers.find((each) => each.id === id)?.name.slice(0, 60) ?? 'another container'}`);
    }
    if (types('own') !== '') parts.push(`own ${types('own')}`);
  }
  if (types('host') !== '') parts.push(`node's ${types('host')}`);
  return parts.join(' · ');
}

function Legend({ types }: { readonly types: readonly NamespaceType[] }) {
  return (
    <div class="legend soft">
      <p>
        <Key place="root" /> held by the pause <Key place="pod" /> shared with it <Key place="own" /> its own <Key place="node" /> the
        node's <Key place="other" /> another container's
      </p>
      <p>
        {types.map((type) => (
          <span key={type} class="legend-type">
            <b class="mono">{type}</b> {MEANING[type]}
          </span>
        ))}
      </p>
    </div>
  );
}

function Key({ place }: { readonly place: Station['place'] }) {
  return (
    <span class="key" aria-hidden="true">
      <span class={`station is-${place}`} />
    </span>
  );
}
