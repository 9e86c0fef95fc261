// Concludes why a pause died from what the kernel said. Says `unknown` when the evidence does not decide.
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import { signalName } from '../kernel/signal.ts';
import type { Cause, OomKill, Sender } from './cause.ts';
import type { Decision, PauseDeath } from './death.ts';
import { decisiveSignal, type ExitStatus, isNamespaceEnd, SI_KERNEL } from './decisive-signal.ts';
import { deletionEvidence } from './deletion.ts';
import { findingsOf } from './findings.ts';
import { explainOom, mebibytes } from './memory.ts';

export interface SenderLookup {
  /** Turns the sending task into what users know: its unit, or its pod and container. */
  describe(event: SignalEvent): Sender;
  /** The sender is in a container: whoever its parent is, it is not the runtime (an exec'd process is the shim's child, too). */
  isInContainer(event: SignalEvent): boolean;
  /** The path of the cgroup of the task whose allocation failed. */
  pathOf(event: OomEvent): string | undefined;
}

type Verdict = Omit<Cause, 'findings'>;

/** runc and crun are started by the shim of the pod they work for (containerd go-runc), by the daemon (cri-o internal/oci), or by a helper of the
 * daemon's that cleans up after a dead shim (containerd core/runtime/v2 cleanupAfterDeadShim). */
function isByRuntime(death: PauseDeath, event: SignalEvent, lookup: SenderLookup): boolean {
  if (lookup.isInContainer(event)) return false;
  const lineage = [event.task.pid, event.task.ppid, ...event.parents.map(({ pid }) => pid)];
  return [death.shimPid, death.parentPid, death.daemonPid ?? 0].some((pid) => pid > 1 && lineage.includes(pid));
}

/** The shim died, or the pause's parent is init although it was a shim's child. */
function isShimGone({ shimDeath, shimPid, parentPid }: PauseDeath): boolean {
  return shimDeath !== undefined || (parentPid === 1 && shimPid > 1);
}

/** True when waiting a little could still change the verdict: events of another CPU arrive milliseconds later. A kernel's kill may yet turn out to
 * be the OOM killer's (oom:mark_victim follows its signal), and containers that a stop has ended may only seem to live. */
export function mayStillBeExplained(death: PauseDeath, lookup: SenderLookup): boolean {
  const { exit, oom, liveContainers, signals } = death;
  if (!exit || oom) return false;
  const decisive = decisiveSignal(exit, signals);
  if (!decisive) return exit.signal !== 0 || exit.code === 0;
  if (decisive.code === SI_KERNEL) return !isNamespaceEnd(decisive);
  return liveContainers > 0 && !isShimGone(death) && isByRuntime(death, decisive, lookup);
}

export function concludeCause(death: PauseDeath, lookup: SenderLookup): Cause {
  const decision = decide(death, lookup);
  const { evidence, ...verdict } = judge(death, decision, lookup);
  const { deletion } = death;
  const told = deletion && deletionEvidence(deletion, decision);
  return { ...verdict, findings: findingsOf(death, decision), evidence: told === undefined ? evidence : [...evidence, told] };
}

function decide(death: PauseDeath, lookup: SenderLookup): Decision {
  const decisive = death.exit && decisiveSignal(death.exit, death.signals);
  const isGone = isShimGone(death);
  // The OOM killer sends its signal in the name of whoever wanted memory.
  const isSent = decisive !== undefined && decisive.task.pid !== death.pid && (decisive.code !== SI_KERNEL || isNamespaceEnd(decisive));
  if (!isSent || death.oom) return { ...(decisive && { decisive }), isByRuntime: false, isShimGone: isGone, isPlanned: false };
  const isTool = decisive.code !== SI_KERNEL && isByRuntime(death, decisive, lookup);
  // Whom the API server had told to stop the pod does so in whatever order. Without that, containers that still ran are the sign of something else.
  const isDeleted = death.deletion?.order === 'before';
  const isPlanned = isTool && !isGone && (death.liveContainers === 0 || isDeleted);
  return { decisive, sender: lookup.describe(decisive), isByRuntime: isTool, isShimGone: isGone, isPlanned };
}

function judge(death: PauseDeath, decision: Decision, lookup: SenderLookup): Verdict {
  const { exit, oom } = death;
  if (!exit) return { kind: 'unknown', evidence: ['The exit was not seen: podtree was not running, or the kernel dropped the event.'] };
  const ended =
    exit.signal !== 0 ? `The kernel ended it with ${signalName(exit.signal)}.` : `It exited by itself with code ${exit.code ?? 0}.`;
  if (oom) return judgeOom(oom, exit, ended, lookup);
  if (decision.decisive) return judgeSignal(death, decision.decisive, decision, ended);
  if (exit.signal === 0) return { kind: 'exit', evidence: [ended, 'No signal that would explain it was sent to it.'] };
  return {
    kind: 'unknown',
    signal: signalName(exit.signal),
    evidence: [ended, 'No sender of that signal was seen (signal:signal_generate).'],
  };
}

function judgeOom(oom: OomEvent, exit: ExitStatus, ended: string, lookup: SenderLookup): Verdict {
  const kill = explainOom(oom, lookup.pathOf(oom));
  const marked = `The OOM killer marked it (oom:mark_victim) while ${quote(oom.task.comm)} (pid ${oom.task.pid}) was allocating.`;
  return {
    kind: 'oom',
    ...(exit.signal !== 0 && { signal: signalName(exit.signal) }),
    oom: kill,
    evidence: [ended, marked, ...memoryEvidence(kill)],
  };
}

function memoryEvidence({ scope, cgroup, usageBytes = 0, limitBytes = 0 }: OomKill): string[] {
  if (scope === undefined) return [];
  if (scope === 'node') return ['No memory cgroup of that task was at its limit: the node itself had no memory left.'];
  const which = cgroup === undefined ? 'A memory cgroup of that task' : `The memory cgroup ${quote(cgroup)}`;
  return [`${which} was full: ${mebibytes(usageBytes)} of ${mebibytes(limitBytes)}.`];
}

function judgeSignal(death: PauseDeath, decisive: SignalEvent, decision: Decision, ended: string): Verdict {
  const signal = signalName(decisive.signal);
  const { pid, comm } = decisive.task;
  if (pid === death.pid) {
    const itself = `${signal} was made by the pause itself (signal:signal_generate, si_code ${decisive.code}).`;
    return { kind: 'exit', signal, evidence: [ended, itself] };
  }
  const { sender } = decision;
  if (!sender) {
    const kernel = `${signal} came from the kernel (SI_KERNEL) while ${quote(comm)} (pid ${pid}) ran: that task need not have wanted it.`;
    return { kind: 'unknown', signal, evidence: [ended, kernel, 'The OOM killer did not mark the pause (oom:mark_victim).'] };
  }
  const how = `signal:signal_generate, si_code ${decisive.code}, to ${decisive.group ? 'the process' : 'one task'}`;
  const sent = `${signal} was sent by pid ${pid} ${quote(comm)} (${how}).`;
  const evidence = [ended, sent];
  if (decision.isByRuntime) {
    const runtimePids = [...new Set([death.shimPid, death.parentPid, death.daemonPid ?? 0])].filter((each) => each > 1);
    evidence.push(`The sender belongs to the runtime: it descends from its process ${runtimePids.join(' or ')}.`);
    if (decision.isShimGone) evidence.push(`The pod's shim (pid ${death.shimPid}) was gone: not an ordinary stop.`);
    else if (death.liveContainers === 0) evidence.push('No container of the pod ran any more.');
    else if (decision.isPlanned) evidence.push(`${death.liveContainers} container(s) of the pod still ran.`);
    else evidence.push(`${death.liveContainers} container(s) of the pod still ran: not an ordinary stop.`);
  }
  return { kind: decision.isPlanned ? 'planned-stop' : 'signal', signal, sender, evidence };
}

/** A process picks its own name: keep it on one line and printable wherever the sentence goes. */
function quote(text: string): string {
  return JSON.stringify(text);
}
