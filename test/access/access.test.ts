// What is served and taken, and that it follows its files: what is broken at a start, what is broken later, and what a kubelet does with links.

import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Access, type AccessOptions, AccessProblems, openAccess } from '../../src/access/access.ts';
import { judgeCertificate, namesOf } from '../../src/access/client-certificate.ts';
import { expiryWarning } from '../../src/access/tls-files.ts';
import { eventually, replaceFile } from '../helpers/guarded-server.ts';
import { type Authority, authorityOf, type Issued, makeAuthority } from '../helpers/pki.ts';

const DAY_MS = 86_400_000;
const TOKEN = 'a-token-of-some-length';

interface Scene {
  readonly dir: string;
  readonly ca: Authority;
  readonly paths: { readonly cert: string; readonly key: string; readonly ca: string; readonly tokens: string };
  readonly warnings: string[];
  open(options?: Partial<AccessOptions>): Access;
}

function scene(t: Test): Scene {
  const dir = mkdtempSync(join(tmpdir(), 'podtree-access-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const ca = makeAuthority(dir);
  const served = ca.issue({ name: 'node-a', names: 'DNS:node-a.example' });
  const paths = { cert: join(dir, 'tls.crt'), key: join(dir, 'tls.key'), ca: join(dir, 'ca.pem'), tokens: join(dir, 'tokens') };
  replaceFile(paths.cert, served.cert);
  replaceFile(paths.key, served.key);
  replaceFile(paths.ca, ca.cert);
  replaceFile(paths.tokens, `alice:${TOKEN}\n`);
  const warnings: string[] = [];
  return {
    ...{ dir, ca, paths, warnings },
    open: (options = {}) => {
      const access = openAccess({
        tls: { certFile: paths.cert, keyFile: paths.key, clientCaFile: paths.ca },
        tokensFile: paths.tokens,
        clientNames: () => [],
        log: { info: () => {}, warn: (_fields, message) => void warnings.push(message) },
        lookMs: 5,
        ...options,
      });
      t.teardown(() => access.stop());
      return access;
    },
  };
}

function problemsOf(open: () => unknown): readonly string[] {
  try {
    open();
  } catch (error) {
    if (error instanceof AccessProblems) return error.problems;
    throw error;
  }
  return [];
}

const shownBy = ({ cert }: Issued, generation = 0) => ({ certificate: { x509: new X509Certificate(cert), wasTrusted: true, generation } });

t.test('at a start all that is wrong with the files is said, each with its setting and the next step', async (t) => {
  const { dir, ca, paths, open } = scene(t);
  const other = ca.issue({ name: 'other' });
  const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n';
  const cases: readonly (readonly [name: string, path: keyof Scene['paths'], text: string, message: RegExp])[] = [
    ['the key of another', 'key', other.key, /^tls\.keyFile: \S+ does not belong to the first certificate of \S+tls\.crt$/],
    ['no key', 'key', 'hello', /^tls\.keyFile: \S+ is no private key in PEM/],
    ['an encrypted key', 'key', encrypted, /encrypted, and nobody is there to type the passphrase/],
    ['no certificate', 'cert', 'hello', /^tls\.certFile: \S+ holds no certificate in PEM$/],
    [
      'a damaged certificate',
      'cert',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      /^tls\.certFile: \S+ holds a certificate that is damaged/,
    ],
    ['no CA', 'ca', 'hello', /^tls\.clientCaFile: \S+ holds no certificate/],
    [
      'a client certificate for a CA',
      'ca',
      other.cert,
      /^tls\.clientCaFile: \S+ holds a certificate that is no CA's \(CN=other\): give the one it was signed by/,
    ],
    ['a token too short', 'tokens', 'alice:short\n', /^auth\.tokensFile: \S+: line 1: expected NAME:TOKEN/],
    ['no token', 'tokens', '# nobody\n', /^auth\.tokensFile: \S+ holds no token$/],
  ];
  t.same(problemsOf(open), []);
  for (const [name, which, text, message] of cases) {
    const path = join(dir, 'broken');
    replaceFile(path, text);
    const files = { ...paths, [which]: path };
    const tls = { certFile: files.cert, keyFile: files.key, clientCaFile: files.ca };
    t.match(
      problemsOf(() => open({ tls, tokensFile: files.tokens })),
      [message],
      name,
    );
    t.equal(problemsOf(() => open({ tls, tokensFile: files.tokens })).length, 1, name);
  }
  const missing = problemsOf(() => open({ tls: { certFile: '/none', keyFile: '/none', clientCaFile: undefined }, tokensFile: '/none' }));
  t.match(missing, [/^tls\.certFile: ENOENT/, /^auth\.tokensFile: ENOENT/], 'several at once');
  chmodSync(paths.tokens, 0o644);
  t.match(problemsOf(open), [/^auth\.tokensFile: \S+ may be read by everybody/]);
});

t.test('a certificate, its key, the CA and the tokens are taken over when they change', async (t) => {
  const { dir, ca, paths, open, warnings } = scene(t);
  const access = open();
  let changes = 0;
  access.onChange(() => {
    changes += 1;
  });
  t.match(await access.judge({ token: TOKEN }), { identity: { name: 'alice', way: 'token' } });
  replaceFile(paths.tokens, `bob:${TOKEN}\n`);
  await eventually(() => changes === 1);
  t.match(await access.judge({ token: TOKEN }), { identity: { name: 'bob' } });
  replaceFile(paths.tokens, `bob:${TOKEN}x\n`);
  await eventually(() => changes === 2);
  t.same(await access.judge({ token: TOKEN }), { refused: 'wrong' });

  const client = ca.issue({ name: 'client', isClient: true });
  t.match(await access.judge(shownBy(client)), { identity: { name: 'client', way: 'certificate' } });
  const newCa = makeAuthority(dir, 'new-ca');
  replaceFile(paths.ca, newCa.cert);
  await eventually(() => changes === 3);
  t.equal(access.generation(), 1);
  t.same(await access.judge(shownBy(client)), { refused: 'wrong' }, 'though the connection was made under the old CA');
  replaceFile(paths.ca, ca.cert + newCa.cert);
  await eventually(() => changes === 4);
  t.match(await access.judge(shownBy(client)), { identity: { name: 'client' } }, 'both, while they are exchanged');

  const next = ca.issue({ name: 'node-b' });
  replaceFile(paths.cert, next.cert);
  await eventually(() => access.stats().isStale);
  t.match(access.tls().served.subject, /node-a/, 'a certificate whose key has not come yet is not served');
  t.match(
    warnings.at(-1),
    /^tls\.keyFile: \S+ does not belong to the first certificate .* What was read before stays in use; mend the file/,
  );
  replaceFile(paths.key, next.key);
  await eventually(() => changes === 5);
  t.match(access.tls().served.subject, /node-b/);
  t.equal(access.stats().isStale, false);
  t.equal(access.stats().certificateExpiresAtMs, new X509Certificate(next.cert).validToDate.getTime());
});

t.test('a file that is gone keeps what was there, a line that is wrong opens nothing, an empty file takes all away', async (t) => {
  const { paths, open, warnings } = scene(t);
  const access = open();
  rmSync(paths.tokens);
  await eventually(() => access.stats().isStale);
  t.match(await access.judge({ token: TOKEN }), { identity: { name: 'alice' } });
  t.equal(warnings.filter((warning) => /^ENOENT/.test(warning)).length, 1, 'said once, and not at each look');
  symlinkSync(paths.tokens, paths.tokens);
  access.reload();
  t.match(warnings.at(-1), /^ELOOP/, 'nor does a path that leads nowhere end the agent');
  rmSync(paths.tokens);
  replaceFile(paths.tokens, `alice ${TOKEN}\nbob:${TOKEN}-of-bob\n`);
  await eventually(() => !access.stats().isStale);
  t.same(await access.judge({ token: TOKEN }), { refused: 'wrong' });
  t.match(await access.judge({ token: `${TOKEN}-of-bob` }), { identity: { name: 'bob' } });
  t.match(warnings.at(-1), /line 1: expected NAME:TOKEN .* the line counts for nothing/);
  let changes = 0;
  access.onChange(() => {
    changes += 1;
  });
  replaceFile(paths.tokens, '');
  await eventually(() => changes === 1);
  t.same(await access.judge({ token: `${TOKEN}-of-bob` }), { refused: 'wrong' });
});

t.test('a volume is taken over as the kubelet writes it: all of it at once, by turning a link', async (t) => {
  const { dir, ca, open } = scene(t);
  const volume = join(dir, 'volume');
  const write = (name: string, issued: Issued): void => {
    mkdirSync(join(volume, name), { recursive: true });
    writeFileSync(join(volume, name, 'tls.crt'), issued.cert, { mode: 0o644 });
    writeFileSync(join(volume, name, 'tls.key'), issued.key, { mode: 0o644 });
    symlinkSync(name, join(volume, '..data_tmp'));
    renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
  };
  write('..2026_11_25_10_00_00.1', ca.issue({ name: 'first' }));
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(`..data/${file}`, join(volume, file));
  const access = open({ tls: { certFile: join(volume, 'tls.crt'), keyFile: join(volume, 'tls.key'), clientCaFile: undefined } });
  t.same(access.tls().warnings, [], 'the mode of a volume is nobody’s mistake');
  let changes = 0;
  access.onChange(() => {
    changes += 1;
  });
  write('..2026_11_25_11_00_00.2', ca.issue({ name: 'second' }));
  await eventually(() => changes === 1);
  t.match(access.tls().served.subject, /second/);
});

t.test('a reload looks at once, and what has not changed is not told as a change', async (t) => {
  const { paths, open } = scene(t);
  const access = open({ lookMs: 3_600_000 });
  let changes = 0;
  access.onChange(() => {
    changes += 1;
  });
  access.reload();
  t.equal(changes, 0);
  replaceFile(paths.tokens, `bob:${TOKEN}\n`);
  access.reload();
  t.equal(changes, 1);
  t.match(await access.judge({ token: TOKEN }), { identity: { name: 'bob' } });
});

t.test('a key that everybody may read is served and warned of', async (t) => {
  const { paths, open, warnings } = scene(t);
  chmodSync(paths.key, 0o644);
  open();
  t.match(warnings, [/^tls\.keyFile: \S+ may be read by everybody \(mode 644\): chmod 600$/]);
});

t.test('a client certificate is good for its dates, its CA and its names', async (t) => {
  const { dir, ca } = scene(t);
  const authorities = [new X509Certificate(ca.cert)];
  const judge = (issued: Issued, names: readonly string[] = [], nowMs = Date.now(), trusted = authorities, wasTrusted = true) =>
    judgeCertificate(
      { x509: new X509Certificate(issued.cert), wasTrusted, generation: 0 },
      { authorities: trusted, generation: 1, names },
      nowMs,
    );
  const alice = ca.issue({ name: 'Alice', names: 'DNS:alice.example,email:a@example.org,URI:spiffe://x/ns/a,IP:10.0.0.1', isClient: true });
  const until = new X509Certificate(alice.cert).validToDate.getTime();
  t.same(judge(alice), { identity: { name: 'alice', way: 'certificate', untilMs: until } });
  t.same(namesOf(new X509Certificate(alice.cert)), ['alice', 'alice.example', 'a@example.org', 'spiffe://x/ns/a']);
  for (const name of ['alice', 'alice.example', 'a@example.org', 'spiffe://x/ns/a'])
    t.ok('identity' in judge(alice, ['nobody', name]), name);
  for (const name of ['nobody', '10.0.0.1', 'alic', 'example']) t.same(judge(alice, [name]), { refused: 'denied' }, name);
  t.same(judge(alice, [], until), { refused: 'wrong' }, 'at the end of its days');
  t.same(judge(alice, [], Date.now() - 2 * DAY_MS), { refused: 'wrong' }, 'before its first day');
  t.same(judge(alice, [], Date.now(), authorities, false), { refused: 'wrong' }, 'OpenSSL did not trust it');
  t.same(judge(alice, [], Date.now(), [new X509Certificate(makeAuthority(dir, 'foreign').cert)]), { refused: 'wrong' });
  const broken = {
    get validToDate(): Date {
      throw new Error('no date');
    },
  } as unknown as X509Certificate;
  t.same(judgeCertificate({ x509: broken, wasTrusted: true, generation: 0 }, { authorities, generation: 0, names: [] }, 0), {
    refused: 'wrong',
  });
  const later = authorityOf(dir, 'later', ca.issue({ name: 'later', isAuthority: true })).issue({ name: 'chained', isClient: true });
  const chained = { x509: new X509Certificate(later.cert), wasTrusted: true, generation: 3 };
  t.ok('identity' in judgeCertificate(chained, { authorities, generation: 3, names: [] }, Date.now()), 'OpenSSL has seen the chain');
  t.same(
    judgeCertificate(chained, { authorities, generation: 4, names: [] }, Date.now()),
    { refused: 'wrong' },
    'and would have to see it again',
  );
  const namesake = makeAuthority(join(dir), 'ca2');
  const forged = authorityOf(dir, 'ca2', namesake).issue({ name: 'Alice', isClient: true });
  t.same(judge(forged), { refused: 'wrong' });
});

t.test('what will expire is said in time', async (t) => {
  const { ca } = scene(t);
  const warning = (until: number, from = -DAY_MS): string | undefined => {
    const dates = { from: new Date(Date.now() + from), until: new Date(Date.now() + until) };
    return expiryWarning({ served: new X509Certificate(ca.issue({ name: 's', ...dates }).cert) }, Date.now());
  };
  t.equal(warning(15 * DAY_MS), undefined);
  t.match(warning(3.5 * DAY_MS), /^the served certificate expires in 3 days, at \S+: replace the files of tls\.certFile and tls\.keyFile/);
  t.match(warning(1.5 * DAY_MS), /expires in 1 day,/);
  t.match(warning(-1000), /^the served certificate expired at \S+, and clients refuse it/);
  t.match(warning(30 * DAY_MS, DAY_MS), /^the served certificate is not valid before/);
});
