// Events of one CPU that come long after those of another: what they tell is told in its place, and takes nothing away from what lives.
import t from 'tap';
import type { KernelEvent } from '../../src/kernel/event.ts';
import { createStory, type Story } from '../helpers/pod-story.ts';
import { type Play, type PlayOptions, play } from '../helpers/tree-play.ts';

type Fork = Extract<KernelEvent, { kind: 'fork' }>;

function begin(options: PlayOptions = { isCatchingUp: false }) {
  const story = createStory();
  const watched = play(story, options);
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  if (options.hasRuntime !== false) watched.runtime();
  const app = story.container(sandbox, 'app');
  watched.kernel();
  if (options.hasRuntime !== false) watched.runtime();
  const { kernel } = story;
  return {
    ...{ story, kernel, watched, sandbox, app },
    feed: (...events: readonly KernelEvent[]) => watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events }),
    catchUp: () => watched.feed({ type: 'caught-up', nowNs: kernel.nowNs(), untilNs: kernel.nowNs() }),
    /** What the story tells of these acts. */
    toldOf: (act: () => void): KernelEvent[] => {
      const from = kernel.told.length;
      act();
      return kernel.told.slice(from).map(({ event }) => event);
    },
  };
}

/** A fork of the story's, as if the child had got this pid. */
function withPid(events: readonly KernelEvent[], pid: number): Fork {
  const fork = events.find((event): event is Fork => event.kind === 'fork');
  if (!fork) throw new Error('a fork was told');
  return { ...fork, pid };
}

/** The pause dies and the pod gets its next sandbox, without its containers. */
function replace(story: Story, watched: Play, sandbox: ReturnType<Story['sandbox']>) {
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  watched.pass(500);
  story.stop(sandbox);
  const next = story.sandbox(sandbox.spec);
  watched.kernel();
  watched.runtime();
  return next;
}

const exitsOf = (watched: Play, pid: number) =>
  watched.of('process.exited').flatMap(({ process, exit }) => (process?.pid === pid ? [exit?.code ?? exit?.signal] : []));

t.test('what an older user of a pid did is told, and the one that lives goes on', async (t) => {
  const ORDERS = { 'its fork after that of the next': [2, 0, 1], 'its fork lost': [2, 1], 'its end before its fork': [2, 1, 0] };
  for (const [name, order] of Object.entries(ORDERS)) {
    await t.test(name, async (t) => {
      const { kernel, watched, app, feed, catchUp, toldOf } = begin();
      const one = kernel.fork(app.init);
      kernel.wait(20);
      kernel.exit(one, { code: 3 });
      kernel.wait(20);
      const [forkOne, exitOne] = kernel.told.slice(-2).map(({ event }) => event);
      const forkTwo = withPid(
        toldOf(() => kernel.fork(app.init)),
        one.pid,
      );
      for (const at of order) feed([forkOne, exitOne, forkTwo][at] as KernelEvent);
      catchUp();
      t.same(exitsOf(watched, one.pid), [3]);
      t.ok(watched.pod('web')?.sandbox?.containers[0]?.processes.some(({ pid }) => pid === one.pid));
    });
  }

  await t.test('also when that is a pause', async (t) => {
    const { story, kernel, watched, app, feed, catchUp, toldOf } = begin();
    const [fork, exit] = toldOf(() => kernel.exit(kernel.fork(app.init), { code: 0 }));
    kernel.wait(20);
    const victim = story.sandbox({ name: 'victim' });
    const { pid } = victim.pause;
    feed(...kernel.told.map(({ event }) => event).filter((event) => event !== fork && event !== exit));
    watched.runtime();
    if (fork?.kind !== 'fork' || exit?.kind !== 'exit') throw new Error('a life was told');
    feed({ ...fork, pid });
    feed({ ...exit, task: { ...exit.task, pid, tid: pid } });
    catchUp();
    t.same(watched.of('pause.exited'), []);
    t.equal(watched.pod('victim')?.sandbox?.pause?.pid, pid);
  });
});

t.test('a death is told before the sandbox and the pod are gone, and with its killer', async (t) => {
  for (const hasRuntime of [false, true]) {
    const { story, kernel, watched, app, feed, catchUp, toldOf } = begin({ isCatchingUp: false, hasRuntime });
    const lone = story.sandbox({ name: 'lone' });
    watched.kernel();
    if (hasRuntime) watched.runtime();
    const death = toldOf(() => kernel.signal(story.shell, lone.pause, 9));
    kernel.wait(20);
    const rmdir = toldOf(() => kernel.rmdir(lone.cgroup));
    const from = watched.events().length;
    feed(
      withPid(
        toldOf(() => kernel.fork(app.init)),
        lone.pause.pid,
      ),
    );
    feed(...rmdir);
    if (hasRuntime) {
      story.remove(lone);
      watched.runtime();
    }
    watched.pass(300);
    feed(...death);
    catchUp();
    watched.pass(300);
    const types = watched
      .events()
      .slice(from)
      .map(({ type }) => type);
    t.ok(types.includes('pod.removed'));
    for (const type of ['sandbox.removed', 'pod.removed'] as const) t.ok(types.indexOf(type) > types.indexOf('pause.exited'), type);
    t.match(watched.of('pause.exited'), [{ exit: { signal: 'SIGKILL' }, cause: { kind: 'signal', sender: { comm: 'bash' } } }]);
  }
});

t.test('a guest whose pid another process has is told with its code', async (t) => {
  const { story, kernel, watched, app, feed, catchUp, toldOf } = begin();
  const guest = story.nsenter(app.init, ['net']);
  watched.kernel();
  const exit = toldOf(() => kernel.exit(guest, { code: 7 }));
  kernel.wait(20);
  feed(
    withPid(
      toldOf(() => kernel.fork(app.init)),
      guest.pid,
    ),
  );
  feed(...exit);
  catchUp();
  t.same(exitsOf(watched, guest.pid), [7]);
});

t.test('a first process whose pid another one has before its exec is told is told with how it ended', async (t) => {
  for (const what of ['container', 'sandbox'] as const) {
    const { story, kernel, watched, sandbox, app, feed, catchUp, toldOf } = begin();
    let pid = 0;
    const events = toldOf(() => {
      const made = what === 'container' ? story.container(sandbox, 'brief').init : story.sandbox({ name: 'brief' }).pause;
      ({ pid } = made);
      kernel.signal(story.shell, made, 9);
    });
    const isLate = (event: KernelEvent) =>
      ((event.kind === 'exec' || event.kind === 'exit') && event.task.pid === pid) || (event.kind === 'signal' && event.targetPid === pid);
    kernel.wait(20);
    const reuse = withPid(
      toldOf(() => kernel.fork(app.init)),
      pid,
    );
    feed(...events.filter((event) => !isLate(event)));
    watched.runtime();
    feed(reuse);
    for (const event of events.filter(isLate)) feed(event);
    catchUp();
    const ends = what === 'container' ? watched.of('container.exited') : watched.of('pause.exited');
    t.match(
      ends.filter(({ process }) => process?.pid === pid),
      [{ source: 'kernel', exit: { signal: 'SIGKILL' } }],
    );
  }
});

t.test('a pod whose container never comes back is never told whole, however often its pause dies', async (t) => {
  const { story, watched, sandbox } = begin({});
  let current = sandbox;
  for (let death = 0; death < 10; death++) {
    current = replace(story, watched, current);
    watched.pass(1000);
  }
  t.same(new Set(watched.of('pause.restarted').map(({ complete }) => complete)), new Set([undefined, false]));
  t.equal(watched.of('pause.restarted').filter(({ revision }) => revision === 0).length, 10);
  for (let second = 0; second < 70; second++) watched.pass(1000);
  t.match(watched.of('pause.restarted').at(-1), { complete: false, newSandbox: { id: current.id } });
  t.equal(watched.engine.nextDeadlineNs(), undefined);
});

t.test('an outage that was given up stays what it is after later ones', async (t) => {
  const { story, watched, sandbox } = begin({});
  let current = replace(story, watched, sandbox);
  for (let second = 0; second < 70; second++) watched.pass(1000);
  const given = watched.of('pause.restarted').at(-1);
  t.match(given, { complete: false });
  for (let death = 0; death < 9; death++) {
    story.container(current, 'app');
    watched.kernel();
    watched.runtime();
    watched.pass(60_000);
    current = replace(story, watched, current);
  }
  t.equal(
    watched
      .of('pause.restarted')
      .filter(({ id }) => id === given?.id)
      .at(-1)?.revision,
    given?.revision,
  );
});

t.test('a death of a pod that was gone and came back does not touch the outage of now', async (t) => {
  const { story, kernel, watched, sandbox } = begin({});
  const second = replace(story, watched, sandbox);
  kernel.signal(story.shell, second.pause, 9);
  story.stop(second);
  watched.kernel();
  for (const gone of [sandbox, second]) story.remove(gone);
  watched.kernel();
  watched.runtime();
  for (let minute = 0; minute < 3; minute++) watched.pass(60_000);
  t.equal(watched.pod('web'), undefined);
  const third = story.sandbox(sandbox.spec);
  watched.kernel();
  watched.runtime();
  story.container(third, 'app');
  watched.kernel();
  watched.runtime();
  replace(story, watched, third);
  const last = watched.of('pause.restarted').at(-1);
  const old = kernel.told.map(({ event }) => event).find((event) => event.kind === 'signal' && event.targetPid === second.pause.pid);
  if (old) watched.feed({ type: 'kernel', nowNs: kernel.nowNs(), events: [old] });
  for (let second = 0; second < 70; second++) watched.pass(1000);
  t.match(watched.of('pause.restarted').at(-1), { id: last?.id ?? '', complete: false });
});

t.test('for a path that is on its way nobody asks the runtime', async (t) => {
  const { kernel, watched, app, toldOf } = begin();
  const fork = withPid(
    toldOf(() => kernel.fork(app.init)),
    4242,
  );
  const cgroupId = '999999' as Fork['cgroupId'];
  watched.engine.takeRequests();
  watched.engine.input({ type: 'kernel', nowNs: kernel.nowNs(), events: [{ ...fork, cgroupId, task: { ...fork.task, cgroupId } }] });
  watched.engine.takeRequests();
  const requests = watched.engine.takeRequests();
  t.match(requests, { askRuntime: false, askCatchUp: true });
});

t.test('a pause of which events do not tell who made it is what the runtime calls it', async (t) => {
  const { story, kernel, watched, app, feed, catchUp, toldOf } = begin();
  let pause = 0;
  const events = toldOf(() => {
    pause = story.sandbox({ name: 'late' }).pause.pid;
  });
  const made = events.find((event) => event.kind === 'fork' && event.pid === pause);
  const stage = made?.kind === 'fork' ? made.task.pid : 0;
  const isMkdir = ({ kind }: KernelEvent) => kind === 'cgroup-mkdir';
  kernel.wait(30);
  // The pid of the runtime's stage has been used again, by a process that is dead as well.
  const [fork, exit] = toldOf(() => kernel.exit(kernel.fork(app.init)));
  if (fork?.kind !== 'fork' || exit?.kind !== 'exit') throw new Error('a life was told');
  feed(...events.filter(isMkdir));
  watched.runtime();
  feed({ ...fork, pid: stage }, { ...exit, task: { ...exit.task, pid: stage, tid: stage } });
  feed(...events.filter((event) => !isMkdir(event)));
  catchUp();
  watched.runtime();
  t.match(watched.pod('late')?.sandbox?.pause, { pid: pause, role: 'pause' });
});

t.test('the child of a guest that has gone home by then is a guest', async (t) => {
  const { story, kernel, watched, app, feed, toldOf } = begin();
  const guest = story.nsenter(app.init, ['net']);
  watched.kernel();
  const fork = toldOf(() => kernel.fork(guest));
  kernel.wait(1);
  const home = toldOf(() => kernel.setns(guest, story.shell.namespaces, ['net']));
  feed(...home);
  t.same(watched.pod('web')?.sandbox?.guests, []);
  feed(...fork);
  t.match(watched.pod('web')?.sandbox?.guests, [{ ppid: guest.pid, role: 'guest' }]);
  kernel.wait(1);
  feed(...toldOf(() => kernel.fork(guest)));
  t.equal(watched.pod('web')?.sandbox?.guests.length, 1, 'one that it has at home is none');
});
