// The page behind a guarded door, in a real browser: it asks for a password, the token is one, and the page, its fetches and its WebSocket work as they are.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { cannotRunBrowser, startBrowser, withTab } from '../helpers/browser.ts';
import { ELSEWHERE, startGuarded, TOKEN } from '../helpers/guarded-server.ts';
import { isLive } from '../helpers/page-checks.ts';

t.test('a browser at a guarded door', { skip: cannotRunBrowser() ?? false }, async (t) => {
  const browser = await startBrowser(t);
  const asked: string[] = [];
  const guarded = await startGuarded(t, {
    pods: () => {
      asked.push('pods');
      return [];
    },
    alerts: () => {
      asked.push('alerts');
      return [];
    },
  });
  guarded.run(20, 5);
  const trusting = { ignoreHTTPSErrors: true };
  const login = { ...trusting, httpCredentials: { username: 'whoever', password: TOKEN } };

  await withTab(t, browser, `${guarded.guardedUrl}/`, login, async ({ page }) => {
    await isLive(page);
    const { granted, clients } = guarded.server.stats();
    t.equal(clients, 1, 'the WebSocket has the credential, too');
    t.ok(granted.token > 5, 'so have the page and all of its files');
    t.ok(asked.includes('pods') && asked.includes('alerts'), 'and what it asks for');
  });

  const context = await browser.newContext({
    ...trusting,
    httpCredentials: { username: 'whoever', password: 'a-wrong-token-of-some-length' },
  });
  const page = await context.newPage();
  const answer = await page.goto(`${guarded.guardedUrl}/`).catch(() => undefined);
  t.not(answer?.status(), 200);
  t.notMatch(await page.content(), /podtree|<script/i, 'nothing of the page');
  await context.close();

  // A page of somebody else, in a browser that is logged in: its requests carry the credential, and are refused all the same.
  const logged = await browser.newContext(login);
  const own = await logged.newPage();
  await own.goto(`${guarded.guardedUrl}/`);
  await isLive(own);
  const foreign = await logged.newPage();
  const elsewhere = createServer((_request, response) => void response.end('a page of somebody else'));
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.teardown(() => void elsewhere.close());
  await foreign.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
  const before = guarded.server.stats();
  const outcome = await foreign.evaluate(
    `new Promise((resolve) => {
      const socket = new WebSocket('wss://${ELSEWHERE}:${guarded.guardedPort}/v1/stream');
      socket.onopen = () => resolve('open');
      socket.onclose = () => resolve('refused');
    })`,
  );
  t.equal(outcome, 'refused');
  const after = guarded.server.stats();
  t.equal(after.clientsTotal, before.clientsTotal);
  t.ok(after.refused.forbidden + after.refused.missing > before.refused.forbidden + before.refused.missing);
  await logged.close();
});
