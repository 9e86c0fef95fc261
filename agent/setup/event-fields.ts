// What every field of every event means, for docs/events.md. The compiler finds a field or a type that is missing here.
import type { Cascade, CascadeContainer, ReturnedContainer } from '../../src/cause/cascade.ts';
import type { Cause, CauseKind, OomKill, Sender } from '../../src/cause/cause.ts';
import type { AlertRecord } from '../../src/tree/alert-record.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { ProcessRecord } from '../../src/tree/model.ts';

export type EventOf<T extends TreeEvent['type']> = Extract<TreeEvent, { readonly type: T }>;
type EventBase = EventOf<'process.exec'>;

/** Its type, and what it says. */
export type FieldDoc = readonly [type: string, meaning: string];
/** A `?` in the type of those that may be absent. */
export type FieldDocs<T> = Readonly<Record<keyof T & string, FieldDoc>>;

const MS = 'number, ms';
const TIME = 'RFC 3339 UTC, nine digits';

export const BASE_FIELDS: FieldDocs<EventBase> = {
  id: ['string', 'The same for all revisions of an event, and in stream, history and webhooks.'],
  revision: ['number', '0, then 1, 2 … when the same event is amended: the newest replaces the others. Count events of revision 0 only.'],
  time: [TIME, 'When it happened; for what is found later, when it was found or, where the runtime knows, when it was.'],
  node: ['string', 'The name of the node.'],
  type: ['string', 'One of the types below. More may be added: ignore what you do not know.'],
  source: ['string', '`kernel`: seen as it happened. `levels`: found by comparing with `/proc` or with what the runtime lists.'],
  pod: ['object?', '`uid`, and `namespace` and `name` where a runtime has told them. Of a joiner, the pod it comes from.'],
  sandbox: ['object?', '`id` (64 hex digits) and `attempt`.'],
  container: ['object?', '`id` and `name`.'],
  process: ['object?', 'The process it is about, as below.'],
  attribution: ['string?', '`unnamed-container`: the runtime did not name it in time. `unknown-cgroup`. `host`: it is in no pod.'],
};

export const PROCESS_FIELDS: FieldDocs<ProcessRecord> = {
  pid: ['number', 'As the node counts. With `startTime` it is the identity of the process: pids are reused.'],
  nsPid: ['number?', 'Its pid inside its own pid namespace.'],
  ppid: ['number', 'Its parent, as the node counts.'],
  comm: ['string', 'The name it gave itself: any bytes, at most 15. Escape it where you show it.'],
  args: ['list of strings', 'Empty unless `processArgs` of the configuration shows them: arguments hold secrets.'],
  uid: ['number?', 'Its user, as the node counts.'],
  role: [
    'string',
    '`pause`, `init` (first of a container), `child`, `exec` (entered by the runtime), `runtime` (runc on its way), `guest` (from outside).',
  ],
  startTime: [TIME, 'When it was forked.'],
};

export const CAUSE_FIELDS: FieldDocs<Cause> = {
  kind: ['string', 'The verdict, as below.'],
  signal: ['string?', 'The signal that ended it or made it exit, such as `SIGKILL`.'],
  sender: ['object?', 'Who sent that signal, as below.'],
  oom: ['object?', 'With kind `oom`: what the OOM killer did, as below.'],
  findings: ['list of `{code, text}`', 'What else explains the death, a sentence each. The codes are below.'],
  evidence: ['list of strings', 'The observations that the verdict rests on, a sentence each.'],
};

export const CAUSE_KINDS: Readonly<Record<CauseKind, string>> = {
  signal: 'Somebody sent it a signal: `sender` says who.',
  oom: 'The OOM killer chose it: `oom` says whose memory limit was reached.',
  exit: 'It ended by itself, with the code in `exit`.',
  'planned-stop':
    "The runtime stopped the sandbox on the kubelet's order, its containers before it; or in whatever order, when the API server had the pod marked for deletion before. Never counted, never alerted about.",
  'agent-down': 'It happened while podtree was not running: `evidence` says between which moments, and what can still be known.',
  unknown: 'The evidence does not decide. It may be amended: evidence of another CPU arrives milliseconds later.',
};

export const SENDER_FIELDS: FieldDocs<Sender> = {
  pid: ['number', 'The process that sent it, which may be gone already.'],
  comm: ['string', 'Its name, as it gave it to itself.'],
  exe: ['string?', 'Base name of its executable.'],
  uid: ['number', 'The user it ran as, as the node counts.'],
  loginUid: ['number?', 'Who had logged in, whatever `su` and `sudo` made of him since (pam_loginuid(8)). Absent when nobody did.'],
  tty: ['string?', 'Its terminal, such as `pts3`.'],
  unit: ['string?', 'The systemd unit or session of a process of the node.'],
  pod: ['object?', 'The pod of a process in a pod.'],
  container: ['object?', 'And its container.'],
  parents: ['list of `{pid, comm}`', 'Its parents, the nearest first, up to init; at most twelve.'],
};

export const OOM_FIELDS: FieldDocs<OomKill> = {
  victimPid: ['number', 'The process that the OOM killer chose.'],
  allocatorPid: ['number', 'The process that asked for memory when there was no more.'],
  allocatorComm: ['string', 'Its name.'],
  scope: ['string?', "`cgroup`: a memory cgroup had reached its limit. `node`: the node's memory was used up."],
  cgroup: ['string?', 'Path of the memory cgroup that had reached its limit: the pod, one container, or all pods of a class together.'],
  limitBytes: ['number?', 'That limit.'],
  usageBytes: ['number?', 'What was charged to it then.'],
};

export const CASCADE_FIELDS: FieldDocs<Cascade> = {
  containers: ['list', 'The containers that ran when the pause died, at most 64, as below.'],
  containerCount: ['number', 'How many they are.'],
  processes: ['number', 'Their processes then.'],
  leaked: ['list of strings', 'Paths of mounts that keep a namespace of it although nothing is left in it.'],
};

export const CASCADE_CONTAINER_FIELDS: FieldDocs<CascadeContainer> = {
  id: ['string', 'Id of the container.'],
  name: ['string', 'Its name.'],
  fate: [
    'string',
    "`with-pause`: the kernel killed it with the pause's pid namespace. `orphaned`: it ran on in a sandbox without a pause.",
  ],
  processes: ['number', 'Its processes when the pause died.'],
  exit: ['object?', 'How it ended; absent while it runs on.'],
  endedAfterMs: [`${MS}?`, "From the pause's death to its own."],
  endedBy: ['`{pid, comm}`?', 'Who sent the signal that ended it.'],
};

export const RETURNED_FIELDS: FieldDocs<ReturnedContainer> = {
  id: ['string', 'Id of the new container.'],
  name: ['string', 'Its name.'],
  afterMs: [`${MS}?`, "From the old pause's death to its start. Absent when that death was not seen."],
};

export const ALERT_FIELDS: FieldDocs<AlertRecord> = {
  name: ['string', 'Name of the rule.'],
  severity: ['string', '`critical`, `warning` or `info`.'],
  since: [TIME, 'When what it is about first happened.'],
  last: [TIME, 'When it happened last.'],
  summary: ['string', 'One sentence for the person who is paged.'],
  count: ['number', 'How often it happened since it fires.'],
  incident: ['string', 'The same for all alerts of a rule that began within two seconds: id of the first of them.'],
  members: ['list of pods', 'The pods of an incident of several, the first fifty.'],
  memberCount: ['number', 'How many pods the incident has; 1 when it is about the node.'],
};

type Extra<T extends TreeEvent['type']> = Omit<EventOf<T>, keyof EventBase>;

interface EventDoc<T extends TreeEvent['type']> {
  /** When it is sent. */
  readonly meaning: string;
  /** Its fields besides those of every event. */
  readonly fields: FieldDocs<Extra<T>>;
}

const EXIT: FieldDoc = ['object?', '`code`, or null when a signal ended it; `signal`, such as `SIGKILL`, or null. As the kernel has it.'];
const NAMESPACES: FieldDoc = ['list', '`type`, `inode` and `id` of each; the inode alone is reused within milliseconds.'];
const ALERT = {
  alert: ['object', 'The alert, as below.'],
  cause: ['object?', 'Of an alert about a death, its cause.'],
} as const satisfies FieldDocs<Extra<'alert.firing'>>;

/** In the order of the page. */
export const EVENT_DOCS: { readonly [T in TreeEvent['type']]: EventDoc<T> } = {
  'pause.exited': {
    meaning: 'A pause died. Sent at once, and amended as evidence arrives and as what it took down ends.',
    fields: {
      exit: EXIT,
      cause: ['object', 'Why it died, as below.'],
      cascade: ['object?', 'What it took down, as below.'],
    },
  },
  'pause.restarted': {
    meaning:
      'Another sandbox took the place of one whose pause is dead. Sent when the new pause runs; amended once every container that ran before runs again, or after a minute with `complete: false`; and when the old pause, or one that ran in between, is told of only later: that may take back that all were there.',
    fields: {
      cause: ['object', 'Why the old pause died. `pause.exited` may know more of it, as it is amended longer.'],
      oldSandbox: [
        'object',
        '`id` and `attempt`. Another one in an amendment when one more turned out to have run in between: that has a restart of its own.',
      ],
      newSandbox: ['object', '`id` and `attempt`.'],
      ipBefore: ['string?', "The pod's address before."],
      ipAfter: ['string?', "The pod's address now; with `hostNetwork` the same."],
      sandboxOutageMs: [`${MS}?`, 'From the death of the old pause to the new one running.'],
      outageMs: [`${MS}?`, 'From the death of the old pause to all containers running again.'],
      containersRestarted: ['number?', 'How many came back.'],
      returned: ['list', 'Each of them with its time, in the order of their starts.'],
      complete: ['boolean?', 'Whether all are back. Absent while that is open.'],
    },
  },
  'container.started': { meaning: "A container's first process runs its program.", fields: {} },
  'container.exited': { meaning: 'The first process of a container ended.', fields: { exit: EXIT } },
  'sandbox.created': { meaning: 'The first sign of a sandbox: its cgroup, or the runtime lists it.', fields: {} },
  'sandbox.ready': { meaning: 'The runtime calls it ready.', fields: {} },
  'sandbox.removed': { meaning: 'The runtime does not list it any longer.', fields: {} },
  'pod.added': { meaning: 'The first sign of a pod.', fields: {} },
  'pod.removed': { meaning: 'No sandbox of it is listed, and no process of it lives.', fields: {} },
  'process.started': { meaning: 'A process was forked in a pod. It still has the name of its parent.', fields: {} },
  'process.exec': { meaning: 'A process became another program.', fields: {} },
  'process.exited': { meaning: 'A process ended, all of its threads.', fields: { exit: EXIT } },
  'namespace.created': {
    meaning: 'A process made namespaces: its own from now on, or those of a child.',
    fields: { namespaces: NAMESPACES },
  },
  'namespace.joined': {
    meaning: 'A process went into a namespace of a pod. Filters match the pod it comes from or the one it went into.',
    fields: {
      namespaces: NAMESPACES,
      owner: ['object', 'The pod whose namespaces they are.'],
      by: ['string', '`runtime`, `cni`, `exec`, `kubelet`, `pod` (its own process), or `foreign`: anybody else.'],
    },
  },
  'alert.firing': { meaning: 'A rule is met. Amended while it counts on. See [alerts.md](alerts.md).', fields: ALERT },
  'alert.resolved': { meaning: 'It is over. Has the id of the event that fired.', fields: ALERT },
  'agent.gap': {
    meaning: 'Events were lost on the way. The tree was read anew, but what happened meanwhile is not known.',
    fields: {
      stage: ['string', '`kernel`: bpftrace lost them. `agent`: a queue was full. `client`: this client read too slowly.'],
      lost: ['number?', 'How many; absent when that could not be counted.'],
      reason: ['string', 'What was the matter, for people.'],
    },
  },
};
