// The process that test/soak/outbox.ts kills: raises alerts without end and prints the key of each that is on the disk.
import { createAlerting, systemTimers } from '../../src/alert/alerting.ts';
import type { AlertEvent } from '../../src/alert/incident.ts';
import { DEFAULT_RULES } from '../../src/alert/rule.ts';

const [dir, url = '', index = '0', mode] = process.argv.slice(2);
const keys: string[] = [];
// Deaths far apart, so that each is an incident of its own, with rules that are over at once: both ends have to arrive.
const rules = DEFAULT_RULES.filter(({ name }) => name === 'PauseRestarted').map((rule) => ({ ...rule, resolveAfterMs: 5 }));
// Each run is ten minutes after the former one, so that its deaths are no members of older incidents, which have been quiet for long.
let clock = Date.parse('2026-01-01T00:00:00Z') + Number(index) * 600_000;
const alerting = createAlerting({
  config: { rules, sinks: [{ type: 'webhook', name: 'hook', url, timeoutMs: 2000 }] },
  stateDir: dir,
  node: 'n',
  idPrefix: `run${index}`,
  env: {},
  log: { debug() {}, info() {}, warn() {}, error: (fields) => process.stderr.write(`${JSON.stringify(fields)}\n`) },
  now: () => clock,
  // No waiting between attempts: what counts here is how many there are.
  timers: { set: (work, delayMs) => systemTimers.set(work, Math.min(delayMs, 5)), random: Math.random },
  publish: (updates) => {
    for (const { event } of updates) {
      const { id, revision, alert } = event as AlertEvent;
      if (id === alert.incident) keys.push(`${id}.${revision}`);
    }
  },
});
alerting.start();

let made = 0;
function raise(): void {
  made += 1;
  clock += 3000;
  const time = `${new Date(clock).toISOString().slice(0, -1)}000000Z`;
  const event = {
    id: `e${made}`,
    revision: 0,
    time,
    node: 'n',
    source: 'kernel',
    type: 'pause.exited',
    pod: { uid: `p${index}-${made}`, namespace: 'd', name: 'p' },
    sandbox: { id: 's', attempt: 0 },
    cause: { kind: 'exit', findings: [], evidence: [] },
  } as const;
  alerting.onUpdates([{ event, changes: [] }]);
  const mine = keys.splice(0);
  // The commit was planned before this, so it is done first.
  setImmediate(() => {
    process.stdout.write(mine.map((key) => `${key}\n`).join(''));
    setTimeout(raise, 1);
  });
}

if (mode === 'more') raise();
else {
  const look = setInterval(() => {
    // All that is still firing ends by and by.
    clock += 10;
    if (alerting.stats().outbox.size > 0 || alerting.stats().firing.some(({ count }) => count > 0)) return;
    clearInterval(look);
    process.stdout.write('empty\n');
  }, 10);
}
process.on('SIGTERM', () => {
  alerting.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
