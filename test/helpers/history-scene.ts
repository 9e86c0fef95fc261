// A pod, its sandboxes and what happened to them, as the tests of history need them, and a history in a directory of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type History, type HistoryOptions, openHistory } from '../../src/history/history.ts';
import type { TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type { Container, Pod, Sandbox, SandboxRecord } from '../../src/tree/model.ts';

export const START = Date.parse('2026-11-22T18:00:00Z');

/** `seconds` after the start of the scene, RFC 3339 with nine digits. */
export function at(seconds: number): string {
  return new Date(START + Math.round(seconds * 1000)).toISOString().replace('Z', '000000Z');
}

export function sandbox(name: string, attempt: number, seconds: number, more: Partial<SandboxRecord> = {}): SandboxRecord {
  return {
    id: name.padEnd(64, '0'),
    attempt,
    state: 'ready',
    kind: 'process',
    runtime: 'containerd',
    createdAt: at(seconds),
    ips: [`10.0.0.${attempt + 1}`],
    pause: { pid: 4000 + attempt, ppid: 1, comm: 'pause', args: [], role: 'pause', startTime: at(seconds + 0.1) },
    namespaces: [],
    ...more,
  };
}

export function dead(record: SandboxRecord): SandboxRecord {
  const { pause: _pause, ...rest } = record;
  return { ...rest, state: 'notready' };
}

export function pod(
  uid: string,
  current: SandboxRecord | undefined,
  history: readonly SandboxRecord[] = [],
  containers: readonly Container[] = [],
): Pod {
  const under: Sandbox | undefined = current && { ...current, containers, guests: [] };
  return {
    uid,
    namespace: 'shop',
    name: `pod-${uid}`,
    labels: { app: uid },
    hostNetwork: false,
    ...(under && { sandbox: under }),
    history,
  };
}

let lastEvent = 0;

export function event<T extends TreeEvent['type']>(
  type: T,
  uid: string,
  seconds: number,
  more: object = {},
): Extract<TreeEvent, { type: T }> {
  lastEvent += 1;
  const base = { id: `e-${lastEvent}`, revision: 0, time: at(seconds), node: 'node-a', source: 'kernel', type };
  return { ...base, pod: { uid, namespace: 'shop', name: `pod-${uid}` }, ...more } as unknown as Extract<TreeEvent, { type: T }>;
}

export const KILLED = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: { pid: 900, comm: 'bash', exe: 'bash', uid: 0, parents: [] },
  findings: [],
  evidence: ['The kernel ended it with SIGKILL.'],
} as const;

export function death(
  uid: string,
  of: SandboxRecord,
  seconds: number,
  cause: object = KILLED,
): Extract<TreeEvent, { type: 'pause.exited' }> {
  return event('pause.exited', uid, seconds, {
    sandbox: { id: of.id, attempt: of.attempt },
    process: of.pause,
    exit: { code: null, signal: 'SIGKILL' },
    cause,
  });
}

export function putSandbox(podUid: string, record: SandboxRecord, isHistory = false): TreeUpdate['changes'][number] {
  const base = { op: 'put', kind: 'sandbox', podUid, sandboxId: record.id, key: record.id, record } as const;
  return isHistory ? { ...base, history: true } : base;
}

export interface Lines {
  readonly lines: string[];
  readonly log: HistoryOptions['log'];
}

export function keepLog(): Lines {
  const lines: string[] = [];
  const say = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, log: { info: say, warn: say, error: say } };
}

export function stateDir(t: Test): string {
  const parent = mkdtempSync(join(tmpdir(), 'podtree-history-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'state');
}

export interface Run extends Lines {
  readonly history: History;
}

/** One run of the agent on this directory: what it knows is compared with `pods` when `begin` is called. Closed in the teardown. For it the scene has
 * just happened, however old this file is: what is older than the history keeps would be gone. */
export async function openRun(t: Test, directory: string, options: Partial<HistoryOptions> = {}): Promise<Run> {
  const kept = keepLog();
  const scene = { node: 'node-a', bootId: 'boot-1', now: () => START + 100_000 };
  const history = await openHistory({ stateDir: directory, log: kept.log, batchMs: 1, ...scene, ...options });
  t.teardown(() => history.close());
  return { ...kept, history };
}
