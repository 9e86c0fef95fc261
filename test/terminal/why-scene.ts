// One pod whose pause dies after 700 seconds, for the tests of `podtree why`.
import type { Cause } from '../../src/cause/cause.ts';
import type { PodHistory } from '../../src/history/record.ts';
import { plainPaint } from '../../src/terminal/color.ts';
import { drawWhy } from '../../src/terminal/draw-why.ts';
import type { WhyOptions } from '../../src/terminal/why-layout.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Container, Pod, SandboxRecord } from '../../src/tree/model.ts';
import { at, death, event, pod, START, sandbox } from '../helpers/history-scene.ts';

export const OPTIONS = { width: 100, paint: plainPaint, zone: 'utc', now: START + 900_000, last: 3 } as const;
export const UID = '6f1d4d3e-0000-4000-8000-000000000001';
export const first = sandbox('0a1b2c3d4e5f', 0, 0, { ips: ['10.0.0.7'] });
export const second = sandbox('4f8a1b2c9d0e', 1, 705.69, { ips: ['10.0.0.8'] });

export function container(name: string, state: Container['state'] = 'running'): Container {
  const lastExit = { code: null, signal: 'SIGKILL' } as const;
  return { id: name, name, kind: 'app', restarts: 1, state, namespaces: [], processes: [], ...(state === 'exited' && { lastExit }) };
}

const BOTH = [container('web-server'), container('sidecar-logger')];

export const KILLER = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: {
    pid: 4711,
    comm: 'bash',
    exe: 'bash',
    uid: 1000,
    unit: 'user.slice/session-3.scope',
    parents: [
      { pid: 4700, comm: 'sshd' },
      { pid: 1, comm: 'systemd' },
    ],
  },
  findings: [],
  evidence: ['The kernel ended it with SIGKILL.', 'SIGKILL was sent by pid 4711 "bash" (signal:signal_generate, si_code 0).'],
} as const satisfies Cause;

export function scene(sandboxes: readonly SandboxRecord[], events: readonly TreeEvent[], goneAt?: string): PodHistory {
  const { sandbox: _sandbox, history: _history, ...record } = pod(UID, undefined);
  const named = { ...record, namespace: 'default', name: 'example-pod', ...(goneAt && { goneAt }) };
  return {
    node: 'node-1',
    pod: named,
    sandboxes: sandboxes.map((each) => ({ ...each, bootId: 'b', firstSeen: at(2), lastSeen: at(650) })),
    events,
  };
}

export function live(current: SandboxRecord | undefined, containers: readonly Container[] = BOTH): Pod {
  return { ...pod(UID, current, [], containers), namespace: 'default', name: 'example-pod' };
}

export const inside = (record: SandboxRecord, name: string) => ({
  sandbox: { id: record.id, attempt: record.attempt },
  container: { id: name, name },
});

/** The death, at 18:11:40.123456789. */
export function died(cause: object = KILLER, more: object = {}): TreeEvent {
  return { ...death(UID, first, 700, cause), time: '2026-11-22T18:11:40.123456789Z', ...more };
}

export function restarted(cause: object = KILLER, more: object = {}): TreeEvent {
  return event('pause.restarted', UID, 705.813, {
    revision: 1,
    cause,
    process: second.pause,
    oldSandbox: { id: first.id, attempt: 0 },
    newSandbox: { id: second.id, attempt: 1 },
    returned: [],
    ipBefore: '10.0.0.7',
    ipAfter: '10.0.0.8',
    sandboxOutageMs: 5690,
    outageMs: 5880,
    containersRestarted: 2,
    complete: true,
    ...more,
  });
}

export const text = (history: PodHistory, now: Pod | undefined, more: Partial<WhyOptions> = {}): string =>
  `${drawWhy(history, now, { ...OPTIONS, ...more }).join('\n')}\n`;
