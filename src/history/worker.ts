// The thread that owns the history file: takes requests one after the other, so that no disk, however slow, holds up the daemon.
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf, PodtreeError } from '../error.ts';
import { HISTORY_FORM } from './form.ts';
import { type KeptChange, type KeptDatabase, openKeptDatabase } from './kept-database.ts';
import type { Opened, Reply, Request, WorkerInput } from './protocol.ts';
import { createStore, type Store } from './store.ts';

if (parentPort) serve(parentPort, workerData as WorkerInput);

function serve(port: MessagePort, { stateDir, ...input }: WorkerInput): void {
  // One object for all who look at a limit, so that they see it change.
  const limits = { ...input.limits };
  let changes: KeptChange[] = [];
  let kept: KeptDatabase<Store>;
  try {
    kept = openKeptDatabase({
      path: join(stateDir, 'history.db'),
      form: HISTORY_FORM,
      build: (database) => createStore(database, limits),
      now: Date.now,
      onChange: (change) => void changes.push(change),
    });
    const [known, untold] = kept.run((store) => [store.known(), store.untold()] as const);
    port.postMessage({ known, untold, changes } satisfies Opened);
    changes = [];
  } catch (error) {
    port.postMessage({
      failure: { code: error instanceof PodtreeError ? error.code : undefined, message: messageOf(error) },
    } satisfies Opened);
    port.close();
    return;
  }
  port.on('message', (request: Request) => {
    const answered = answer(request);
    port.postMessage({ id: request.id, ...answered, ...(changes.length > 0 && { changes }) } satisfies Reply);
    changes = [];
    if (request.type === 'close') port.close();
  });

  function answer(request: Request): { readonly result: unknown } | { readonly error: string } {
    try {
      return { result: request.type === 'close' ? kept.close() : kept.run((store) => ask(store, request)) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  function ask(store: Store, request: Exclude<Request, { type: 'close' }>): unknown {
    switch (request.type) {
      case 'write':
        return store.write(request.batch);
      case 'pod':
        return store.pod(request.uid);
      case 'pods':
        return store.pods(request.search);
      case 'prune':
        return store.prune(request.nowMs);
      case 'limits':
        return void Object.assign(limits, request.limits);
      case 'size':
        return { ...store.rows(), bytes: kept.sizeBytes() };
      default:
        return request satisfies never;
    }
  }
}
