// Which capabilities the agent's pod works with: the DaemonSet run with each set, on the bpftrace of each Debian. Gives a table for docs/install.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { type AgentPod, importAgentImage, startAgentPod, withCapabilities } from '../helpers/agent-pod.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { type Containerd, startContainerd } from '../helpers/containerd.ts';

const SETS: readonly (readonly string[])[] = [
  ['BPF', 'PERFMON', 'SYS_PTRACE'],
  ['PERFMON', 'SYS_PTRACE'],
  ['BPF', 'SYS_PTRACE'],
  ['BPF', 'PERFMON'],
  ['SYS_ADMIN', 'SYS_PTRACE'],
  ['SYS_ADMIN'],
  ['BPF', 'PERFMON', 'SYS_PTRACE', 'IPC_LOCK'],
  ['SYS_ADMIN', 'SYS_PTRACE', 'IPC_LOCK'],
  ['SYS_ADMIN', 'IPC_LOCK'],
];
/** 0.17 takes four seconds to attach on a busy machine; what is not ready by then says why. */
const GIVE_UP_MS = 15_000;

export interface CapabilityRow {
  readonly capabilities: readonly string[];
  readonly bpftrace: string;
  /** `works`, or why not. */
  readonly result: string;
  /** The same for bpftrace alone, without the agent that looks at its capabilities first. */
  readonly alone: string;
}

export async function measureCapabilities(t: Test, suite: string): Promise<readonly CapabilityRow[]> {
  const containerd = await startContainerd({ t });
  await importAgentImage(t, containerd, { suite, tag: 'localhost/podtree:0.1.0' });
  const neighbour = await containerd.runPod({ name: 'web', containers: [{ name: 'app', command: FOREVER }] });
  const rows: CapabilityRow[] = [];
  for (const capabilities of SETS) {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-state-'));
    const pod = await startAgentPod(t, containerd, { stateDirectory, daemonSet: withCapabilities(capabilities) });
    const result = await outcome(pod, neighbour.uid);
    const { stdout } = await versionOf(containerd, pod);
    const alone = await bpftraceAlone(t, containerd, capabilities);
    rows.push({ capabilities, alone, bpftrace: /\d+\.\d+/.exec(stdout)?.[0] ?? rows.at(-1)?.bpftrace ?? suite, result });
    await pod.remove();
    rmSync(stateDirectory, { recursive: true, force: true });
  }
  await containerd.stop();
  return rows;
}

/** One of the probes' files, until it prints its first event. */
async function bpftraceAlone(t: Test, containerd: Containerd, capabilities: readonly string[]): Promise<string> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-state-'));
  const command = ['/usr/bin/bpftrace', '-f', 'json', '--no-warnings', '/usr/lib/podtree/dist/probes/processes.bt', '1'];
  const pod = await startAgentPod(t, containerd, { stateDirectory, daemonSet: withCapabilities(capabilities, command) });
  const deadline = Date.now() + GIVE_UP_MS;
  let result = 'no event';
  while (result === 'no event' && Date.now() < deadline) {
    if (pod.log().includes('"type": "value"')) result = 'works';
    else if ((await pod.state()).state === 'CONTAINER_EXITED') result = pod.log().trim().split('\n').slice(-2).join(' ').slice(0, 200);
    else await containerd.exec(pod.containerId, ['env', 'true']).catch(() => undefined);
  }
  await pod.remove();
  rmSync(stateDirectory, { recursive: true, force: true });
  return result;
}

function versionOf(containerd: Containerd, pod: AgentPod): Promise<{ readonly stdout: string }> {
  return containerd.exec(pod.containerId, ['bpftrace', '--version']).catch(() => ({ stdout: '' }));
}

/** Works: it is ready, and shows a pod whole, with namespaces that are read of other processes. */
async function outcome(pod: AgentPod, uid: string): Promise<string> {
  const deadline = Date.now() + GIVE_UP_MS;
  let last = 'no answer';
  while (Date.now() < deadline) {
    if ((await pod.state()).state === 'CONTAINER_EXITED') return /^podtree: (.*)$/m.exec(pod.log())?.[1] ?? 'it ends';
    const answer = await pod.probe('/readyz').catch(() => undefined);
    if (answer?.status === 200) {
      const { pods } = JSON.parse((await pod.podtree('tree', '-o', 'json')).stdout) as {
        pods: { uid: string; name?: string; sandbox?: { namespaces: { scope: string }[] } }[];
      };
      const shown = pods.find((each) => each.uid === uid);
      return shown?.name === 'web' && shown.sandbox?.namespaces.some(({ scope }) => scope === 'own') ? 'works' : 'ready, but blind';
    }
    last = answer === undefined ? last : ((JSON.parse(answer.body) as { reason?: string }).reason ?? last);
    await delay(100);
  }
  return last;
}
