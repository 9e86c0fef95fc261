// A byte stream into a pod, as kubectl port-forward makes one: a Duplex over one WebSocket to the API server, with back-pressure both ways.
//
// Subprotocol v4.channel.k8s.io: the first byte of a message is the channel, 0 data and 1 errors; what the server sends first on each of them is
// the port as two bytes: kubernetes pkg/kubelet's streaming server, portforward/websocket.go. One port a WebSocket, one connection a port.
import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { PodtreeError } from '../error.ts';
import type { ApiClient } from './api-client.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERRORS = 1;
const PORT_BYTES = 2;
const MAX_ERROR_CHARACTERS = 600;

/** Connects by itself; what is written before waits. An error is a PodtreeError: CLUSTER_… of the API server, AGENT_UNREACHABLE of the pod. */
export function forwardPort(api: ApiClient, target: ForwardTarget): Duplex {
  const { namespace, name, port } = target;
  const stopping = new AbortController();
  let socket: WebSocket | undefined;
  const seen = { [DATA]: 0, [ERRORS]: 0 };

  const stream = new Duplex({
    construct(done) {
      const path = `api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/portforward`;
      const wanted = { verb: 'get', resource: 'pods/portforward', namespace };
      api.webSocket({ path, query: { ports: String(port) }, wanted, signal: stopping.signal }, PROTOCOL).then(
        (opened) => {
          socket = opened;
          listen(opened);
          done();
        },
        (error: Error) => done(error),
      );
    },
    read() {
      if (socket?.isPaused) socket.resume();
    },
    write(bytes: Buffer, _encoding, done) {
      if (socket === undefined) return done(new Error('not connected'));
      socket.send(Buffer.concat([Buffer.from([DATA]), bytes]), done);
    },
    final(done) {
      // This protocol cannot close one direction: whoever has said all still waits for the answer.
      done();
    },
    destroy(error, done) {
      stopping.abort();
      socket?.terminate();
      done(error);
    },
  });

  function listen(opened: WebSocket): void {
    opened.on('message', (data: RawData, isBinary) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      const channel = bytes[0];
      if (!isBinary || (channel !== DATA && channel !== ERRORS)) return fail('the API server sent what is no port-forward');
      const skipped = Math.min(PORT_BYTES - seen[channel], bytes.length - 1);
      seen[channel] += skipped;
      const rest = bytes.subarray(1 + skipped);
      if (rest.length === 0) return;
      if (channel === ERRORS) return fail(rest.toString('utf8').slice(0, MAX_ERROR_CHARACTERS));
      if (!stream.push(rest)) opened.pause();
    });
    opened.on('error', (error) => fail(error.message));
    opened.on('close', () => {
      // The server closes it when the connection inside the pod has ended.
      if (!stream.readableEnded) stream.push(null);
      stream.end();
    });
    opened.resume();
  }

  function fail(reason: string): void {
    const message = `port ${port} of pod ${namespace}/${name}: ${reason.replace(/\s+/g, ' ').trim()}`;
    stream.destroy(new PodtreeError('AGENT_UNREACHABLE', message));
  }

  return stream;
}
