// What the demo knows of its sandboxes and containers, kept as a container runtime keeps it and shown as a RuntimeLevel. No I/O, no timers.
import type { ContainerKind, RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../cri/level.ts';
import type { ContainerId, PodUid } from '../kernel/identity.ts';
import type { ContainerExit } from './shim.ts';

/** A dead sandbox stays listed this long beside its successor, as the kubelet's garbage collection leaves it (once a minute). */
export const COLLECT_AFTER_MS = 60_000;
/** Raised when what is listed changes its meaning; podtree has one version, the demo's runtime has its own. */
const RUNTIME_VERSION = '1.0.0';

export interface DemoPod {
  readonly uid: PodUid;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DemoRecords {
  sandboxStarted(sandbox: { id: ContainerId; attempt: number; ip: string; pid: number }): void;
  sandboxExited(id: ContainerId): void;
  containerStarted(container: {
    id: ContainerId;
    sandboxId: ContainerId;
    name: string;
    kind: ContainerKind;
    restarts: number;
    pid: number;
  }): void;
  /** `exit` undefined: nobody knows how it ended. Then 255, as containerd says after a shim's death. */
  containerExited(id: ContainerId, exit: ContainerExit | undefined): void;
  /** What a runtime would list now. Forgets what is due for collection. */
  level(): RuntimeLevel;
  clear(): void;
}

/** @param nowMs wall time in ms */
export function demoRecords(pod: DemoPod, nowMs: () => number): DemoRecords {
  const sandboxes = new Map<ContainerId, { readonly record: RuntimeSandbox; readonly diedMs?: number }>();
  const containers = new Map<ContainerId, RuntimeContainer>();

  function collect(): void {
    for (const [id, { diedMs }] of sandboxes) {
      if (diedMs === undefined || nowMs() - diedMs < COLLECT_AFTER_MS) continue;
      sandboxes.delete(id);
      for (const container of containers.values()) if (container.sandboxId === id) containers.delete(container.id);
    }
  }

  return {
    sandboxStarted({ id, attempt, ip, pid }) {
      const { uid: podUid, name, namespace, labels } = pod;
      const createdAt = timestamp(nowMs());
      const record = { id, podUid, name, namespace, attempt, createdAt, labels, pid, ips: [ip], hostNetwork: false, runtimeHandler: '' };
      sandboxes.set(id, { record: { ...record, state: 'ready' } });
    },
    sandboxExited(id) {
      const sandbox = sandboxes.get(id);
      if (sandbox === undefined) return;
      const { pid: _, ...record } = sandbox.record;
      sandboxes.set(id, { record: { ...record, state: 'notready' }, diedMs: nowMs() });
    },
    containerStarted(container) {
      // The kubelet keeps one dead container of a name (MaxPerPodContainerCount); here it is the one before.
      const dead = [...containers.values()].filter(({ name, state }) => name === container.name && state === 'exited');
      for (const { id } of dead.slice(0, -1)) containers.delete(id);
      containers.set(container.id, { ...container, state: 'running', createdAt: timestamp(nowMs()) });
    },
    containerExited(id, exit) {
      const container = containers.get(id);
      if (container === undefined) return;
      const { pid: _, ...rest } = container;
      const exitCode = exit === undefined ? 255 : exit.signal > 0 ? 128 + exit.signal : exit.code;
      const reason = exit === undefined ? 'Unknown' : exitCode === 0 ? 'Completed' : 'Error';
      containers.set(id, { ...rest, state: exit === undefined ? 'unknown' : 'exited', exitCode, reason, finishedAt: timestamp(nowMs()) });
    },
    level() {
      collect();
      return {
        runtimeName: 'demo',
        runtimeVersion: RUNTIME_VERSION,
        sandboxes: [...sandboxes.values()].map(({ record }) => record),
        containers: [...containers.values()],
      };
    },
    clear() {
      sandboxes.clear();
      containers.clear();
    },
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000000Z');
}
