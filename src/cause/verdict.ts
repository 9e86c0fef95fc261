// Concludes why a pause died from what the kernel said. Says `unknown` when the evidence does not decide.
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import { signalName } from '../kernel/signal.ts';
import type { Cause, Sender } from './cause.ts';

export interface PauseDeath {
  readonly pid: number;
  /** Absent when the exit itself was not seen. */
  readonly exit?: { readonly code: number | undefined; readonly signal: number } | undefined;
  /** Fatal signals sent to it while it lived, oldest first. */
  readonly signals: readonly SignalEvent[];
  readonly oom?: OomEvent | undefined;
  /** The pause's parent (containerd's shim, conmon) and the process that serves the CRI: the runtime's own kill descends from one of them. */
  readonly runtimePids: readonly number[];
  /** Containers of the pod that still ran when the pause died. */
  readonly liveContainers: number;
}

export interface SenderLookup {
  /** Turns the sending task into what users know: its unit, or its pod and container. */
  describe(event: SignalEvent): Sender;
  /** The sender is in a container: whoever its parent is, it is not the runtime (an exec'd process is the shim's child, too). */
  isInContainer(event: SignalEvent): boolean;
}

/** SI_KERNEL: the kernel made the signal, in the context of whatever task ran. */
const SI_KERNEL = 128;
const SIGINT = 2;
const SIGTERM = 15;

/** runc and crun are started by the shim of the pod they work for (containerd go-runc) or by the daemon (cri-o internal/oci). */
function isRuntimeTool(death: PauseDeath, event: SignalEvent, lookup: SenderLookup): boolean {
  if (lookup.isInContainer(event)) return false;
  const lineage = [event.task.pid, event.task.ppid, ...event.parents.map((parent) => parent.pid)];
  return death.runtimePids.some((pid) => lineage.includes(pid));
}

/** The signal that explains the exit: of those that could have been delivered (result 0), the first with the number it died of; pause exits 0 on
 * TERM and INT (kubernetes build/pause/linux/pause.c), so these explain an exit with code 0. */
function decisiveSignal(death: PauseDeath): SignalEvent | undefined {
  const { exit, signals } = death;
  if (!exit) return undefined;
  const explains = (event: SignalEvent) =>
    exit.signal !== 0 ? event.signal === exit.signal : exit.code === 0 && (event.signal === SIGTERM || event.signal === SIGINT);
  const candidates = signals.filter((event) => explains(event) && event.result !== 1);
  return candidates.find((event) => event.result === 0) ?? candidates[0];
}

/** True when waiting a little could still change the verdict: events of another CPU arrive milliseconds later. A kernel's kill may yet turn out to
 * be the OOM killer's (oom:mark_victim follows its signal), and containers that a stop has ended may only seem to live. */
export function mayStillBeExplained(death: PauseDeath, lookup: SenderLookup): boolean {
  const { exit, oom, liveContainers } = death;
  if (!exit || oom) return false;
  const decisive = decisiveSignal(death);
  if (!decisive) return exit.signal !== 0 || exit.code === 0;
  return decisive.code === SI_KERNEL || (liveContainers > 0 && isRuntimeTool(death, decisive, lookup));
}

export function concludeCause(death: PauseDeath, lookup: SenderLookup): Cause {
  const { exit, oom } = death;
  if (!exit)
    return {
      kind: 'unknown',
      findings: [],
      evidence: ['The exit was not seen: podtree was not running, or the kernel dropped the event.'],
    };
  const ended =
    exit.signal !== 0 ? `The kernel ended it with ${signalName(exit.signal)}.` : `It exited by itself with code ${exit.code ?? 0}.`;

  if (oom) {
    return {
      kind: 'oom',
      ...(exit.signal !== 0 && { signal: signalName(exit.signal) }),
      oom: { victimPid: oom.victimPid, allocatorPid: oom.task.pid, allocatorComm: oom.task.comm },
      findings: [],
      evidence: [ended, `The OOM killer marked it (oom:mark_victim) while ${quote(oom.task.comm)} (pid ${oom.task.pid}) was allocating.`],
    };
  }
  const decisive = decisiveSignal(death);
  if (decisive) return causeOfSignal(death, decisive, ended, lookup);
  if (exit.signal === 0) return { kind: 'exit', findings: [], evidence: [ended, 'No signal that would explain it was sent to it.'] };
  return {
    kind: 'unknown',
    signal: signalName(exit.signal),
    findings: [],
    evidence: [ended, 'No sender of that signal was seen (signal:signal_generate).'],
  };
}

function causeOfSignal(death: PauseDeath, decisive: SignalEvent, ended: string, lookup: SenderLookup): Cause {
  const signal = signalName(decisive.signal);
  const { pid, comm } = decisive.task;
  if (pid === death.pid) {
    const itself = `${signal} was made by the pause itself (signal:signal_generate, si_code ${decisive.code}).`;
    return { kind: 'exit', signal, findings: [], evidence: [ended, itself] };
  }
  if (decisive.code === SI_KERNEL) {
    const kernel = `${signal} came from the kernel (SI_KERNEL) while ${quote(comm)} (pid ${pid}) ran: that task need not have wanted it.`;
    return { kind: 'unknown', signal, findings: [], evidence: [ended, kernel, 'The OOM killer did not mark the pause (oom:mark_victim).'] };
  }
  const sent = `${signal} was sent by pid ${pid} ${quote(comm)} (signal:signal_generate, si_code ${decisive.code}).`;
  const sender = lookup.describe(decisive);
  if (!isRuntimeTool(death, decisive, lookup)) return { kind: 'signal', signal, sender, findings: [], evidence: [ended, sent] };
  const isOrdinary = death.liveContainers === 0;
  const containers = isOrdinary
    ? 'No container of the pod ran any more.'
    : `${death.liveContainers} container(s) of the pod still ran: not an ordinary stop.`;
  const tool = `The sender belongs to the runtime: it descends from its process ${death.runtimePids.join(' or ')}.`;
  return { kind: isOrdinary ? 'planned-stop' : 'signal', signal, sender, findings: [], evidence: [ended, sent, tool, containers] };
}

/** A process picks its own name: keep it on one line and printable wherever the sentence goes. */
function quote(comm: string): string {
  return JSON.stringify(comm);
}
