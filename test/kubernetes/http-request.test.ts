// One request against servers that are slow, broken or hostile: what it gives up on, what it never does, and what its errors never say.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { type HttpRequest, sendRequest } from '../../src/kubernetes/http-request.ts';
import { startSinkServer, status } from '../helpers/alert-sink-server.ts';
import { makeCertificate } from '../helpers/certificate.ts';

const SECRET = 'sEcReT';
const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: { Authorization: `Bearer ${SECRET}` },
  body: '{}',
  timeoutMs: 400,
  ...more,
});

/** A server that speaks whatever `answer` writes. */
async function startRawServer(t: Test, answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/${SECRET}?k=${SECRET}`;
}

/** Writes for as long as anybody reads. */
function pour(socket: Socket, chunk: string): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', write);
  write();
}

t.test('an answer without end is read no further than needed, and counts by its status', async (t) => {
  for (const head of ['HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', 'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n']) {
    const isGone = Promise.withResolvers<void>();
    const url = await startRawServer(t, (socket) => {
      socket.on('close', () => isGone.resolve());
      socket.write(head);
      pour(socket, head.includes('chunked') ? `1000\r\n${'x'.repeat(4096)}\r\n` : 'x'.repeat(4096));
    });
    const response = await sendRequest(request(url, { timeoutMs: 5000 }));
    t.equal(response.status, Number(head.slice(9, 12)));
    t.ok(response.body.length <= 65_536);
    await isGone.promise;
  }
});

t.test('whatever is not a whole answer in time is none', (t) => {
  const cases: readonly (readonly [name: string, answer: (socket: Socket) => void, said: RegExp])[] = [
    [
      'one that comes byte by byte',
      (socket) => drip(socket, `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(900)}`),
      /no complete answer within 400 ms/,
    ],
    [
      'a head that comes byte by byte',
      (socket) => drip(socket, `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1000)}`),
      /no complete answer within 400 ms/,
    ],
    [
      'a head without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, `X: ${'x'.repeat(1000)}\r\n`);
      },
      /header/i,
    ],
    ['interim answers without end', (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'), /no complete answer within 400 ms/],
    ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), /Parse Error|socket hang up/],
    [
      'the end in the middle of a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc'),
      /aborted|closed in the middle/,
    ],
  ];
  for (const [name, answer, said] of cases) {
    t.test(name, async (t) => {
      const url = await startRawServer(t, answer);
      const error = await sendRequest(request(url)).then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      t.match(error?.message, /^127\.0\.0\.1:\d+: /);
      t.match(error?.message, said);
      t.notMatch(`${error?.message}${error?.stack}`, SECRET);
    });
  }
  t.end();
});

t.test('a redirect is an answer, and nobody is sent the secret for it', async (t) => {
  const other = await startSinkServer(t);
  const server = await startSinkServer(t);
  for (const code of [301, 302, 307, 308]) {
    server.answer(status(code, { Location: other.url }));
    t.equal((await sendRequest(request(server.url))).status, code);
  }
  t.same(other.received, []);
});

t.test('no variable of the environment sends it to a proxy or makes it trust anybody', async (t) => {
  const proxy = await startSinkServer(t);
  const tls = await startSinkServer(t, makeCertificate(t.testdir()));
  const server = await startSinkServer(t);
  const program = `
    const { sendRequest } = await import('${new URL('../../src/kubernetes/http-request.ts', import.meta.url).href}');
    const send = (url) => sendRequest({ method: 'POST', url, headers: {}, body: '', timeoutMs: 5000 }).then(({ status }) => status, ({ message }) => message);
    console.log(JSON.stringify([await send('${server.url}'), await send('${tls.url}')]));`;
  const env = {
    NODE_USE_ENV_PROXY: '1',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    ...Object.fromEntries(
      ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].map((name) => [name, proxy.url]),
    ),
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
  const [plain, refused] = JSON.parse(stdout) as [unknown, unknown];
  t.equal(plain, 200);
  t.match(refused, /self-signed certificate/);
  t.same([proxy.received.length, server.received.length, tls.received.length], [0, 1, 0]);
});

t.test('what cannot be sent is an error that does not show it', async (t) => {
  for (const headers of [{ Authorization: `Bearer ${SECRET}\u2603` }, { Authorization: `Bearer ${SECRET}\r\nX: y` }]) {
    const error = await sendRequest(request('http://127.0.0.1:1/', { headers })).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    t.match(error?.message, /[Ii]nvalid character in header/);
    t.notMatch(error?.message, SECRET);
  }
});

/** A byte at a time, for as long as anybody reads. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text.charAt(at));
    at += 1;
  }, 5);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}
