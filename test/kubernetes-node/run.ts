// `npm run test:kubernetes`: podtree on a real Kubernetes node. etcd, the control plane and a kubelet on a containerd of its own, the DaemonSet as the
// kustomization renders it, and what only a kubelet and an API server can show. Run by hand as root, not in CI: the first run builds Kubernetes of
// Debian's source package (eight minutes on two cores), each takes some minutes. Needs containerd, etcd-server, iproute2 and what builds the image.
//   PODTREE_KUBERNETES     folder with the built binaries (default: built once, kept in the system's temporary folder)
//   PODTREE_IMAGE_ARCHIVE  archive of `npm run image -- --output FILE` (default: the image is built)
// It listens on loopback and on addresses of devices of its own only. All its mounts are in a mount namespace of its own and go with it.
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { buildImage, cannotBuildImage } from '../../agent/setup/image.ts';
import { cannotFetchTools, kubernetesTools } from '../../agent/setup/kubernetes-tools.ts';
import { cannotRunContainerd } from '../helpers/containerd.ts';
import { kubernetesBinaries } from './binaries.ts';
import { cannotStartNode, openNode } from './node.ts';
import { TRIALS } from './trials.ts';

/** The mount namespace that this began in, for the process that it becomes. */
const MOUNTS_BEFORE = 'PODTREE_MOUNTS_BEFORE';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const archive = process.env.PODTREE_IMAGE_ARCHIVE;
const mounts = readlinkSync('/proc/self/ns/mnt');
const mountsBefore = process.env[MOUNTS_BEFORE];
const obstacle =
  cannotRunContainerd() ?? cannotFetchTools() ?? cannotStartNode() ?? (archive === undefined ? cannotBuildImage() : undefined);
if (obstacle !== undefined) {
  say(obstacle);
  process.exitCode = 1;
} else if (mountsBefore === undefined || mountsBefore === mounts) {
  const command = ['unshare', '--mount', '--propagation', 'private', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve?.('/usr/bin/unshare', command, { ...process.env, [MOUNTS_BEFORE]: mounts });
} else {
  // What an interrupt left waiting for a node that is gone would hold it up.
  process.exit((await runTrials()) ? 0 : 1);
}

async function runTrials(): Promise<boolean> {
  const binaries = kubernetesBinaries(say);
  // Before anything is watched or timed: building blocks this process, and through it goes the pods' way to the API server.
  const image = archive === undefined ? buildImage({ log: say }) : undefined;
  const node = openNode({ binaries, tools: kubernetesTools(), say });
  const stopped = interrupted();
  let areAllFine = true;
  let isOver = false;
  try {
    const work = async (): Promise<void> => {
      const file = archive ?? join(node.directory, 'podtree.tar');
      image?.save(file);
      await node.start(file);
      for (const [index, { sentence, run }] of TRIALS.entries()) {
        const failure = await run(node).then(
          (detail) => {
            say(`ok ${index + 1} - ${sentence}${detail === undefined ? '' : ` (${detail})`}`);
          },
          (error: unknown) => error ?? new Error('no reason'),
        );
        if (failure === undefined) continue;
        // An interrupt takes the node away below a trial.
        if (isOver) return;
        areAllFine = false;
        say(`FAILED ${index + 1} - ${sentence}\n${inspect(failure)}`);
        // Without an agent the others would only wait for it.
        if (index === 0) break;
      }
    };
    await Promise.race([work(), stopped]);
    return areAllFine;
  } catch (error) {
    say(`FAILED - ${inspect(error)}`);
    return false;
  } finally {
    isOver = true;
    await node.stop();
  }
}

function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => reject(new Error(`ended by ${signal}`)));
  });
}
