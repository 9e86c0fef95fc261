// How the pause of a sandbox stands, told from the tree alone: for everybody who draws it.
import type { CauseKind } from '../cause/cause.ts';
import type { Sandbox } from './model.ts';

/** none: the runtime pins the namespaces, or they are in a virtual machine. stopped: with its pod, as it should; a pause that nobody saw end counts as
 * that when nothing of its sandbox runs, as in pods that were done before podtree came. */
export type PauseStanding = 'alive' | 'creating' | 'none' | 'stopped' | 'dead';

/** `cause`: of its death, where more is known than the tree says. */
export function pauseStanding(
  { kind, pause, state, pauseExit, containers }: Sandbox,
  cause: CauseKind | undefined = pauseExit?.cause,
): PauseStanding {
  if (kind !== 'process') return 'none';
  if (pause !== undefined) return 'alive';
  if (state === 'creating') return 'creating';
  if (cause !== undefined) return cause === 'planned-stop' ? 'stopped' : 'dead';
  return containers.some((container) => container.state === 'running') ? 'dead' : 'stopped';
}
