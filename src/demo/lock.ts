// Lets one demo at a time work below a cgroup root: the next one would take its pods for leftovers and kill them.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PodtreeError } from '../error.ts';

/**
 * A unix socket in the abstract namespace (unix(7)): the kernel drops it with its process, so that no crash leaves a stale lock.
 *
 * @returns what releases it
 * @throws PodtreeError DEMO_FAILED when another process has it
 */
export async function takeLock(root: string): Promise<() => Promise<void>> {
  const server: Server = createServer((socket) => socket.destroy());
  try {
    server.listen(`\0podtree-demo:${root}`);
    await once(server, 'listening');
  } catch (cause) {
    throw new PodtreeError(
      'DEMO_FAILED',
      `demo: another podtree demo is running below ${root}: stop it first, or watch that one with podtree tree`,
      { cause },
    );
  }
  return async () => {
    server.close();
    await once(server, 'close');
  };
}
