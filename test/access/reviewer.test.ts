// Access by the cluster's RBAC: what is asked of the API server, what its answers mean, for how long they hold, and what happens when there are none.
import t from 'tap';
import { createReviewer, type Reviewer } from '../../src/access/reviewer.ts';
import { digestOf } from '../../src/access/token-file.ts';
import type { Verdict } from '../../src/access/verdict.ts';
import { NODE, type ReviewApi, startReviewApi } from '../helpers/review-api.ts';

interface Scene {
  readonly api: ReviewApi;
  readonly reviewer: Reviewer;
  readonly warnings: string[];
  review(token: string, isFresh?: boolean): Promise<Verdict>;
  pass(ms: number): void;
}

const apis: ReviewApi[] = [];

async function scene(t: Parameters<typeof startReviewApi>[0], audiences: readonly string[] = [], timeoutMs?: number): Promise<Scene> {
  const api = await startReviewApi(t, timeoutMs);
  api.users.set('alice', { username: 'alice@example.org' });
  api.users.set('bob', { username: 'bob', isAllowed: false });
  let now = 0;
  const warnings: string[] = [];
  const log = { warn: (fields: object, message: string) => void warnings.push(`${message}: ${JSON.stringify(fields)}`) };
  const reviewer = createReviewer({ client: api.client, node: NODE, audiences, now: () => now, log });
  apis.push(api);
  return {
    ...{ api, reviewer, warnings },
    review: (token, isFresh = false) => reviewer.review(token, digestOf(token).toString('hex'), isFresh),
    pass: (ms) => {
      now += ms;
    },
  };
}

const ALICE = { identity: { name: 'alice@example.org', way: 'kubernetes' } };

t.test('who has the right gets in, who has not does not, and a token of nobody neither', async (t) => {
  const { api, review, reviewer } = await scene(t);
  t.same(await review('alice'), ALICE);
  t.same(await review('bob'), { refused: 'denied' });
  t.same(await review('expired'), { refused: 'wrong' });
  t.same(api.asked, [
    'tokenreviews alice',
    'subjectaccessreviews alice@example.org',
    'tokenreviews bob',
    'subjectaccessreviews bob',
    'tokenreviews expired',
  ]);
  t.same(reviewer.stats().asked, { granted: 1, wrong: 1, denied: 1, unavailable: 0 });
});

t.test('a yes holds for ten seconds and a no for five, and who is asked about again is asked about', async (t) => {
  const { api, review, pass } = await scene(t);
  for (const token of ['alice', 'alice', 'expired', 'expired']) await review(token);
  t.equal(api.asked.length, 3, 'once each');
  pass(5001);
  await review('alice');
  await review('expired');
  t.equal(api.asked.length, 4, 'only the no');
  pass(5001);
  await review('alice');
  t.equal(api.asked.length, 6);
  api.users.delete('alice');
  t.same(await review('alice'), ALICE);
  t.same(await review('alice', true), { refused: 'wrong' }, 'a fresh answer takes it away');
  t.same(await review('alice'), { refused: 'wrong' }, 'for everybody, at once');
});

t.test('a token for somebody else opens nothing', async (t) => {
  const { api, review } = await scene(t, ['podtree']);
  api.users.set('for-podtree', { username: 'carol', audience: 'podtree' });
  t.match(await review('for-podtree'), { identity: { name: 'carol' } });
  t.same(await review('alice'), { refused: 'wrong' }, 'it is for the API server');
  // One that knows nothing of audiences says yes to all.
  api.instead = (response) =>
    void response.writeHead(201).end(JSON.stringify({ kind: 'TokenReview', status: { authenticated: true, user: { username: 'x' } } }));
  t.same(await review('unaware'), { refused: 'wrong' });
});

t.test('many who ask at once with one token are one request, and only so many are under way', async (t) => {
  const { api, review, reviewer } = await scene(t);
  const held = Promise.withResolvers<void>();
  api.hold = held.promise;
  const same = Array.from({ length: 50 }, () => review('alice'));
  const others = Array.from({ length: 40 }, (_, index) => review(`guess-${index}`));
  const waiting = await Promise.all(others.slice(15));
  t.same(new Set(waiting.map((verdict) => JSON.stringify(verdict))), new Set(['{"refused":"unavailable"}']), 'nobody waits in a queue');
  held.resolve();
  t.same(
    await Promise.all(same),
    same.map(() => ALICE),
  );
  t.equal(api.asked.filter((line) => line === 'tokenreviews alice').length, 1);
  t.same(
    await Promise.all(others.slice(0, 15)),
    others.slice(0, 15).map(() => ({ refused: 'wrong' })),
  );
  t.equal(reviewer.stats().asked.unavailable, 0, 'what was not asked is not counted as asked');
});

t.test('without an answer nobody gets in, those who are known stay so for a while, and the log says what to do', async (t) => {
  const garbage: readonly (readonly [string, (api: ReviewApi) => void])[] = [
    ['no JSON', (api) => (api.instead = (response) => void response.writeHead(201).end('<html>'))],
    [
      'another kind',
      (api) => (api.instead = (response) => void response.writeHead(201).end('{"kind":"Pod","status":{"authenticated":true}}')),
    ],
    ['no status', (api) => (api.instead = (response) => void response.writeHead(201).end('{"kind":"TokenReview"}'))],
    [
      'an answer that ends early',
      (api) => (api.instead = (response) => void response.writeHead(201, { 'Content-Length': 100 }).end('{"ki')),
    ],
    [
      'a user without a name',
      (api) =>
        (api.instead = (response) => void response.writeHead(201).end('{"kind":"TokenReview","status":{"authenticated":true,"user":{}}}')),
    ],
    [
      'the agent itself may not',
      (api) => (api.instead = (response) => void response.writeHead(403).end('{"message":"tokenreviews is forbidden"}')),
    ],
    ['the agent itself is nobody', (api) => (api.instead = (response) => void response.writeHead(401).end('{}'))],
    ['an error', (api) => (api.instead = (response) => void response.writeHead(500).end())],
    ['slow', (api) => (api.instead = () => {})],
  ];
  for (const [name, breakIt] of garbage) {
    const { api, review, warnings, pass, reviewer } = await scene(t, [], name === 'slow' ? 1000 : 10_000);
    t.same(await review('alice'), ALICE);
    breakIt(api);
    t.same(await review('stranger'), { refused: 'unavailable' }, name);
    t.same(await review('alice'), ALICE, `${name}: is known`);
    pass(10_001);
    t.same(await review('alice'), { refused: 'unavailable' }, `${name}: no longer`);
    t.equal(warnings.length, 1, `${name}: one line`);
    t.match(warnings[0], /cannot be asked whose a token is.*docs\/security\.md/);
    t.notMatch(warnings[0], /stranger|alice/, 'without the token');
    t.equal(reviewer.stats().asked.unavailable, 2);
    api.instead = undefined;
    t.same(await review('alice'), ALICE, `${name}: and again`);
    api.mistakes.length = 0;
  }
  const { api, review } = await scene(t);
  await api.goAway();
  t.same(await review('alice'), { refused: 'unavailable' });
  await api.comeBack();
  t.same(await review('alice'), ALICE);
});

t.test('a flood of wrong tokens takes no more room than is given, and does not push out those that are right', async (t) => {
  const { api, review } = await scene(t);
  await review('alice');
  for (let index = 0; index < 1100; index += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, more) => review(`guess-${index + more}`)));
  }
  const before = api.asked.length;
  t.same(await review('alice'), ALICE);
  t.same(await review('guess-1099'), { refused: 'wrong' });
  t.equal(api.asked.length, before, 'both are kept');
  await review('guess-0');
  t.equal(api.asked.length, before + 1, 'the oldest no is not');
});

t.test('the real API server would have taken all of it', async (t) => {
  t.ok(apis.length > 5);
  for (const { mistakes } of apis) t.same(mistakes, []);
});
