// Starts the thread of the history file and asks it things: one promise a request, answered in order.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PodtreeError } from '../error.ts';
import type { KeptChange } from './kept-database.ts';
import type { Opened, Reply, RequestBody, WorkerInput } from './protocol.ts';

export interface HistoryThread {
  readonly opened: Extract<Opened, { failure?: never }>;
  /** Rejects with what sqlite said, and when the thread is gone. */
  ask(request: RequestBody): Promise<unknown>;
  /** Requests that have not been answered. */
  waiting(): number;
  /** Resolves when the thread has ended. */
  end(): Promise<void>;
}

export interface ThreadEvents {
  onChange(change: KeptChange): void;
  /** The thread ended by itself: nothing is kept any more. */
  onDeath(reason: string): void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Resolves when the file is open. Rejects with STATE_LOCKED, or with what broke the thread. */
export async function startThread(input: WorkerInput, events: ThreadEvents): Promise<HistoryThread> {
  // Run from source the module is .ts, and .js when it was compiled.
  const worker = new Worker(new URL(`./worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url), { workerData: input });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let death: string | undefined;
  let isEnding = false;

  const died = (reason: string): void => {
    if (death !== undefined) return;
    death = reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
    if (!isEnding) events.onDeath(reason);
  };
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      died(`the thread of the history ended with code ${code}`);
      resolve();
    });
  });
  const opened = await new Promise<Opened>((resolve, reject) => {
    worker.once('message', (first: Opened) => {
      // It ends by itself then, perhaps before anybody comes round to reading why.
      isEnding = first.failure !== undefined;
      resolve(first);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread of the history ended before it was open')));
  });
  worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
  if (opened.failure) {
    await exited;
    const { code, message } = opened.failure;
    throw code === undefined ? new Error(message) : new PodtreeError(code, message);
  }
  worker.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    for (const change of reply.changes ?? []) events.onChange(change);
    if (reply.error === undefined) asked?.resolve(reply.result);
    else asked?.reject(new Error(reply.error));
    // An idle history keeps no process alive; a write that is under way does.
    if (waiting.size === 0 && !isEnding) worker.unref();
  });
  worker.unref();
  return {
    opened,
    waiting: () => waiting.size,
    ask: (request) => {
      if (death !== undefined) return Promise.reject(new Error(death));
      // The thread ends when it has answered this: by order, however soon its end is heard of.
      if (request.type === 'close') isEnding = true;
      return new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, ...request });
      });
    },
    end: async () => {
      isEnding = true;
      worker.ref();
      await exited;
    },
  };
}
