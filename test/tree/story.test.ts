// What is told and what the tree is after each thing that happens to pods, as containerd with runc or crun makes it happen.
import t, { type Test } from 'tap';
import type { KernelEvent } from '../../src/kernel/event.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Container, Pod } from '../../src/tree/model.ts';
import { HOST_NAMESPACES } from '../helpers/kernel-model.ts';
import { lastTold } from '../helpers/last-told.ts';
import { createStory, type Story } from '../helpers/pod-story.ts';
import { type Play, play } from '../helpers/tree-play.ts';

const ORDINARY = { net: 'pod', pid: 'own', ipc: 'pod', uts: 'pod', mnt: 'own', user: 'host', cgroup: 'host' };

function scopes(of: Pick<Container, 'namespaces'> | undefined): Record<string, string> {
  return Object.fromEntries((of?.namespaces ?? []).map(({ type, scope }) => [type, scope]));
}

function container(pod: Pod | undefined, name: string): Container | undefined {
  return pod?.sandbox?.containers.find((item) => item.name === name);
}

/** `type` or `type comm role`, for what a sequence is about. */
function told(events: readonly TreeEvent[], types: readonly TreeEvent['type'][]): string[] {
  return events
    .filter(({ type }) => types.includes(type))
    .map(({ type, process }) => (process ? `${type} ${process.comm} ${process.role}` : type));
}

function agree(t: Test, watched: Play): void {
  t.same(watched.client(), watched.tree(), 'the changes add up to the tree');
}

/** A pod with a container in it, both named by the runtime. */
function started(story: Story, watched: Play) {
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  const app = story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  return { sandbox, app };
}

for (const runtime of ['runc', 'crun', 'crun-v2'] as const) {
  t.test(`${runtime}: a pod is told as it is made, and stands in the tree as it is`, async (t) => {
    const story = createStory({ runtime });
    const watched = play(story);
    const { sandbox, app } = started(story, watched);
    const steps = told(watched.events(), ['pod.added', 'sandbox.created', 'process.exec', 'sandbox.ready', 'container.started']);
    t.same(steps, [
      'pod.added',
      'sandbox.created',
      'process.exec pause pause',
      'sandbox.ready',
      'process.exec app init',
      'container.started app init',
    ]);
    const pod = watched.pod('web');
    t.match(pod, { namespace: 'shop', qos: 'burstable', hostNetwork: false, labels: { app: 'web' }, history: [] });
    t.match(pod?.sandbox, { id: sandbox.id, state: 'ready', kind: 'process', runtime: 'containerd', ips: ['10.0.0.1'], guests: [] });
    t.match(pod?.sandbox?.pause, { pid: sandbox.pause.pid, nsPid: 1, role: 'pause', comm: 'pause', ppid: sandbox.shim.pid });
    t.same(scopes(pod?.sandbox), { net: 'own', pid: 'own', ipc: 'own', uts: 'own', mnt: 'own', user: 'host', cgroup: 'host' });
    t.same(scopes(container(pod, 'app')), ORDINARY);
    t.match(container(pod, 'app'), {
      id: app.id,
      kind: 'app',
      state: 'running',
      restarts: 0,
      processes: [{ pid: app.init.pid, role: 'init' }],
    });
    const made = watched.of('namespace.created').flatMap((event) => event.namespaces.map(({ inode }) => inode));
    for (const { inode, scope } of pod?.sandbox?.namespaces ?? [])
      if (scope === 'own') t.ok(made.includes(inode), `${inode} was seen being made`);
    t.same([...new Set(watched.of('namespace.joined').map(({ by }) => by))].sort(), ['cni', 'runtime']);
    agree(t, watched);
  });

  t.test(`${runtime}: processes are children, execs, or short`, async (t) => {
    const story = createStory({ runtime });
    const watched = play(story);
    const { app } = started(story, watched);
    const before = watched.updates.length;
    story.child(app, 'worker');
    const brief = story.kernel.fork(app.init);
    story.kernel.wait(2);
    story.kernel.exit(brief, { code: 3 });
    story.exec(app, 'sh');
    story.exec(app, 'ash', true);
    watched.kernel();
    t.same(
      container(watched.pod('web'), 'app')?.processes.map(({ comm, role }) => `${comm} ${role}`),
      ['app init', 'worker child', 'sh exec', 'ash exec'],
    );
    const ends = watched.of('process.exited').filter(({ process }) => process?.pid === brief.pid);
    t.match(ends, [{ exit: { code: 3, signal: null }, container: { name: 'app' }, process: { role: 'child' } }]);
    const joins = watched.updates.slice(before).flatMap(({ event }) => (event?.type === 'namespace.joined' ? [event.by] : []));
    t.same([...new Set(joins)], ['exec'], 'from the cgroup of the container and from that of the caller');
    t.equal(watched.of('container.started').length, 1);
    agree(t, watched);
  });
}

t.test('a pause killed from a shell is told with the shell, and a new sandbox as a restart', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  const [ended] = watched.of('pause.exited');
  t.match(ended, { revision: 0, exit: { code: null, signal: 'SIGKILL' }, process: { role: 'pause', pid: sandbox.pause.pid } });
  t.match(ended?.cause, { kind: 'signal', signal: 'SIGKILL', sender: { pid: story.shell.pid, comm: 'bash', unit: 'session-7.scope' } });
  t.match(watched.pod('web')?.sandbox, { state: 'notready', containers: [{ state: 'running' }] }, 'the container lives on');
  t.notOk(watched.pod('web')?.sandbox?.pause);

  watched.runtime();
  story.kernel.wait(5000);
  story.stop(sandbox);
  const next = story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  t.match(watched.of('pause.restarted'), [
    { revision: 0, oldSandbox: { id: sandbox.id, attempt: 0 }, newSandbox: { id: next.id, attempt: 1 }, cause: { kind: 'signal' } },
  ]);
  t.same(
    next.pause.namespaces.filter((inode, type) => inode === sandbox.pause.namespaces[type] && inode >= 0xf0000100).length > 0,
    true,
    'the very same inode numbers are in use again',
  );
  const again = story.container(next, 'app');
  watched.kernel();
  watched.runtime();
  const [first, whole] = watched.of('pause.restarted');
  t.match(whole, { id: first?.id ?? '', revision: 1, containersRestarted: 1, complete: true });
  t.ok((whole?.outageMs ?? 0) > (first?.sandboxOutageMs ?? 0) && (first?.sandboxOutageMs ?? 0) > 5000);
  const pod = watched.pod('web');
  t.match(pod?.history, [{ id: sandbox.id, state: 'notready' }]);
  t.match(container(pod, 'app'), { id: again.id, restarts: 1, lastExit: { signal: 'SIGKILL' } });
  t.same(scopes(container(pod, 'app')), ORDINARY);
  const ids = [...(pod?.history[0]?.namespaces ?? []), ...(pod?.sandbox?.namespaces ?? [])]
    .filter(({ scope }) => scope === 'own')
    .map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length, 'no namespace has the id of an earlier one');
  t.equal(watched.of('pod.added').length, 1);
  t.notOk(app.init.isAlive);
  agree(t, watched);

  story.remove(sandbox);
  watched.runtime();
  t.match(watched.pod('web')?.history, [{ id: sandbox.id, state: 'removed' }]);
  agree(t, watched);
});

t.test('what the runtime has forgotten and /proc no longer shows is kept until its events have come', async (t) => {
  const story = createStory();
  const watched = play(story, { isCatchingUp: false });
  const { sandbox } = started(story, watched);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.stop(sandbox);
  story.remove(sandbox);
  const next = story.sandbox({ name: 'web' });
  const again = story.container(next, 'app');
  // bpftrace is behind: the levels have it all, and not one event has come.
  watched.runtime();
  watched.host();
  watched.pass(20_000);
  t.match(watched.pod('web')?.history, [{ id: sandbox.id, pause: { pid: sandbox.pause.pid } }], 'the old one is not gone yet');
  t.same(watched.of('pause.exited'), []);
  watched.kernel();
  t.match(watched.of('pause.exited'), [{ sandbox: { id: sandbox.id }, cause: { kind: 'signal', sender: { pid: story.shell.pid } } }]);
  t.match(watched.of('pause.restarted')[0], { oldSandbox: { id: sandbox.id }, newSandbox: { id: next.id } });
  watched.feed({ type: 'caught-up', nowNs: story.kernel.nowNs(), untilNs: story.kernel.nowNs() });
  t.match(watched.pod('web')?.history, [{ id: sandbox.id, state: 'removed' }]);
  t.match(container(watched.pod('web'), 'app'), { id: again.id, processes: [{ pid: again.init.pid }] });
  t.equal(watched.of('pause.exited').filter(({ revision }) => revision === 0).length, 1);
  agree(t, watched);
});

t.test('a pod is whole again although its container was told of before its pause', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.stop(sandbox);
  const next = story.sandbox({ name: 'web' });
  const again = story.container(next, 'app');
  const before = story.kernel.told.findIndex(({ event }) => event.kind === 'exec' && event.task.pid === next.pause.pid);
  const events = story.kernel.told.map(({ event }) => event);
  const feed = (part: readonly KernelEvent[]) => watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: part });
  feed(events.slice(0, before));
  watched.runtime();
  // The CPU that the pause runs on is read late.
  feed(events.slice(before + 1));
  t.equal(watched.of('container.started').at(-1)?.container?.id, again.id);
  t.same(watched.of('pause.restarted'), []);
  feed(events.slice(before, before + 1));
  t.match(watched.of('pause.restarted').at(-1), { newSandbox: { id: next.id }, complete: true, containersRestarted: 1 });
});

t.test('what events never tell is taken from the levels after half a minute', async (t) => {
  const story = createStory();
  const watched = play(story, { isCatchingUp: false });
  const { sandbox } = started(story, watched);
  story.stop(sandbox);
  story.remove(sandbox);
  watched.runtime();
  watched.host();
  watched.pass(29_000);
  t.same(watched.of('pause.exited'), []);
  watched.pass(1000);
  t.match(watched.of('pause.exited'), [{ source: 'levels' }]);
  watched.pass(1000);
  t.notOk(watched.pod('web'));
  t.equal(watched.engine.nextDeadlineNs(), undefined);
});

t.test('an ordinary end is planned, and leaves nothing', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  story.stop(sandbox);
  watched.kernel();
  watched.runtime();
  story.remove(sandbox);
  watched.runtime();
  watched.pass(1000);
  t.match(watched.of('pause.exited'), [{ revision: 0, cause: { kind: 'planned-stop', sender: { comm: 'runc' } } }]);
  t.same(told(watched.events(), ['sandbox.removed', 'pod.removed']), ['sandbox.removed', 'pod.removed']);
  t.same(watched.tree().pods, []);
  watched.pass(120_000);
  t.match(watched.engine.counts(), { pods: 0, sandboxes: 0, containers: 0, processes: 0, held: 0 });
  agree(t, watched);
});

t.test('the same kill by the runtime while a container lives is no planned stop', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  const runc = story.kernel.fork(sandbox.shim);
  story.kernel.exec(runc, 'runc');
  story.kernel.signal(runc, sandbox.pause, 9);
  watched.kernel();
  watched.pass(60);
  t.match(watched.of('pause.exited'), [{ cause: { kind: 'signal', sender: { comm: 'runc', pid: runc.pid } } }]);
});

t.test('with a shared process namespace the containers die with the pause, after it', async (t) => {
  const story = createStory();
  const watched = play(story);
  const sandbox = story.sandbox({ name: 'web', sharesPids: true });
  watched.kernel();
  watched.runtime();
  story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  t.same(scopes(container(watched.pod('web'), 'app')), { ...ORDINARY, pid: 'pod' });
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  t.match(watched.of('pause.exited'), [{ cause: { kind: 'signal', sender: { comm: 'bash' } } }]);
  t.match(watched.of('container.exited'), [{ container: { name: 'app' }, exit: { signal: 'SIGKILL' } }]);
  const sandboxAt = watched.events().findIndex(({ type }) => type === 'pause.exited');
  t.ok(watched.events().findIndex(({ type }) => type === 'container.exited') > sandboxAt);
  agree(t, watched);
});

t.test('what is the host’s is shown as the host’s', async (t) => {
  const story = createStory();
  const watched = play(story);
  const net = story.sandbox({ name: 'host-net', hostNetwork: true });
  const pid = story.sandbox({ name: 'host-pid', hostPid: true });
  for (const sandbox of [net, pid]) story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  t.match(watched.pod('host-net'), { hostNetwork: true, sandbox: { ips: [] } });
  t.match(scopes(watched.pod('host-net')?.sandbox), { net: 'host', uts: 'host', ipc: 'own', pid: 'own' });
  t.match(scopes(container(watched.pod('host-net'), 'app')), { net: 'host', uts: 'host', ipc: 'pod', pid: 'own' });
  t.match(scopes(watched.pod('host-pid')?.sandbox), { net: 'own', pid: 'host' });
  t.match(scopes(container(watched.pod('host-pid'), 'app')), { net: 'pod', pid: 'host' });
  t.match(watched.pod('host-pid')?.sandbox?.pause, { nsPid: pid.pause.pid });
  agree(t, watched);
});

t.test('an ephemeral container is shown in the process namespace of its target', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  story.container(sandbox, { name: 'debugger', kind: 'ephemeral', target: app });
  watched.kernel();
  watched.runtime();
  const shown = container(watched.pod('web'), 'debugger');
  t.match(shown, { kind: 'ephemeral', processes: [{ role: 'init' }] });
  t.match(
    shown?.namespaces.find(({ type }) => type === 'pid'),
    { scope: 'container', with: app.id },
  );
});

t.test('a container that starts again shows how the last one ended, once', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  story.end(app, 7);
  watched.kernel();
  watched.runtime();
  t.match(watched.of('container.exited'), [{ exit: { code: 7, signal: null } }]);
  t.match(container(watched.pod('web'), 'app'), { state: 'exited', lastExit: { code: 7 }, processes: [] });
  const next = story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  const shown = watched.pod('web')?.sandbox?.containers ?? [];
  t.match(shown, [{ id: next.id, state: 'running', restarts: 1, lastExit: { code: 7 } }]);
  t.equal(shown.length, 1, 'of two with one name the newer');
  agree(t, watched);
});

t.test('who enters from the host is a guest, with what it starts, until it leaves', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const { kernel } = story;
  const guest = story.nsenter(app.init, ['net', 'mnt'], 'tcpdump');
  const child = kernel.fork(guest);
  watched.kernel();
  const foreign = watched.of('namespace.joined').filter(({ by }) => by === 'foreign');
  t.match(foreign, [
    {
      attribution: 'host',
      owner: { name: 'web' },
      process: { comm: 'nsenter', role: 'guest' },
      namespaces: [{ type: 'net' }, { type: 'mnt' }],
    },
  ]);
  t.equal(foreign.length, 1, 'one call, one event');
  t.same(
    watched.pod('web')?.sandbox?.guests.map(({ pid, comm, role }) => [pid, comm, role]),
    [
      [guest.pid, 'tcpdump', 'guest'],
      [child.pid, 'tcpdump', 'guest'],
    ],
  );
  kernel.setns(child, story.shell.namespaces, ['net', 'mnt']);
  kernel.exit(guest, { code: 1 });
  watched.kernel();
  t.same(watched.pod('web')?.sandbox?.guests, []);
  t.match(
    watched.of('process.exited').filter(({ process }) => process?.role === 'guest'),
    [{ process: { pid: guest.pid }, exit: { code: 1 }, attribution: 'host' }],
  );
  agree(t, watched);
});

t.test('a guest that comes and goes faster than it is told does not stay', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const { kernel } = story;
  const from = kernel.told.length;
  const guest = story.nsenter(app.init, ['net']);
  const child = kernel.fork(guest);
  kernel.exec(child, 'top');
  kernel.exit(guest);
  const [setns, ...later] = kernel.told.slice(from).map(({ event }) => event);
  if (setns?.kind !== 'setns') throw new Error('it begins with the setns');
  for (const event of later.reverse()) watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events: [event] });
  watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events: [setns] });
  t.match(watched.pod('web')?.sandbox?.guests, [{ pid: child.pid, comm: 'top' }]);
  t.equal(watched.pod('web')?.sandbox?.guests.length, 1, 'the one that lives');
  agree(t, watched);
});

t.test('what happened under a number that the host had is not told of the pod that has it next', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { kernel } = story;
  const [net = 0] = kernel.unshare(story.shell, ['net'], true);
  kernel.setns(story.kubelet, story.shell.namespaces.with(0, net), ['net'], true);
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  t.equal(sandbox.namespaces[0], net, 'the number is in use again');
  t.same(
    watched.of('namespace.created').filter(({ process }) => process?.pid === story.shell.pid),
    [],
  );
  t.same(
    watched.of('namespace.joined').filter(({ process }) => process?.pid === story.kubelet.pid),
    [],
  );
});

t.test('a pod that fails again before it is whole has two restarts, the first of them unfinished', async (t) => {
  const story = createStory();
  const watched = play(story);
  let { sandbox } = started(story, watched);
  for (let life = 0; life < 2; life++) {
    story.kernel.signal(story.shell, sandbox.pause, 9);
    story.kernel.wait(500);
    story.stop(sandbox);
    sandbox = story.sandbox({ name: 'web' });
    watched.kernel();
    watched.runtime();
  }
  story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  t.match(
    watched.of('pause.restarted').map(({ revision, complete, containersRestarted }) => ({ revision, complete, containersRestarted })),
    [
      { revision: 0, complete: undefined, containersRestarted: undefined },
      { revision: 1, complete: false, containersRestarted: 0 },
      { revision: 0, complete: undefined, containersRestarted: undefined },
      { revision: 1, complete: true, containersRestarted: 1 },
    ],
  );
  watched.pass(1000);
  t.equal(watched.engine.nextDeadlineNs(), undefined);
});

t.test('a sandbox whose whole life is told after its successor’s start takes its place between the other two', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  const revive = (dead: typeof sandbox) => {
    story.kernel.signal(story.shell, dead.pause, 9);
    story.kernel.wait(500);
    story.stop(dead);
    return story.sandbox({ name: 'web' });
  };
  const brief = revive(sandbox);
  const from = story.kernel.told.findIndex(({ event }) => event.kind === 'cgroup-mkdir' && event.path === brief.cgroup);
  story.kernel.wait(20);
  story.kernel.signal(story.shell, brief.pause, 9);
  const to = story.kernel.told.length;
  story.kernel.wait(500);
  story.stop(brief);
  const newest = story.sandbox({ name: 'web' });
  story.container(newest, 'app');
  const events = story.kernel.told.map(({ event }) => event);
  const feed = (part: readonly KernelEvent[]) => watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: part });
  feed(events.slice(0, from));
  watched.runtime();
  feed(events.slice(to));
  watched.runtime();
  const [first] = watched.of('pause.restarted');
  t.match(watched.of('pause.restarted').at(-1), { oldSandbox: { id: sandbox.id }, newSandbox: { id: newest.id }, complete: true });

  feed(events.slice(from, to));
  const restarts = lastTold(watched.of('pause.restarted'));
  t.match(
    restarts.map(({ id, oldSandbox, newSandbox, cause, complete }) => [id, oldSandbox.id, newSandbox.id, cause.kind, complete]),
    [
      [first?.id, brief.id, newest.id, 'signal', true],
      [String, sandbox.id, brief.id, 'signal', false],
    ],
  );
  const [late, early] = restarts;
  t.ok((late?.sandboxOutageMs ?? 0) > 500 && (late?.sandboxOutageMs ?? 0) < 700, 'counted from the death of the one in between');
  t.ok((early?.sandboxOutageMs ?? 0) > 500 && (early?.sandboxOutageMs ?? 0) < 700);
  t.not(late?.ipBefore, early?.ipBefore);
  t.equal(watched.of('pause.exited').filter(({ revision }) => revision === 0).length, 2);
  watched.pass(1000);
  t.equal(watched.engine.nextDeadlineNs(), undefined);
  agree(t, watched);
});

t.test('a death that is told after the new pause runs is told with the restart, and what it took down is waited for', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  const from = story.kernel.told.length;
  story.kernel.signal(story.shell, sandbox.pause, 9);
  const to = story.kernel.told.length;
  story.kernel.wait(500);
  story.stop(sandbox);
  const next = story.sandbox({ name: 'web' });
  const events = story.kernel.told.map(({ event }) => event);
  const feed = (part: readonly KernelEvent[]) => watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: part });
  feed(events.slice(to));
  watched.runtime();
  const [first, early] = watched.of('pause.restarted');
  t.match(first, { newSandbox: { id: next.id }, cause: { kind: 'unknown' } });
  t.match(early, { id: first?.id ?? '', complete: true }, 'what it took down is not known');
  t.equal(first?.sandboxOutageMs, undefined);
  feed(events.slice(from, to));
  const amended = watched.of('pause.restarted').at(-1);
  t.match(amended, { id: first?.id ?? '', cause: { kind: 'signal', sender: { comm: 'bash' } } });
  t.ok((amended?.sandboxOutageMs ?? 0) > 500);
  t.equal(amended?.complete, undefined, 'the container that ran is not back');
  story.container(next, 'app');
  watched.kernel();
  watched.runtime();
  t.match(watched.of('pause.restarted').at(-1), {
    id: first?.id ?? '',
    complete: true,
    containersRestarted: 1,
    returned: [{ name: 'app' }],
  });
});

t.test('a pod that does not come back whole is told so after a minute', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  story.stop(sandbox);
  story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  watched.pass(61_000);
  t.match(watched.of('pause.restarted'), [{ revision: 0 }, { revision: 1, complete: false, containersRestarted: 0 }]);
  t.notOk(watched.of('pause.restarted')[1]?.outageMs);
});

t.test('a guest that is put into a container is one of its processes', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const guest = story.nsenter(app.init, ['net']);
  watched.kernel();
  story.kernel.attach(story.shell, guest, app.cgroup);
  story.kernel.exec(guest, 'top');
  watched.kernel();
  t.same(watched.pod('web')?.sandbox?.guests, []);
  t.ok(container(watched.pod('web'), 'app')?.processes.some(({ pid }) => pid === guest.pid));
  story.kernel.attach(story.shell, guest, '/user.slice');
  watched.kernel();
  t.notOk(container(watched.pod('web'), 'app')?.processes.some(({ pid }) => pid === guest.pid));
  agree(t, watched);
});

t.test('the process of one pod in the namespaces of another is foreign, and stays where it is', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const other = story.container(story.sandbox({ name: 'mesh' }), 'agent');
  watched.kernel();
  watched.runtime();
  story.kernel.setns(other.init, app.init.namespaces, ['net'], true);
  watched.kernel();
  t.match(watched.of('namespace.joined').at(-1), { by: 'foreign', pod: { name: 'mesh' }, owner: { name: 'web' } });
  t.same(watched.pod('web')?.sandbox?.guests, []);
  t.equal(container(watched.pod('mesh'), 'agent')?.processes.length, 1);
});

t.test('a sandbox without a pause is pinned, and its containers share its namespaces', async (t) => {
  const story = createStory();
  const watched = play(story);
  const id = 'f'.repeat(64);
  const uid = '11111111-2222-4333-8444-555555555555';
  const pod = `/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice`;
  const { kernel } = story;
  kernel.mkdir(pod);
  kernel.mkdir(`${pod}/crio-${id}`);
  const sandbox = {
    ...{ id, podUid: uid, name: 'pinned', namespace: 'shop', attempt: 0, state: 'ready', createdAt: '2026-01-01T01:00:00.000000000Z' },
    ...{ labels: {}, ips: ['10.1.0.1'], hostNetwork: false, pid: 0, runtimeHandler: '' },
  };
  watched.kernel();
  const level = { runtimeName: 'cri-o', runtimeVersion: '1.36', sandboxes: [sandbox], containers: [] };
  watched.feed({ type: 'runtime', nowNs: kernel.nowNs(), fromNs: kernel.nowNs(), level } as never);
  t.match(watched.pod('pinned')?.sandbox, { id, kind: 'pinned', state: 'ready', containers: [] });
  t.equal(watched.of('sandbox.ready').length, 1);
  t.equal(watched.of('sandbox.removed').length, 0, 'the empty cgroup keeps it');
  agree(t, watched);
});

t.test('pods that were there before are in the first snapshot, and not told as new', async (t) => {
  const story = createStory();
  const sandbox = story.sandbox({ name: 'web' });
  const app = story.container(sandbox, 'app');
  story.child(app, 'worker');
  story.exec(app, 'sh');
  story.nsenter(app.init, ['net']);
  story.kernel.wait(5000);
  const watched = play(story, { isPrimed: false });
  watched.runtime();
  watched.host();
  watched.prime();
  const pod = watched.pod('web');
  t.match(pod?.sandbox, { state: 'ready', pause: { pid: sandbox.pause.pid }, guests: [{ comm: 'bash' }] });
  t.same(scopes(container(pod, 'app')), ORDINARY);
  t.same(
    container(pod, 'app')?.processes.map(({ comm, role }) => `${comm} ${role}`),
    ['app init', 'worker child', 'sh exec'],
  );
  watched.host();
  watched.runtime();
  watched.pass(3000);
  t.same(watched.events(), []);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: story.kernel.told.slice(-2).map(({ event }) => event) });
  t.match(watched.of('pause.exited'), [{ cause: { kind: 'signal', sender: { comm: 'bash' } } }]);
});

t.test('without a runtime pods are known by uid, then by host name; when it comes they get their names', async (t) => {
  const story = createStory();
  const watched = play(story, { hasRuntime: false });
  const sandbox = story.sandbox({ name: 'web' });
  story.container(sandbox, 'app');
  watched.kernel();
  const [pod] = watched.tree().pods;
  t.match(pod, { uid: sandbox.uid, qos: 'burstable', sandbox: { state: 'ready', containers: [{ kind: 'app', state: 'running' }] } });
  t.equal(pod?.name, undefined);
  t.same(told(watched.events(), ['sandbox.ready', 'container.started']), ['sandbox.ready', 'container.started app init']);
  t.same(
    watched.engine
      .unnamed()
      .map(({ pid }) => pid)
      .includes(sandbox.pause.pid),
    true,
  );
  const { pid, startNs } = sandbox.pause;
  for (const hostname of ['\u001b[31mweb', 'web']) {
    watched.feed({
      type: 'kernel',
      nowNs: story.kernel.nowNs(),
      events: [{ kind: 'hostname', timeNs: story.kernel.nowNs(), pid, startNs, hostname }],
    });
  }
  t.match(watched.tree().pods, [{ name: 'web' }]);
  watched.runtime();
  t.match(watched.tree().pods, [{ name: 'web', namespace: 'shop', sandbox: { containers: [{ name: 'app' }] } }]);
  agree(t, watched);

  watched.runtimeAway();
  story.container(sandbox, 'late');
  watched.kernel();
  t.equal(watched.pod('web')?.sandbox?.containers.length, 2, 'it is shown at once: nobody would name it');
  watched.runtime();
  t.ok(container(watched.pod('web'), 'late'));
  agree(t, watched);
});

t.test('a runtime that has a mount namespace of its own is outside, as the host is', async (t) => {
  const story = createStory();
  story.kernel.unshare(story.daemon, ['mnt']);
  const watched = play(story);
  const from = story.kernel.told.length;
  const sandbox = story.sandbox({ name: 'web' });
  const events = story.kernel.told.slice(from).map(({ event }) => event);
  const attach = events.findIndex(({ kind }) => kind === 'cgroup-attach');
  const moved = events[attach];
  if (moved?.kind !== 'cgroup-attach') throw new Error('the first stage is put into the cgroup');
  // runc starts itself anew, and may be in the container's cgroup by then.
  const stage = {
    tid: moved.targetPid,
    pid: moved.targetPid,
    ppid: moved.task.pid,
    startNs: moved.timeNs - 1000,
    cgroupId: moved.cgroupId,
    comm: 'runc',
  };
  const namespaceIds = ['', '', '', '', '', '', ''] as const;
  const namespaces = [...story.daemon.namespaces] as unknown as typeof HOST_NAMESPACES;
  const again = {
    kind: 'exec' as const,
    timeNs: moved.timeNs + 1000,
    task: stage,
    uid: 0,
    nsPid: stage.pid,
    namespaces,
    exe: 'runc',
    namespaceIds,
  };
  t.not(namespaces[4], HOST_NAMESPACES[4]);
  watched.feed({
    type: 'kernel',
    nowNs: story.kernel.nowNs(),
    events: [...events.slice(0, attach + 1), again, ...events.slice(attach + 1)],
  });
  watched.runtime();
  t.match(watched.pod('web')?.sandbox?.pause, { pid: sandbox.pause.pid });
  t.same(watched.of('pause.exited'), []);
  t.equal(
    watched
      .events()
      .filter(({ process }) => process?.role === 'pause')
      .at(0)?.process?.pid,
    sandbox.pause.pid,
    'nobody else ever was',
  );
});

t.test('a sandbox says how its pause ended, an ordinary stop like any other end', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  t.equal(watched.pod('web')?.sandbox?.pauseExit, undefined);
  const killed = story.sandbox({ name: 'killed' });
  watched.kernel();
  watched.runtime();
  story.kernel.signal(story.shell, killed.pause, 9);
  story.stop(sandbox);
  watched.kernel();
  watched.runtime();
  t.same(watched.pod('web')?.sandbox?.pauseExit, { code: null, signal: 'SIGKILL', cause: 'planned-stop' });
  t.same(watched.pod('killed')?.sandbox?.pauseExit, { code: null, signal: 'SIGKILL', cause: 'signal' });
  agree(t, watched);
});

t.test('a process whose host name was read from /proc is the same when the kernel tells of it', async (t) => {
  const story = createStory();
  const sandbox = story.sandbox({ name: 'web' });
  const app = story.container(sandbox, 'app');
  story.kernel.wait(1000);
  const watched = play(story, { hasRuntime: false, isPrimed: false });
  const level = story.kernel.level();
  watched.feed({ type: 'host', nowNs: level.toNs, level });
  watched.prime();
  const read = watched.engine
    .unnamed()
    .map(({ pid, startNs }) => ({ kind: 'hostname' as const, timeNs: level.toNs, pid, startNs, hostname: 'web' }));
  t.same(read.map(({ pid }) => pid).sort(), [sandbox.pause.pid, app.init.pid].sort());
  watched.feed({ type: 'kernel', nowNs: level.toNs, events: read });
  t.match(watched.tree().pods, [{ name: 'web' }]);
  const from = story.kernel.told.length;
  story.child(app, 'worker');
  story.kernel.signal(story.shell, sandbox.pause, 9);
  const events = story.kernel.told.slice(from).map(({ event }) => event);
  watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events });
  t.match(watched.pod('web')?.sandbox?.containers, [
    { state: 'running', processes: [{ pid: app.init.pid, role: 'init' }, { role: 'child' }] },
  ]);
  t.match(watched.of('pause.exited'), [{ source: 'kernel', cause: { kind: 'signal', sender: { comm: 'bash' } } }]);
  agree(t, watched);
});

t.test('events wait for the name of their container, bounded in time and number', async (t) => {
  const story = createStory();
  const watched = play(story, { limits: { maxHeldEvents: 20 } });
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  t.same(watched.events(), [], 'nothing is told without the name');
  t.ok((watched.engine.counts().held ?? 0) > 0);
  t.ok(watched.engine.nextDeadlineNs() !== undefined);
  watched.runtime();
  t.ok(watched.events().every(({ pod }) => pod === undefined || pod.name === 'web'));
  t.equal(watched.engine.counts().held, 0);

  const app = story.container(sandbox, 'app');
  watched.kernel();
  watched.pass(2100);
  t.match(watched.of('container.started'), [{ container: { id: app.id, name: app.id.slice(0, 12) }, attribution: 'unnamed-container' }]);
  t.match(watched.engine.drops, { holdTimeout: 1, heldOverflow: 0 });
  for (let count = 0; count < 3; count++) story.container(sandbox, `many-${count}`);
  watched.kernel();
  t.ok(watched.engine.drops.heldOverflow > 0);
  t.ok(watched.engine.counts().held <= 20);
  watched.runtime();
  t.equal(watched.pod('web')?.sandbox?.containers.length, 4);
  agree(t, watched);
});

t.test('a pod whose cgroup names no uid waits for the runtime, or for a scan when that is late', async (t) => {
  const story = createStory();
  const watched = play(story);
  const sandbox = story.sandbox({ name: 'crictl', isOutsideKubepods: true });
  watched.kernel();
  watched.runtime();
  t.match(watched.pod('crictl')?.sandbox, { id: sandbox.id, pause: { comm: 'pause' } });

  story.container(sandbox, 'late');
  watched.kernel();
  watched.pass(2100);
  story.kernel.wait(1000);
  watched.feed({ type: 'runtime', nowNs: story.kernel.nowNs(), fromNs: story.kernel.nowNs(), level: story.runtime() });
  watched.host();
  t.match(container(watched.pod('crictl'), 'late'), { state: 'running', processes: [{ role: 'init' }] });
  agree(t, watched);
});

t.test('the uid that the runtime says is the one that counts', async (t) => {
  const labelUid = '99999999-0000-4000-8000-000000000009';
  for (const isNamedFirst of [false, true]) {
    const story = createStory();
    const watched = play(story, { hasRuntime: isNamedFirst });
    const sandbox = story.sandbox({ name: 'odd', labelUid });
    story.container(sandbox, 'app');
    watched.kernel();
    watched.runtime();
    t.match(watched.tree().pods, [
      { uid: labelUid, sandbox: { pause: { comm: 'pause' }, containers: [{ name: 'app', processes: [{}] }] } },
    ]);
    t.equal(watched.tree().pods.length, 1);
    agree(t, watched);
  }
});

t.test('lost events are stated, and made good by the next levels', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  const { kernel } = story;
  const from = kernel.told.length;
  story.child(app, 'worker');
  story.end(app, 0);
  story.container(sandbox, 'next');
  kernel.told.splice(from);
  watched.feed({ type: 'lost', nowNs: kernel.nowNs(), stage: 'kernel', lost: 12, reason: 'full' });
  t.match(watched.of('agent.gap'), [{ stage: 'kernel', lost: 12 }]);
  kernel.wait(2000);
  watched.runtime();
  watched.host();
  watched.pass(200);
  const shown = watched.pod('web')?.sandbox?.containers ?? [];
  t.match(container(watched.pod('web'), 'next'), { state: 'running', processes: [{ comm: 'next', role: 'init' }] });
  t.match(
    shown.find(({ name }) => name === 'app'),
    { state: 'exited', processes: [] },
  );
  t.match(watched.of('container.exited'), [{ source: 'levels' }]);
  t.match(watched.of('container.started').at(-1), { source: 'levels', container: { name: 'next' } });
  agree(t, watched);
});

t.test('a scan that is older than the events does not undo them', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const worker = story.child(app, 'worker');
  const before = story.kernel.level();
  watched.kernel();
  story.kernel.exit(worker);
  const young = story.child(app, 'young');
  watched.kernel();
  watched.feed({ type: 'host', nowNs: story.kernel.nowNs(), level: before });
  watched.pass(3000);
  t.same(
    container(watched.pod('web'), 'app')?.processes.map(({ pid }) => pid),
    [app.init.pid, young.pid],
  );
  t.equal(watched.of('process.started').filter(({ process }) => process?.pid === worker.pid).length, 1);
  t.same(
    watched.events().filter(({ source, type }) => source === 'levels' && type.startsWith('process')),
    [],
  );
  agree(t, watched);
});

t.test('the sender may be told after the death: amended under the same id', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  const [signal, exit] = story.kernel.told.slice(-2).map(({ event }) => event);
  if (!signal || !exit) throw new Error('a kill is two events');
  watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: [exit] });
  t.same(watched.of('pause.exited'), [], 'a moment is waited for the sender');
  t.ok((watched.engine.nextDeadlineNs() ?? 0) <= story.kernel.nowNs() + 50e6);
  watched.pass(51);
  t.match(watched.of('pause.exited'), [{ revision: 0, cause: { kind: 'unknown', signal: 'SIGKILL' } }]);
  watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: [signal] });
  const [first, second] = watched.of('pause.exited');
  t.match(second, { id: first?.id ?? '', revision: 1, cause: { kind: 'signal', sender: { comm: 'bash' } } });
  watched.feed({ type: 'kernel', nowNs: story.kernel.nowNs(), events: [{ ...signal, timeNs: exit.timeNs - 1 } as typeof signal] });
  t.equal(watched.of('pause.exited').length, 2, 'what changes nothing is not told');
});

t.test('a pause that the OOM killer ends is not blamed on who was allocating', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  story.kernel.signal(app.init, sandbox.pause, 9, { code: 128, result: 2 });
  story.kernel.oom(app.init, sandbox.pause);
  watched.kernel();
  t.match(watched.of('pause.exited'), [{ cause: { kind: 'oom', oom: { victimPid: sandbox.pause.pid, allocatorComm: 'app' } } }]);
});

t.test('a pause that is dead before the OOM killer has marked it is the OOM killer’s all the same', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  story.kernel.signal(app.init, sandbox.pause, 9, { code: 128 });
  story.kernel.oom(app.init, sandbox.pause);
  watched.kernel();
  t.match(watched.of('pause.exited'), [{ revision: 0, cause: { kind: 'oom', oom: { victimPid: sandbox.pause.pid } } }]);
});

t.test('a pid that comes back is another process', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const { kernel } = story;
  const first = kernel.fork(app.init);
  watched.kernel();
  const { event } = kernel.told.at(-1) ?? {};
  if (event?.kind !== 'fork') throw new Error('a fork was told');
  kernel.wait(60_000);
  // The first one's exit is lost, and its number given out again.
  const timeNs = kernel.nowNs();
  watched.feed({ type: 'kernel', nowNs: timeNs, events: [{ ...event, timeNs, startNs: timeNs - 500 }] });
  const shown = container(watched.pod('web'), 'app')?.processes.filter(({ pid }) => pid === first.pid) ?? [];
  t.equal(shown.length, 1);
  t.match(
    watched.of('process.exited').filter(({ process }) => process?.pid === first.pid),
    [{ source: 'levels' }],
  );
  watched.feed({ type: 'kernel', nowNs: timeNs, events: [event] });
  t.equal(container(watched.pod('web'), 'app')?.processes.filter(({ pid }) => pid === first.pid).length, 1, 'the old one stays dead');
  agree(t, watched);
});

t.test('a process whose events come after those of the next one with its pid is told all the same, once', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { app } = started(story, watched);
  const { kernel } = story;
  const from = kernel.told.length;
  const lives = [1, 2].map(() => {
    const task = kernel.fork(app.init);
    kernel.wait(20);
    kernel.exit(task, { code: 3 });
    return kernel.told
      .slice(from)
      .map(({ event }) => event)
      .filter((event) => (event.kind === 'fork' && event.pid === task.pid) || (event.kind === 'exit' && event.task.pid === task.pid));
  });
  /** The same lives, all with one pid. */
  const pid = 4242;
  const [[forkOne, exitOne], [forkTwo, exitTwo]] = lives.map((life) =>
    life.map(
      (event): KernelEvent =>
        event.kind === 'fork' ? { ...event, pid } : event.kind === 'exit' ? { ...event, task: { ...event.task, tid: pid, pid } } : event,
    ),
  ) as [[KernelEvent, KernelEvent], [KernelEvent, KernelEvent]];
  kernel.wait(1000);
  const feed = (...events: KernelEvent[]) => watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events });
  const ends = () => watched.events().filter((event) => event.process?.pid === pid);
  // One read after the other: a batch would be sorted.
  for (const event of [forkTwo, exitTwo, forkOne, exitOne]) feed(event);
  t.same(
    ends().map((event) => [event.type, event.type === 'process.exited' ? event.exit?.code : undefined, event.source]),
    [
      ['process.started', undefined, 'kernel'],
      ['process.exited', 3, 'kernel'],
      ['process.started', undefined, 'kernel'],
      ['process.exited', 3, 'kernel'],
    ],
  );
  t.equal(new Set(ends().map(({ process }) => process?.startTime)).size, 2);
  for (const event of [exitOne, forkOne, exitTwo, forkTwo]) feed(event);
  t.equal(ends().length, 4, 'and nothing twice');
  t.equal(watched.engine.drops.tooLate, 0);
  agree(t, watched);

  const toldOf = (again: Play) =>
    again
      .events()
      .filter((event) => event.process?.pid === pid)
      .map((event) => [event.type, event.type === 'process.exited' ? event.exit?.code : undefined]);
  const ORDERS = { 'its exit first': [forkTwo, exitTwo, exitOne, forkOne], 'its exit last': [forkOne, forkTwo, exitTwo, exitOne] };
  for (const [name, order] of Object.entries(ORDERS)) {
    await t.test(`${name}, with the code`, async (t) => {
      const again = play(story, { isCatchingUp: false });
      for (const event of order) again.feed({ type: 'kernel', nowNs: kernel.nowNs(), events: [event] });
      const codes = toldOf(again).filter(([type]) => type === 'process.exited');
      t.same(codes, [
        ['process.exited', 3],
        ['process.exited', 3],
      ]);
      t.equal(toldOf(again).length, 4);
      agree(t, again);
    });
  }

  await t.test('without its code when everything of that time has come, and then no more', async (t) => {
    const again = play(story, { isCatchingUp: false });
    const nowNs = kernel.nowNs();
    for (const event of [forkOne, forkTwo]) again.feed({ type: 'kernel', nowNs, events: [event] });
    t.ok(again.engine.takeRequests().askCatchUp);
    t.same(toldOf(again).at(-1), ['process.started', undefined]);
    again.feed({ type: 'caught-up', nowNs, untilNs: forkTwo.timeNs });
    t.same(toldOf(again).at(-1), ['process.exited', undefined]);
    again.feed({ type: 'kernel', nowNs, events: [exitOne] });
    t.equal(toldOf(again).length, 3);
    again.feed({ type: 'kernel', nowNs, events: [exitTwo] });
    t.same(toldOf(again).at(-1), ['process.exited', 3]);
    t.notOk(again.engine.takeRequests().askCatchUp);
    agree(t, again);
  });
});

t.test('a pause whose pid another process has before its death is told, is told with its killer', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox, app } = started(story, watched);
  const { kernel } = story;
  kernel.signal(story.shell, sandbox.pause, 9);
  const [signal, exit] = kernel.told.slice(-2).map(({ event }) => event);
  kernel.wait(20);
  const child = kernel.fork(app.init);
  const fork = kernel.told.map(({ event }) => event).find((event) => event.kind === 'fork' && event.pid === child.pid);
  if (!signal || !exit || fork?.kind !== 'fork') throw new Error('a death and a fork were told');
  const feed = (event: KernelEvent) => watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events: [event] });
  feed({ ...fork, pid: sandbox.pause.pid });
  t.same(watched.of('pause.exited'), []);
  feed(signal);
  feed(exit);
  t.match(watched.of('pause.exited'), [{ process: { pid: sandbox.pause.pid }, cause: { kind: 'signal', sender: { comm: 'bash' } } }]);
  agree(t, watched);
});

t.test('a pod shows as many processes as its limit, and says that there are more', async (t) => {
  const story = createStory();
  const watched = play(story, { limits: { maxProcessesPerPod: 5, maxHistory: 2, maxPods: 2 } });
  const { sandbox, app } = started(story, watched);
  for (let count = 0; count < 10; count++) story.child(app, `worker-${count}`);
  watched.kernel();
  t.ok((container(watched.pod('web'), 'app')?.processes.length ?? 0) <= 5);
  t.ok(watched.engine.drops.processLimit > 0);
  agree(t, watched);

  let current = sandbox;
  for (let life = 0; life < 4; life++) {
    story.kernel.signal(story.shell, current.pause, 9);
    story.kernel.wait(500);
    story.stop(current);
    current = story.sandbox({ name: 'web' });
    watched.kernel();
    watched.runtime();
  }
  t.equal(watched.pod('web')?.history.length, 2);
  agree(t, watched);
  for (const name of ['a', 'b', 'c']) story.sandbox({ name });
  watched.kernel();
  watched.runtime();
  t.equal(watched.tree().pods.length, 2);
  t.ok(watched.engine.drops.podLimit > 0);
});

t.test('a network namespace that outlives its pod is leaked, and named by it', async (t) => {
  const story = createStory();
  const watched = play(story);
  const { sandbox } = started(story, watched);
  const path = sandbox.netPath;
  const [net = 0] = sandbox.namespaces;
  story.stop(sandbox);
  story.kernel.pin(net, path);
  story.remove(sandbox);
  watched.kernel();
  watched.runtime();
  watched.host();
  t.same(watched.tree().leaked, []);
  watched.pass(11_000);
  watched.host();
  t.match(watched.tree().leaked, [{ type: 'net', inode: net, path, pod: { name: 'web' } }]);
  agree(t, watched);
  story.kernel.unpin(path);
  watched.host();
  t.same(watched.tree().leaked, []);
  agree(t, watched);
});
