// The parts that the suggested commands are made of: the time around a death, the runtime's units, the pod as kubectl takes it.
import type { PodHistory } from '../history/record.ts';
import type { Incident } from '../history/story.ts';
import { word } from './shell.ts';

export interface NextStep {
  /** Ready for a POSIX shell on the node. */
  readonly command: string;
  readonly why: string;
}

/** Of a pod's history, what the commands name. */
export type Subject = Pick<PodHistory, 'pod' | 'sandboxes'>;

const BEFORE_MS = 10_000;
const AFTER_MS = 5_000;
const RUNTIME_UNIT: Readonly<Record<string, string>> = { containerd: 'containerd', 'cri-o': 'crio', cri_o: 'crio', docker: 'docker' };

/** The systemd unit of the runtime that had the sandbox, where it is one that is known. */
export function runtimeUnit({ sandbox }: Incident, { sandboxes }: Subject): string | undefined {
  return RUNTIME_UNIT[sandboxes.find(({ id }) => id === sandbox.id)?.runtime ?? ''];
}

/** Flags of journalctl for runtime and kubelet. */
export function unitsOf(incident: Incident, history: Subject): string {
  const unit = runtimeUnit(incident, history);
  return unit === undefined ? '-u kubelet' : `-u ${unit} -u kubelet`;
}

/** Flags of journalctl for the seconds around a moment. */
export function windowOf(time: string): string {
  return `--since ${moment(time, -BEFORE_MS)} --until ${moment(time, AFTER_MS)}`;
}

/** A time as journalctl takes it, whatever zone the node is in. */
export function moment(time: string, shiftMs: number): string {
  return `'${seconds(time, shiftMs).replace('T', ' ').replace('Z', ' UTC')}'`;
}

/** RFC 3339 without a fraction. */
export function seconds(time: string, shiftMs: number): string {
  const ms = Date.parse(time) + shiftMs;
  return `${new Date(Number.isNaN(ms) ? 0 : ms).toISOString().slice(0, 19)}Z`;
}

export function namespaceFlag(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` -n ${word(namespace)}`;
}

export function describeCommand({ pod }: Subject): string {
  return `kubectl describe pod${namespaceFlag(pod.namespace)} ${word(pod.name ?? pod.uid)}`;
}
