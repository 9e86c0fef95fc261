// Suggests what to look at next, by what ended the pause: a command or two that can be copied, and what it will tell.
import type { Sender } from '../cause/cause.ts';
import type { PodHistory } from '../history/record.ts';
import type { Incident } from '../history/story.ts';

export interface NextStep {
  /** Ready for a POSIX shell on the node. */
  readonly command: string;
  readonly why: string;
}

const BEFORE_MS = 10_000;
const AFTER_MS = 5_000;
const RUNTIME_UNIT: Readonly<Record<string, string>> = { containerd: 'containerd', 'cri-o': 'crio', cri_o: 'crio', docker: 'docker' };

/** One or two, the most telling first. */
export function nextSteps(incident: Incident, history: Pick<PodHistory, 'pod' | 'sandboxes'>, isReboot: boolean): readonly NextStep[] {
  const { cause, time } = incident;
  const window = `--since ${moment(time, -BEFORE_MS)} --until ${moment(time, AFTER_MS)}`;
  const runtime = { command: `journalctl ${unitsOf(incident, history)} ${window}`, why: 'what runtime and kubelet said of it' };
  switch (cause.kind) {
    case 'signal':
      return cause.sender ? senderSteps(cause.sender, window, time) : [runtime];
    case 'planned-stop':
      return [eventsStep(history), runtime];
    case 'oom':
      return [
        { command: `journalctl -k ${window}`, why: 'the report of the OOM killer: which cgroup was at its limit, and with what' },
        { command: `kubectl ${describeOf(history)}`, why: 'the memory limits of the pod' },
      ];
    case 'exit':
      return [runtime, { command: `crictl inspectp ${word(incident.sandbox.id.slice(0, 12))}`, why: 'how the runtime started the pause' }];
    case 'agent-down':
      return missedSteps(incident, history, isReboot);
    default:
      return [runtime, { command: 'sudo podtree doctor', why: 'whether the probes can see everything on this node' }];
  }
}

function senderSteps(sender: Sender, window: string, time: string): NextStep[] {
  const { pod, container, unit } = sender;
  if (pod?.name !== undefined) {
    const inContainer = container === undefined ? '' : ` -c ${word(container.name)}`;
    const from = pod.namespace === undefined ? '' : ` -n ${word(pod.namespace)}`;
    return [
      {
        command: `kubectl logs${from} ${word(pod.name)}${inContainer} --since-time ${word(seconds(time, -BEFORE_MS))}`,
        why: 'what that container says of it',
      },
      { command: `kubectl get pod${from} ${word(pod.name)} -o yaml`, why: 'what lets it kill others: hostPID, privileged, its own code' },
    ];
  }
  const parents = sender.parents.map(({ pid }) => pid).filter((pid) => pid > 1);
  const ancestors = { command: `ps -f -p ${parents.join(',')}`, why: 'who started it, as far as they still run' };
  const name = unit?.split('/').at(-1);
  const journal = {
    command: `journalctl ${name === undefined ? '' : `-u ${word(name)} `}${window}`,
    why: name === undefined ? 'what the node was doing in those seconds' : `what ${name} did then`,
  };
  return parents.length === 0 ? [journal] : [journal, ancestors];
}

function missedSteps(incident: Incident, history: Pick<PodHistory, 'pod' | 'sandboxes'>, isReboot: boolean): NextStep[] {
  if (isReboot) {
    return [
      { command: 'journalctl --list-boots', why: 'when the node went down and came up' },
      { command: 'journalctl -b -1 -e', why: 'the last it said before' },
    ];
  }
  const lastSeen = history.sandboxes.find(({ id }) => id === incident.sandbox.id)?.lastSeen ?? incident.time;
  const window = `--since ${moment(lastSeen, -BEFORE_MS)} --until ${moment(incident.time, AFTER_MS)}`;
  return [
    { command: `journalctl ${unitsOf(incident, history)} ${window}`, why: 'what runtime and kubelet said while podtree was away' },
    { command: `journalctl -u podtree ${window}`, why: 'why podtree was away' },
  ];
}

function eventsStep({ pod }: Pick<PodHistory, 'pod'>): NextStep {
  const from = pod.namespace === undefined ? '' : ` -n ${word(pod.namespace)}`;
  return {
    command: `kubectl get events${from} --field-selector ${word(`involvedObject.name=${pod.name ?? pod.uid}`)}`,
    why: 'who asked for it',
  };
}

function describeOf({ pod }: Pick<PodHistory, 'pod'>): string {
  return `describe pod${pod.namespace === undefined ? '' : ` -n ${word(pod.namespace)}`} ${word(pod.name ?? pod.uid)}`;
}

function unitsOf({ sandbox }: Incident, history: Pick<PodHistory, 'sandboxes'>): string {
  const runtime = history.sandboxes.find(({ id }) => id === sandbox.id)?.runtime ?? '';
  const unit = RUNTIME_UNIT[runtime];
  return unit === undefined ? '-u kubelet' : `-u ${unit} -u kubelet`;
}

/** A time as journalctl takes it, whatever zone the node is in. */
function moment(time: string, shiftMs: number): string {
  return `'${seconds(time, shiftMs).replace('T', ' ').replace('Z', ' UTC')}'`;
}

function seconds(time: string, shiftMs: number): string {
  const ms = Date.parse(time) + shiftMs;
  return `${new Date(Number.isNaN(ms) ? 0 : ms).toISOString().slice(0, 19)}Z`;
}

/** One word for a shell: names come from processes and runtimes. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
