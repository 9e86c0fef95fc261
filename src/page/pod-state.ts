// How a pod is, in a word or three, and how much that should worry whoever looks.
import type { Container, Pod, Sandbox } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import type { PauseExit } from './model.ts';

export type Condition = 'trouble' | 'starting' | 'ready' | 'done';

export interface PodState {
  readonly condition: Condition;
  readonly words: string;
}

/** Containers that are meant to run: all but init containers that have done their work. */
export function expectedContainers(sandbox: Sandbox): readonly Container[] {
  return sandbox.containers.filter(({ kind, state, lastExit }) => kind !== 'init' || state !== 'exited' || lastExit?.code !== 0);
}

/** Whether it was stopped or something else ended it. */
export function hasDeadPause(sandbox: Sandbox): boolean {
  return ['stopped', 'dead'].includes(pauseStanding(sandbox));
}

/** `death` is that of the current sandbox' pause, where it was seen. */
export function podState(pod: Pod, death?: PauseExit): PodState {
  const { sandbox } = pod;
  if (sandbox === undefined) return { condition: 'trouble', words: 'no sandbox' };
  const running = sandbox.containers.filter(({ state }) => state === 'running').length;
  const standing = pauseStanding(sandbox, death?.cause.kind);
  if (standing === 'stopped') return { condition: 'done', words: 'stopped' };
  if (standing === 'dead') return { condition: 'trouble', words: running === 0 ? 'pause dead' : `pause dead, ${running} live on` };
  // Its containers end one after the other, as they should.
  if (pod.deletedAt !== undefined) return { condition: 'done', words: 'deleting' };
  if (sandbox.state === 'creating') return { condition: 'starting', words: 'starting' };
  if (sandbox.state !== 'ready') return { condition: 'trouble', words: 'not ready' };
  return stateOfContainers(sandbox, running);
}

function stateOfContainers(sandbox: Sandbox, running: number): PodState {
  const expected = expectedContainers(sandbox);
  if (expected.length === 0) return { condition: 'starting', words: 'no containers yet' };
  const exited = expected.filter(({ state }) => state === 'exited');
  if (exited.length === expected.length) {
    const failed = exited.some(({ lastExit }) => lastExit !== undefined && lastExit.code !== 0);
    return failed ? { condition: 'trouble', words: 'failed' } : { condition: 'done', words: 'completed' };
  }
  if (exited.length > 0) return { condition: 'trouble', words: `${running} of ${expected.length} run` };
  if (running < expected.length) return { condition: 'starting', words: `${running} of ${expected.length} run` };
  return { condition: 'ready', words: 'ready' };
}

/** When the pod began, as far as is known: ms of wall time. */
export function bornMs(pod: Pod): number | undefined {
  for (const { createdAt, pause } of [...pod.history, ...(pod.sandbox === undefined ? [] : [pod.sandbox])]) {
    const ms = Date.parse(createdAt ?? pause?.startTime ?? '');
    if (!Number.isNaN(ms)) return ms;
  }
  return undefined;
}

export function processCount({ sandbox }: Pod): number {
  if (sandbox === undefined) return 0;
  const inContainers = sandbox.containers.reduce((sum, { processes }) => sum + processes.length, 0);
  return inContainers + sandbox.guests.length + (sandbox.pause === undefined ? 0 : 1);
}
