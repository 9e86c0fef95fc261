// Says in two or three plain sentences what holds this pod together: for people who never heard of pause containers.
import type { NamespaceType } from '../kernel/identity.ts';
import type { NamespaceRecord, Pod, Sandbox } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import { expectedContainers, hasDeadPause } from './pod-state.ts';

const THING: Readonly<Record<NamespaceType, string>> = {
  net: 'network',
  pid: 'process ids',
  ipc: 'shared memory',
  uts: 'host name',
  mnt: 'files',
  user: 'user ids',
  cgroup: 'view of cgroups',
};

export function anatomySentence(pod: Pod): string {
  const { sandbox } = pod;
  if (sandbox === undefined) return '';
  return [holding(pod, sandbox), joining(sandbox), guests(sandbox)].filter((text) => text !== '').join(' ');
}

function holding({ hostNetwork }: Pod, sandbox: Sandbox): string {
  const { kind, pause, ips, containers } = sandbox;
  const running = containers.filter(({ state }) => state === 'running').length;
  const standing = pauseStanding(sandbox);
  if (standing === 'stopped') return 'The pod was stopped, its pause last: nothing of it runs any more.';
  if (standing === 'dead') {
    const rest =
      running === 0
        ? 'nothing of it runs any more'
        : `${counted(running, 'container')} still ${running === 1 ? 'runs' : 'run'} in what it left behind`;
    return `The pause is dead: ${rest}, and the runtime has to build the pod anew, with a new pause.`;
  }
  if (hostNetwork) {
    return `This pod lives in the node's network: its pause${pause === undefined ? '' : ` (pid ${pause.pid})`} holds ${things(sandbox.namespaces)} for it, and no address of its own.`;
  }
  const address = ips[0] === undefined ? '' : `, and so its address, ${ips[0]}`;
  if (kind === 'pinned')
    return `This pod has no pause process: the runtime itself keeps ${things(sandbox.namespaces)} alive for it${address}.`;
  if (kind === 'vm') return `This pod runs in a virtual machine: what is in there cannot be seen from the node${address}.`;
  if (pause === undefined) return 'The pause is about to start: everything else of the pod waits for it.';
  return `The pause (pid ${pause.pid}), a process that does nothing, holds the pod's ${things(sandbox.namespaces)}${address}.`;
}

function joining(sandbox: Sandbox): string {
  const { namespaces } = sandbox;
  // In what a dead pause left behind nobody joins any more.
  if (hasDeadPause(sandbox)) return '';
  const joined = expectedContainers(sandbox).filter((container) => container.namespaces.some(({ scope }) => scope === 'pod'));
  if (joined.length === 0) return '';
  const pids = joined.filter((container) => container.namespaces.some(({ type, scope }) => type === 'pid' && scope === 'pod')).length;
  const isNodes = namespaces.some(({ type, scope }) => type === 'pid' && scope === 'host');
  const who = joined.length === 1 ? 'The container joined' : `The ${counted(joined.length, 'container')} joined`;
  const rest =
    pids > 0 && !isNodes
      ? "they see each other's processes, and only files are each one's own"
      : `${joined.length === 1 ? 'it has its own' : 'each has its own'} files and process ids`;
  const stand =
    joined.length === 1 ? 'It is no child of the pause, but stands on it.' : 'None is a child of the pause: it is what they stand on.';
  return `${who} these; ${rest}. ${stand}`;
}

function guests(sandbox: Sandbox): string {
  const { length } = sandbox.guests;
  return length === 0
    ? ''
    : `${counted(length, 'process', 'processes')} from outside the pod ${length === 1 ? 'is' : 'are'} in its namespaces as well.`;
}

function things(namespaces: readonly NamespaceRecord[]): string {
  const held = namespaces.filter(({ scope, type }) => scope !== 'host' && type !== 'mnt' && type !== 'pid').map(({ type }) => THING[type]);
  if (held.length === 0) return 'nothing';
  if (held.length === 1) return held[0] ?? '';
  return `${held.slice(0, -1).join(', ')} and ${held.at(-1)}`;
}

function counted(howMany: number, one: string, many = `${one}s`): string {
  return `${howMany} ${howMany === 1 ? one : many}`;
}
