// Which runtimes are asked, and what becomes of the answers of one that is gone.
import pino from 'pino';
import t from 'tap';
import { createRuntimePoll, type RuntimeAnswer } from '../../agent/runtime-poll.ts';
import type { RuntimeClient } from '../../src/cri/client.ts';
import type { RuntimeLevel, RuntimeSandbox } from '../../src/cri/level.ts';
import type { ContainerId, PodUid } from '../../src/kernel/identity.ts';

const log = pino({ level: 'silent' });

function levelOf(name: string): RuntimeLevel {
  const id = name.charAt(0).repeat(64) as ContainerId;
  const sandbox: RuntimeSandbox = {
    ...{ id, podUid: 'uid' as PodUid, name, namespace: 'default', attempt: 0, state: 'ready', createdAt: '', labels: {} },
    ...{ ips: [], hostNetwork: false, runtimeHandler: '' },
  };
  return { runtimeName: name, runtimeVersion: '1', sandboxes: [sandbox], containers: [] };
}

function fakeClient(name: string): RuntimeClient & { asked: number } {
  return {
    asked: 0,
    level() {
      this.asked++;
      return Promise.resolve(levelOf(name));
    },
    state: () => ({ status: 'connected', reads: 0, calls: 0, skipped: 0, statusFailures: 0 }),
    close() {},
  };
}

t.test('the demo is asked while it has a socket, and what it had goes with it', async (t) => {
  const node = fakeClient('node');
  const demo = fakeClient('demo');
  const answers: RuntimeAnswer[] = [];
  let isThere = false;
  const poll = createRuntimePoll({ node, demo, hasDemo: () => isThere, bootNow: () => 1, onAnswer: (answer) => answers.push(answer), log });
  t.teardown(() => poll.stop());
  const namesNow = async (): Promise<readonly string[] | undefined> => {
    await poll.once();
    return answers.at(-1)?.level?.sandboxes.map(({ name }) => name);
  };
  t.strictSame(await namesNow(), ['node']);
  t.equal(demo.asked, 0);
  isThere = true;
  t.strictSame(await namesNow(), ['node', 'demo']);
  isThere = false;
  t.strictSame(await namesNow(), ['node']);
  t.equal(demo.asked, 1);
  t.strictSame(poll.answers, { ok: 3, error: 0 }, "only the node's runtime is counted");
});

t.test('what is asked for after a delay is not asked for before it, and only once', async (t) => {
  const node = fakeClient('node');
  const asked = Promise.withResolvers<number>();
  const poll = createRuntimePoll({ node, bootNow: () => 1, onAnswer: () => asked.resolve(performance.now()), log });
  t.teardown(() => poll.stop());
  const beginMs = performance.now();
  poll.ask(30);
  poll.ask();
  // Its timer keeps no program alive.
  const alive = setInterval(() => {}, 1_000);
  t.teardown(() => clearInterval(alive));
  t.ok((await asked.promise) - beginMs >= 29);
  t.equal(node.asked, 1);
});
