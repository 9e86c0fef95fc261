// The thread that owns the history file: takes requests one after the other, so that no disk, however slow, holds up the daemon.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf, PodtreeError } from '../error.ts';
import { isDamage, openDatabase, prepareFresh } from './database.ts';
import type { Opened, Reply, Request, WorkerInput } from './protocol.ts';
import { createStore, type Store } from './store.ts';

if (parentPort) serve(parentPort, workerData as WorkerInput);

function serve(port: MessagePort, { stateDir, ...input }: WorkerInput): void {
  // One object for all who look at a limit, so that they see it change.
  const limits = { ...input.limits };
  const path = join(stateDir, 'history.db');
  let store: Store;
  try {
    const opened = openStore();
    store = opened.store;
    port.postMessage({ known: store.known(), untold: store.untold(), ...opened.notes } satisfies Opened);
  } catch (error) {
    port.postMessage({
      failure: { code: error instanceof PodtreeError ? error.code : undefined, message: messageOf(error) },
    } satisfies Opened);
    port.close();
    return;
  }
  port.on('message', (request: Request) => {
    let reply: Reply;
    try {
      reply = { id: request.id, result: answer(request) };
    } catch (error) {
      reply = { id: request.id, error: messageOf(error), ...(isDamage(error) && { setAside: startAnew() }) };
    }
    port.postMessage(reply);
    if (request.type === 'close') port.close();
  });

  function openStore(): { readonly store: Store; readonly notes: Pick<Opened, 'setAside' | 'unwritable'> } {
    try {
      const { database, setAside } = openDatabase(path);
      return { store: createStore(database, limits), notes: setAside ? { setAside } : {} };
    } catch (error) {
      if (error instanceof PodtreeError) throw error;
      return { store: createStore(prepareFresh(new DatabaseSync(':memory:')), limits), notes: { unwritable: messageOf(error) } };
    }
  }

  /** The file broke while it was in use. */
  function startAnew(): string {
    try {
      store.close();
      const opened = openStore();
      store = opened.store;
      return opened.notes.setAside?.path ?? opened.notes.unwritable ?? path;
    } catch (error) {
      return messageOf(error);
    }
  }

  function answer(request: Request): unknown {
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
      case 'close':
        return store.close();
      default:
        return request satisfies never;
    }
  }
}
