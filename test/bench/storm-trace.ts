// A fork storm in one pod as bpftrace would print it, and an engine that already knows the pod: what the daemon is measured with when no kernel is wanted.
import type { HostIdentity } from '../../src/host/level.ts';
import type { ContainerId, PodUid } from '../../src/kernel/identity.ts';
import { createEngine, type Engine } from '../../src/tree/engine.ts';

const HOST: HostIdentity = {
  bootId: '6a1f0a34-1111-4a2b-8c3d-0123456789ab',
  nodeName: 'node-1',
  namespaces: [4026531833, 4026531836, 4026531839, 4026531838, 4026531832, 4026531837, 4026531835],
};
const IN_POD = '4026532400,4026532401,4026532402,4026532403,4026532404,4026531837,4026532405';
export const STORM_POD_UID = '0f6d2b0e-7f0a-4b52-9f0e-2f7a6f1f7a11' as PodUid;
const SANDBOX_ID = 'a'.repeat(64) as ContainerId;
const CONTAINER_ID = 'c'.repeat(64) as ContainerId;
const POD_PATH = `/kubepods/burstable/pod${STORM_POD_UID}`;
const SHELL = 5_000;
const START_NS = 3_000_000_000_000;
const NS_PER_FORK = 60_000;
/** Long before the levels were read: what is younger than a moment is not believed to be missing in the events. */
const SHELL_START_NS = START_NS - 5_000_000_000;

/** Two lines a fork: the birth and the death of a process that does nothing, with the fields of probes/processes.bt. */
export function stormLines(forks: number): Buffer {
  const lines: string[] = [];
  for (let index = 0; index < forks; index++) {
    const atNs = START_NS + index * NS_PER_FORK;
    const pid = 10_000 + (index % 4_000_000);
    const shell = `${SHELL},${SHELL},4990,${SHELL_START_NS},103`;
    lines.push(
      `{"type": "value", "data": ["fork",${atNs},${shell},${pid},${SHELL},${atNs - 8_000},103,${100 + index},16640,0,${IN_POD},"storm"]}`,
      `{"type": "value", "data": ["exit",${atNs + 30_000},${pid},${pid},${SHELL},${atNs - 8_000},103,0,${100 + index},${IN_POD},"storm"]}`,
    );
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** Ready for the lines of `stormLines`: one pod, named by a runtime, in which a shell runs. */
export function createStormEngine(wallTime: (bootNs: number) => string): Engine {
  const engine = createEngine({ node: HOST.nodeName, host: HOST, wallTime, idPrefix: '5bd1' });
  const startNs = START_NS - 1_000_000_000;
  const namespaces = IN_POD.split(',').map(Number) as unknown as HostIdentity['namespaces'];
  const cgroups = new Map(
    [
      ['101', POD_PATH],
      ['102', `${POD_PATH}/${SANDBOX_ID}`],
      ['103', `${POD_PATH}/${CONTAINER_ID}`],
    ].map(([id, path]) => [id as never, path ?? '']),
  );
  const base = { ppid: 4_990, startNs: SHELL_START_NS, args: [], uid: 0, nsPid: 1, namespaces };
  engine.input({
    type: 'host',
    nowNs: startNs,
    level: {
      fromNs: startNs,
      toNs: startNs,
      processes: [
        { ...base, pid: 4_999, comm: 'pause', cgroupPath: `${POD_PATH}/${SANDBOX_ID}` },
        { ...base, pid: SHELL, comm: 'storm', cgroupPath: `${POD_PATH}/${CONTAINER_ID}` },
      ],
      pinned: [],
      cgroups,
    },
  });
  engine.input({
    type: 'runtime',
    nowNs: startNs,
    fromNs: startNs,
    level: {
      runtimeName: 'containerd',
      runtimeVersion: '1.6.20',
      sandboxes: [
        {
          id: SANDBOX_ID,
          podUid: STORM_POD_UID,
          name: 'storm',
          namespace: 'default',
          attempt: 0,
          state: 'ready',
          createdAt: '2026-01-01T00:00:00.000000000Z',
          labels: { app: 'storm' },
          ips: ['10.64.0.2'],
          hostNetwork: false,
          pid: 4_999,
          runtimeHandler: '',
        },
      ],
      containers: [
        {
          id: CONTAINER_ID,
          sandboxId: SANDBOX_ID,
          name: 'app',
          kind: 'app',
          restarts: 0,
          state: 'running',
          createdAt: '2026-01-01T00:00:01.000000000Z',
          pid: SHELL,
        },
      ],
    },
  });
  engine.input({ type: 'primed', nowNs: startNs });
  return engine;
}
