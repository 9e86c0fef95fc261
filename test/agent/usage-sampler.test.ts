// When what pods use is sampled, and what is made of two readings.
import pino from 'pino';
import t from 'tap';
import { createUsageSampler } from '../../agent/usage-sampler.ts';
import type { ContainerId } from '../../src/kernel/identity.ts';
import type { UsageRecord } from '../../src/tree/model.ts';

type Samples = ReadonlyMap<ContainerId, UsageRecord>;

const id = (text: string) => text.repeat(64) as ContainerId;
const target = {
  ...{ sandboxId: id('a'), podUid: 'uid', hostNetwork: true },
  pause: { id: id('a'), cgroupPath: '/pause', pids: [1] },
  containers: [
    { id: id('b'), cgroupPath: '/app', pids: [2] },
    { id: id('c'), cgroupPath: '/gone', pids: [3] },
  ],
};

t.test('samples while somebody watches, and takes it away when nobody does', async (t) => {
  let isWatched = false;
  const samples: Samples[] = [];
  let heard: () => void = () => undefined;
  const next = (wanted: number) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (samples.length >= wanted) resolve();
      };
      heard();
    });
  let cpuMs = 0;
  const sampler = createUsageSampler({
    isWatched: () => isWatched,
    targets: () => [target],
    onSample: (sample) => {
      samples.push(sample);
      isWatched = false;
      heard();
    },
    wallTime: () => '2026-01-01T00:00:00.000000000Z',
    log: pino({ level: 'silent' }),
    readCgroup: (path) => {
      if (path === '/gone') return undefined;
      cpuMs += 10;
      return { cpuMs, memoryBytes: 4096 };
    },
    intervalMs: 1,
    lookMs: 1,
  });
  sampler.start();
  t.teardown(() => sampler.stop());
  isWatched = true;
  await next(2);
  const [first, second] = samples;
  t.same(first?.get(id('a')), {
    sampledAt: '2026-01-01T00:00:00.000000000Z',
    pause: { cpuMs: 10, memoryBytes: 4096 },
    containers: [{ id: id('b'), cpuMs: 20, memoryBytes: 4096 }],
    ports: [],
    peers: [],
  });
  t.equal(second?.size, 0, 'and then nothing');
  isWatched = true;
  await next(3);
  t.equal(samples[2]?.get(id('a'))?.pause?.cpuCores, undefined, 'what was read before it was taken away is forgotten');
});

t.test('two readings give the processors in use, and a failure ends nothing', async (t) => {
  let turns = 0;
  const sampled = new Promise<Samples>((resolve) => {
    let before: Samples | undefined;
    const sampler = createUsageSampler({
      isWatched: () => true,
      targets: () => {
        if (++turns === 1) throw new Error('for once');
        return [target];
      },
      onSample: (sample) => {
        if (before) resolve(sample);
        before = sample;
      },
      wallTime: () => '',
      log: pino({ level: 'silent' }),
      readCgroup: () => ({ cpuMs: performance.now() / 2, memoryBytes: 1 }),
      intervalMs: 20,
      lookMs: 1,
    });
    sampler.start();
    t.teardown(() => sampler.stop());
  });
  const cores = (await sampled).get(id('a'))?.pause?.cpuCores ?? 0;
  t.ok(cores > 0.4 && cores < 0.6, `half a processor, and not ${cores}`);
});
