// What systemd is told, by its own tool, on a socket like its own.
import t from 'tap';
import { createServiceManager } from '../../agent/service-manager.ts';
import { cannotNotify, startNotifySocket } from '../helpers/notify-socket.ts';

function keepLog() {
  const warnings: object[] = [];
  return { warnings, warn: (fields: object, message: string) => void warnings.push({ ...fields, message }) };
}

t.test('systemd is told of each state, in order, with a status of one line', { skip: cannotNotify() ?? false }, async (t) => {
  const socket = await startNotifySocket(t);
  const log = keepLog();
  const manager = createServiceManager({ env: { NOTIFY_SOCKET: socket.path }, log });
  void manager.tell('ready', 'watching 3 pods');
  void manager.tell('reloading', 'reading\nSTATUS=the configuration');
  await manager.tell('stopping', 'x'.repeat(1000));
  t.match(socket.messages, [
    { READY: '1', STATUS: 'watching 3 pods' },
    { RELOADING: '1', MONOTONIC_USEC: /^\d+$/, STATUS: 'reading STATUS=the configuration' },
    { STOPPING: '1', STATUS: 'x'.repeat(200) },
  ]);
  t.equal(socket.messages.length, 3);
  t.same(log.warnings, []);
});

t.test('the watchdog hears of it as often as it wants to, until it is stopped', { skip: cannotNotify() ?? false }, async (t) => {
  const socket = await startNotifySocket(t);
  const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '90000', WATCHDOG_PID: String(process.pid) };
  const manager = createServiceManager({ env, log: keepLog() });
  let pods = 0;
  manager.watch(() => `watching ${++pods} pods`);
  await socket.until(({ length }) => length >= 4);
  manager.stop();
  t.match(
    socket.messages.slice(0, 3),
    [1, 2, 3].map((count) => ({ WATCHDOG: '1', STATUS: `watching ${count} pods` })),
  );
});

t.test('a watchdog that is for another process, or none, gets no sign of life', { skip: cannotNotify() ?? false }, async (t) => {
  for (const env of [{ WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' }, { WATCHDOG_USEC: 'x' }, {}]) {
    const socket = await startNotifySocket(t);
    const manager = createServiceManager({ env: { NOTIFY_SOCKET: socket.path, ...env }, log: keepLog() });
    manager.watch(() => 'fine');
    await manager.tell('ready', 'ready');
    manager.stop();
    t.same(socket.messages, [{ STATUS: 'fine' }, { READY: '1', STATUS: 'ready' }]);
  }
});

t.test('without systemd nothing is run, and where it does not listen that is said once', async (t) => {
  const log = keepLog();
  const absent = createServiceManager({ env: {}, log, program: '/nonexistent/systemd-notify' });
  await absent.tell('ready', 'ready');
  absent.watch(() => 'fine');
  absent.stop();
  t.same(log.warnings, []);
  const deaf = createServiceManager({ env: { NOTIFY_SOCKET: '/nonexistent/notify' }, log, program: '/nonexistent/systemd-notify' });
  await deaf.tell('ready', 'ready');
  await deaf.tell('stopping', 'stopping');
  t.match(log.warnings, [{ message: /systemd could not be told/, error: /ENOENT/ }]);
  t.equal(log.warnings.length, 1);
});
