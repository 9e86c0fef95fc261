// What is known to have come when canaries come back through bpftrace, which may be behind, or have no room for one.
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { createCatchUp } from '../../src/kernel/catch-up.ts';

function canary(number: number | undefined, timeNs: number, end: 'canary' | 'hatch' = 'canary') {
  return { end, number: number ?? -1, timeNs };
}

t.test('everything before the first of three canaries that followed each other has come', async (t) => {
  const said: number[] = [];
  const catchUp = createCatchUp((number) => void said.push(number));
  t.teardown(catchUp.close);
  catchUp.ask();
  catchUp.ask();
  t.equal(said.length, 1, 'one at a time');
  t.equal(catchUp.hear([]), undefined);
  t.equal(catchUp.hear([canary(said[0], 90, 'hatch'), canary(said[0], 100)]), undefined);
  t.equal(said.length, 2);
  t.equal(catchUp.hear([canary(said[0], 100)]), undefined, 'an old one again says nothing');
  t.equal(catchUp.hear([canary(said[1], 200)]), undefined);
  t.equal(said.length, 3);
  t.equal(catchUp.hear([canary(said[2], 300)]), 100);
  t.equal(catchUp.hear([canary(said[2], 300)]), undefined, 'nobody asks any more');
  catchUp.ask();
  t.equal(said.length, 4);
  t.equal(new Set(said).size, 4, 'each has a number of its own');
});

t.test('a canary that is lost is sent again, and one that is only late still counts', async (t) => {
  const said: number[] = [];
  let wake: (() => void) | undefined;
  const saidTwice = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const catchUp = createCatchUp((number) => {
    said.push(number);
    if (said.length === 3) wake?.();
  }, 1);
  t.teardown(catchUp.close);
  // Its own timer keeps no program from its end.
  const awake = setInterval(() => undefined, 1000);
  t.teardown(() => clearInterval(awake));
  catchUp.ask();
  await saidTwice;
  t.equal(catchUp.hear([canary(said[0], 100)]), undefined);
  t.equal(catchUp.hear([canary(said[1], 150)]), undefined, 'of those sent for the same answer only one counts');
  t.equal(catchUp.hear([canary(said.at(-1), 200)]), undefined);
  t.equal(catchUp.hear([canary(said.at(-1), 300)]), 100);
  const atTheEnd = said.length;
  await setTimeout(20);
  t.equal(said.length, atTheEnd, 'and then no more are sent');
});
