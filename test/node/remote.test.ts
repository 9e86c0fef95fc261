// The agent for real with an address that is not loopback, in a network namespace of its own: refuses without TLS, serves who may, in terminal and browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import t, { type Test } from 'tap';
import { cannotRunAgent, testConfig } from '../helpers/agent.ts';
import { cannotRunBrowser } from '../helpers/browser.ts';
import { replaceFile } from '../helpers/guarded-server.ts';
import { isLive } from '../helpers/page-checks.ts';
import { makeAuthority } from '../helpers/pki.ts';

const MAIN = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const ADDRESS = '10.77.0.1';
const TOKEN = 'a-token-of-some-length';

interface Host {
  /** `podtree ARGS` in the network namespace. */
  start(args: readonly string[]): Command;
  /** A program that runs another one there. */
  readonly wrapper: string;
}

interface Command {
  text(): string;
  signal(name: NodeJS.Signals): void;
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
}

async function makeHost(t: Test, dir: string): Promise<Host> {
  const script = `ip link set lo up && ip addr add ${ADDRESS}/32 dev lo && echo up && exec sleep infinity`;
  const holder = spawn('unshare', ['-n', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const network = `--net=/proc/${holder.pid}/ns/net`;
  const wrapper = join(dir, 'there');
  writeFileSync(wrapper, `#!/bin/sh\nexec nsenter ${network} /usr/bin/chromium "$@"\n`, { mode: 0o755 });
  return {
    wrapper,
    start(args) {
      const env = { PATH: process.env.PATH, TZ: 'UTC', HOME: dir };
      const child = spawn('nsenter', [network, process.execPath, MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
      t.teardown(() => void child.kill('SIGKILL'));
      let text = '';
      const watchers = new Set<() => void>();
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          for (const watcher of watchers) watcher();
        });
      }
      const ended = once(child, 'close').then(([code]) => code as number | null);
      return {
        text: () => text,
        signal: (name) => void child.kill(name),
        ended,
        until: (pattern) =>
          new Promise((resolve, reject) => {
            const check = (): void => {
              const found = pattern.exec(text);
              if (found === null) return;
              watchers.delete(check);
              resolve(found);
            };
            watchers.add(check);
            check();
            void ended.then(() => reject(new Error(`ended without ${pattern}: ${text}`)));
          }),
      };
    },
  };
}

t.test('an agent that other machines can reach', { skip: cannotRunAgent() ?? cannotRunBrowser() ?? false }, async (t) => {
  t.setTimeout(120_000);
  const dir = mkdtempSync(join(tmpdir(), 'podtree-remote-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  chmodSync(dir, 0o755);
  // Mounts what the probes need.
  testConfig({ PODTREE_STATE_DIR: join(dir, 'state') });
  const ca = makeAuthority(dir);
  const served = ca.issue({ name: 'node-a', names: `IP:${ADDRESS}` });
  const [tokens, token] = [join(dir, 'tokens'), join(dir, 'token')];
  replaceFile(tokens, `alice:${TOKEN}\n`);
  writeFileSync(token, TOKEN);
  const host = await makeHost(t, dir);
  const listen = ['--listen', `127.0.0.1:0,${ADDRESS}:0`, '--state-dir', join(dir, 'state'), '--log-format', 'json'];

  const refused = host.start(['agent', ...listen]);
  t.equal(await refused.ended, 2);
  t.match(
    refused.text(),
    /"10\.77\.0\.1:0" is not loopback, .* missing: tls\.certFile, .*; tls\.keyFile, .*; at least one of auth\.tokensFile/,
  );

  const agent = host.start([
    'agent',
    ...listen,
    '--tls-cert-file',
    served.certFile,
    '--tls-key-file',
    served.keyFile,
    '--auth-tokens-file',
    tokens,
  ]);
  const [, open = '', guarded = ''] = await agent.until(/"address":"127\.0\.0\.1:(\d+),10\.77\.0\.1:(\d+)"/);
  await agent.until(/agent is ready/);
  const server = `https://${ADDRESS}:${guarded}`;
  const run = async (...args: string[]): Promise<{ readonly code: number | null; readonly text: string }> => {
    const command = host.start(args);
    const code = await command.ended;
    return { code, text: command.text() };
  };

  t.match(await run('tree', '--server', `127.0.0.1:${open}`), { code: 0, text: /^Node / }, 'loopback is open as ever');
  t.match(await run('tree', '--server', server, '--ca-file', ca.certFile, '--token-file', token), { code: 0, text: /^Node / });
  t.match(await run('tree', '--server', server, '--ca-file', ca.certFile), {
    code: 1,
    text: /does not let you in: a credential is needed/,
  });
  t.match(await run('tree', '--server', server, '--token-file', token), { code: 3, text: /not signed by a CA that is trusted here/ });
  t.match(await run('tree', '--server', `http://${ADDRESS}:${guarded}`), { code: 3, text: /give https:\/\/ in --server/ });

  const flags = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: host.wrapper, headless: true, args: flags });
  t.teardown(() => browser.close());
  const login = { ignoreHTTPSErrors: true, httpCredentials: { username: 'alice', password: TOKEN } };
  const page = await (await browser.newContext(login)).newPage();
  await page.goto(`${server}/`);
  await isLive(page);

  const tail = host.start(['tail', '--reconnect', '--server', server, '--ca-file', ca.certFile, '--token-file', token]);
  // After the one of tree and the one of the page.
  await agent.until(/(?:"client":"alice","way":"token"[^\n]*"a client has connected"[\s\S]*?){3}/);
  replaceFile(tokens, `bob:${TOKEN}-of-bob\n`);
  agent.signal('SIGHUP');
  t.equal(await tail.ended, 1);
  t.match(tail.text(), /ended the stream: credential: it has expired or was taken away\. Get a new one/);
  await page.locator('[data-link=live]').waitFor({ state: 'detached' });
  agent.signal('SIGTERM');
  t.equal(await agent.ended, 0);
  t.notMatch(agent.text(), new RegExp(TOKEN));
});
