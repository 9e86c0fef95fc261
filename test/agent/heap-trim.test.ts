import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import t from 'tap';
import { startHeapTrim } from '../../agent/heap-trim.ts';

const MIB = 1024 * 1024;

function grow(): object[] {
  return Array.from({ length: 1_000_000 }, (_, index) => ({ index, text: `process ${index}` }));
}

async function until(condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + 20_000;
  while (!condition() && performance.now() < deadline) await delay(5);
  return condition();
}

t.test('the heap of a storm is given back when events are few again', async (t) => {
  const small = getHeapStatistics().total_heap_size;
  let isStorm = true;
  let events = 0;
  let looks = 0;
  const trim = startHeapTrim({
    events: () => {
      looks++;
      if (isStorm) events += 10_000;
      return events;
    },
    intervalMs: 5,
  });
  t.teardown(() => trim.stop());
  const kept = { garbage: grow() };
  const large = getHeapStatistics().total_heap_size;
  t.ok(large - small > 64 * MIB, 'it has grown');
  kept.garbage = [];
  const before = looks;
  t.ok(await until(() => looks > before + 3), 'it looks, and the storm goes on');
  isStorm = false;
  t.ok(await until(() => getHeapStatistics().total_heap_size < small + 32 * MIB), 'the system has it back');
});
