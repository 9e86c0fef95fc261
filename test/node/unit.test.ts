// The systemd unit, run by a real systemd: readiness, watchdog, sandbox, reload, restart, and what is left when it is stopped.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { bpftracePidOf, cannotRunAgent, testConfig } from '../helpers/agent.ts';
import { cannotRunSystemd, sandboxOf } from '../helpers/systemd-manager.ts';
import { openScene } from '../systemd/scene.ts';
import { tryUnit, UNIT } from '../systemd/trial.ts';

/** CAP_IPC_LOCK, CAP_SYS_PTRACE and CAP_SYS_ADMIN: include/uapi/linux/capability.h. */
const CAPABILITIES = ((1 << 14) | (1 << 19) | (1 << 21)).toString(16).padStart(16, '0');

/** Others may have pods here, too. */
const WATCHING = /^watching \d+ pods?$/;

t.test('the unit under systemd', { skip: cannotRunAgent() ?? cannotRunSystemd() ?? false }, async (t) => {
  t.setTimeout(170_000);
  // Mounts what the probes need.
  testConfig();
  const scene = await openScene(20_000 + (process.pid % 10_000));
  t.teardown(() => scene.close());
  const { manager } = scene;
  const pidOf = async (): Promise<number> => Number(await manager.show(UNIT, 'MainPID'));
  const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    for (const deadline = performance.now() + 40_000; performance.now() < deadline; await delay(100)) if (await look()) return;
    throw new Error(`waited in vain for ${what}: ${await manager.show(UNIT, 'StatusText')}\n${scene.log()}`);
  };

  await t.test('sees what happens in pods from inside its sandbox', async (t) => {
    const { isFine, said } = await tryUnit(scene, []);
    t.ok(isFine, said);
  });

  await manager.write(`${UNIT}.d/20-soon.conf`, '[Service]\nWatchdogSec=4\nRestartSec=100ms\n');
  t.equal((await manager.control('start', UNIT)).status, 0, 'start returns when it is ready');
  const first = await pidOf();
  const probes = bpftracePidOf(first);

  await t.test('is ready with a status, and agent and bpftrace are shut in', async (t) => {
    t.match(await manager.show(UNIT, 'StatusText'), WATCHING);
    for (const pid of [first, probes ?? 0]) {
      t.same(sandboxOf(pid), { capabilities: CAPABILITIES, noNewPrivileges: true, seccomp: 2 }, readFileSync(`/proc/${pid}/comm`, 'utf8'));
      const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
      t.match(mounts.find((line) => line.split(' ')[4] === '/')?.split(' ')[5], /^ro/, 'the root is read-only');
    }
  });

  await t.test('is reloaded, and not with a file that is wrong', async (t) => {
    const good = readFileSync(scene.file, 'utf8');
    writeFileSync(scene.file, `${good}logLevel: debug\n`);
    t.equal((await manager.control('reload', UNIT)).status, 0);
    await until('the reload', async () => scene.log().includes('"logLevel: info -> debug"'));
    writeFileSync(scene.file, `${good}logLevel: loud\n`);
    const { status } = await manager.control('reload', UNIT);
    t.not(status, 0);
    t.match(scene.log(), /logLevel: "loud": expected one of/);
    t.notMatch(scene.log(), /was not taken over/, 'the agent never hears of it');
    t.match([await manager.show(UNIT, 'ActiveState'), await pidOf()], ['active', first]);
    writeFileSync(scene.file, good);
  });

  await t.test('is started again when it hangs', async (t) => {
    process.kill(first, 'SIGSTOP');
    await until('a new start', async () => {
      const pid = await pidOf();
      // In between there is none.
      return pid !== 0 && pid !== first && (await manager.show(UNIT, 'ActiveState')) === 'active';
    });
    t.equal(await manager.show(UNIT, 'NRestarts'), '1');
    await until('the end of its probes', async () => !isBpftrace(probes));
  });

  await t.test('leaves nothing behind when it is stopped', async (t) => {
    await until('its readiness', async () => WATCHING.test(await manager.show(UNIT, 'StatusText')));
    const pid = await pidOf();
    const successor = bpftracePidOf(pid);
    t.equal((await manager.control('stop', UNIT)).status, 0);
    t.equal(await manager.show(UNIT, 'Result'), 'success');
    t.notOk(existsSync(`/proc/${pid}`) || isBpftrace(successor), 'no process');
    const state = join(manager.home, '.config/podtree');
    t.same(readdirSync(state).sort(), ['history.db', 'outbox.db']);
    for (const name of ['.', 'history.db', 'outbox.db']) t.equal(statSync(join(state, name)).mode & 0o077, 0, `${name} is its own`);
  });

  await t.test('a wrong configuration is no reason to try again', async (t) => {
    writeFileSync(scene.file, 'listen: nowhere\n');
    t.not((await manager.control('start', UNIT)).status, 0);
    t.same([await manager.show(UNIT, 'ExecMainStatus'), await manager.show(UNIT, 'NRestarts')], ['2', '0']);
    t.equal(await manager.show(UNIT, 'ActiveState'), 'failed');
  });
});

function isBpftrace(pid: number | undefined): boolean {
  return existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bpftrace\n';
}
