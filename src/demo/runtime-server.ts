// Shows the demo as a container runtime on a unix socket (CRI v1, the calls podtree makes), so that the agent names its pod like any other.
import { chmod, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../cri/level.ts';
import {
  CONTAINER_STATES,
  type ContainerMessage,
  type ContainerStatusResponse,
  decodeRequest,
  encodeResponse,
  type PodSandboxMessage,
  type PodSandboxStatusResponse,
  type RuntimeMethod,
  type RuntimeResponse,
  SANDBOX_READY,
} from '../cri/schema.ts';
import { messageOf, PodtreeError } from '../error.ts';

/** PodSandboxState. */
const SANDBOX_NOTREADY = 1;
/** How long a client that has asked before may take to ask once more, and to learn that there is no pod any longer. */
const FAREWELL_MS = 500;
const FAREWELL_GRACE_MS = 50;

type Request = Readonly<Record<string, unknown>>;
type Answers = { readonly [M in RuntimeMethod]: (level: RuntimeLevel, request: Request) => RuntimeResponse<M> | undefined };

const ANSWERS: Answers = {
  Version: ({ runtimeName, runtimeVersion }) => ({ runtimeName, runtimeVersion }),
  ListPodSandbox: ({ sandboxes }) => ({ items: sandboxes.map(sandboxMessage) }),
  ListContainers: (level) => ({ containers: level.containers.map((container) => containerMessage(level, container)) }),
  PodSandboxStatus: ({ sandboxes }, { podSandboxId }) => sandboxStatus(sandboxes.find(({ id }) => id === podSandboxId)),
  ContainerStatus: ({ containers }, { containerId }) => containerStatus(containers.find(({ id }) => id === containerId)),
};

/**
 * @param level what to show, asked for with every call
 * @param path of the socket, in a directory that exists. For root only, as a runtime's is
 * @returns what stops it and removes the socket. Call it when level() is empty: whoever watches the runtime is told so first, because a
 * runtime that does not answer says nothing about its pods
 * @throws PodtreeError DEMO_FAILED
 */
export async function serveRuntime(level: () => RuntimeLevel, path: string): Promise<() => Promise<void>> {
  const server = new grpc.Server();
  const told = Promise.withResolvers<void>();
  let isWatched = false;
  let isStopping = false;
  const listed = (): RuntimeLevel => {
    isWatched = true;
    if (isStopping) told.resolve();
    return level();
  };
  server.addService(
    {
      Version: method('Version'),
      ListPodSandbox: method('ListPodSandbox'),
      ListContainers: method('ListContainers'),
      PodSandboxStatus: method('PodSandboxStatus'),
      ContainerStatus: method('ContainerStatus'),
    },
    {
      Version: handler('Version', level),
      ListPodSandbox: handler('ListPodSandbox', listed),
      ListContainers: handler('ListContainers', level),
      PodSandboxStatus: handler('PodSandboxStatus', level),
      ContainerStatus: handler('ContainerStatus', level),
    },
  );
  try {
    await promisify(server.bindAsync.bind(server))(`unix://${path}`, grpc.ServerCredentials.createInsecure());
    await chmod(path, 0o600);
  } catch (cause) {
    throw new PodtreeError('DEMO_FAILED', `demo: cannot listen on ${path}: ${messageOf(cause)}`, { cause });
  }
  return async () => {
    isStopping = true;
    const farewell = new AbortController();
    const timeout = delay(FAREWELL_MS, undefined, { signal: farewell.signal }).catch(() => undefined);
    if (isWatched) await Promise.race([told.promise, timeout]);
    farewell.abort();
    // The answer is still on its way out: what is under way may end, for a moment.
    await Promise.race([promisify(server.tryShutdown.bind(server))(), delay(FAREWELL_GRACE_MS)]);
    // The agent keeps its connection open: a server that waited for it would never end.
    server.forceShutdown();
    await rm(path, { force: true });
  };
}

function method<M extends RuntimeMethod>(name: M): grpc.MethodDefinition<Request, RuntimeResponse<M>> {
  return {
    path: `/runtime.v1.RuntimeService/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes) => decodeRequest(name, bytes),
    responseSerialize: (response) => encodeResponse(name, response),
    responseDeserialize: () => {
      throw new Error('a server reads no responses');
    },
  };
}

function handler<M extends RuntimeMethod>(name: M, level: () => RuntimeLevel): grpc.handleUnaryCall<Request, RuntimeResponse<M>> {
  return ({ request }, done) => {
    const answer = ANSWERS[name](level(), request);
    if (answer === undefined) done({ code: grpc.status.NOT_FOUND, details: `${name}: no such id` });
    else done(null, answer);
  };
}

function podLabels({ name, namespace, podUid }: RuntimeSandbox): Record<string, string> {
  return { 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.uid': podUid };
}

function sandboxMessage(sandbox: RuntimeSandbox): PodSandboxMessage {
  const { id, name, namespace, attempt, createdAt, labels, podUid: uid, runtimeHandler } = sandbox;
  const state = sandbox.state === 'ready' ? SANDBOX_READY : SANDBOX_NOTREADY;
  const metadata = { name, uid, namespace, attempt };
  return { id, metadata, state, createdAt: wallNs(createdAt), labels: { ...labels, ...podLabels(sandbox) }, runtimeHandler };
}

function sandboxStatus(sandbox: RuntimeSandbox | undefined): PodSandboxStatusResponse | undefined {
  if (sandbox === undefined) return undefined;
  const [ip = '', ...others] = sandbox.ips;
  const network = { ip, additionalIps: others.map((ip) => ({ ip })) };
  const { state, runtimeHandler } = sandboxMessage(sandbox);
  return { status: { state, network, runtimeHandler }, info: info(sandbox.pid) };
}

function containerMessage(level: RuntimeLevel, container: RuntimeContainer): ContainerMessage {
  const { id, sandboxId, name, restarts, createdAt } = container;
  const sandbox = level.sandboxes.find((sandbox) => sandbox.id === sandboxId);
  return {
    id,
    podSandboxId: sandboxId,
    metadata: { name, attempt: restarts },
    state: CONTAINER_STATES.indexOf(container.state),
    createdAt: wallNs(createdAt),
    labels: { 'io.kubernetes.container.name': name, ...(sandbox === undefined ? {} : podLabels(sandbox)) },
    annotations: { 'io.kubernetes.container.type': 'container', 'io.kubernetes.container.restartCount': String(restarts) },
  };
}

function containerStatus(container: RuntimeContainer | undefined): ContainerStatusResponse | undefined {
  if (container === undefined) return undefined;
  const { exitCode = 0, finishedAt, reason = '' } = container;
  const status = {
    state: CONTAINER_STATES.indexOf(container.state),
    finishedAt: finishedAt === undefined ? '0' : wallNs(finishedAt),
    exitCode,
    reason,
  };
  return { status, info: info(container.pid) };
}

/** As containerd and CRI-O do: one JSON text under "info". */
function info(pid: number | undefined): Record<string, string> {
  return pid === undefined ? {} : { info: JSON.stringify({ pid }) };
}

function wallNs(timestamp: string): string {
  return `${BigInt(Date.parse(timestamp)) * 1_000_000n}`;
}
