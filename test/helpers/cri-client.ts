// A small CRI client for the tests: what a kubelet does to a runtime (run, stop, exec), which podtree itself never does.
import grpc from '@grpc/grpc-js';
import { messageType } from './cri-schema.ts';

/** A message with snake_case fields as in the CRI's own schema; enums are their names, 64-bit numbers decimal strings. */
export type Message = Record<string, unknown>;

export interface TestCriClient {
  /** Calls `runtime.v1.RuntimeService/METHOD`; rejects with the gRPC error. */
  call(method: string, request: Message, options?: { readonly timeoutMs?: number; readonly service?: string }): Promise<Message>;
  close(): void;
}

/** `endpoint` is `unix:///path/of.sock`. Connects lazily, and again after the runtime restarted. */
export function createTestCriClient(endpoint: string): TestCriClient {
  const client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
    // containerd's HTTP/2 server refuses the socket path that grpc-js would send as authority.
    'grpc.default_authority': 'localhost',
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 200,
  });
  return {
    call: (method, request, { timeoutMs = 20_000, service = 'RuntimeService' } = {}) => {
      const requestType = messageType(`${method}Request`);
      const responseType = messageType(`${method}Response`);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          `/runtime.v1.${service}/${method}`,
          (message: Message) => Buffer.from(requestType.encode(requestType.fromObject(message)).finish()),
          (bytes: Buffer) => responseType.toObject(responseType.decode(bytes), { longs: String, enums: String, defaults: true }) as Message,
          request,
          new grpc.Metadata({ waitForReady: true }),
          { deadline: Date.now() + timeoutMs },
          (error, response) => (error ? reject(new Error(`${method}: ${error.message}`, { cause: error })) : resolve(response ?? {})),
        );
      });
    },
    close: () => client.close(),
  };
}
