// Updates as the tree makes them, for tests of alerting.
import type { PodRef } from '../../src/attribution/reference.ts';
import type { Cause } from '../../src/cause/cause.ts';
import type { TreeChange, TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type { PodController } from '../../src/tree/model.ts';

/** Where the tests' clock begins. */
export const T0 = Date.parse('2026-11-22T18:00:00Z');
export const pod = (name: string, namespace = 'default'): PodRef => ({ uid: `uid-${name}`, namespace, name });
export const at = (ms: number): string => `${new Date(T0 + ms).toISOString().slice(0, -1)}000000Z`;

export const KILLED: Cause = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: { pid: 42, comm: 'bash', uid: 0, unit: 'session-1.scope', parents: [] },
  findings: [],
  evidence: ['The kernel ended it with SIGKILL.'],
};
export const PLANNED: Cause = { kind: 'planned-stop', signal: 'SIGKILL', findings: [], evidence: [] };
export const UNKNOWN: Cause = { kind: 'unknown', findings: [], evidence: [] };

let made = 0;
function base(ms: number, revision: number): Pick<TreeEvent, 'id' | 'revision' | 'time' | 'node' | 'source'> {
  made += 1;
  return { id: `e${made}`, revision, time: at(ms), node: 'n1', source: 'kernel' };
}

export function died(who: PodRef, sandbox: string, ms: number, cause: Cause = KILLED, revision = 0): TreeUpdate {
  const event: TreeEvent = {
    ...base(ms, revision),
    type: 'pause.exited',
    pod: who,
    sandbox: { id: sandbox, attempt: 0 },
    exit: { code: null, signal: 'SIGKILL' },
    cause,
  };
  return { event, changes: [] };
}

export function restarted(who: PodRef, oldSandbox: string, ms: number, cause: Cause = KILLED, outageMs?: number): TreeUpdate {
  const event: TreeEvent = {
    ...base(ms, outageMs === undefined ? 0 : 1),
    type: 'pause.restarted',
    pod: who,
    cause,
    oldSandbox: { id: oldSandbox, attempt: 0 },
    newSandbox: { id: `${oldSandbox}-next`, attempt: 1 },
    returned: [],
    ...(outageMs !== undefined && { outageMs, complete: true }),
  };
  return { event, changes: [] };
}

export function joined(owner: PodRef, ms: number, joiner?: PodRef, by: 'foreign' | 'runtime' = 'foreign'): TreeUpdate {
  const event: TreeEvent = {
    ...base(ms, 0),
    type: 'namespace.joined',
    namespaces: [{ type: 'net', inode: 1, id: '1' }],
    owner,
    by,
    ...(joiner !== undefined && { pod: joiner }),
    process: { pid: 7, ppid: 1, comm: 'nsenter', args: [], role: 'guest', startTime: at(ms), uid: 0 },
  };
  return { event, changes: [] };
}

/** The changes that make a pod with a sandbox, with or without its pause, and containers that run or not. */
export function podChanges(
  who: PodRef,
  sandboxId: string,
  options: {
    readonly hasPause?: boolean;
    readonly containers?: Readonly<Record<string, boolean>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletedAt?: string;
    readonly controller?: PodController;
  } = {},
): TreeUpdate {
  const { hasPause = true, containers = {}, labels = {}, deletedAt, controller } = options;
  const podUid = who.uid;
  const pause = { pid: 9, ppid: 1, comm: 'pause', args: [], role: 'pause', startTime: at(0) } as const;
  const changes: TreeChange[] = [
    {
      op: 'put',
      kind: 'pod',
      podUid,
      key: podUid,
      record: { ...who, labels, hostNetwork: false, ...(deletedAt && { deletedAt }), ...(controller && { controller }) },
    },
    {
      op: 'put',
      kind: 'sandbox',
      podUid,
      sandboxId,
      key: sandboxId,
      record: {
        id: sandboxId,
        attempt: 0,
        state: hasPause ? 'ready' : 'notready',
        kind: 'process',
        ips: [],
        namespaces: [],
        ...(hasPause && { pause }),
      },
    },
  ];
  for (const [name, isRunning] of Object.entries(containers)) {
    const id = `${sandboxId}-${name}`;
    const record = { id, name, kind: 'app', restarts: 0, state: isRunning ? 'running' : 'exited', namespaces: [] } as const;
    changes.push({ op: 'put', kind: 'container', podUid, sandboxId, containerId: id, key: id, record });
  }
  return { changes };
}

export function podGone(who: PodRef): TreeUpdate {
  return { changes: [{ op: 'remove', kind: 'pod', podUid: who.uid, key: who.uid }] };
}
