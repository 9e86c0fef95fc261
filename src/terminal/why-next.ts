// Suggests what to look at next, by what ended the pause and what was found: a few commands that can be copied, and what each will tell.
import type { Sender } from '../cause/cause.ts';
import { byImportance, isSomebody } from '../history/finding-guide.ts';
import { type Incident, isReboot } from '../history/story.ts';
import { word } from './shell.ts';
import { findingSteps } from './why-next-finding.ts';
import { describeCommand, moment, type NextStep, namespaceFlag, type Subject, seconds, unitsOf, windowOf } from './why-next-step.ts';

const MAX_STEPS = 3;
/** Of a chain of parents those next to the process. */
const MAX_PARENTS = 6;
const BEFORE_MS = 10_000;
const AFTER_MS = 5_000;

/** At most three, the most telling first; each only looks. */
export function nextSteps(incident: Incident, history: Subject): readonly NextStep[] {
  const { cause } = incident;
  const found = byImportance(cause).flatMap(({ code }) => findingSteps(code, incident, history));
  const usual = causeSteps(incident, history);
  // A person or a pod that sent the signal is looked at before what else was odd.
  const isFirst = isSomebody(cause) || cause.kind === 'planned-stop';
  const steps = isFirst ? [...usual, ...found] : [...found, ...usual];
  const known = new Set<string>();
  const fresh = steps.filter(({ command }) => !known.has(command) && known.add(command));
  return [...fresh.slice(0, MAX_STEPS), ...leakSteps(incident)];
}

function causeSteps(incident: Incident, history: Subject): readonly NextStep[] {
  const { cause, time } = incident;
  const window = windowOf(time);
  const runtime = { command: `journalctl ${unitsOf(incident, history)} ${window}`, why: 'what runtime and kubelet said of it' };
  switch (cause.kind) {
    case 'signal':
      return cause.sender ? senderSteps(cause.sender, time) : [runtime];
    case 'planned-stop':
      return [eventsStep(history), runtime];
    case 'oom':
      return memorySteps(incident, history);
    case 'exit':
      return [runtime, { command: `crictl inspectp ${word(incident.sandbox.id.slice(0, 12))}`, why: 'how the runtime started the pause' }];
    case 'agent-down':
      return missedSteps(incident, history);
    default:
      return [runtime, { command: 'sudo podtree doctor', why: 'whether the probes can see everything on this node' }];
  }
}

function senderSteps(sender: Sender, time: string): NextStep[] {
  const { pod, container, unit, loginUid } = sender;
  if (pod?.name !== undefined) {
    const inContainer = container === undefined ? '' : ` -c ${word(container.name)}`;
    const from = namespaceFlag(pod.namespace);
    return [
      {
        command: `kubectl logs${from} ${word(pod.name)}${inContainer} --since-time ${word(seconds(time, -BEFORE_MS))}`,
        why: 'what that container says of it',
      },
      { command: `kubectl get pod${from} ${word(pod.name)} -o yaml`, why: 'what lets it kill others: hostPID, privileged, its own code' },
    ];
  }
  const window = windowOf(time);
  const steps: NextStep[] = [];
  // systemd.journal-fields(7): sudo and su log what they run, with the login it is done for.
  if (loginUid !== undefined)
    steps.push({
      command: `journalctl _AUDIT_LOGINUID=${loginUid} --since ${moment(time, -10 * 60_000)} --until ${moment(time, AFTER_MS)}`,
      why: 'what that login did in the ten minutes before: sudo writes its commands there',
    });
  const name = unit?.split('/').at(-1);
  const session = /^session-(\w+)\.scope$/.exec(name ?? '')?.[1];
  if (session !== undefined)
    steps.push({ command: `loginctl session-status ${word(session)}`, why: 'whose session it is, since when and from where' });
  else if (sender.pid === 1) steps.push({ command: `journalctl _PID=1 ${window}`, why: 'which unit systemd stopped, and why' });
  else if (name !== undefined) steps.push({ command: `journalctl -u ${word(name)} ${window}`, why: `what ${name} did then` });
  else if (loginUid === undefined) steps.push({ command: `journalctl ${window}`, why: 'what the node was doing in those seconds' });
  const parents = sender.parents.map(({ pid }) => pid).filter((pid) => pid > 1);
  if (parents.length > 0)
    steps.push({ command: `ps -f -p ${parents.slice(0, MAX_PARENTS).join(',')}`, why: 'who started it, as far as they still run' });
  return steps;
}

function memorySteps({ cause, time }: Incident, history: Subject): NextStep[] {
  const report = { command: `journalctl -k ${windowOf(time)}`, why: 'the report of the OOM killer: who used how much' };
  if (cause.oom?.scope === 'node')
    return [report, { command: 'ps -eo pid,rss,comm,cgroup --sort -rss | head -15', why: "who uses the node's memory now" }];
  return [report, { command: describeCommand(history), why: "the memory limits: the pod's is the sum of its containers'" }];
}

function missedSteps(incident: Incident, history: Subject): NextStep[] {
  if (isReboot(incident.cause)) {
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

function eventsStep({ pod }: Subject): NextStep {
  return {
    command: `kubectl get events${namespaceFlag(pod.namespace)} --field-selector ${word(`involvedObject.name=${pod.name ?? pod.uid}`)}`,
    why: 'who asked for it',
  };
}

function leakSteps({ exit }: Incident): NextStep[] {
  const path = exit?.cascade?.leaked[0];
  if (path === undefined) return [];
  return [{ command: `findmnt ${word(path)}`, why: 'whether the mount that keeps its namespace is still there: no pod is behind it' }];
}
