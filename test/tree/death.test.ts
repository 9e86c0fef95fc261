// What is said of a pause's death beyond who killed it: what died first, what it took down, what came to light later.
import t from 'tap';
import type { RuntimeLevel } from '../../src/cri/level.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { createStory, type Story } from '../helpers/pod-story.ts';
import { type Play, play } from '../helpers/tree-play.ts';

const MEBIBYTE = 2 ** 20;

function begin(spec: Partial<Parameters<Story['sandbox']>[0]> = {}) {
  const story = createStory();
  const watched = play(story);
  story.daemon.isWatched = true;
  const sandbox = story.sandbox({ name: 'web', ...spec });
  sandbox.shim.isWatched = true;
  watched.kernel();
  watched.runtime();
  return { story, watched, sandbox, app: story.container(sandbox, 'app'), logger: story.container(sandbox, 'logger') };
}

/** What containerd does when a shim is gone: a helper of its own has runc end what is left. */
function cleanUp(story: Story, targets: readonly Parameters<Story['kernel']['signal']>[1][]): void {
  for (const target of targets) {
    const helper = story.kernel.fork(story.daemon);
    story.kernel.exec(helper, 'containerd-shim');
    const runc = story.kernel.fork(helper);
    story.kernel.exec(runc, 'runc');
    story.kernel.wait(5);
    story.kernel.signal(runc, target, 9);
  }
}

const last = (watched: Play) => watched.of('pause.exited').at(-1);
const codes = (watched: Play) => last(watched)?.cause.findings.map(({ code }) => code);

t.test('a shim that is killed is what killed the pause, though the runtime ended it and all containers before', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  story.kernel.signal(story.shell, sandbox.shim, 9);
  story.kernel.wait(10);
  cleanUp(story, [app.init, logger.init, sandbox.pause]);
  watched.kernel();
  const { cause } = last(watched) ?? {};
  t.match(cause, { kind: 'signal', sender: { comm: 'runc', parents: [{ comm: 'containerd-shim' }, { comm: 'containerd' }] } });
  t.match(cause?.findings, [{ code: 'shim-died-first', text: /was killed with SIGKILL by "bash" \(pid \d+, uid 0\) \d+ ms before/ }]);
});

t.test('the shim’s end may be told after that of the pause', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  watched.kernel();
  story.kernel.signal(story.shell, sandbox.shim, 9);
  cleanUp(story, [app.init, logger.init, sandbox.pause]);
  const late = story.kernel.told.slice(-8).map(({ event }) => event);
  const isShims = (event: (typeof late)[number]) =>
    (event.kind === 'exit' && event.task.pid === sandbox.shim.pid) || (event.kind === 'signal' && event.targetPid === sandbox.shim.pid);
  const nowNs = story.kernel.nowNs();
  watched.feed({ type: 'kernel', nowNs, events: late.filter((event) => !isShims(event)) });
  t.match(last(watched)?.cause.findings, [{ code: 'shim-died-first', text: /unseen/ }], 'its parent is init: the shim is gone');
  watched.feed({ type: 'kernel', nowNs, events: late.filter(isShims) });
  t.match(last(watched)?.cause.findings, [{ code: 'shim-died-first', text: /by "bash"/ }]);
  t.equal(last(watched)?.id, watched.of('pause.exited')[0]?.id);
});

t.test('containers that run on without their pause are followed until somebody ends them', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  const worker = story.child(app, 'worker');
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  t.match(last(watched)?.cascade, {
    containers: [
      { id: app.id, name: 'app', fate: 'orphaned', processes: 2, exit: undefined, endedAfterMs: undefined },
      { id: logger.id, name: 'logger', fate: 'orphaned', processes: 1 },
    ],
    containerCount: 2,
    processes: 3,
    leaked: [],
  });
  story.kernel.wait(30_000);
  const runc = story.kernel.fork(sandbox.shim);
  story.kernel.exec(runc, 'runc');
  story.kernel.signal(runc, app.init, 15, { isHandled: true });
  story.kernel.exit(worker);
  watched.kernel();
  watched.pass(1000);
  const [ended, running] = last(watched)?.cascade?.containers ?? [];
  t.match(ended, { name: 'app', exit: { code: 0, signal: null }, endedBy: { pid: runc.pid, comm: 'runc' } });
  t.ok((ended?.endedAfterMs ?? 0) > 30_000 && (ended?.endedAfterMs ?? 0) < 30_100);
  t.notOk(running?.exit, 'the other one still runs');
  t.equal(last(watched)?.cascade?.processes, 3, 'as many as there were when the pause died');
  t.match(last(watched)?.cause, watched.of('pause.exited')[0]?.cause ?? {}, 'why it died has not changed');
});

t.test('in a shared process namespace the containers die with the pause, and by its hand', async (t) => {
  const { story, watched, sandbox, app } = begin({ sharesPids: true });
  story.child(app, 'worker');
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  t.match(last(watched)?.cascade, {
    containers: [
      { name: 'app', fate: 'with-pause', processes: 2, exit: { signal: 'SIGKILL' }, endedBy: { pid: sandbox.pause.pid, comm: 'pause' } },
      { name: 'logger', fate: 'with-pause', processes: 1 },
    ],
    processes: 3,
  });
  t.ok((last(watched)?.cascade?.containers[0]?.endedAfterMs ?? 99) < 5);
});

t.test('each container’s return is told with the restart', async (t) => {
  const { story, watched, sandbox } = begin();
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  story.stop(sandbox);
  const next = story.sandbox({ name: 'web' });
  const logger = story.container(next, 'logger');
  const app = story.container(next, 'app');
  watched.kernel();
  watched.runtime();
  const restart = watched.of('pause.restarted').at(-1);
  t.match(restart?.returned, [
    { id: logger.id, name: 'logger' },
    { id: app.id, name: 'app' },
  ]);
  t.equal(restart?.returned.at(-1)?.afterMs, restart?.outageMs);
  t.ok((restart?.returned[0]?.afterMs ?? 0) > (restart?.sandboxOutageMs ?? 0));
});

t.test('whose limit an OOM kill was about', async (t) => {
  const { story, watched, sandbox, app } = begin();
  const full = { usageBytes: 64 * MEBIBYTE, limitBytes: 64 * MEBIBYTE };
  story.kernel.oom(app.init, sandbox.pause, [{ usageBytes: 60 * MEBIBYTE }, full, { usageBytes: 90 * MEBIBYTE }]);
  watched.kernel();
  const cgroup = sandbox.cgroup.slice(0, sandbox.cgroup.lastIndexOf('/'));
  t.match(last(watched)?.cause, { kind: 'oom', oom: { scope: 'cgroup', cgroup, limitBytes: 64 * MEBIBYTE } });
});

t.test('a cgroup killed at once names who did it', async (t) => {
  const { story, watched, sandbox } = begin();
  story.kernel.signal(story.shell, sandbox.pause, 9, { group: false });
  watched.kernel();
  t.match(last(watched)?.cause, { kind: 'signal', sender: { comm: 'bash' }, findings: [{ code: 'cgroup-kill' }] });
});

t.test('a sandbox that never had a container says so, one that was there before podtree does not', async (t) => {
  const story = createStory();
  const before = story.sandbox({ name: 'old' });
  const watched = play(story);
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  for (const { pause } of [sandbox, before]) story.kernel.signal(story.shell, pause, 9);
  watched.kernel();
  const found = watched.of('pause.exited').map(({ pod, cause }) => [pod?.name, cause.findings.map(({ code }) => code)]);
  t.same(found, [
    ['web', ['never-had-container']],
    ['old', []],
  ]);
});

t.test('a runtime that ended a moment before is named, also when only its absence shows', async (t) => {
  const { story, watched, sandbox } = begin();
  story.kernel.signal(story.shell, story.daemon, 15, { isHandled: true });
  story.kernel.wait(2000);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  t.match(last(watched)?.cause.findings, [
    { code: 'runtime-restarted', text: /"containerd", pid \d+\) exited with code 0, asked by "bash" .* 2\.0 s before/ },
  ]);

  const unseen = begin();
  unseen.watched.kernel();
  const nowNs = unseen.story.kernel.nowNs();
  unseen.watched.feed({ type: 'runtime', nowNs, fromNs: nowNs, level: unseen.story.runtime(), daemonPid: 4242 });
  unseen.story.kernel.wait(70_000);
  unseen.story.kernel.signal(unseen.story.shell, unseen.sandbox.pause, 9);
  unseen.watched.kernel();
  t.same(codes(unseen.watched), [], 'more than a minute ago is too long');
});

t.test('an address that the runtime has lost explains why it made a new sandbox', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  watched.kernel();
  watched.runtime();
  const level = story.runtime();
  const lost: RuntimeLevel = { ...level, sandboxes: level.sandboxes.map((each) => ({ ...each, ips: [] })) };
  watched.feed({ type: 'runtime', nowNs: story.kernel.nowNs(), fromNs: story.kernel.nowNs(), level: lost });
  story.kernel.wait(1500);
  for (const { init } of [app, logger]) story.kernel.exit(init);
  story.stop(sandbox);
  watched.kernel();
  t.match(last(watched)?.cause, { kind: 'planned-stop', findings: [{ code: 'address-lost', text: /for 1\.\d s/ }] });
});

t.test('an exit code that the runtime invents is set beside the kernel’s, and the restart says the same', async (t) => {
  const { story, watched, sandbox, app } = begin();
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.kernel.exit(app.init, { code: 3 });
  const next = story.sandbox({ name: 'web' });
  story.container(next, 'app');
  story.container(next, 'logger');
  watched.kernel();
  watched.runtime();
  const revision = watched.of('pause.restarted').at(-1)?.revision ?? 0;
  const level = story.runtime();
  const invented = level.containers.map((each) => (each.id === app.id ? { ...each, state: 'exited' as const, exitCode: 255 } : each));
  watched.feed({ type: 'runtime', nowNs: story.kernel.nowNs(), fromNs: story.kernel.nowNs(), level: { ...level, containers: invented } });
  const expected: Partial<TreeEvent> = { revision: revision + 1 };
  t.match(last(watched)?.cause.findings, [{ code: 'exit-code-differs', text: /"app" with 255, the kernel saw 3\./ }]);
  t.match(watched.of('pause.restarted').at(-1), expected);
  t.match(watched.of('pause.restarted').at(-1)?.cause.findings, [{ code: 'exit-code-differs' }]);
});

t.test('a mount that keeps the network of a sandbox that is gone is told with its death', async (t) => {
  const { story, watched, sandbox } = begin();
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.stop(sandbox);
  story.kernel.pin(sandbox.namespaces[0] ?? 0, sandbox.netPath);
  story.remove(sandbox);
  watched.kernel();
  watched.runtime();
  watched.host();
  story.kernel.wait(11_000);
  watched.host();
  t.same(last(watched)?.cascade?.leaked, [sandbox.netPath]);
});

t.test('a container that the OOM killer ends was ended by nobody', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.kernel.signal(logger.init, app.init, 9, { code: 128 });
  watched.kernel();
  t.match(last(watched)?.cascade?.containers, [{ name: 'app', exit: { signal: 'SIGKILL' }, endedBy: undefined }, { name: 'logger' }]);
});

t.test('nothing is kept for ever', async (t) => {
  const { story, watched, sandbox, app, logger } = begin();
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  watched.pass(601_000);
  const told = watched.of('pause.exited').length;
  for (const { init } of [app, logger]) story.kernel.exit(init);
  watched.kernel();
  t.equal(watched.of('pause.exited').length, told, 'after ten minutes nobody follows the containers any more');
});
