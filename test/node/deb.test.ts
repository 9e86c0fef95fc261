// The Debian package on this machine, in a chroot that forgets: installed, run on the real kernel, upgraded, removed, purged, and nothing is left.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { cannotRunAgent, testConfig } from '../helpers/agent.ts';
import { startOverlay } from '../helpers/overlay.ts';
import { cannotRunSystemd } from '../helpers/systemd-manager.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UNIT = '/usr/lib/systemd/system/podtree.service';

t.test('the Debian package', { skip: cannotRunAgent() ?? cannotRunSystemd() ?? false }, async (t) => {
  t.setTimeout(170_000);
  // Mounts what the probes need.
  testConfig();
  const output = mkdtempSync(join(tmpdir(), 'podtree-deb-'));
  t.teardown(() => rmSync(output, { recursive: true, force: true }));
  const overlay = await startOverlay(t);
  // Without what tap puts into the environment of every program.
  const clean = ['-i', `PATH=${process.env.PATH}`, process.execPath];
  const { stdout } = await execa('env', [...clean, 'agent/package/deb.ts', '--fast', '--output', output], { cwd: ROOT });
  // Read from outside: the chroot's /tmp is its own.
  const file = stdout.trim();
  const inside = '/root/podtree.deb';
  await execa('cp', [file, overlay.path(inside)]);
  const dpkg = async (t: Test, ...args: readonly string[]): Promise<void> => {
    const { code, out } = await overlay.run('dpkg', '--no-triggers', ...args);
    t.equal(code, 0, `dpkg ${args.join(' ')}${code === 0 ? '' : `: ${out}`}`);
  };
  const before = overlay.changes();

  await t.test('is installed and enabled', async (t) => {
    await dpkg(t, '--install', inside);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    for (const name of ['podtree', 'kubectl-podtree']) t.same(await overlay.run(name, '--version'), { code: 0, out: version });
    t.same(await overlay.run('systemctl', 'is-enabled', 'podtree'), { code: 0, out: 'enabled' });
    t.match(await overlay.run('man', '--where', 'podtree'), { code: 0, out: /man1\/podtree\.1\.gz$/ });
    for (const path of ['bash-completion/completions/podtree', 'zsh/vendor-completions/_podtree', 'fish/vendor_completions.d/podtree.fish'])
      t.ok(existsSync(overlay.path(`/usr/share/${path}`)), path);
    t.match(await overlay.run('dpkg', '--verify', 'podtree'), { code: 0, out: '' });
  });

  await t.test('has a unit that systemd has nothing to say against, and the exposure that the README states', async (t) => {
    t.same(await overlay.run('systemd-analyze', 'verify', UNIT), { code: 0, out: '' });
    const { out } = await overlay.run('systemd-analyze', 'security', '--offline=true', '--no-pager', UNIT);
    const [, exposure] = /Overall exposure level for podtree\.service: ([\d.]+)/.exec(out) ?? [];
    t.ok(Number(exposure) <= 2.6, `${exposure} is no more than it was`);
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replace(/\s+/g, ' ');
    t.match(readme, `\`systemd-analyze security\` gives its unit ${exposure}`);
  });

  await t.test('runs with the configuration, and the Node.js, that it brings', async (t) => {
    t.match(await overlay.run('podtree', 'agent', '--check-config', '--config', '/etc/podtree/podtree.yaml'), { code: 0 });
    const words = ['podtree', 'agent', '--config', '/etc/podtree/podtree.yaml', '--listen', '127.0.0.1:0', '--log-format', 'json'];
    const [program = '', ...args] = overlay.command(...words);
    const agent = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => agent.kill('SIGKILL'));
    const ended = new Promise<number | null>((resolve) => agent.once('exit', resolve));
    let log = '';
    await new Promise<void>((resolve, reject) => {
      agent.once('exit', () => reject(new Error(`the agent ended: ${log}`)));
      agent.stderr.on('data', (text) => {
        log += text;
        if (log.includes('agent is ready')) resolve();
      });
    });
    const address = /"address":"([^"]+)"/.exec(log)?.[1];
    t.match(await overlay.run('podtree', 'tree', '--server', `http://${address}`), { code: 0, out: /^Node / });
    t.match(await (await fetch(`http://${address}/`)).text(), /^<!doctype html>/i, 'its page is there');
    agent.kill('SIGTERM');
    t.equal(await ended, 0);
    t.ok(existsSync(overlay.path('/var/lib/podtree/history.db')));
  });

  await t.test('keeps what was changed when it is upgraded or removed', async (t) => {
    appendFileSync(overlay.path('/etc/podtree/podtree.yaml'), 'logLevel: debug\n');
    await overlay.run('deb-systemd-helper', 'disable', 'podtree.service');
    await overlay.run('systemctl', 'disable', 'podtree');
    await dpkg(t, '--install', inside);
    t.match(readFileSync(overlay.path('/etc/podtree/podtree.yaml'), 'utf8'), /^logLevel: debug$/m);
    t.equal((await overlay.run('systemctl', 'is-enabled', 'podtree')).out, 'disabled', 'what was disabled stays so');
    await dpkg(t, '--remove', 'podtree');
    t.notOk(existsSync(overlay.path('/usr/lib/podtree')) || existsSync(overlay.path('/usr/bin/podtree')));
    t.ok(existsSync(overlay.path('/etc/podtree/podtree.yaml')) && existsSync(overlay.path('/var/lib/podtree/history.db')));
  });

  await t.test('leaves nothing when it is purged', async (t) => {
    await dpkg(t, '--purge', 'podtree');
    // dpkg writes its own books, man looked into its own, and deb-systemd-helper keeps its folder.
    const others = /^\/(var\/lib\/dpkg|var\/log|var\/cache\/man|var\/lib\/systemd\/deb-systemd-helper-enabled)(\/|$)/;
    // Folders that the machine had before are there because something was in them meanwhile.
    const isNew = (path: string): boolean => !before.includes(path) && existsSync(overlay.path(path)) && !existsSync(path);
    const left = overlay.changes().filter((path) => isNew(path) && !others.test(path));
    t.same(left, []);
    t.equal((await overlay.run('dpkg-query', '--status', 'podtree')).code, 1);
  });
});
