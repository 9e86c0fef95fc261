// Starts one container of the demo pod through its shim, a small perl program, and says when it ends.
import { once } from 'node:events';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { PodtreeError } from '../error.ts';

/** On Debian and Ubuntu perl-base is Essential: this one is always there. */
const PERL = '/usr/bin/perl';
const PROGRAMS = ['podtree-shim', 'pause', 'web-server', 'sidecar-logger'] as const;
export type DemoProgram = Exclude<(typeof PROGRAMS)[number], 'podtree-shim'>;
/** nobody: the containers need no right at all. */
const CONTAINER_UID = 65534;
/** How much of what the shim says on stderr is kept for an error message. */
const COMPLAINT_CHARACTERS = 400;

export interface ContainerExit {
  readonly code: number;
  /** Number of the signal that ended it, 0 when it ended by itself. */
  readonly signal: number;
}

export interface RunningContainer {
  readonly pid: number;
  /** Settles when the container has been reaped; undefined when its shim was killed, and nobody knows how the container ended. */
  readonly exited: Promise<ContainerExit | undefined>;
  /** Sent by the shim, the container's parent: never to a reused pid. */
  signal(number: number): void;
}

export interface ContainerStart {
  readonly program: DemoProgram;
  /** Directories of its cgroup, one for each hierarchy. */
  readonly cgroups: readonly string[];
  /** For a pause: what it makes. For the others: whose namespaces they join. */
  readonly namespaces: { readonly hostname: string; readonly address: string } | { readonly pausePid: number; readonly sandboxId: string };
}

/**
 * Lays the programs out in a directory: a link to perl under each one's name, so that the kernel calls the process by that name from its
 * exec on (a link, because /run is often mounted noexec and a script there could not be executed).
 */
export async function installPrograms(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o755 });
  for (const name of PROGRAMS) {
    await copyFile(fileURLToPath(new URL(`./program/${name}.pl`, import.meta.url)), join(directory, `${name}.pl`));
    await symlink(PERL, join(directory, name));
  }
}

/**
 * @param directory where installPrograms put them
 * @throws PodtreeError DEMO_FAILED with the shim's reason
 */
export async function startContainer(directory: string, start: ContainerStart): Promise<RunningContainer> {
  const { namespaces, program } = start;
  const settings = start.cgroups.map((cgroup) => `cgroup=${cgroup}`);
  if ('hostname' in namespaces) settings.push(`hostname=${namespaces.hostname}`, `address=${namespaces.address}`);
  else settings.push(`join=${namespaces.pausePid}`, `within=${namespaces.sandboxId}`);
  const script = (name: string): string => join(directory, `${name}.pl`);
  const shim = execa(
    join(directory, 'podtree-shim'),
    [script('podtree-shim'), ...settings, `uid=${CONTAINER_UID}`, '--', join(directory, program), program, script(program)],
    // A session of its own: Ctrl-C in the terminal is for the supervisor, which then stops the pod in order.
    { detached: true, cleanup: false, buffer: false, reject: false, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' },
  );
  // Writing to a shim that is gone is no error of ours: its end is seen on stdout.
  shim.stdin.on('error', () => undefined);
  let complaints = '';
  shim.stderr.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-COMPLAINT_CHARACTERS);
  });

  const started = Promise.withResolvers<number>();
  const exited = Promise.withResolvers<ContainerExit | undefined>();
  let reason = `its shim ended (is ${PERL} there?)`;
  const lines = createInterface({ input: shim.stdout });
  lines.on('line', (line) => {
    const [word, first = '', second = ''] = line.split(' ', 3);
    if (word === 'running') started.resolve(Number(first));
    else if (word === 'exited') exited.resolve({ code: Number(first), signal: Number(second) });
    else if (word === 'failed') reason = line.slice('failed '.length);
  });
  // The end of the lines comes after the last of them, unlike the end of the process. Both promises may be settled already.
  Promise.all([once(lines, 'close'), shim]).then(() => {
    const details = complaints.trim().replace(/\s+/g, ' ');
    started.reject(new PodtreeError('DEMO_FAILED', `demo: cannot start ${program}: ${reason}${details === '' ? '' : ` (${details})`}`));
    exited.resolve(undefined);
  });
  const pid = await started.promise;
  return { pid, exited: exited.promise, signal: (number) => void shim.stdin.write(`${number}\n`) };
}
