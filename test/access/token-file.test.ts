// What the file of tokens may hold, who may own and read it, and how credentials and peers are told apart.
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { createBuckets, peerKey } from '../../src/access/bucket.ts';
import { isLoopback } from '../../src/access/loopback.ts';
import { shownBy } from '../../src/access/shown.ts';
import { digestOf, findToken, parseTokens, readTokenFile } from '../../src/access/token-file.ts';

const LONG = 'a-token-of-some-length';

t.test('a token is found by itself or by its digest, and by nothing else', async (t) => {
  const hex = digestOf('another-long-token').toString('hex');
  const { entries, problems } = parseTokens(
    `# people\n\nalice:${LONG}\r\n  bob@example.org:sha256:${hex.toUpperCase()}  \ncolon:a:b:c:d:e:f:g:h:i:j\n`,
  );
  t.same(problems, []);
  t.same(
    entries.map(({ name }) => name),
    ['alice', 'bob@example.org', 'colon'],
  );
  t.equal(findToken(entries, digestOf(LONG)), 'alice');
  t.equal(findToken(entries, digestOf('another-long-token')), 'bob@example.org');
  t.equal(findToken(entries, digestOf('a:b:c:d:e:f:g:h:i:j')), 'colon');
  for (const wrong of ['', 'alice', `${LONG}x`, LONG.toUpperCase(), hex, `sha256:${hex}`])
    t.equal(findToken(entries, digestOf(wrong)), undefined, wrong);
});

t.test('a line that is none says where it stands and never what it holds', async (t) => {
  const text = [
    'short:secret',
    'no-colon-at-all-here',
    `white space:${LONG}`,
    `a:${LONG} b`,
    'x:sha256:abc',
    `é:${LONG}`,
    `ok:${LONG}`,
  ].join('\n');
  const { entries, problems } = parseTokens(text);
  t.same(
    entries.map(({ name }) => name),
    ['ok'],
  );
  t.same(
    problems.map((problem) => problem.split(':')[0]),
    ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 6'],
  );
  t.notMatch(problems.join(), /secret|some-length/);
  t.equal(parseTokens(`a:${LONG}\n`.repeat(3000)).entries.length, 1024);
});

t.test('a file that somebody else could read or write is refused, a volume of Kubernetes is taken', async (t) => {
  const dir = t.testdir({ tokens: `alice:${LONG}\n` });
  const path = join(dir, 'tokens');
  for (const mode of [0o400, 0o600, 0o440, 0o640]) {
    chmodSync(path, mode);
    t.equal(readTokenFile(path).entries.length, 1, mode.toString(8));
  }
  for (const [mode, message] of [
    [0o644, /may be read by everybody \(mode 0644\): chmod 600/],
    [0o604, /may be read by everybody/],
    [0o660, /may be written by others \(mode 0660\): chmod 600/],
    [0o602, /may be written by others/],
  ] as const) {
    chmodSync(path, mode);
    t.throws(() => readTokenFile(path), { message }, mode.toString(8));
  }
  chmodSync(path, 0o600);
  if (process.geteuid?.() === 0) {
    chownSync(path, 4711, 0);
    t.throws(() => readTokenFile(path), { message: /belongs to uid 4711, who could write tokens into it: chown root/ });
    t.equal(readTokenFile(path, 4711).entries.length, 1, 'its own file');
  }
  // As the kubelet lays out a Secret, with its default mode.
  const volume = join(dir, 'volume');
  mkdirSync(join(volume, '..2026_11_25_10_00_00.123'), { recursive: true });
  writeFileSync(join(volume, '..2026_11_25_10_00_00.123', 'tokens'), `alice:${LONG}\n`, { mode: 0o644 });
  symlinkSync('..2026_11_25_10_00_00.123', join(volume, '..data'));
  symlinkSync('..data/tokens', join(volume, 'tokens'));
  t.equal(readTokenFile(join(volume, 'tokens')).entries.length, 1);
  chmodSync(join(volume, '..2026_11_25_10_00_00.123', 'tokens'), 0o666);
  t.throws(() => readTokenFile(join(volume, 'tokens')), { message: /may be written by others/ });
  t.throws(() => readTokenFile(join(dir, 'none')), { message: /ENOENT/ });
  t.throws(() => readTokenFile(dir), Error, 'a directory');
});

t.test('the token is in Bearer, or the password of Basic', async (t) => {
  const shown = (...authorization: readonly string[]) =>
    shownBy({ socket: {}, headersDistinct: authorization.length === 0 ? {} : { authorization } } as unknown as IncomingMessage, 0);
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  t.same(shown(), {});
  for (const header of [`Bearer ${LONG}`, `bearer  ${LONG}`, basic(`me:${LONG}`), basic(`:${LONG}`)])
    t.same(shown(header), { token: LONG }, header);
  t.same(shown(basic('me:a:b')), { token: 'a:b' }, 'a colon belongs to the password');
  const bad = [
    '',
    'Bearer',
    'Bearer a b',
    `Token ${LONG}`,
    'Basic !!',
    basic('no colon'),
    basic('me:'),
    basic('me:a\nb'),
    `Bearer ${'x'.repeat(20_000)}`,
  ];
  for (const header of bad) t.same(shown(header), { isMalformed: true }, header.slice(0, 30));
  t.same(shown(`Bearer ${LONG}`, `Bearer ${LONG}`), { isMalformed: true }, 'twice');
});

t.test('a peer has so many tries, and gets new ones with time', async (t) => {
  let now = 0;
  const buckets = createBuckets({ burst: 3, perSecond: 0.5 }, 4, () => now);
  const take = (key: string, count: number): boolean[] => Array.from({ length: count }, () => buckets.take(key));
  t.same(take('a', 4), [true, true, true, false]);
  t.equal(buckets.waitSeconds('a'), 2);
  t.equal(buckets.waitSeconds('b'), 0);
  now += 2000;
  t.same([buckets.waitSeconds('a'), ...take('a', 2)], [0, true, false]);
  for (const key of ['b', 'c', 'd']) take(key, 3);
  t.equal(buckets.size, 4);
  t.same([...take('e', 2), ...take('f', 2)], [true, true, true, false], 'newcomers of a full table share what there is');
  t.equal(buckets.size, 4, 'and the table does not grow');
  t.ok(buckets.waitSeconds('g') > 0);
  now += 60_000;
  t.same(take('h', 3), [true, true, true], 'those who were forgiven make room');
  t.ok(buckets.size <= 4);
});

t.test('a peer is its address, of IPv6 its network', async (t) => {
  t.equal(peerKey('10.0.0.1'), '10.0.0.1');
  t.equal(peerKey('::ffff:10.0.0.1'), '10.0.0.1');
  for (const address of ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:0db8:0000:0001:0:0:0:1'])
    t.equal(peerKey(address), '2001:db8:0:1::/64');
  t.equal(peerKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  t.equal(peerKey('::1'), '0:0:0:0::/64');
  t.equal(peerKey(undefined), '');
});

t.test('loopback is 127.0.0.0/8, ::1 and localhost, however else it may be written', async (t) => {
  for (const host of ['127.0.0.1', '127.255.255.255', '::1', 'localhost']) t.ok(isLoopback(host), host);
  for (const host of [
    '',
    '0.0.0.0',
    '::',
    '127.0.0.256',
    '127.1',
    '2130706433',
    '::ffff:127.0.0.1',
    '0:0:0:0:0:0:0:1',
    'localhost.example',
    '10.0.0.1',
  ])
    t.notOk(isLoopback(host), host);
});
