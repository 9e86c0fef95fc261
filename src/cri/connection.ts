// One gRPC connection to a runtime's socket: unary calls with a deadline and a size limit, and errors that say what to do.
import grpc from '@grpc/grpc-js';
import { messageOf, PodtreeError } from '../error.ts';
import { decodeResponse, encodeRequest, type RuntimeMethod, type RuntimeResponse } from './schema.ts';

export interface ConnectionOptions {
  /** For each call. */
  readonly deadlineMs: number;
  /** A larger answer is refused: 16 MiB is what the kubelet takes. */
  readonly maxMessageBytes: number;
  /** Closes the connection when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface Connection {
  readonly endpoint: string;
  /** Rejects with CRI_UNAVAILABLE (see RuntimeCallError for the status) or CRI_MALFORMED. */
  call<M extends RuntimeMethod>(
    method: M,
    request?: Readonly<Record<string, unknown>>,
    /** Default: the connection's own. */
    deadlineMs?: number,
  ): Promise<RuntimeResponse<M>>;
  /** Calls that are waiting are rejected. */
  close(): void;
}

/** A call that got no answer: `status` is the gRPC status code. */
export class RuntimeCallError extends PodtreeError {
  readonly status: number;

  constructor(message: string, status: number, cause: unknown) {
    super('CRI_UNAVAILABLE', message, { cause });
    this.status = status;
  }
}

export const {
  CANCELLED: GRPC_CANCELLED,
  DEADLINE_EXCEEDED: GRPC_DEADLINE_EXCEEDED,
  NOT_FOUND: GRPC_NOT_FOUND,
  UNIMPLEMENTED: GRPC_UNIMPLEMENTED,
  UNAVAILABLE: GRPC_UNAVAILABLE,
} = grpc.status;

/** Connects with the first call. `endpoint` is `unix:///path`. */
export function openConnection(endpoint: string, options: ConnectionOptions): Connection {
  const client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
    // Go's HTTP/2 server refuses the escaped socket path that would be sent as authority otherwise.
    'grpc.default_authority': 'localhost',
    'grpc.max_receive_message_length': options.maxMessageBytes,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    // A closed channel's HTTP/2 sessions would otherwise be shared with, and broken for, the one that replaces it.
    'grpc.use_local_subchannel_pool': 1,
  });

  const calls = new Set<grpc.ClientUnaryCall>();

  function send(method: RuntimeMethod, request: Readonly<Record<string, unknown>>, deadlineMs: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const call = client.makeUnaryRequest(
        `/runtime.v1.RuntimeService/${method}`,
        (message: Readonly<Record<string, unknown>>) => encodeRequest(method, message),
        (bytes: Buffer) => bytes,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + deadlineMs },
        (error, bytes) => {
          calls.delete(call);
          if (error !== null) reject(callError(endpoint, method, deadlineMs, error));
          else resolve(bytes ?? Buffer.alloc(0));
        },
      );
      calls.add(call);
    });
  }

  function close(): void {
    options.signal?.removeEventListener('abort', close);
    for (const call of calls) call.cancel();
    client.close();
  }
  options.signal?.addEventListener('abort', close, { once: true });

  return {
    endpoint,
    call: async (method, request = {}, deadlineMs = options.deadlineMs) => {
      const bytes = await send(method, request, deadlineMs);
      try {
        return decodeResponse(method, bytes);
      } catch (error) {
        throw new PodtreeError(
          'CRI_MALFORMED',
          `cri: ${method} on ${endpoint}: the ${bytes.length} bytes that came back are no ${method}Response (${messageOf(error)}); ` +
            'is this the socket of a container runtime that speaks CRI v1?',
          { cause: error },
        );
      }
    },
    close,
  };
}

function callError(endpoint: string, method: string, deadlineMs: number, error: grpc.ServiceError): PodtreeError {
  const what = `cri: ${method} on ${endpoint}`;
  if (error.code === grpc.status.RESOURCE_EXHAUSTED && /larger than max/i.test(error.details)) {
    return new PodtreeError('CRI_MALFORMED', `${what}: the answer is larger than podtree takes (${error.details})`, { cause: error });
  }
  return new RuntimeCallError(`${what}: ${reasonOf(error, deadlineMs)}`, error.code, error);
}

function reasonOf(error: grpc.ServiceError, deadlineMs: number): string {
  if (error.code === grpc.status.DEADLINE_EXCEEDED) {
    return `no answer within ${deadlineMs} ms: the runtime hangs or is overloaded (see its log: journalctl -u containerd, or -u crio)`;
  }
  if (error.code === grpc.status.UNIMPLEMENTED) {
    return 'the runtime does not offer this CRI v1 call: remove "cri" from disabled_plugins in /etc/containerd/config.toml, or update a runtime older than containerd 1.6 or CRI-O 1.23';
  }
  if (error.code !== grpc.status.UNAVAILABLE) return messageOf(error);
  // grpc-js keeps the system's own word only inside its text.
  switch (/\b(ENOENT|EACCES|EPERM|ECONNREFUSED|ENOTSOCK)\b/.exec(error.details)?.[1]) {
    case 'ENOENT':
      return 'there is no such socket: start the container runtime, or name its socket with --runtime-endpoint';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied: the socket is for root, run the agent as root';
    case 'ECONNREFUSED':
      return 'nobody listens on this socket: the container runtime is not running (systemctl status containerd, or crio)';
    case 'ENOTSOCK':
      return 'this is not a socket: name the runtime socket with --runtime-endpoint';
    default:
      return `not available (${messageOf(error)})`;
  }
}
