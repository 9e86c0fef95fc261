// What explains the death of a pause beyond who sent the signal: the shim that died first, a full cgroup killed at once, an address that was lost.
import type { BootNs } from '../kernel/identity.ts';
import { signalName } from '../kernel/signal.ts';
import type { Finding, FindingCode, Sender } from './cause.ts';
import type { Decision, PauseDeath, RuntimeDeath } from './death.ts';
import { isCgroupKill, isNamespaceEnd } from './decisive-signal.ts';
import { deletionFinding } from './deletion.ts';

/** Executables that are the kubelet or hold it: k3s and microk8s have it in one program with others. */
const KUBELETS: ReadonlySet<string> = new Set(['kubelet', 'kubelite', 'k3s']);
/** Programs that kill for lack of memory before the kernel does. Talos' machined does it, too, by cgroup (siderolabs/talos#13622). */
const MEMORY_DAEMONS: ReadonlySet<string> = new Set(['systemd-oomd', 'earlyoom', 'oomd', 'nohang', 'machined']);
const MAX_NAMED = 3;

export function findingsOf(death: PauseDeath, decision: Decision): Finding[] {
  const found: Finding[] = [];
  const add = (code: FindingCode, text: string | undefined): void => {
    if (text !== undefined) found.push({ code, text });
  };
  add('shim-died-first', shimText(death, decision));
  add('runtime-restarted', death.daemonDeath && daemonText(death.daemonDeath, death.timeNs));
  add('cgroup-kill', cgroupKillText(decision));
  add('pid-namespace-ended', namespaceText(decision));
  add('kubelet-cleanup', kubeletText(decision));
  add('pod-deleted', death.deletion && deletionFinding(death.deletion));
  add('memory-daemon', memoryDaemonText(decision));
  add('cgroup-driver-mismatch', mismatchText(death, decision));
  add('address-lost', addressText(death, decision));
  add('containers-still-ran', stillRanText(death, decision));
  add('never-had-container', death.hadContainer === false ? 'No container ever ran in this sandbox.' : undefined);
  add('exit-code-differs', disagreementText(death));
  return found;
}

function shimText({ shimDeath, shimPid, timeNs }: PauseDeath, { isShimGone }: Decision): string | undefined {
  if (!isShimGone) return undefined;
  if (!shimDeath) return `The pod's shim (pid ${shimPid}) had died before the pause, unseen: init was the pause's parent.`;
  const how = howItEnded(shimDeath);
  return `The pod's shim (${nameOf(shimDeath)}) ${how} ${span(timeNs - shimDeath.timeNs)} before the pause died; the runtime then ends what it left.`;
}

function daemonText(daemon: RuntimeDeath, timeNs: BootNs): string {
  const away = timeNs - daemon.timeNs;
  if (!daemon.exit) return `The runtime was restarted: its process ${daemon.pid} was found gone ${span(away)} before.`;
  return `The runtime (${nameOf(daemon)}) ${howItEnded(daemon)} ${span(away)} before.`;
}

function cgroupKillText({ decisive, sender, isByRuntime }: Decision): string | undefined {
  if (!decisive || !sender || isByRuntime || !isCgroupKill(decisive)) return undefined;
  return `${who(sender)} wrote to cgroup.kill: every process of the cgroup got SIGKILL at once.`;
}

function namespaceText({ decisive, sender }: Decision): string | undefined {
  if (!decisive || !sender || !isNamespaceEnd(decisive)) return undefined;
  return `${who(sender)} was the first process of a pid namespace around the pause; when it died the kernel killed all that was in it.`;
}

function kubeletText({ sender }: Decision): string | undefined {
  if (!isNodes(sender, KUBELETS)) return undefined;
  return 'The kubelet kills what is left in the cgroup of a pod that it does not know, or not any more (cleanupOrphanedPodCgroups).';
}

function memoryDaemonText({ sender }: Decision): string | undefined {
  if (!isNodes(sender, MEMORY_DAEMONS)) return undefined;
  return `${who(sender)} kills for lack of memory, before the kernel's OOM killer does.`;
}

/** Not of a container: a program in there calls itself anything. */
function isNodes(sender: Sender | undefined, names: ReadonlySet<string>): sender is Sender {
  return sender !== undefined && sender.pod === undefined && sender.exe !== undefined && names.has(sender.exe);
}

function mismatchText({ isDriverMismatch }: PauseDeath, { isPlanned }: Decision): string | undefined {
  if (!isDriverMismatch || isPlanned) return undefined;
  return "The kubelet uses the systemd cgroup driver and the runtime does not (SystemdCgroup = false): systemd may take the pod's slice for empty and stop it.";
}

function addressText({ addressLostNs, timeNs }: PauseDeath, { isByRuntime }: Decision): string | undefined {
  if (addressLostNs === undefined || !isByRuntime) return undefined;
  const since = span(timeNs - addressLostNs);
  return `The pause was alive, but the runtime had listed its sandbox without an address for ${since}: the kubelet then makes a new one (PodSandboxChanged).`;
}

function stillRanText({ liveContainers }: PauseDeath, { isByRuntime, isShimGone, isPlanned }: Decision): string | undefined {
  if (!isByRuntime || isShimGone || isPlanned || liveContainers === 0) return undefined;
  return `The runtime killed the pause while ${liveContainers} of the pod's containers still ran: not the order of an ordinary stop.`;
}

function disagreementText({ disagreements }: PauseDeath): string | undefined {
  if (disagreements.length === 0) return undefined;
  const said = disagreements
    .slice(0, MAX_NAMED)
    .map(({ name, kernelCode, runtimeCode }) => `${JSON.stringify(name)} with ${runtimeCode}, the kernel saw ${kernelCode}`);
  const more = disagreements.length > MAX_NAMED ? `, and ${disagreements.length - MAX_NAMED} more` : '';
  return `The runtime's exit code is not the kernel's: ${said.join('; ')}${more}.`;
}

function howItEnded({ exit, sender }: RuntimeDeath): string {
  if (exit === undefined) return 'was found gone';
  if (exit.signal === 0) return `exited with code ${exit.code ?? 0}${sender ? `, asked by ${who(sender)},` : ''}`;
  return `was killed with ${signalName(exit.signal)}${sender ? ` by ${who(sender)}` : ''}`;
}

function nameOf({ comm, pid }: RuntimeDeath): string {
  return `${JSON.stringify(comm)}, pid ${pid}`;
}

function who({ comm, pid, uid, pod }: Sender): string {
  const where = pod?.name === undefined ? '' : ` of pod ${pod.namespace ?? ''}/${pod.name}`;
  return `${JSON.stringify(comm)} (pid ${pid}, uid ${uid})${where}`;
}

function span(ns: number): string {
  if (ns < 10e9) return ns < 1e9 ? `${Math.max(0, Math.round(ns / 1e6))} ms` : `${(ns / 1e9).toFixed(1)} s`;
  return `${Math.round(ns / 1e9)} s`;
}
