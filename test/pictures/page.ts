// Makes the pictures of the page in docs/images from a real run: the example pod, its pause killed from a shell. Needs root: sudo node test/pictures/page.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startDaemon } from '../../agent/daemon.ts';
import { fetchTree } from '../../src/stream/client.ts';
import { testConfig, testLog } from '../helpers/agent.ts';
import { launchBrowser } from '../helpers/browser.ts';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 1010 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };

const parent = mkdtempSync(join(tmpdir(), 'podtree-pictures-'));
chmodSync(parent, 0o755);
const program = fileURLToPath(new URL('../helpers/run-demo.ts', import.meta.url));
const demo = spawn(process.execPath, [program, `/podtree-pictures-${process.pid}`, join(parent, 'demo')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const demoEnded = once(demo, 'exit');
await once(createInterface({ input: demo.stdout }), 'line');
const env = { PODTREE_STATE_DIR: join(parent, 'state'), PODTREE_RUNTIME_ENDPOINT: `unix://${parent}/demo/runtime.sock` };
const daemon = await startDaemon(testConfig(env), testLog().log);
const browser = await launchBrowser();
try {
  await daemon.ready;
  const server = `http://127.0.0.1:${daemon.addresses[0]?.port}`;
  mkdirSync(IMAGES, { recursive: true });
  const pod = (await fetchTree({ server })).pods.find(({ name }) => name === 'example-pod');
  if (pod?.sandbox?.pause === undefined) throw new Error('the example pod has no pause');
  const { pods } = await fetchTree({ server });
  if (pods.length > 1) throw new Error(`this node has ${pods.length} pods: the pictures are of the example pod alone`);
  const page = await open(`${server}/#/pods/${pod.uid}`, { ...DESK, colorScheme: 'light' });
  await page.locator('.port').first().waitFor();
  await kill(pod.sandbox.pause.pid);
  await page.getByText('whole again', { exact: true }).waitFor();
  await page.locator('.port').first().waitFor();
  await page.locator('.timeline-svg .bar').nth(5).waitFor();
  await shoot(page, 'page-light');
  for (const [name, options, hash] of [
    ['page-dark', { ...DESK, colorScheme: 'dark' }, `#/pods/${pod.uid}`],
    ['page-phone', { ...PHONE, colorScheme: 'dark' }, `#/pods/${pod.uid}`],
  ] as const) {
    const other = await open(`${server}/${hash}`, options);
    await other.locator('.last-death').waitFor();
    await other.locator('.timeline-svg .bar').first().waitFor({ state: 'attached' });
    await shoot(other, name);
  }
} finally {
  await browser.close();
  await daemon.stop();
  demo.kill('SIGTERM');
  await demoEnded;
  rmSync(parent, { recursive: true, force: true });
}

/** From so deep within shells that nothing of the machine on which the pictures are made is in them: twelve ancestors are told. */
async function kill(pid: number): Promise<void> {
  const script = join(parent, 'kill.sh');
  writeFileSync(script, 'if [ "$1" -gt 0 ]; then bash "$0" $(($1 - 1)) "$2"; true; else kill -9 "$2"; fi\n');
  await once(spawn('bash', [script, '12', String(pid)], { stdio: 'inherit' }), 'exit');
}

async function open(url: string, options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(url);
  await page.locator('[data-link=live]').waitFor();
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  process.stderr.write(`docs/images/${name}.png made anew\n`);
}
