// One trial of the agent under systemd with some lines of [Service]: does it start, and does it see who kills a pause?
import { setTimeout as delay } from 'node:timers/promises';
import type { Demo } from '../../src/demo/demo.ts';
import { fetchTree } from '../../src/stream/client.ts';
import { fetchHistory } from '../../src/stream/history-client.ts';
import { killFromShell } from '../helpers/agent-scenarios.ts';
import type { SystemdManager } from '../helpers/systemd-manager.ts';

export const UNIT = 'podtree.service';

export interface Trial {
  readonly isFine: boolean;
  /** What did not work, or what it took. */
  readonly said: string;
}

export interface Scene {
  readonly manager: SystemdManager;
  readonly demo: Demo;
  /** Base URL of the agent. */
  readonly server: string;
  /** What the agent has logged since the unit was started, newest last. */
  log(): string;
}

/** The unit is stopped afterwards. */
export async function tryUnit(scene: Scene, lines: readonly string[]): Promise<Trial> {
  const { manager, demo, server } = scene;
  await manager.write(`${UNIT}.d/90-trial.conf`, ['[Service]', ...lines, ''].join('\n'));
  await manager.control('reset-failed', UNIT);
  const beganMs = performance.now();
  const former = scene.log().length;
  try {
    if ((await manager.control('start', UNIT)).status !== 0)
      return { isFine: false, said: `does not start: ${await manager.show(UNIT, 'Result')}: ${lastError(scene.log().slice(former))}` };
    const startS = ((performance.now() - beganMs) / 1000).toFixed(1);
    const uid = demo.level().sandboxes[0]?.podUid ?? '';
    const tree = await fetchTree({ server });
    const pod = tree.pods.find((each) => each.uid === uid);
    const scopes = pod?.sandbox?.containers.flatMap(({ namespaces }) => namespaces) ?? [];
    if (pod?.name === undefined || pod.sandbox?.pause === undefined) return { isFine: false, said: 'the pod has no name, or no pause' };
    if (scopes.length < 14) return { isFine: false, said: `only ${scopes.length} of 14 namespaces are known` };
    const killer = await killFromShell(pod.sandbox.pause.pid);
    for (const deadline = performance.now() + 20_000; performance.now() < deadline; await delay(100)) {
      const history = await fetchHistory(uid, { server });
      const death = history?.events.findLast((event) => event.type === 'pause.exited');
      if (death?.type !== 'pause.exited' || death.process?.pid !== pod.sandbox.pause.pid || death.cause.kind === 'unknown') continue;
      const { sender } = death.cause;
      const isRight = sender?.pid === killer.pid;
      await rebuilt(demo, pod.sandbox.pause.pid);
      return { isFine: isRight, said: isRight ? `ready in ${startS} s` : `the killer is ${sender?.comm}` };
    }
    return { isFine: false, said: 'the death of a pause is not told' };
  } catch (error) {
    return { isFine: false, said: error instanceof Error ? error.message : String(error) };
  } finally {
    await manager.control('stop', UNIT);
    await manager.remove(`${UNIT}.d/90-trial.conf`);
  }
}

async function rebuilt(demo: Demo, killed: number): Promise<void> {
  for (let left = 300; left > 0; left -= 1) {
    const running = demo.level().containers.filter(({ state }) => state === 'running').length;
    if (running === 2 && demo.pausePid() !== undefined && demo.pausePid() !== killed) return;
    await delay(100);
  }
}

function lastError(log: string): string {
  const lines = log
    .trim()
    .split('\n')
    .filter((line) => line.length > 0);
  return (lines.findLast((line) => /"(error|fatal)"|podtree: /.test(line)) ?? lines.at(-1) ?? 'nothing was logged').slice(0, 400);
}
