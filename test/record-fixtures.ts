// Makes the recordings in test/fixtures/recordings: runs pods in a containerd of its own and saves what the daemon would have seen of them.
//
// By hand, as root, on a machine that can run the tests, and with nothing else that makes pods at the same time:
//   node test/record-fixtures.ts [NAME…]
// Each file is what `podtree record` writes, without what is not of these pods (see helpers/recording-trim.ts), and can be looked at with
// `podtree replay`. test/tree/replay.test.ts says what has to come out of them; read the difference before you commit new ones.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startRecording } from '../agent/recording.ts';
import { testConfig, testLog } from './helpers/agent.ts';
import { FOREVER, killFromShell } from './helpers/agent-scenarios.ts';
import { type Containerd, type OciRuntime, startContainerd } from './helpers/containerd.ts';
import { until } from './helpers/containerd-pods.ts';
import { trimRecording } from './helpers/recording-trim.ts';

const FOLDER = fileURLToPath(new URL('fixtures/recordings/', import.meta.url));
const app = { name: 'app', command: FOREVER } as const;
const logger = { name: 'logger', command: FOREVER } as const;

interface Scenario {
  readonly runtime?: OciRuntime;
  readonly env?: Readonly<Record<string, string>>;
  /** Before the recording begins. */
  readonly prepare?: (containerd: Containerd) => Promise<void>;
  run(containerd: Containerd, settle: () => Promise<void>): Promise<void>;
}

/** A pod that is killed from a shell and made again, with all that the kubelet would do. */
async function killAndReplace(containerd: Containerd, settle: () => Promise<void>, sharePid = false): Promise<void> {
  const pod = await containerd.runPod({ name: 'victim', namespace: 'shop', labels: { app: 'web' }, sharePid, containers: [app, logger] });
  await settle();
  await killFromShell(pod.pausePid);
  await notReady(containerd, pod.sandboxId);
  for (const { id } of Object.values(pod.containers)) await containerd.stopContainer(id);
  await containerd.stopPod(pod.sandboxId);
  await containerd.runPod({ ...pod.spec, uid: pod.uid, attempt: 1 });
  await settle();
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'two-containers': {
    async run(containerd, settle) {
      const prepare = { name: 'prepare', kind: 'init', command: ['true'] } as const;
      const pod = await containerd.runPod({ name: 'two', namespace: 'shop', labels: { app: 'web' }, containers: [prepare, app, logger] });
      await settle();
      await containerd.exec(pod.containers.app.id, ['sh', '-c', '/bin/true; exit 7']);
      await settle();
      await containerd.removePod(pod.sandboxId);
      await settle();
    },
  },
  'shared-process-namespace': { run: (containerd, settle) => killAndReplace(containerd, settle, true) },
  'killed-pause': { run: (containerd, settle) => killAndReplace(containerd, settle) },
  'killed-pause-crun': { runtime: 'crun', run: (containerd, settle) => killAndReplace(containerd, settle) },
  'killed-pause-v2': { env: { PODTREE_CGROUP_HIERARCHY: 'v2' }, run: (containerd, settle) => killAndReplace(containerd, settle) },
  'without-runtime': {
    env: { PODTREE_RUNTIME_ENDPOINT: 'unix:///run/no-such-runtime.sock' },
    run: async (containerd, settle) => {
      const pod = await containerd.runPod({ name: 'nameless', containers: [app] });
      await settle();
      await containerd.removePod(pod.sandboxId);
      await settle();
      await containerd.runPod({ name: 'another', containers: [app] });
      await settle();
    },
  },
  entered: {
    async run(containerd, settle) {
      const pod = await containerd.runPod({ name: 'entered', namespace: 'shop', containers: [app] });
      await settle();
      const outsider = spawn('nsenter', ['--target', String(pod.pausePid), '--net', ...FOREVER], { stdio: 'ignore' });
      await settle();
      outsider.kill('SIGKILL');
      await settle();
    },
  },
  'host-namespaces': {
    async run(containerd, settle) {
      await containerd.runPod({ name: 'host-network', hostNetwork: true, containers: [app] });
      await containerd.runPod({ name: 'host-pid', hostPid: true, containers: [app] });
      await containerd.runPod({ name: 'host-ipc', hostIpc: true, containers: [app] });
      await settle();
    },
  },
  'reused-namespaces': {
    async run(containerd, settle) {
      let pod = await containerd.runPod({ name: 'phoenix' });
      for (let attempt = 1; attempt <= 4; attempt++) {
        await settle();
        await killFromShell(pod.pausePid);
        await notReady(containerd, pod.sandboxId);
        await containerd.stopPod(pod.sandboxId);
        pod = await containerd.runPod({ ...pod.spec, uid: pod.uid, attempt });
      }
      await settle();
    },
  },
};

function notReady(containerd: Containerd, sandboxId: string): Promise<void> {
  return until('the runtime to notice', async () => {
    const { items } = await containerd.call('ListPodSandbox', {});
    return (items as { id: string; state: string }[]).some(({ id, state }) => id === sandboxId && state === 'SANDBOX_NOTREADY');
  });
}

async function record(name: string, scenario: Scenario): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/podtree-recording-`);
  const containerd = await startContainerd({ runtime: scenario.runtime ?? 'runc' });
  try {
    await scenario.prepare?.(containerd);
    // So that the cgroups above all pods are there: on a node the kubelet makes them long before.
    const first = await containerd.runPod({ name: 'first' });
    await containerd.removePod(first.sandboxId);
    const path = `${folder}/raw.jsonl`;
    const config = testConfig({ PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, ...scenario.env });
    const recording = await startRecording({ config, log: testLog().log, path });
    // The runtime is asked for a while after each change: until then its answers belong to what was done.
    const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 1_500));
    await scenario.run(containerd, settle);
    const { events, lost } = await recording.stop();
    if (lost > 0) throw new Error(`${lost} events were lost: try again on a quiet machine`);
    const parents = new Set([containerd.pid, process.pid]);
    const lines = await trimRecording({ path, cgroupRoot: containerd.cgroupRoot, directory: containerd.directory, parents });
    const file = `${FOLDER}${name}.jsonl`;
    writeFileSync(file, `${lines.join('\n')}\n`);
    console.log(`${name}: ${events} events seen, ${statSync(file).size} bytes`);
  } finally {
    await containerd.stop();
    rmSync(folder, { recursive: true });
  }
}

const wanted = process.argv.slice(2);
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length === 0 || wanted.includes(name)) await record(name, scenario);
}
