// What a request shows the API server: token, client certificate, or what a credential plugin prints. Renewed when it expires or is refused.
import { spawn } from 'node:child_process';
import { messageOf, PodtreeError } from '../error.ts';
import { readBoundedFile } from '../host/bounded-file.ts';
import type { Cluster, ExecPlugin } from './kubeconfig.ts';

export interface Shown {
  readonly authorization?: string | undefined;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Credential {
  /** Throws CLUSTER_UNAUTHORIZED when there is none to be had. */
  get(): Promise<Shown>;
  /** The server refused what get gave: the next one is made anew. */
  renew(refused: Shown): void;
}

export interface CredentialOptions {
  /** As the kubeconfig has it now: kubectl writes renewed tokens into it. */
  readonly read: () => Cluster;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wall time in ms. */
  readonly now?: () => number;
  /** Ends plugins that still run. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_TOKEN_BYTES = 65_536;
const MAX_OUTPUT_BYTES = 1_048_576;
/** Some plugins open a browser and wait for a person. */
const PLUGIN_TIMEOUT_MS = 180_000;
/** A credential that expires so soon is renewed before it is used. */
const MARGIN_MS = 10_000;

interface Made extends Shown {
  readonly expiresAt?: number | undefined;
}

export function createCredential({ read, env, now = Date.now, signal }: CredentialOptions): Credential {
  let made: Promise<Made> | undefined;
  let last: Made | undefined;

  async function make(): Promise<Made> {
    const cluster = read();
    const { user } = cluster;
    const { certificate } = user;
    if (user.token !== undefined && user.token !== '') return { certificate, authorization: bearer(user.token) };
    if (user.tokenFile !== undefined) {
      // The kubelet replaces it long before it expires; nobody says when.
      return { certificate, authorization: bearer(readToken(user.tokenFile)), expiresAt: now() + 60_000 };
    }
    if (user.basic !== undefined) {
      const { name, password } = user.basic;
      return { certificate, authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
    }
    if (user.exec === undefined) return { certificate };
    const given = await runPlugin(user.exec, cluster, env, signal);
    return { ...given, certificate: given.certificate ?? certificate };
  }

  return {
    async get() {
      const isOver = last?.expiresAt !== undefined && last.expiresAt - MARGIN_MS <= now();
      if (isOver) made = undefined;
      // Many connections ask at a time: one plugin answers them all.
      made ??= make();
      const current = made;
      try {
        last = await current;
        return last;
      } catch (error) {
        if (made === current) made = undefined;
        throw error;
      }
    },
    renew(refused) {
      if (refused !== last) return;
      made = undefined;
      last = undefined;
    },
  };
}

function bearer(token: string): string {
  if (!/^[\x21-\x7e]{1,65536}$/.test(token)) throw unauthorized('the token is no single line of printable ASCII');
  return `Bearer ${token}`;
}

function readToken(path: string): string {
  try {
    return readBoundedFile(path, MAX_TOKEN_BYTES).trim();
  } catch (error) {
    throw unauthorized(`the token cannot be read: ${messageOf(error)}`, error);
  }
}

async function runPlugin(
  plugin: ExecPlugin,
  cluster: Cluster,
  env: CredentialOptions['env'],
  signal: AbortSignal | undefined,
): Promise<Made> {
  // KUBERNETES_EXEC_INFO: client-go plugin/pkg/client/auth/exec/exec.go.
  const { server, ca, isInsecure, serverName } = cluster;
  const told = {
    server: server.href,
    ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...(isInsecure && { 'insecure-skip-tls-verify': true }),
    ...(serverName !== undefined && { 'tls-server-name': serverName }),
  };
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: process.stdin.isTTY === true, ...(plugin.isTold && { cluster: told }) },
  };
  const output = await run(plugin, { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) }, signal);
  return readExecCredential(output, plugin.command);
}

function run(plugin: ExecPlugin, env: Record<string, string | undefined>, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    // It may ask the person for a password: standard input and error are the terminal's.
    // Not spawn's own timeout: its timer goes on when there is no such program.
    const timeout = AbortSignal.timeout(PLUGIN_TIMEOUT_MS);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const child = spawn(plugin.command, plugin.args, { env, stdio: ['inherit', 'pipe', 'inherit'], signal: stop });
    const parts: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else parts.push(part);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      const hint = isMissing ? (plugin.installHint ?? 'install it, or correct the kubeconfig').slice(0, 1000) : messageOf(error);
      reject(
        unauthorized(`the credential plugin ${JSON.stringify(plugin.command)} ${isMissing ? 'is not there' : 'failed'}: ${hint}`, error),
      );
    });
    child.on('close', (code, killedBy) => {
      if (code === 0 && size <= MAX_OUTPUT_BYTES) return resolve(Buffer.concat(parts).toString('utf8'));
      const how = size > MAX_OUTPUT_BYTES ? 'printed too much' : `ended with ${killedBy ?? `exit code ${code}`}`;
      reject(unauthorized(`the credential plugin ${JSON.stringify(plugin.command)} ${how}: log in as for kubectl, and try again`));
    });
  });
}

/** Throws CLUSTER_UNAUTHORIZED for what is no ExecCredential with a status. */
export function readExecCredential(output: string, command: string): Made {
  let status: Readonly<Record<string, unknown>> | undefined;
  try {
    status = (JSON.parse(output) as { readonly status?: Readonly<Record<string, unknown>> } | null)?.status;
  } catch (error) {
    // What it printed may be a secret: it is not repeated.
    throw unauthorized(`the credential plugin ${JSON.stringify(command)} printed no JSON: try it by hand`, error);
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp: expires } = status ?? {};
  const certificate = typeof cert === 'string' && typeof key === 'string' ? { cert, key } : undefined;
  if (typeof token !== 'string' && certificate === undefined)
    throw unauthorized(`the credential plugin ${JSON.stringify(command)} gave neither token nor certificate: try it by hand`);
  const expiresAt = typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
  return {
    ...(typeof token === 'string' && { authorization: bearer(token.trim()) }),
    certificate,
    expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
  };
}

function unauthorized(message: string, cause?: unknown): PodtreeError {
  return new PodtreeError('CLUSTER_UNAUTHORIZED', message, { cause });
}
