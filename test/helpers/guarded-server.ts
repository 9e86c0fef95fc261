// A stream server with two doors: one on loopback, open, and one that the test's rule calls another machine's, with certificates and tokens made for it.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { Test } from 'tap';
import { type ClientOptions, WebSocket } from 'ws';
import { type Access, type AccessOptions, openAccess } from '../../src/access/access.ts';
import type { StreamServerOptions } from '../../src/stream/server.ts';
import { type Authority, type Issued, makeAuthority } from './pki.ts';
import { type Listener, listenOver, type Running, startStream } from './stream-server.ts';

/** Loopback for the kernel, and elsewhere for the rule of these tests. */
export const ELSEWHERE = '127.0.0.2';
export const TOKEN = 'correct-horse-battery-staple';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Guarded extends Running {
  readonly dir: string;
  readonly access: Access;
  /** The port of the guarded door; `port` is that of the open one. */
  readonly guardedPort: number;
  readonly guardedUrl: string;
  readonly serverCa: Authority;
  readonly clientCa: Authority;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly tokensFile: string;
  readonly log: readonly LogLine[];
}

export interface GuardedOptions extends Partial<Omit<StreamServerOptions, 'access'>> {
  readonly accessOptions?: Partial<AccessOptions>;
  readonly withoutTokens?: boolean;
  readonly withoutClientCa?: boolean;
}

/** Writes a file as programs do that rotate it: whole, under another name first. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export async function startGuarded(t: Test, options: GuardedOptions = {}): Promise<Guarded> {
  const { accessOptions, withoutTokens, withoutClientCa, ...serverOptions } = options;
  const dir = mkdtempSync(join(tmpdir(), 'podtree-access-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const serverCa = makeAuthority(dir, 'server-ca');
  const clientCa = makeAuthority(dir, 'client-ca');
  const served = serverCa.issue({ name: 'node-a', names: `IP:${ELSEWHERE},DNS:node-a.example` });
  const [certFile, keyFile] = [join(dir, 'tls.crt'), join(dir, 'tls.key')];
  const [clientCaFile, tokensFile] = [join(dir, 'clients.crt'), join(dir, 'tokens')];
  replaceFile(certFile, served.cert);
  replaceFile(keyFile, served.key);
  replaceFile(clientCaFile, clientCa.cert);
  replaceFile(tokensFile, `# who may listen\nalice:${TOKEN}\n`);
  chmodSync(tokensFile, 0o600);
  const log: LogLine[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    log.push({ level, message, fields: fields as LogLine['fields'] });
  };
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn') };
  const access = openAccess({
    tls: { certFile, keyFile, clientCaFile: withoutClientCa ? undefined : clientCaFile },
    tokensFile: withoutTokens ? undefined : tokensFile,
    clientNames: () => [],
    log: logger,
    ...accessOptions,
  });
  t.teardown(() => access.stop());
  const running = await startStream(t, {
    addresses: [
      { host: '127.0.0.1', port: 0 },
      { host: ELSEWHERE, port: 0 },
    ],
    isOpen: (host) => host !== ELSEWHERE,
    access,
    log: logger,
    ...serverOptions,
  });
  const guardedPort = running.ports[1] ?? 0;
  const guardedUrl = `https://${ELSEWHERE}:${guardedPort}`;
  return {
    ...{ ...running, dir, access, guardedPort, guardedUrl, serverCa, clientCa },
    ...{ certFile, keyFile, clientCaFile, tokensFile, log },
  };
}

export interface Asking {
  readonly token?: string;
  readonly certificate?: Issued;
  /** The address that is asked from: each is another peer. */
  readonly from?: string;
}

/** A TLS connection that trusts the server's CA; open when it resolves. */
export async function openTls(t: Test, guarded: Guarded, { certificate, from }: Asking = {}): Promise<TLSSocket> {
  const socket = connect({
    ...{ host: ELSEWHERE, port: guarded.guardedPort, ca: guarded.serverCa.cert, ALPNProtocols: ['http/1.1'] },
    ...(from !== undefined && { localAddress: from }),
    ...(certificate && { cert: certificate.cert, key: certificate.key }),
  });
  t.teardown(() => socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return socket;
}

/** Sends bytes over TLS and gives what came back until the server closed; empty when it cut the connection before. */
export async function exchangeTls(t: Test, guarded: Guarded, bytes: string | Buffer, asking: Asking = {}): Promise<string> {
  let socket: TLSSocket;
  try {
    socket = await openTls(t, guarded, asking);
  } catch {
    return '';
  }
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.write(bytes);
  await new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
  return Buffer.concat(parts).toString();
}

/** A request as text, with what the asker has to show. */
export function guardedRequest(target: string, { token }: Asking, headers: readonly string[] = [], method = 'GET'): string {
  const shown = token === undefined ? [] : [`Authorization: Bearer ${token}`];
  const has = (name: string): boolean => headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const host = has('host') ? [] : [`Host: ${ELSEWHERE}`];
  const close = has('connection') ? [] : ['Connection: close'];
  return `${[`${method} ${target} HTTP/1.1`, ...host, ...shown, ...headers, ...close].join('\r\n')}\r\n\r\n`;
}

/** Status and body of one request with its own connection. */
export async function ask(
  t: Test,
  guarded: Guarded,
  target: string,
  asking: Asking = {},
  headers: readonly string[] = [],
  method = 'GET',
): Promise<{ readonly status: number; readonly head: string; readonly body: string }> {
  const answer = await exchangeTls(t, guarded, guardedRequest(target, asking, headers, method), asking);
  const at = answer.indexOf('\r\n\r\n');
  const head = answer.slice(0, Math.max(0, at));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: answer.slice(at + 4) };
}

/** A WebSocket client of the guarded door. */
export async function listenGuarded(t: Test, guarded: Guarded, { token, certificate, from }: Asking = { token: TOKEN }): Promise<Listener> {
  const options: ClientOptions = {
    ca: guarded.serverCa.cert,
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
    ...(certificate && { cert: certificate.cert, key: certificate.key }),
    ...(from !== undefined && { localAddress: from }),
  };
  return listenOver(t, new WebSocket(`wss://${ELSEWHERE}:${guarded.guardedPort}/v1/stream`, options));
}

/** Waits, a turn of the event loop at a time, for what nobody tells of. */
export async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
