// A scan of the port that is not loopback: whatever comes without a credential learns nothing, is counted, and is not noticed by those who listen.
import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import type { RefusalReason } from '../../src/stream/admission.ts';
import { createStreamServer } from '../../src/stream/server.ts';
import {
  ask,
  ELSEWHERE,
  eventually,
  exchangeTls,
  type Guarded,
  guardedRequest,
  listenGuarded,
  openTls,
  startGuarded,
  TOKEN,
} from '../helpers/guarded-server.ts';
import { authorityOf } from '../helpers/pki.ts';
import { EMPTY_TREE, exchange, listenTo, maskedFrame, UPGRADE } from '../helpers/stream-server.ts';

/** Of all that there is and some that there is not. */
const PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/v1/tree',
  '/v1/pods',
  '/v1/alerts',
  '/v1/stream',
  '/v1/pods/ab-1/history',
  '/page/app.js',
  '/none',
  '/v1/',
];
const UNLIMITED = {
  peerRate: { burst: 1e6, perSecond: 1e6 },
  rate: { burst: 1e6, perSecond: 1e6 },
  failureRate: { burst: 1e6, perSecond: 1e6 },
};
const UPGRADE_OVER_TLS = UPGRADE.map((line) => line);

function refused(guarded: Guarded, reason: RefusalReason): number {
  return guarded.server.stats().refused[reason];
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** What a client sees that connects to a port and sends bytes: everything until it is cut. */
async function plain(guarded: Guarded, bytes: string | Buffer): Promise<string> {
  const socket = connect(guarded.guardedPort, ELSEWHERE);
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => {});
  socket.write(bytes);
  await closed(socket);
  return Buffer.concat(parts).toString('latin1');
}

/** Somebody who listens with a credential and one who listens on loopback while `scan` goes on: they get everything, and soon. */
async function unnoticed(t: Test, guarded: Guarded, scan: () => Promise<void>): Promise<void> {
  const witnesses = [await listenGuarded(t, guarded, { token: TOKEN, from: '127.0.5.5' }), await listenTo(t, guarded.port)];
  let sent = 0;
  let isOver = false;
  let slowestMs = 0;
  const publishing = (async () => {
    while (!isOver || sent === 0) {
      sent += 1;
      const begin = performance.now();
      guarded.server.publish([{ changes: [] }]);
      const total = sent;
      const count = (frames: readonly object[]): number =>
        frames.flatMap((frame) => ('updates' in frame ? (frame.updates as readonly object[]) : [])).length;
      for (const witness of witnesses) await witness.until((frames) => count(frames) >= total);
      slowestMs = Math.max(slowestMs, performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await scan();
  isOver = true;
  await publishing;
  for (const witness of witnesses) {
    t.equal(witness.socket.readyState, witness.socket.OPEN);
    t.notOk(witness.frames.some((frame) => 'gap' in frame));
  }
  // The machine may be busy with other tests; what it is about is that nobody waits for a timeout of somebody else.
  t.ok(slowestMs < 4000, `the slowest of ${sent} updates took ${Math.round(slowestMs)} ms`);
}

t.test('without a credential every path and method gets the same answer, which says nothing of the node', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED, node: 'a-secret-node-name', version: '9.8.7' });
  await unnoticed(t, guarded, async () => {
    const answers = new Set<string>();
    for (const path of PATHS) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
        const { status, head, body } = await ask(t, guarded, path, {}, [], method);
        t.equal(status, 401, `${method} ${path}`);
        answers.add(`${head.replace(/Date: .*/, '')}${method === 'HEAD' ? 'as the others' : body}`);
      }
    }
    for (const target of ['*', 'http://a/v1/tree', '//', '/v1/tree?namespace=(', `/${'x'.repeat(4000)}`]) {
      t.equal((await ask(t, guarded, target)).status, 401, target.slice(0, 30));
    }
    for (const headers of [
      ['Origin: https://evil.example'],
      ['Host: evil.example'],
      ['Content-Length: 5'],
      ['Host: a b'],
      ['X-Forwarded-For: 127.0.0.1'],
    ]) {
      t.equal(
        (await ask(t, guarded, '/v1/tree', {}, headers, headers[0]?.startsWith('Content') ? 'POST' : 'GET')).status,
        401,
        headers.join(),
      );
    }
    const odd = [
      `GET / HTTP/1.1\r\n\r\n`,
      'GET /v1/tree HTTP/1.0\r\n\r\n',
      ...['100-continue', 'a-miracle'].map((what) => `POST / HTTP/1.1\r\nHost: a\r\nExpect: ${what}\r\nContent-Length: 1\r\n\r\n`),
    ];
    for (const text of odd) t.match(await exchangeTls(t, guarded, text), /^HTTP\/1\.1 401 /, text.slice(0, 60));
    t.equal(answers.size, 2, 'one answer, and the same without its body');
    const [text = ''] = answers;
    t.match(text, /WWW-Authenticate: Bearer\r\nWWW-Authenticate: Basic realm="podtree", charset="UTF-8"\r\n/);
    t.match(text, /Connection: close/);
    t.match(
      text,
      /"code":"UNAUTHORIZED","message":"a credential is needed: what is taken is a bearer token \(or Basic with it as the password\) or a client/,
    );
    t.notMatch(text, /secret-node|9\.8\.7|podtree\/|node\.js|Server:|ETag/i);
    const upgrades = await Promise.all(PATHS.map((path) => ask(t, guarded, path, {}, [...UPGRADE_OVER_TLS])));
    t.same(new Set(upgrades.map(({ status }) => status)), new Set([401]), 'an upgrade is no other way in');
    t.same(new Set(upgrades.map(({ body }) => body)).size, 1);
  });
  t.equal(refused(guarded, 'missing'), PATHS.length * 8 + 5 + 5 + 4);
  t.equal(refused(guarded, 'wrong'), 0);
  const lines = guarded.log.filter(({ message }) => /were refused/.test(message));
  t.equal(lines.length, 1, 'one line in the log');
  t.match(lines[0], { level: 'info', fields: { reasons: { missing: 1 }, peers: ['127.0.0.1'] } });
});

t.test('a wrong credential is none, however it is shown', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  const basic = (text: string): string => `Authorization: Basic ${Buffer.from(text).toString('base64')}`;
  const wrong = [
    ...['Authorization: Bearer wrong-wrong-wrong-wrong', 'Authorization: Bearer', 'Authorization: Digest x', 'Authorization:'],
    ...[basic('alice:wrong'), basic(`${TOKEN}:`), basic(TOKEN), `Authorization: Bearer ${TOKEN}x`, `Authorization: ${TOKEN}`],
  ];
  for (const header of wrong)
    t.match(await ask(t, guarded, '/v1/tree', {}, [header]), { status: 401, body: /not valid, or no longer/ }, header);
  const twice = await ask(t, guarded, '/v1/tree', { token: TOKEN }, [`Authorization: Bearer ${TOKEN}`]);
  t.equal(twice.status, 401, 'twice');
  t.equal(refused(guarded, 'wrong'), wrong.length + 1);
  for (const query of [`?token=${TOKEN}`, `?access_token=${TOKEN}`])
    t.equal((await ask(t, guarded, `/v1/tree${query}`)).status, 401, 'never in a URL');
  for (const header of [`Authorization: Bearer ${TOKEN}`, basic(`alice:${TOKEN}`), basic(`:${TOKEN}`)]) {
    t.equal((await ask(t, guarded, '/v1/tree', {}, [header])).status, 200, header.slice(0, 22));
  }
  const lines = guarded.log.filter(({ message }) => /were refused/.test(message));
  t.match(lines, [{ level: 'warn', fields: { reasons: { wrong: 1 } } }]);
  t.notMatch(JSON.stringify(guarded.log), new RegExp(TOKEN), 'no token in the log');
});

t.test('client certificates: of our CA, of another, none, expired, for a server, of names that are not wanted', async (t) => {
  let names: readonly string[] = [];
  const guarded = await startGuarded(t, { gate: UNLIMITED, accessOptions: { clientNames: () => names } });
  const { clientCa, serverCa } = guarded;
  const alice = clientCa.issue({ name: 'alice', isClient: true });
  const old = clientCa.issue({ name: 'old', isClient: true, until: new Date(Date.now() - 1000) });
  const wrong = [serverCa.issue({ name: 'stranger', isClient: true }), old, clientCa.issue({ name: 'a-server' })];
  t.equal((await ask(t, guarded, '/v1/tree', { certificate: alice })).status, 200);
  for (const certificate of wrong) {
    t.match(await ask(t, guarded, '/v1/tree', { certificate }), { status: 401, body: /not valid, or no longer/ }, certificate.certFile);
    t.equal((await ask(t, guarded, '/v1/tree', { certificate, token: TOKEN })).status, 200, 'with a token besides: one suffices');
  }
  names = ['bob'];
  t.match(await ask(t, guarded, '/v1/tree', { certificate: alice }), { status: 403, body: /"DENIED".*may not read here/ });
  t.equal((await ask(t, guarded, '/v1/tree', { certificate: alice, token: TOKEN })).status, 200);
  names = ['bob', 'alice'];
  t.equal((await ask(t, guarded, '/v1/tree', { certificate: alice })).status, 200);
  t.match(guarded.server.stats(), { refused: { wrong: 3, denied: 1 }, granted: { certificate: 2, token: 4 } });
  const only = await startGuarded(t, { withoutTokens: true });
  const nothing = await ask(t, only, '/');
  t.match(nothing, { status: 403, body: /what is taken is a client certificate"/ });
  t.notMatch(nothing.head, /WWW-Authenticate/, 'a browser must not ask for a password that opens nothing');
  t.equal((await ask(t, only, '/', { token: TOKEN })).status, 403);
});

t.test('a certificate that an intermediate CA signed is good each time, whatever the client remembers of a session', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  const intermediate = guarded.clientCa.issue({ name: 'intermediate', isAuthority: true });
  const { cert, key } = authorityOf(guarded.dir, 'intermediate', intermediate).issue({ name: 'carol', isClient: true });
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    let session: Buffer | undefined;
    for (const round of [1, 2, 3]) {
      const chain = { cert: cert + intermediate.cert, key, ca: guarded.serverCa.cert, minVersion: version, maxVersion: version };
      const socket = connectTls({ host: ELSEWHERE, port: guarded.guardedPort, ...chain, ...(session && { session }) });
      socket.on('session', (next) => {
        session = next;
      });
      socket.on('error', () => {});
      await once(socket, 'secureConnect');
      t.notOk(socket.isSessionReused(), `${version}, round ${round}`);
      socket.write(guardedRequest('/healthz', {}));
      const [answer] = await once(socket, 'data');
      t.match(String(answer), /^HTTP\/1\.1 200 /);
      socket.destroy();
    }
  }
  t.equal(
    (await ask(t, guarded, '/', { certificate: { ...intermediate, cert, key } })).status,
    401,
    'without the intermediate nobody can tell',
  );
});

t.test('what is no TLS, or bad TLS, is cut and counted', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  await unnoticed(t, guarded, async () => {
    const hello = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
    const cases: readonly (readonly [string, string | Buffer])[] = [
      ['plain HTTP', guardedRequest('/v1/tree', { token: TOKEN })],
      ['plain HTTP upgrade', guardedRequest('/v1/stream', { token: TOKEN }, UPGRADE)],
      ['noise', Buffer.alloc(2000, 0xa5)],
      ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['a record that is too long', Buffer.concat([Buffer.from([0x16, 3, 1, 0xff, 0xff]), Buffer.alloc(70_000)])],
      ['a hello of noise', Buffer.concat([hello, Buffer.alloc(600, 0xff)])],
      ['an alert', Buffer.from([0x15, 3, 3, 0, 2, 2, 40])],
      ['SSL 2', Buffer.from([0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, ...Buffer.alloc(37)])],
    ];
    for (const [name, bytes] of cases) {
      const before = refused(guarded, 'tls');
      const answer = await plain(guarded, bytes);
      t.notMatch(answer, /HTTP|node|podtree/i, name);
      await eventually(() => refused(guarded, 'tls') === before + 1);
    }
    const before = refused(guarded, 'tls');
    const old = connectTls({
      host: ELSEWHERE,
      port: guarded.guardedPort,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const [error] = await once(old, 'error');
    t.match(error, { code: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS/ }, 'TLS 1.1');
    await eventually(() => refused(guarded, 'tls') === before + 1);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = connectTls({
        host: ELSEWHERE,
        port: guarded.guardedPort,
        ca: guarded.serverCa.cert,
        minVersion: version,
        maxVersion: version,
      });
      await once(socket, 'secureConnect');
      t.equal(socket.getProtocol(), version);
      socket.destroy();
    }
  });
});

t.test('with a credential a foreign Host or Origin is refused, and every name of the certificate is a good one', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED, allowedHosts: () => ['Other.example'] });
  const port = guarded.guardedPort;
  const get = async (...headers: string[]): Promise<number> => (await ask(t, guarded, '/v1/tree', { token: TOKEN }, headers)).status;
  for (const host of ['evil.example', 'node-b.example', 'node-a.example.evil', 'a b', '']) t.equal(await get(`Host: ${host}`), 403, host);
  for (const host of [
    'node-a.example',
    `NODE-A.example:${port}`,
    'other.example',
    '10.9.8.7',
    `${ELSEWHERE}:${port}`,
    '[fd00::1]:1',
    'localhost',
  ]) {
    t.equal(await get(`Host: ${host}`), 200, host);
  }
  const own = `Host: node-a.example:${port}`;
  t.equal(await get(own, `Origin: https://node-a.example:${port}`), 200);
  for (const origin of ['https://evil.example', 'https://node-a.example', 'null', `https://${ELSEWHERE}:${port}`])
    t.equal(await get(own, `Origin: ${origin}`), 403, origin);
  const foreign = await ask(t, guarded, '/v1/stream', { token: TOKEN }, [...UPGRADE, 'Origin: https://evil.example']);
  t.match(foreign, { status: 403, body: /Origin does not match Host/ });
  t.equal(refused(guarded, 'forbidden'), 1, 'upgrades are counted; the rest is an answer like every other');
});

t.test('nothing can be changed: every method but GET and HEAD is refused on every path, also with a credential', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  for (const method of METHODS.filter((each) => !['GET', 'HEAD', 'CONNECT'].includes(each))) {
    for (const path of PATHS.filter((each) => each !== '/none' && each !== '/v1/')) {
      const status = Number(
        /^HTTP\/1\.1 (\d+)/.exec(
          await exchange(guarded.port, `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`),
        )?.[1],
      );
      t.equal(status, 405, `${method} ${path}`);
    }
    const guardedAnswer = await ask(t, guarded, '/v1/tree', { token: TOKEN }, [], method);
    t.match(guardedAnswer, { status: 405, head: /Allow: GET, HEAD/ }, method);
  }
  const before = refused(guarded, 'handshake');
  t.equal(await exchangeTls(t, guarded, guardedRequest('a:1', { token: TOKEN }, [], 'CONNECT')), '', 'CONNECT is cut');
  t.equal(refused(guarded, 'handshake'), before + 1);
  const body = await ask(t, guarded, '/v1/tree', { token: TOKEN }, ['Content-Length: 1'], 'GET');
  t.equal(body.status, 413);
});

t.test('what is oversized is refused', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  await unnoticed(t, guarded, async () => {
    const cases: readonly (readonly [string, readonly string[], string])[] = [
      ['a header', [`X: ${'x'.repeat(20_000)}`], '/'],
      ['many headers', Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`), '/'],
      ['a URL', [], `/${'x'.repeat(20_000)}`],
      ['a token', [`Authorization: Bearer ${'x'.repeat(17_000)}`], '/'],
    ];
    for (const [name, headers, target] of cases) {
      t.match(await ask(t, guarded, target, {}, headers), { status: /^4(00|01|31)$/, body: /^\{"error"/ }, name);
    }
    t.ok(refused(guarded, 'handshake') >= 3);
    const client = await listenGuarded(t, guarded);
    client.socket.send(Buffer.alloc(70_000));
    t.match(await client.closed, /^1009/, 'a frame');
    const talking = await listenGuarded(t, guarded);
    talking.socket.send('hello');
    t.match(await talking.closed, /^1008 clients send nothing here/);
  });
  t.equal(guarded.server.stats().protocolErrors, 2);
});

t.test('who takes his time is cut: in TLS, in HTTP, byte by byte', async (t) => {
  const guarded = await startGuarded(t, { gate: { ...UNLIMITED, unprovenMs: 1000 } });
  await unnoticed(t, guarded, async () => {
    const silent = connect(guarded.guardedPort, ELSEWHERE).on('error', () => {});
    const drip = connect(guarded.guardedPort, ELSEWHERE).on('error', () => {});
    const hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    const dripping = setInterval(() => drip.write(Buffer.from([hello.shift() ?? 0])), 20);
    const quiet = await openTls(t, guarded);
    const half = await openTls(t, guarded);
    half.write(`GET /v1/tree HTTP/1.1\r\nHost: ${ELSEWHERE}\r\n`);
    const slow = setInterval(() => half.write('X: y\r\n'), 20);
    const answered: string[] = [];
    half.on('data', (part) => answered.push(String(part)));
    await Promise.all([silent, drip, quiet, half].map(closed));
    clearInterval(dripping);
    clearInterval(slow);
    t.same(answered, []);
  });
  t.match(guarded.server.stats().refused, { slow: 4, tls: 0 }, 'each is counted once');
  const kept = await openTls(t, guarded);
  kept.write(guardedRequest('/healthz', { token: TOKEN }, ['Connection: keep-alive']));
  await once(kept, 'data');
  await closed(await openTls(t, guarded));
  t.notOk(kept.destroyed, 'who has shown a credential is not hurried');
});

t.test('floods: of one peer, of many, and of those that never finish', async (t) => {
  const gate = { peerConnections: 8, peerRate: { burst: 20, perSecond: 0.001 }, rate: { burst: 120, perSecond: 0.001 }, unproven: 10 };
  const guarded = await startGuarded(t, { gate });
  const sockets: Socket[] = [];
  const open = async (from: string): Promise<Socket> => {
    const socket = connect({ host: ELSEWHERE, port: guarded.guardedPort, localAddress: from });
    sockets.push(socket);
    t.teardown(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  await unnoticed(t, guarded, async () => {
    for (let index = 0; index < 12; index += 1) await open('127.0.1.1');
    await eventually(() => refused(guarded, 'peer') === 4);
    for (const socket of sockets) socket.destroy();
    await eventually(() => sockets.every((socket) => socket.closed));
    for (let index = 0; index < 15; index += 1) (await open('127.0.1.2')).destroy();
    for (let index = 0; index < 15; index += 1) (await open('127.0.1.2')).destroy();
    await eventually(() => refused(guarded, 'rate') >= 10);
    const rated = refused(guarded, 'rate');
    t.equal(rated, 10, 'the other peers have rates of their own');
    for (let peer = 10; peer < 16; peer += 1) for (let index = 0; index < 5; index += 1) await open(`127.0.1.${peer}`);
    await eventually(() => refused(guarded, 'slow') >= 20);
    t.equal(
      (await ask(t, guarded, '/healthz', { token: TOKEN, from: '127.0.1.100' })).status,
      200,
      'the oldest make room for who knows what he wants',
    );
    for (let peer = 20; peer < 100; peer += 1) (await open(`127.0.1.${peer}`)).destroy();
    await eventually(() => refused(guarded, 'rate') > rated);
  });
  const lines = guarded.log.filter(({ message }) => /were refused/.test(message));
  t.equal(lines.length, 1, 'none of it fills the log');
});

t.test('connections of the guarded door take none from loopback', async (t) => {
  const guarded = await startGuarded(t, { gate: { ...UNLIMITED, peerConnections: 1000, unproven: 1000 }, limits: { connections: 5 } });
  const sockets = [];
  for (let index = 0; index < 8; index += 1) {
    const socket = connect(guarded.guardedPort, ELSEWHERE).on('error', () => {});
    sockets.push(socket);
    t.teardown(() => socket.destroy());
    await once(socket, 'connect');
  }
  await eventually(() => refused(guarded, 'connections') === 3);
  const clients = await Promise.all([1, 2, 3].map(() => listenTo(t, guarded.port)));
  t.ok(clients.every(({ socket }) => socket.readyState === WebSocket.OPEN));
});

t.test('who is wrong too often waits, and nobody else does', async (t) => {
  const guarded = await startGuarded(t, { gate: { ...UNLIMITED, failureRate: { burst: 3, perSecond: 1 / 60 } } });
  const guess = { token: 'a-guess-of-some-length', from: '127.0.3.1' };
  for (let index = 0; index < 3; index += 1) t.equal((await ask(t, guarded, '/', guess)).status, 401);
  const answer = await ask(t, guarded, '/', guess);
  t.match(answer, {
    status: 429,
    head: /Retry-After: (60|59)\r\n/,
    body: /"THROTTLED","message":"too many wrong credentials came from this address/,
  });
  t.equal(
    (await ask(t, guarded, '/', { ...guess, token: TOKEN })).status,
    429,
    'the right one, too: a guess must not learn that it is right',
  );
  t.equal((await ask(t, guarded, '/', { from: guess.from })).status, 401, 'without a credential there is nothing to guess');
  t.equal((await ask(t, guarded, '/', { token: TOKEN, from: '127.0.3.2' })).status, 200);
  const certificate = guarded.clientCa.issue({ name: 'c', isClient: true });
  t.equal((await ask(t, guarded, '/', { certificate, from: guess.from })).status, 200, 'a certificate cannot be guessed');
  t.match(await ask(t, guarded, '/v1/stream', guess, UPGRADE), { status: 429 });
  t.equal(refused(guarded, 'throttled'), 3);
  const many = guardedRequest('/', { token: 'a-guess-of-some-length' }, ['Connection: keep-alive']).repeat(20);
  const answers = await exchangeTls(t, guarded, many, { from: '127.0.3.3' });
  t.equal(answers.match(/HTTP\/1\.1 /g)?.length, 1, 'of requests that do not wait for their answer one is a guess');
  t.equal(refused(guarded, 'wrong'), 4);
  const kept = await openTls(t, guarded, { from: '127.0.3.4' });
  kept.write(guardedRequest('/healthz', { token: TOKEN }, ['Connection: keep-alive']));
  await once(kept, 'data');
  const parts: string[] = [];
  kept.on('data', (part) => parts.push(String(part)));
  kept.write(guardedRequest('/healthz', { token: TOKEN }, ['Connection: keep-alive']).repeat(3));
  await eventually(() => parts.join('').match(/HTTP\/1\.1 200/g)?.length === 3);
});

t.test('an address that is not loopback is never open', async (t) => {
  const make = (host: string) =>
    createStreamServer({
      addresses: [
        { host: '127.0.0.1', port: 0 },
        { host, port: 0 },
      ],
      ...{ node: 'n', bootId: 'b', version: '0', tree: () => EMPTY_TREE },
      ...{ readiness: () => ({ ready: true as const }), metrics: async () => '', log: { debug() {}, info() {}, warn() {} } },
    });
  for (const host of ['', '0.0.0.0', '::', '10.0.0.1', 'example.org']) {
    t.throws(() => make(host), { code: 'CONFIG_INVALID', message: /is not loopback, and nothing says who may connect there/ }, host);
  }
  t.doesNotThrow(() => make('127.0.0.1'));
});

t.test('it stops while connections are in every state', async (t) => {
  const guarded = await startGuarded(t, { limits: { closeMs: 50 } });
  const client = await listenGuarded(t, guarded);
  const idle = connect(guarded.guardedPort, ELSEWHERE).on('error', () => {});
  const quiet = await openTls(t, guarded);
  const masked = await openTls(t, guarded);
  masked.write(Buffer.concat([Buffer.from(guardedRequest('/v1/stream', { token: TOKEN }, UPGRADE)), maskedFrame(0x89, 'ping')]));
  await once(masked, 'data');
  await guarded.server.close();
  t.equal(await client.closed, '1001 the agent is stopping');
  await Promise.all([idle, quiet, masked].map(closed));
});
