// A CRI runtime that exists only as a gRPC server on a unix socket: it answers from a scripted level, and misbehaves on demand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import grpc from '@grpc/grpc-js';
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../../src/cri/level.ts';
import type { Message } from './cri-client.ts';
import { messageType } from './cri-schema.ts';

export type FakeMethod = 'Version' | 'ListPodSandbox' | 'PodSandboxStatus' | 'ListContainers' | 'ContainerStatus';

export type Behaviour =
  | { readonly kind: 'answer' }
  /** Never answers; `release()` of the fake lets all calls that wait go on as if nothing had been. */
  | { readonly kind: 'hang' }
  /** A gRPC error status, e.g. 12 UNIMPLEMENTED. */
  | { readonly kind: 'fail'; readonly status: number; readonly message?: string }
  /** These bytes instead of a message. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** This message (fields of cri-schema.ts) instead of what the level says. */
  | { readonly kind: 'message'; readonly message: Message };

export interface FakeCri {
  readonly endpoint: string;
  readonly socket: string;
  /** How often each method was called, ever. */
  readonly calls: Readonly<Record<FakeMethod, number>>;
  /** What it answers from now on. */
  setLevel(level: Partial<RuntimeLevel>): void;
  behave(method: FakeMethod, behaviour: Behaviour | ((request: Message) => Behaviour)): void;
  /** Ends every call that hangs with its ordinary answer, and lets the methods answer again. */
  release(): void;
  /** Resolves when `count` calls of the method have arrived, counted from the start. */
  called(method: FakeMethod, count: number): Promise<void>;
  /** Breaks all connections and removes the socket. */
  goAway(): void;
  comeBack(): Promise<void>;
  stop(): void;
}

interface Teardown {
  teardown(callback: () => void): unknown;
}

const METHODS: readonly FakeMethod[] = ['Version', 'ListPodSandbox', 'PodSandboxStatus', 'ListContainers', 'ContainerStatus'];
const EMPTY: RuntimeLevel = { runtimeName: 'fake', runtimeVersion: '1.0', sandboxes: [], containers: [] };

export async function startFakeCri(options: { readonly t?: Teardown; readonly level?: Partial<RuntimeLevel> } = {}): Promise<FakeCri> {
  const directory = mkdtempSync(`${tmpdir()}/podtree-fake-cri-`);
  const socket = `${directory}/cri.sock`;
  const endpoint = `unix://${socket}`;
  let level: RuntimeLevel = { ...EMPTY, ...options.level };
  let server: grpc.Server | undefined;
  const calls: Record<FakeMethod, number> = { Version: 0, ListPodSandbox: 0, PodSandboxStatus: 0, ListContainers: 0, ContainerStatus: 0 };
  const behaviours = new Map<FakeMethod, (request: Message) => Behaviour>();
  const hanging: (() => void)[] = [];
  const waiting: { readonly method: FakeMethod; readonly count: number; readonly done: () => void }[] = [];

  function handle(method: FakeMethod, call: grpc.ServerUnaryCall<Message, Buffer>, callback: grpc.sendUnaryData<Buffer>): void {
    calls[method] += 1;
    for (const wait of waiting) if (wait.method === method && calls[method] >= wait.count) wait.done();
    const answer = (message = answerOf(method, call.request, level)) => {
      if (message === undefined) return callback({ code: grpc.status.NOT_FOUND, details: 'no such id' });
      const type = messageType(`${method}Response`);
      callback(null, Buffer.from(type.encode(type.fromObject(message)).finish()));
    };
    const behaviour = behaviours.get(method)?.(call.request) ?? { kind: 'answer' };
    if (behaviour.kind === 'hang') hanging.push(() => answer());
    else if (behaviour.kind === 'fail') callback({ code: behaviour.status, details: behaviour.message ?? 'as the test wants it' });
    else if (behaviour.kind === 'bytes') callback(null, behaviour.bytes);
    else if (behaviour.kind === 'message') answer(behaviour.message);
    else answer();
  }

  async function comeBack(): Promise<void> {
    const next = new grpc.Server({ 'grpc.max_send_message_length': -1 });
    for (const method of METHODS) {
      const type = messageType(`${method}Request`);
      next.register<Message, Buffer>(
        `/runtime.v1.RuntimeService/${method}`,
        (call: grpc.ServerUnaryCall<Message, Buffer>, callback: grpc.sendUnaryData<Buffer>) => handle(method, call, callback),
        (bytes) => bytes,
        (bytes) => type.toObject(type.decode(bytes), { defaults: true, longs: String }),
        'unary',
      );
    }
    await new Promise<void>((resolve, reject) => {
      next.bindAsync(endpoint, grpc.ServerCredentials.createInsecure(), (error) => (error === null ? resolve() : reject(error)));
    });
    server = next;
  }

  function goAway(): void {
    server?.forceShutdown();
    server = undefined;
    rmSync(socket, { force: true });
  }

  function stop(): void {
    goAway();
    rmSync(directory, { recursive: true, force: true });
  }

  await comeBack();
  options.t?.teardown(stop);
  return {
    endpoint,
    socket,
    calls,
    setLevel: (changed) => {
      level = { ...level, ...changed };
    },
    behave: (method, behaviour) => {
      behaviours.set(method, typeof behaviour === 'function' ? behaviour : () => behaviour);
    },
    release: () => {
      behaviours.clear();
      for (const answer of hanging.splice(0)) answer();
    },
    called: (method, count) => {
      if (calls[method] >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ method, count, done: resolve }));
    },
    goAway,
    comeBack,
    stop,
  };
}

function answerOf(method: FakeMethod, request: Message, level: RuntimeLevel): Message | undefined {
  switch (method) {
    case 'Version':
      return { version: '0.1.0', runtime_name: level.runtimeName, runtime_version: level.runtimeVersion, runtime_api_version: 'v1' };
    case 'ListPodSandbox':
      return { items: level.sandboxes.map(sandboxMessage) };
    case 'ListContainers':
      return { containers: level.containers.map((container) => containerMessage(container, level)) };
    case 'PodSandboxStatus': {
      const sandbox = level.sandboxes.find(({ id }) => id === request.pod_sandbox_id);
      return sandbox && sandboxStatus(sandbox);
    }
    case 'ContainerStatus': {
      const container = level.containers.find(({ id }) => id === request.container_id);
      return container && containerStatus(container, level);
    }
  }
}

function sandboxMessage(sandbox: RuntimeSandbox): Message {
  const { id, podUid, name, namespace, attempt, state, createdAt, labels, runtimeHandler } = sandbox;
  return {
    id,
    metadata: { name, uid: podUid, namespace, attempt },
    state: state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    created_at: wallNs(createdAt),
    labels: { ...labels, ...podLabels(sandbox) },
    runtime_handler: runtimeHandler,
  };
}

function sandboxStatus(sandbox: RuntimeSandbox): Message {
  const [ip = '', ...additional] = sandbox.ips;
  return {
    status: {
      ...sandboxMessage(sandbox),
      network: { ip, additional_ips: additional.map((address) => ({ ip: address })) },
      linux: { namespaces: { options: { network: sandbox.hostNetwork ? 'NODE' : 'POD' } } },
    },
    info: {
      info: JSON.stringify({
        pid: sandbox.pid ?? 0,
        netNamespaceClosed: sandbox.netNamespaceClosed,
        runtimeHandler: sandbox.runtimeHandler,
      }),
    },
  };
}

function containerMessage(container: RuntimeContainer, level: RuntimeLevel): Message {
  const sandbox = level.sandboxes.find(({ id }) => id === container.sandboxId);
  const type = container.kind === 'app' ? 'container' : container.kind === 'sidecar' ? 'init' : container.kind;
  return {
    id: container.id,
    pod_sandbox_id: container.sandboxId,
    metadata: { name: container.name, attempt: container.restarts },
    state: `CONTAINER_${container.state.toUpperCase()}`,
    created_at: wallNs(container.createdAt),
    labels: { 'io.kubernetes.container.name': container.name, ...(sandbox === undefined ? {} : podLabels(sandbox)) },
    annotations: { 'io.kubernetes.container.type': type, 'io.kubernetes.container.restartCount': String(container.restarts) },
  };
}

function containerStatus(container: RuntimeContainer, level: RuntimeLevel): Message {
  return {
    status: {
      ...containerMessage(container, level),
      ...(container.finishedAt === undefined ? {} : { finished_at: wallNs(container.finishedAt) }),
      exit_code: container.exitCode ?? 0,
      reason: container.reason ?? '',
    },
    info: { info: JSON.stringify({ sandboxID: container.sandboxId, pid: container.pid ?? 0 }) },
  };
}

function podLabels({ name, namespace, podUid }: RuntimeSandbox): Record<string, string> {
  return { 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.uid': podUid };
}

function wallNs(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return String(BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0') || 0));
}
