// Concludes why a pause died from what the kernel said. Says `unknown` when the evidence does not decide.
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import { signalName } from '../kernel/signal.ts';
import type { Cause, Sender } from './cause.ts';

export interface PauseDeath {
  /** Absent when the exit itself was not seen. */
  readonly exit?: { readonly code: number | undefined; readonly signal: number } | undefined;
  /** Fatal signals sent to it while it lived, oldest first. */
  readonly signals: readonly SignalEvent[];
  readonly oom?: OomEvent | undefined;
  /** The pause's parent: containerd's shim or conmon; the runtime's own kill is its child. */
  readonly shimPid: number;
  /** Containers of the pod that still ran when the pause died. */
  readonly liveContainers: number;
}

/** runc and crun are started by the shim of the pod they work for (containerd go-runc), so a sender below it is the runtime itself. */
function isRuntimeTool(event: SignalEvent, shimPid: number): boolean {
  if (shimPid <= 1) return false;
  return event.task.pid === shimPid || event.task.ppid === shimPid || event.parents.some((parent) => parent.pid === shimPid);
}

/** The signal that explains the exit: of those that could have been delivered (result 0), the first with the number it died of; pause exits 0 on
 * TERM and INT (kubernetes build/pause/linux/pause.c), so these explain an exit with code 0. */
function decisiveSignal(death: PauseDeath): SignalEvent | undefined {
  const { exit, signals } = death;
  if (!exit) return undefined;
  const explains = (event: SignalEvent) =>
    exit.signal !== 0 ? event.signal === exit.signal : exit.code === 0 && (event.signal === 15 || event.signal === 2);
  const candidates = signals.filter((event) => explains(event) && event.result !== 1);
  return candidates.find((event) => event.result === 0) ?? candidates[0];
}

/** True when waiting a little could still bring the signal that explains the exit: events of another CPU arrive milliseconds later. */
export function mayStillBeExplained(death: PauseDeath): boolean {
  if (!death.exit || death.oom || decisiveSignal(death)) return false;
  return death.exit.signal !== 0 || death.exit.code === 0;
}

/** `describe` turns the sending task into what users know: its unit, or its pod and container. */
export function concludeCause(death: PauseDeath, describe: (event: SignalEvent) => Sender): Cause {
  const { exit, oom } = death;
  if (!exit) return { kind: 'unknown', evidence: ['The exit was not seen: podtree was not running, or the kernel dropped the event.'] };
  const ended =
    exit.signal !== 0 ? `The kernel ended it with ${signalName(exit.signal)}.` : `It exited by itself with code ${exit.code ?? 0}.`;
  const decisive = decisiveSignal(death);
  const evidence = [ended];

  if (oom) {
    evidence.push(`The OOM killer marked it (oom:mark_victim) while ${quote(oom.task.comm)} (pid ${oom.task.pid}) was allocating.`);
    return {
      kind: 'oom',
      ...(exit.signal !== 0 && { signal: signalName(exit.signal) }),
      oom: { victimPid: oom.victimPid, allocatorPid: oom.task.pid, allocatorComm: oom.task.comm },
      evidence,
    };
  }
  if (!decisive) {
    if (exit.signal === 0) return { kind: 'exit', evidence: [...evidence, 'No signal that would explain it was sent to it.'] };
    evidence.push('No sender of that signal was seen (signal:signal_generate).');
    return { kind: 'unknown', signal: signalName(exit.signal), evidence };
  }
  const signal = signalName(decisive.signal);
  const sender = describe(decisive);
  evidence.push(
    `${signal} was sent by pid ${decisive.task.pid} ${quote(decisive.task.comm)} (signal:signal_generate, si_code ${decisive.code}).`,
  );
  if (isRuntimeTool(decisive, death.shimPid)) {
    evidence.push(`The sender belongs to the runtime: it descends from the pod's shim (pid ${death.shimPid}).`);
    evidence.push(
      death.liveContainers === 0
        ? 'No container of the pod ran any more.'
        : `${death.liveContainers} container(s) of the pod still ran: not an ordinary stop.`,
    );
    return { kind: death.liveContainers === 0 ? 'planned-stop' : 'signal', signal, sender, evidence };
  }
  return { kind: 'signal', signal, sender, evidence };
}

/** A process picks its own name: keep it on one line and printable wherever the sentence goes. */
function quote(comm: string): string {
  return JSON.stringify(comm);
}
