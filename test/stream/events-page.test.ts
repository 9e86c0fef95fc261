// docs/events.md: what it shows is what this program reads and sends.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { EVENT_EXAMPLES } from '../../agent/setup/event-examples.ts';
import { renderEventsPage } from '../../agent/setup/events-page.ts';
import { prettyJson } from '../../agent/setup/pretty-json.ts';
import { FINDING_GUIDE } from '../../src/history/finding-guide.ts';
import { EVENT_TYPES } from '../../src/stream/event-type.ts';
import { decodeJson, jsonCodec } from '../../src/stream/json.ts';
import { decodeProtobuf, protobufCodec } from '../../src/stream/protobuf.ts';
import { readEvent } from '../../src/stream/read-frame.ts';

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map((match): unknown => JSON.parse(match[1] ?? ''));

t.test('is what the sources say', async (t) => {
  t.equal(page, renderEventsPage(), 'else: npm run generate');
});

t.test('has an example of every type, each of which is an event without a field too many', async (t) => {
  const types = examples.map((example) => readEvent(example, 'docs/events.md').type);
  t.same(types.toSorted(), EVENT_TYPES.toSorted());
  for (const example of examples) {
    const event = readEvent(example, 'docs/events.md');
    t.same(event, example, `${event.type}: readers leave out what they do not know`);
  }
});

t.test('links to every type and tells of every finding', async (t) => {
  for (const type of EVENT_TYPES) {
    t.ok(page.includes(`[\`${type}\`](#${type.replace('.', '')})`), type);
    t.ok(page.includes(`\n## \`${type}\`\n`), type);
  }
  for (const code of Object.keys(FINDING_GUIDE)) t.ok(page.includes(`| \`${code}\` |`), code);
});

t.test('every table has as many cells in each row as in its head', async (t) => {
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  t.ok(rows.length > 100);
  let cells = 0;
  for (const [index, row] of rows.entries()) {
    const found = row.split(/(?<!\\)\|/).length;
    if (rows[index + 1]?.startsWith('| ---')) cells = found;
    t.equal(found, cells, row);
  }
});

t.test('the examples go through the codecs as they are', async (t) => {
  const updates = Object.values(EVENT_EXAMPLES).map((event, index) => ({ token: `t-${index}`, event, changes: [] }));
  t.same(decodeJson(jsonCodec.encode({ updates }).toString()), { updates });
  t.same(decodeProtobuf(protobufCodec.encode({ updates })), { updates });
});

t.test('JSON for people is the same JSON, on one line where it fits', async (t) => {
  const value = { a: [1, 'two', null, { b: true }], 'c"': {}, long: ['x'.repeat(20), 'y'.repeat(20)] };
  for (const width of [10, 30, 200]) t.same(JSON.parse(prettyJson(value, width)), value);
  t.equal(prettyJson({ a: [1], b: {} }, 80), '{"a": [1], "b": {}}');
  t.equal(prettyJson({ a: [1, 2], b: 3 }, 13), '{\n  "a": [1, 2],\n  "b": 3\n}');
});
