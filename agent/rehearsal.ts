// Plays the death of a pause now and then to parts of which nobody hears: code is compiled when it first runs, and thrown away when it has not run
// for long. Without this the first death in days, which is every death on a good node, would be worked on for three times as long as the next.
import { createAlertEngine } from '../src/alert/engine.ts';
import type { AlertRule } from '../src/alert/rule.ts';
import type { RuntimeLevel } from '../src/cri/level.ts';
import type { HostIdentity, HostLevel } from '../src/host/level.ts';
import type { CgroupId, ContainerId, NamespaceSet, PodUid } from '../src/kernel/identity.ts';
import { createBatch, createLineParser } from '../src/kernel/parse.ts';
import { changesOfPod } from '../src/stream/apply.ts';
import { jsonCodec } from '../src/stream/json.ts';
import { protobufCodec } from '../src/stream/protobuf.ts';
import type { TreeUpdate } from '../src/tree/change.ts';
import { createEngine } from '../src/tree/engine.ts';

export interface RehearsalOptions {
  readonly identity: HostIdentity;
  readonly rules: readonly AlertRule[];
}

export interface Rehearsals {
  stop(): void;
}

/** Code is thrown away when six collections of the whole heap have not seen it run (V8's bytecode-old-age). */
const INTERVAL_MS = 60_000;
const POD_UID = '00000000-0000-4000-8000-000000000000' as PodUid;
const POD_PATH = `/kubepods/pod${POD_UID}`;
const SANDBOX_ID = 'a'.repeat(64) as ContainerId;
const CONTAINER_ID = 'b'.repeat(64) as ContainerId;
const SANDBOX_CGROUP = '2' as CgroupId;
const PAUSE_PID = 11;
const APP_PID = 12;
const SHIM_PID = 10;
const NAMESPACES: NamespaceSet = [1, 2, 3, 4, 5, 6, 7];
const START_NS = 1e9;
/** When the levels were read: what has only just begun by then is left to the events. */
const READ_NS = 5e9;
const DEATH_NS = 10e9;
const WALL_TIME = '2000-01-01T00:00:00.000000000Z';

/** Plays it once now and then every minute, until `stop` is called; keeps no program alive. */
export function startRehearsals(options: RehearsalOptions): Rehearsals {
  rehearse(options);
  const timer = setInterval(rehearse, INTERVAL_MS, options);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Gives what would have been told: the death and the alerts about it. Takes a millisecond or two, the first time ten. */
export function rehearse({ identity, rules }: RehearsalOptions): readonly TreeUpdate[] {
  const engine = createEngine({ node: identity.nodeName, host: identity, wallTime: () => WALL_TIME, idPrefix: '0' });
  engine.input({ type: 'host', nowNs: READ_NS, level: HOST_LEVEL });
  engine.input({ type: 'runtime', nowNs: READ_NS, fromNs: READ_NS, level: RUNTIME_LEVEL });
  engine.input({ type: 'primed', nowNs: READ_NS });
  const alerts = createAlertEngine({ node: identity.nodeName, rules, idPrefix: '0', startMs: 0 });
  alerts.update([{ changes: engine.snapshot().pods.flatMap(changesOfPod) }], 0);
  const batch = createBatch();
  const parser = createLineParser({ stringLimitBytes: 200 });
  for (const line of KILL) parser.parse(line, batch);
  const death = engine.input({ type: 'kernel', nowNs: DEATH_NS, events: batch.events });
  const { events } = alerts.update(death, DEATH_NS / 1e6);
  const told = [...death, ...events.map((event) => ({ event, changes: [] }))];
  const updates = told.map((update) => ({ token: '0-0', ...update }));
  jsonCodec.join(updates.map(jsonCodec.encodeUpdate));
  protobufCodec.join(updates.map(protobufCodec.encodeUpdate));
  return told;
}

const PROCESS = { ppid: SHIM_PID, startNs: START_NS, args: [], uid: 0, nsPid: 1, namespaces: NAMESPACES };
const HOST_LEVEL: HostLevel = {
  fromNs: READ_NS,
  toNs: READ_NS,
  processes: [
    { ...PROCESS, pid: PAUSE_PID, comm: 'pause', cgroupPath: `${POD_PATH}/${SANDBOX_ID}` },
    { ...PROCESS, pid: APP_PID, comm: 'app', cgroupPath: `${POD_PATH}/${CONTAINER_ID}` },
  ],
  pinned: [],
  cgroups: new Map([
    ['1' as CgroupId, POD_PATH],
    [SANDBOX_CGROUP, `${POD_PATH}/${SANDBOX_ID}`],
    ['3' as CgroupId, `${POD_PATH}/${CONTAINER_ID}`],
  ]),
};

const RUNTIME_LEVEL: RuntimeLevel = {
  runtimeName: 'containerd',
  runtimeVersion: '',
  sandboxes: [
    {
      ...{ id: SANDBOX_ID, podUid: POD_UID, name: 'rehearsal', namespace: 'default', attempt: 0, state: 'ready', createdAt: WALL_TIME },
      ...{ labels: {}, ips: [], hostNetwork: false, pid: PAUSE_PID, runtimeHandler: '' },
    },
  ],
  containers: [
    {
      ...{ id: CONTAINER_ID, sandboxId: SANDBOX_ID, name: 'app', kind: 'app', restarts: 0, state: 'running' },
      ...{ createdAt: WALL_TIME, pid: APP_PID },
    },
  ],
};

/** What the probes say of `kill -9` from a shell: their fields are in probes/signals.bt and probes/processes.bt. */
const KILL = [
  ['signal', DEATH_NS - 3000, 20, 20, 19, START_NS, 9, 0, 9, 0, 1, 0, PAUSE_PID, 4294967295, 0, 20, 'sh', 'dash', 'pts0'],
  ['sender', DEATH_NS - 2000, 20, PAUSE_PID, 9, 0, 19, 1, 0, 0, 'sshd', 'systemd', '', ''],
  ['exit', DEATH_NS - 1000, PAUSE_PID, PAUSE_PID, SHIM_PID, START_NS, Number(SANDBOX_CGROUP), 9, 1, ...NAMESPACES, 'pause'],
].map((tuple) => `{"type": "value", "data": ${JSON.stringify(tuple)}}`);
