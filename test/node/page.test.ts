// The page on the real daemon and the real kernel: the example pod as it is, its pause killed from a shell, the agent replaced while it is looked at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { fetchTree } from '../../src/stream/client.ts';
import { cannotRunAgent, startAgent, type View } from '../helpers/agent.ts';
import { enterNamespaces, killFromShell } from '../helpers/agent-scenarios.ts';
import { cannotRunBrowser, startBrowser, withTab } from '../helpers/browser.ts';
import { copiedEvents, isAccessible, isLive, servedPod, shownPod } from '../helpers/page-checks.ts';

const EVERYTHING = '#/events?show=pause,alert,sandbox,pod,container,namespace,process';

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await delay(50);
  }
}

/** In a process of its own: what this test starts would otherwise come from the runtime. Resolves with the runtime's address. */
async function startDemo(t: Test, directory: string): Promise<string> {
  const program = fileURLToPath(new URL('../helpers/run-demo.ts', import.meta.url));
  const demo = spawn(process.execPath, [program, `/podtree-test-${process.pid}`, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(demo, 'exit');
  t.teardown(async () => {
    demo.kill('SIGTERM');
    await ended;
  });
  await once(createInterface({ input: demo.stdout }), 'line');
  return `unix://${directory}/runtime.sock`;
}

t.test('the page of a real pod', { skip: cannotRunAgent() ?? cannotRunBrowser() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const parent = mkdtempSync(join(tmpdir(), 'podtree-page-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  // The containers are nobody.
  chmodSync(parent, 0o755);
  const endpoint = await startDemo(t, join(parent, 'demo'));
  const env = { PODTREE_STATE_DIR: join(parent, 'state'), PODTREE_RUNTIME_ENDPOINT: endpoint };
  const agent = await startAgent(t, env);
  const { uid } = await agent.until('the example pod', () =>
    agent.tree.pods.find(
      ({ name, sandbox }) => name === 'example-pod' && sandbox?.containers.every(({ processes }) => processes.length > 0),
    ),
  );
  const pauseOf = (view: View): number => view.pod(uid)?.sandbox?.pause?.pid ?? 0;
  const browser = await startBrowser(t);
  const window = { isOffline: true, permissions: ['clipboard-read', 'clipboard-write'] };

  await withTab(t, browser, `${agent.server}/${EVERYTHING}`, window, async ({ page }) => {
    const isSame = async (): Promise<boolean> => {
      const served = (await fetchTree({ server: agent.server })).pods.find((pod) => pod.uid === uid);
      return served !== undefined && JSON.stringify(await shownPod(page)) === JSON.stringify(servedPod(served));
    };
    await isLive(page);
    // The same from now on: a second client is told what the page is told.
    const view = await agent.openView();
    const from = new Set((await view.until('an event', () => (view.events.length >= 0 ? view.events : undefined))).map(({ id }) => id));
    await page.goto(`${agent.server}/#/pods/${uid}`);
    await page.getByText('holds net pid ipc uts').waitFor();
    await until('the page to show the tree that the agent has', isSame);
    // What listens in the pod is sampled every few seconds while somebody looks.
    await page.locator('.lane-container .port').first().waitFor();

    const victim = pauseOf(agent);
    const stranger = enterNamespaces(t, victim, ['--net'], ['sleep', '1000']);
    await agent.until('the stranger in the tree', () => agent.pod(uid)?.sandbox?.guests.some(({ pid }) => pid === stranger.pid));
    await page.locator('.lane-guest', { hasText: String(stranger.pid) }).waitFor();
    await isAccessible(t, page, 'the pod with a guest');
    stranger.kill('SIGKILL');
    await page.locator('.lane-guest').waitFor({ state: 'detached' });

    const start = performance.now();
    const killer = await killFromShell(victim);
    await page.locator('.last-death', { hasText: `its pause was killed: SIGKILL from sh (pid ${killer.pid})` }).waitFor();
    const named = performance.now() - start;
    await page.getByText('whole again', { exact: true }).waitFor();
    const whole = performance.now() - start;
    t.comment(`from the kill to its cause on the page ${Math.round(named)} ms, to the pod whole again ${Math.round(whole)} ms`);
    t.ok(named < 2000, `the cause is there at once: ${named}`);
    t.match(await page.locator('.last-death').innerText(), /no pause for .* and was whole again after .*2 containers came back/);
    await until('the tree after the restart', isSame);
    t.equal(await page.locator('.timeline-svg .bar.is-pause').count(), 2);
    t.equal(await page.locator('.mark-sign.is-death').count(), 1);

    await page.keyboard.press('2');
    await page.goto(`${agent.server}/${EVERYTHING}`);
    await until('each event of the stream in the log, once', async () => {
      const told = new Set(view.events.map(({ id }) => id).filter((id) => !from.has(id)));
      const shown = (await copiedEvents(page)).map(({ id }) => id);
      return new Set(shown).size === shown.length && [...told].every((id) => shown.includes(id));
    });

    // Another agent takes over on the same port; meanwhile the pause dies once more, and nobody sees it.
    await page.goto(`${agent.server}/#/pods/${uid}`);
    await agent.stop();
    await page.locator('[data-link=waiting]').waitFor();
    await killFromShell(pauseOf(agent));
    const second = await startAgent(t, { ...env, PODTREE_LISTEN: new URL(agent.server).host });
    await isLive(page);
    await page.locator('.last-death', { hasText: 'While podtree was not running' }).waitFor();
    t.match(await page.locator('.story').innerText(), /SIGKILL from sh/, 'what was known before is still told');
    await until('the tree of the new agent', isSame);
    await page.keyboard.press('2');
    await page.getByText('the agent was started anew').waitFor();
    await second.stop();
  });
});
