// Keeps a page busy and measures it: how long its pictures take, what it holds in memory, how much of it is on the page.
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Served } from './page-checks.ts';
import type { PageNode } from './page-node.ts';

export interface LoadFigures {
  readonly updates: number;
  readonly seconds: number;
  /** From one picture to the next, ms. */
  readonly frameMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  readonly frames: number;
  /** Share of the time that the page's own thread was busy. */
  readonly busyRatio: number;
  readonly heapStartMiB: number;
  readonly heapEndMiB: number;
  readonly elements: number;
}

const TICK_MS = 50;
/** One pause in so many updates is killed, and one guest enters. */
const RARE = 400;

/** Samples are taken in the page; a string, as the page knows nothing of this program's types. */
const START_SAMPLING = `(() => {
  globalThis.frameTimes = [];
  let last = performance.now();
  const frame = (now) => {
    if (globalThis.frameTimes === undefined) return;
    globalThis.frameTimes.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;
const STOP_SAMPLING = '(() => { const times = globalThis.frameTimes; globalThis.frameTimes = undefined; return times; })()';

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((each) => each.name === name)?.value ?? 0;
}

async function heapMiB(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await metric(session, 'JSHeapUsedSize')) / 1_048_576;
}

/** Publishes `perSecond` updates for so long: processes that come and go, now and then a guest, a killed pause and its return. */
export async function load(
  page: Page,
  served: Served,
  node: PageNode,
  { seconds, perSecond }: { readonly seconds: number; readonly perSecond: number },
): Promise<LoadFigures> {
  const names = node.tree().pods.flatMap(({ name }) => (/^[a-z]+-[a-z0-9]{6}-/.test(name ?? '') ? [name ?? ''] : []));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const heapStartMiB = await heapMiB(session);
  const busyBefore = await metric(session, 'TaskDuration');
  await page.evaluate(START_SAMPLING);
  const start = performance.now();
  let updates = 0;
  while (performance.now() - start < seconds * 1000) {
    const due = ((performance.now() - start) / 1000) * perSecond;
    while (updates < due) {
      const name = names[(updates * 7919) % names.length] ?? '';
      const list = updates % RARE < 2 ? rare(node, name, updates % RARE) : node.processes(name, 1);
      served.publish(list);
      updates += Math.max(1, list.length);
    }
    node.pass(TICK_MS);
    await delay(TICK_MS);
  }
  const elapsed = (performance.now() - start) / 1000;
  const times = ((await page.evaluate(STOP_SAMPLING)) as number[]).sort((left, right) => left - right);
  const busyRatio = ((await metric(session, 'TaskDuration')) - busyBefore) / elapsed;
  const at = (share: number): number => Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 10) / 10;
  return {
    updates,
    seconds: Math.round(elapsed),
    frameMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
    frames: times.length,
    busyRatio,
    heapStartMiB,
    heapEndMiB: await heapMiB(session),
    elements: (await page.evaluate('document.querySelectorAll("*").length')) as number,
  };
}

function rare(node: PageNode, name: string, which: number) {
  if (which === 0) return node.enter(name);
  return [...node.killPause(name), ...node.orphansEnd(name), ...node.restart(name), ...node.returnContainers(name)];
}
