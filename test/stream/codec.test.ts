// Both wire formats: what goes in comes out, both say the same, and bytes that make no sense are an error and never a crash.
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { PodtreeError } from '../../src/error.ts';
import { decodeJson, jsonCodec } from '../../src/stream/json.ts';
import { decodeProtobuf, protobufCodec } from '../../src/stream/protobuf.ts';
import { anyFrame, anyUpdate } from '../helpers/frame-arbitrary.ts';

t.test('a frame is the same after JSON and after protobuf', async () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      deepStrictEqual(decodeJson(jsonCodec.encode(frame).toString()), frame);
      deepStrictEqual(decodeProtobuf(protobufCodec.encode(frame)), frame);
    }),
    { numRuns: 1000 },
  );
});

t.test('updates encoded one by one and joined are one frame', async () => {
  fc.assert(
    fc.property(fc.array(anyUpdate, { minLength: 1, maxLength: 5 }), (updates) => {
      deepStrictEqual(decodeJson(jsonCodec.join(updates.map(jsonCodec.encodeUpdate)).toString()), { updates });
      deepStrictEqual(decodeProtobuf(protobufCodec.join(updates.map(protobufCodec.encodeUpdate))), { updates });
    }),
  );
});

t.test('bytes from a hostile server give FRAME_INVALID and nothing else', async () => {
  const decodes = (decode: () => unknown): void => {
    try {
      decode();
    } catch (error) {
      if (!(error instanceof PodtreeError) || error.code !== 'FRAME_INVALID') throw error;
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodes(() => decodeProtobuf(bytes))),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.json(), (text) => decodes(() => decodeJson(text))));
  const flipped = fc.property(anyFrame, fc.nat(), fc.nat(255), (frame, at, value) => {
    const bytes = Buffer.from(protobufCodec.encode(frame));
    if (bytes.length > 0) bytes[at % bytes.length] = value;
    decodes(() => decodeProtobuf(bytes));
  });
  fc.assert(flipped, { numRuns: 1000 });
});

t.test('an error names the field, what is allowed and what came', async (t) => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ hello: { node: 1 } }, 'frame: hello.node must be a string, got 1'],
    [{ gap: { stage: 'x'.repeat(50) } }, `frame: gap.stage must be one of kernel, agent, client, got "${'x'.repeat(40)}…"`],
    [{ gap: { stage: 'kernel', lost: null, more: 1 } }, ''],
    [{ gap: { stage: 'kernel', lost: '1' } }, 'frame: gap.lost must be a number, got "1"'],
    [
      { updates: [{ token: 't', changes: [{ op: 'put', kind: 'x' }] }] },
      'frame: updates[0].changes[0].kind must be one of pod, sandbox, container, process, guest, usage, leaked, got "x"',
    ],
    [{ updates: [{ token: 't', changes: [null] }] }, 'frame: updates[0].changes[0] must be an object, got null'],
    [[], 'frame: the message must be an object, got object'],
    ['x', 'frame: the message must be an object, got "x"'],
  ];
  for (const [value, message] of cases) {
    const decode = (): unknown => decodeJson(JSON.stringify(value));
    if (message === '') t.strictSame(decode(), { gap: { stage: 'kernel' } }, 'null is absent, unknown fields are ignored');
    else t.throws(decode, { code: 'FRAME_INVALID', message });
  }
  t.throws(() => decodeJson('{'), { code: 'FRAME_INVALID', message: /^frame: not JSON/ });
});

t.test('what is newer than this program is passed over', async (t) => {
  t.equal(decodeJson('{"weather":{"sun":true}}'), undefined);
  t.equal(decodeProtobuf(Buffer.from([0xfa, 0x01, 0x00])), undefined);
  const event = { type: 'weather.changed', id: 'e', revision: 0, time: 't', node: 'n', source: 'levels', weather: { name: 'x' } };
  const frame = decodeJson(JSON.stringify({ updates: [{ token: 't', event, changes: [] }] }));
  const { weather: _weather, ...known } = event;
  t.strictSame(frame, { updates: [{ token: 't', event: known, changes: [] }] });
});

t.test('the schema has no enums and no 64-bit numbers, which cannot be told apart from JSON', async (t) => {
  const schema = readFileSync(new URL('../../src/stream/podtree.proto', import.meta.url), 'utf8').replace(/\/\/.*/g, '');
  t.notMatch(schema, /\benum\b|\b[su]?u?int64\b|\bs?fixed64\b|\bbytes\b/);
});
