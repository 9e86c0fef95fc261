// The runtime client against a runtime that answers from a script, and misbehaves.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createRuntimeClient, type RuntimeClientOptions } from '../../src/cri/client.ts';
import { endpointsToTry, parseEndpoint } from '../../src/cri/endpoint.ts';
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../../src/cri/level.ts';
import { PodtreeError } from '../../src/error.ts';
import type { ContainerId, PodUid } from '../../src/kernel/identity.ts';
import { type FakeCri, startFakeCri } from '../helpers/fake-cri.ts';

const id = (digit: string) => digit.repeat(64) as ContainerId;

function sandbox(digit: string, changed: Partial<RuntimeSandbox> = {}): RuntimeSandbox {
  return {
    id: id(digit),
    podUid: `1234567${digit}-1234-1234-1234-123456789abc` as PodUid,
    name: `pod-${digit}`,
    namespace: 'default',
    attempt: 0,
    state: 'ready',
    createdAt: '2026-11-22T18:32:50.123456789Z',
    labels: { app: 'web' },
    ips: ['10.1.0.2', 'fd00::2'],
    hostNetwork: false,
    pid: 4242,
    runtimeHandler: 'runc',
    netNamespaceClosed: false,
    ...changed,
  };
}

function container(digit: string, sandboxDigit: string, changed: Partial<RuntimeContainer> = {}): RuntimeContainer {
  return {
    id: id(digit),
    sandboxId: id(sandboxDigit),
    name: `container-${digit}`,
    kind: 'app',
    restarts: 0,
    state: 'running',
    createdAt: '2026-11-22T18:32:51.000000001Z',
    pid: 4343,
    ...changed,
  };
}

const EXAMPLE: RuntimeLevel = {
  runtimeName: 'fake',
  runtimeVersion: '1.0',
  sandboxes: [sandbox('1'), sandbox('2', { hostNetwork: true, ips: [], state: 'notready', attempt: 3 })],
  containers: [
    container('a', '1'),
    container('b', '1', {
      kind: 'init',
      state: 'exited',
      exitCode: 137,
      reason: 'OOMKilled',
      finishedAt: '2026-11-22T18:33:00.000000000Z',
      createdAt: '2026-11-22T18:32:50.500000000Z',
    }),
    container('c', '2', { kind: 'ephemeral', restarts: 7, state: 'created' }),
  ],
};
// Oldest first; an exited and a created container have no pid.
const expected: RuntimeLevel = {
  ...EXAMPLE,
  containers: EXAMPLE.containers
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map(({ pid, ...rest }) => (rest.state === 'running' && pid !== undefined ? { ...rest, pid } : rest)),
};

function clientOf(test: Pick<typeof t, 'teardown'>, fake: FakeCri, options: RuntimeClientOptions = {}) {
  const client = createRuntimeClient({ endpoint: fake.endpoint, deadlineMs: 5_000, ...options });
  test.teardown(() => client.close());
  return client;
}

async function rejection(promise: Promise<unknown>): Promise<PodtreeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PodtreeError) return error;
  throw new Error('expected a PodtreeError', { cause: error });
}

t.test('reads what the runtime has, with addresses, pids and exits of the verbose status', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  const client = clientOf(t, fake);
  t.same(client.state().status, 'idle');
  t.same(await client.level(), expected);
  t.match(client.state(), { status: 'connected', endpoint: fake.endpoint, runtimeName: 'fake', reads: 1, skipped: 0, statusFailures: 0 });
});

t.test('asks for the status only of what is new or has changed', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  let nowMs = 0;
  const client = clientOf(t, fake, { now: () => nowMs, detailsMaxAgeMs: 60_000 });
  await client.level();
  await client.level();
  t.match(fake.calls, { Version: 1, ListPodSandbox: 2, ListContainers: 2, PodSandboxStatus: 2, ContainerStatus: 3 });

  fake.setLevel({ sandboxes: [sandbox('1', { state: 'notready', pid: 0, netNamespaceClosed: true }), sandbox('3')] });
  const { sandboxes } = await client.level();
  t.equal(fake.calls.PodSandboxStatus, 4, 'one changed, one is new');
  t.match(sandboxes[0], { state: 'notready', netNamespaceClosed: true });
  t.notOk(sandboxes[0] && 'pid' in sandboxes[0]);

  nowMs = 60_000;
  await client.level();
  t.match(fake.calls, { PodSandboxStatus: 6, ContainerStatus: 6 }, 'everything again once it is old');
});

t.test('asks again, ever more rarely, while a ready sandbox has no address', async (t) => {
  const fake = await startFakeCri({ t, level: { sandboxes: [sandbox('1', { ips: [] })] } });
  let nowMs = 0;
  const client = clientOf(t, fake, { now: () => nowMs });
  const callsAt = async (ms: number) => {
    nowMs = ms;
    await client.level();
    return fake.calls.PodSandboxStatus;
  };
  t.equal(await callsAt(0), 1);
  t.equal(await callsAt(999), 1);
  t.equal(await callsAt(1_000), 2);
  t.equal(await callsAt(2_999), 2);
  t.equal(await callsAt(3_000), 3);
  fake.setLevel({ sandboxes: [sandbox('1')] });
  t.equal(await callsAt(7_000), 4);
  t.same((await client.level()).sandboxes[0]?.ips, ['10.1.0.2', 'fd00::2']);
  t.equal(await callsAt(100_000), 4, 'complete now');
});

t.test('shares one read that is under way and at most one more among all callers', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('ListContainers', { kind: 'hang' });
  const client = clientOf(t, fake);
  const first = client.level();
  await fake.called('ListContainers', 1);
  const others = Array.from({ length: 50 }, () => client.level());
  fake.setLevel({ containers: [] });
  fake.release();
  await first;
  for (const level of await Promise.all(others)) t.same(level.containers, [], 'what was asked for later is newer');
  t.equal(fake.calls.ListPodSandbox, 2);
  await Promise.all([client.level(), client.level()]);
  t.equal(fake.calls.ListPodSandbox, 4);
});

t.test('tells a sidecar from an init container by what runs beside it, and does not forget it', async (t) => {
  const sidecar = container('b', '1', { kind: 'sidecar', createdAt: '2026-11-22T18:32:50.500000000Z' });
  const fake = await startFakeCri({ t, level: { sandboxes: [sandbox('1')], containers: [sidecar] } });
  const client = clientOf(t, fake);
  const kindOfB = async () => (await client.level()).containers.find((item) => item.id === id('b'))?.kind;
  t.equal(await kindOfB(), 'init', 'alone it may still be an ordinary one');
  fake.setLevel({ containers: [sidecar, container('a', '1')] });
  t.equal(await kindOfB(), 'sidecar');
  fake.setLevel({ containers: [{ ...sidecar, state: 'exited' }, container('a', '1')] });
  t.equal(await kindOfB(), 'sidecar');
  fake.setLevel({ containers: [container('c', '1', { kind: 'ephemeral' }), { ...sidecar, id: id('d') }] });
  t.equal((await client.level()).containers.find((item) => item.id === id('d'))?.kind, 'init', 'a debug container proves nothing');
});

t.test('leaves out what is unnamed or malformed, and counts it', async (t) => {
  const fake = await startFakeCri({ t });
  const metadata = { name: 'pod', uid: 'u1', namespace: 'ns', attempt: 0 };
  fake.behave('ListPodSandbox', {
    kind: 'message',
    message: {
      items: [
        { id: id('1'), metadata, created_at: '5', state: 77 as unknown as string },
        { id: id('2') },
        { id: '', metadata },
        { id: `${id('3')}\n`, metadata },
        { id: id('4'), metadata: { ...metadata, uid: '../../etc' } },
        { id: id('1'), metadata, created_at: '-5', labels: { __proto__x: 'y', a: 'b'.repeat(5_000) } },
      ],
    },
  });
  fake.behave('ListContainers', {
    kind: 'message',
    message: {
      containers: [
        { id: id('a'), pod_sandbox_id: id('1'), metadata: { name: 'c' }, state: 9 },
        { id: id('b'), pod_sandbox_id: id('1') },
      ],
    },
  });
  fake.behave('PodSandboxStatus', { kind: 'message', message: { info: { info: '{"pid": -1, "netNamespaceClosed": "yes"' } } });
  fake.behave('ContainerStatus', { kind: 'message', message: { info: { info: '[1]' } } });
  const client = clientOf(t, fake);
  const level = await client.level();
  t.same(
    level.sandboxes.map(({ createdAt, state, ips, attempt }) => ({ createdAt, state, ips, attempt })),
    [{ createdAt: '1970-01-01T00:00:00.000000000Z', state: 'ready', ips: [], attempt: 0 }],
  );
  t.equal(level.sandboxes[0]?.labels.a?.length, 1_024);
  t.match(level.containers, [{ name: 'c', kind: 'app', state: 'unknown' }]);
  t.equal(client.state().skipped, 6);
});

t.test('keeps a limit on the number of items', async (t) => {
  const fake = await startFakeCri({ t, level: { sandboxes: ['1', '2', '3', '4'].map((digit) => sandbox(digit)) } });
  const client = clientOf(t, fake, { maxItems: 3 });
  t.equal((await client.level()).sandboxes.length, 3);
  t.equal(client.state().skipped, 1);
});

t.test('says CRI_MALFORMED, with what and where, when an answer is no message, and goes on with the next', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  const client = clientOf(t, fake);
  const garbage: Record<string, Buffer> = {
    'wrong wire types': Buffer.from([0x0f, 0xff, 0xff]),
    'a length beyond the end': Buffer.from([0x0a, 0x7f, 0x01]),
    text: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'a varint without end': Buffer.alloc(64, 0xff),
    'deep nesting': Buffer.concat(Array.from({ length: 500 }, () => Buffer.from([0x0b]))),
  };
  for (const [what, bytes] of Object.entries(garbage)) {
    fake.behave('ListPodSandbox', { kind: 'bytes', bytes });
    const error = await rejection(client.level());
    t.equal(error.code, 'CRI_MALFORMED', what);
    t.match(error.message, `ListPodSandbox on ${fake.endpoint}`);
    t.equal(client.state().status, 'unavailable');
  }
  fake.release();
  t.same(await client.level(), expected);
});

t.test('refuses an answer that is too large', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('ListContainers', { kind: 'bytes', bytes: Buffer.alloc(70_000) });
  const error = await rejection(clientOf(t, fake, { maxMessageBytes: 65_536 }).level());
  t.match(error, { code: 'CRI_MALFORMED', message: /larger than/ });
});

t.test('a malformed status costs one item its details, not the level', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('PodSandboxStatus', { kind: 'bytes', bytes: Buffer.from([0x0f]) });
  fake.behave('ContainerStatus', { kind: 'fail', status: 2, message: 'failed to get sandbox ip' });
  const client = clientOf(t, fake);
  const level = await client.level();
  t.equal(level.sandboxes.length, 2);
  t.same(level.sandboxes[0]?.ips, []);
  t.equal(client.state().statusFailures, 5);
});

t.test('a status call that hangs delays a level once and takes nothing else from it', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('PodSandboxStatus', (request) => ({ kind: request.pod_sandbox_id === id('1') ? 'hang' : 'answer' }));
  const client = clientOf(t, fake, { deadlineMs: 1_000, now: () => 0 });
  const level = await client.level();
  t.match(level.containers[1], { name: 'container-a', pid: 4343 });
  t.notOk(level.sandboxes[0] && 'pid' in level.sandboxes[0]);
  await client.level();
  t.equal(client.state().statusFailures, 1, 'not asked again at once');
});

t.test('goes without the status when the runtime does not offer it', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('PodSandboxStatus', { kind: 'fail', status: 12 });
  fake.behave('ContainerStatus', { kind: 'fail', status: 12 });
  const client = clientOf(t, fake, { concurrency: 1 });
  t.equal((await client.level()).containers.length, 3);
  await client.level();
  t.equal(fake.calls.PodSandboxStatus + fake.calls.ContainerStatus, 1);
});

t.test('an item that is removed between list and status is no failure', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('PodSandboxStatus', { kind: 'fail', status: 5 });
  const client = clientOf(t, fake);
  t.equal((await client.level()).sandboxes.length, 2);
  t.equal(client.state().statusFailures, 0);
});

t.test('says that a runtime hangs, and works again when it does not', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('ListPodSandbox', { kind: 'hang' });
  const client = clientOf(t, fake, { deadlineMs: 1_000 });
  t.match(await rejection(client.level()), { code: 'CRI_UNAVAILABLE', message: /no answer within 1000 ms: the runtime hangs/ });
  fake.release();
  t.equal((await client.level()).sandboxes.length, 2);
});

t.test('survives a runtime that goes away and comes back, and says each once', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  const said: string[] = [];
  const log = { info: (_: object, message: string) => said.push(message), warn: (_: object, message: string) => said.push(message) };
  const client = clientOf(t, fake, { log });
  await client.level();
  fake.goAway();
  const errors = [await rejection(client.level()), await rejection(client.level())];
  t.match(errors, [
    { code: 'CRI_UNAVAILABLE' },
    { code: 'CRI_UNAVAILABLE', message: /there is no such socket: start the container runtime/ },
  ]);
  t.match(client.state(), { status: 'unavailable', error: { code: 'CRI_UNAVAILABLE' } });
  await rejection(client.level());
  await fake.comeBack();
  t.same(await client.level(), expected, 'without waiting for a back-off');
  t.equal(client.state().status, 'connected');
  t.equal(said.filter((message) => message.includes('not available')).length, new Set(errors.map(({ message }) => message)).size);
  t.equal(said.at(-1), 'container runtime answers again');
});

t.test('a runtime that goes away in the middle of a call rejects it', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  fake.behave('ListContainers', { kind: 'hang' });
  const client = clientOf(t, fake);
  const read = rejection(client.level());
  await fake.called('ListContainers', 1);
  fake.goAway();
  t.equal((await read).code, 'CRI_UNAVAILABLE');
});

t.test('closing rejects what waits, at once and for good', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  for (const method of ['Version', 'ListContainers'] as const) {
    fake.behave(method, { kind: 'hang' });
    const client = clientOf(t, fake, { deadlineMs: 60_000 });
    const reads = [rejection(client.level()), rejection(client.level())];
    await fake.called(method, 1);
    client.close();
    t.match(await Promise.all(reads), [{ message: /closed/ }, { message: /closed/ }]);
    t.match(await rejection(client.level()), { message: /closed/ });
    t.equal(client.state().status, 'closed');
    fake.release();
  }
});

t.test('what listens but is no CRI runtime is told so', async (t) => {
  const fake = await startFakeCri({ t });
  fake.behave('Version', { kind: 'fail', status: 12, message: 'unknown service runtime.v1.RuntimeService' });
  t.match(await rejection(clientOf(t, fake).level()), { code: 'CRI_UNAVAILABLE', message: /disabled_plugins/ });

  fake.goAway();
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.end('220 mail.example.org ESMTP\r\n');
  });
  await new Promise<void>((resolve) => server.listen(fake.socket, resolve));
  t.teardown(() => server.close());
  t.match(await rejection(clientOf(t, fake, { deadlineMs: 1_000 }).level()), { code: 'CRI_UNAVAILABLE', message: fake.endpoint });
});

t.test('which socket it is', async (t) => {
  const fake = await startFakeCri({ t, level: EXAMPLE });
  t.test('the setting, then CONTAINER_RUNTIME_ENDPOINT, then the usual ones', async (t) => {
    const env = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///b.sock' };
    t.same(endpointsToTry({ endpoint: '/a.sock', env }), ['unix:///a.sock']);
    t.same(endpointsToTry({ env }), ['unix:///b.sock']);
    t.ok(endpointsToTry({ env: {} }).includes('unix:///run/containerd/containerd.sock'));
  });
  t.test('the first of the usual ones that answers', async (t) => {
    const deaf = await startFakeCri({ t });
    deaf.behave('Version', { kind: 'fail', status: 12 });
    const usualEndpoints = ['unix:///nowhere.sock', deaf.endpoint, fake.endpoint];
    const client = createRuntimeClient({ env: {}, usualEndpoints });
    t.teardown(() => client.close());
    await client.level();
    t.equal(client.state().endpoint, fake.endpoint);
  });
  t.test('none: all that was tried is named', async (t) => {
    const client = createRuntimeClient({ env: {}, usualEndpoints: ['unix:///nowhere.sock', 'unix:///neither.sock'] });
    t.match(await rejection(client.level()), { code: 'CRI_UNAVAILABLE', message: /nowhere\.sock.*neither\.sock.*--runtime-endpoint/ });
  });
  t.test('one that is there and may not be reached is not said to be absent', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'podtree-cri-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    symlinkSync('loop.sock', join(directory, 'loop.sock'));
    const client = createRuntimeClient({ env: {}, usualEndpoints: ['unix:///nowhere.sock', `unix://${directory}/loop.sock`] });
    t.match(await rejection(client.level()), { code: 'CRI_UNAVAILABLE', message: /loop\.sock.*ELOOP/ });
  });
  t.test('forms of a path', async (t) => {
    for (const text of ['unix:///x.sock', 'unix:/x.sock', '/x.sock']) t.equal(parseEndpoint(text), 'unix:///x.sock');
    for (const text of ['tcp://127.0.0.1:1', 'x.sock', 'unix://x.sock', 'http://h/', '/x\0y']) {
      t.throws(() => parseEndpoint(text), { code: 'CONFIG_INVALID' }, text);
    }
  });
});
