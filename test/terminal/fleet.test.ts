// Lines of several nodes: each tells its node, none is wider than the terminal, nothing raw gets through.
import t from 'tap';
import { colorPaint, plainPaint } from '../../src/terminal/color.ts';
import { drawNodeFrame, nodeColumn } from '../../src/terminal/draw-fleet.ts';
import { displayWidth } from '../../src/terminal/escape.ts';
import { events } from './picture.ts';

t.test('every line tells its node and fits the terminal, also where an event needs several or came late', async (t) => {
  for (const width of [80, 100, 140]) {
    const column = nodeColumn();
    const options = { width, paint: plainPaint, zone: 'utc' } as const;
    for (const event of events) {
      for (const lateMs of [0, 1234]) {
        const text =
          drawNodeFrame({ node: 'node-one', item: { updates: [{ token: 't-1', event, changes: [] }] }, lateMs }, column, options) ?? '';
        const [first = '', ...rest] = text.split('\n');
        t.match(first, /^node-one {2}\S/, event.type);
        for (const line of rest) t.match(line, /^ {10}/);
        for (const line of [first, ...rest]) t.ok(displayWidth(line) <= width, `${event.type} at ${width}: ${displayWidth(line)}`);
        t.equal(/ {2}\(1\.23 s late\)$/.test(text), lateMs > 0);
      }
    }
  }
});

t.test('the column grows with the names, up to a bound, and shows nothing raw', async (t) => {
  const column = nodeColumn();
  t.equal(column('n'), 'n       ');
  t.equal(column('ip-10-0-0-1'), 'ip-10-0-0-1');
  t.equal(column('n'), 'n          ');
  t.equal(column(`ip-10-0-0-1.${'x'.repeat(200)}.internal`).length, 24);
  const evil = drawNodeFrame({ node: 'a\x1b[2J\nfake', item: { gap: { stage: 'kernel', lost: 3 } }, lateMs: 0 }, nodeColumn(), {
    width: 100,
    paint: plainPaint,
    zone: 'utc',
  });
  t.match(evil, /^a\\e\[2J\\nfake {2} +──── gap: 3 events lost in the kernel ────$/);
  const heartbeat = { node: 'n', item: { heartbeat: { token: 't-1' } }, lateMs: 0 };
  t.equal(drawNodeFrame(heartbeat, nodeColumn(), { width: 100, paint: colorPaint, zone: 'utc' }), undefined);
});
