// A pod in a restart loop: each restart is counted once wherever restarts are counted, and the loop is one alert that is updated and ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { cannotRunAgent } from '../helpers/agent.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { startAlertedAgent, uidsIn } from '../helpers/deaths.ts';
import { countRestarts, historyFor } from '../helpers/restarts.ts';

/** `npm run soak -- restarts` does the same two hundred times. */
const COUNT = 6;
const RULES = `  rules:
    - {name: PauseRestartLoop, count: 3, window: 1m, resolveAfter: 4s}
`;

t.test('a pod whose pause is killed again and again', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(120_000);
  const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-restarts-'));
  t.teardown(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const containerd = await startContainerd({ t });
  const env = { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_STATE_DIR: stateDirectory, ...historyFor(COUNT) };
  const { agent, alerts, alerted } = await startAlertedAgent(t, env, RULES);
  const { uid, sandboxOutageMs, ...counted } = await countRestarts({
    agent,
    containerd,
    stateDirectory,
    count: COUNT,
    name: 'phoenix',
    containers: [{ name: 'app', command: FOREVER }],
    meanwhile: async (uid) => {
      const isOver = ({ type, alert, pod }: { type: string; alert: { name: string }; pod?: { uid: string } }) =>
        type === 'alert.resolved' && alert.name === 'PauseRestartLoop' && pod?.uid === uid;
      await alerted(isOver);
      await agent.until('the end of the alert in the stream', () => agent.of(uid, 'alert.resolved').some(isOver));
    },
  });
  t.same(counted, { restarts: COUNT, replaced: COUNT, named: COUNT, metric: COUNT, onDisk: COUNT });
  t.ok(sandboxOutageMs.p50 > 0);

  const streamed = [...agent.of(uid, 'alert.firing'), ...agent.of(uid, 'alert.resolved')].filter(
    ({ alert }) => alert.name === 'PauseRestartLoop',
  );
  const [first] = streamed;
  t.match(first, {
    revision: 0,
    type: 'alert.firing',
    alert: { severity: 'critical', count: 3, summary: /^3 pauses of shop\/phoenix died/ },
  });
  t.same(new Set(streamed.map(({ id }) => id)), new Set([first?.id]), 'all of it is one alert');
  const counts = streamed.filter(({ type }) => type === 'alert.firing').map(({ alert }) => alert.count);
  t.same(counts.toSorted(), counts, 'and only counts up');
  t.match([counts[0], counts.at(-1)], [3, COUNT], 'from the third restart to the last');
  t.match(streamed.at(-1), { type: 'alert.resolved', alert: { count: COUNT, summary: /^Over: / } });

  const paged = alerts('PauseRestartLoop').filter((event) => uidsIn(event).includes(uid));
  t.match(
    paged.map(({ id, type, alert }) => ({ id, type, count: alert.count })),
    [
      { id: first?.id, type: 'alert.firing', count: 3 },
      { id: first?.id, type: 'alert.resolved', count: COUNT },
    ],
    'the webhook hears of it twice: when it begins, and when it is over',
  );
});
