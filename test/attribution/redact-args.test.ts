import t from 'tap';
import { createRedaction } from '../../src/attribution/redact-args.ts';

const redactArgs = createRedaction({ words: [], prefixes: [] });

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['ordinary arguments stay', ['nginx', '-g', 'daemon off;', '--port=80'], ['nginx', '-g', 'daemon off;', '--port=80']],
  ['a value after a secret flag goes', ['app', '--db-password', 'hunter2', '-v'], ['app', '--db-password', '***', '-v']],
  ['a flag after a secret flag is no value', ['app', '--token', '--verbose'], ['app', '--token', '--verbose']],
  [
    'an assigned secret goes',
    ['app', '--api-key=abc', 'DB_PASSWORD=x', 'dbPassword=x'],
    ['app', '--api-key=***', 'DB_PASSWORD=***', 'dbPassword=***'],
  ],
  ['the password in a URL goes, its user stays', ['psql', 'postgres://joe:hunter2@db/x'], ['psql', 'postgres://joe:***@db/x']],
  ['an authorization header goes', ['curl', '-H', 'Authorization: Bearer abc'], ['curl', '-H', 'Authorization: ***']],
  [
    'tokens of known shape go wherever they are',
    ['x', 'eyJhbGciOiJIUzI1.eyJzdWIiOiIx.abc', 'a ghp_0123456789012345678901 b'],
    ['x', '***', 'a *** b'],
  ],
  [
    'so do names that only end in such a word',
    ['env', 'PGPASSWORD=x', 'MYSQL_PWD=x', 'GITHUBTOKEN=x'],
    ['env', 'PGPASSWORD=***', 'MYSQL_PWD=***', 'GITHUBTOKEN=***'],
  ],
  [
    'a secret in a command line within an argument goes',
    ['sh', '-c', "cd /x && PGPASSWORD='a b' psql -h db; export API_KEY=abc && app --port=80 --token=t"],
    ['sh', '-c', 'cd /x && PGPASSWORD=*** psql -h db; export API_KEY=*** && app --port=80 --token=***'],
  ],
  ['a port and a time are no secrets', ['app', 'listen: 10.0.0.1:80', 'at=12:30:00'], ['app', 'listen: 10.0.0.1:80', 'at=12:30:00']],
  ['the program itself is never taken for a value', ['token', 'list'], ['token', 'list']],
];

for (const [title, args, expected] of CASES) {
  t.test(title, async (t) => {
    t.same(redactArgs(args), expected);
  });
}

t.test('what a site adds is hidden too', async (t) => {
  const redact = createRedaction({ words: ['pin', 'license_key'], prefixes: ['glpat-', 'hvs.'] });
  t.same(redact(['app', '--pin', '1234', '--license_key=x', '--pinned=y', 'run glpat-abc123 now', 'https://x/?t=hvs.CAES&u=1']), [
    'app',
    '--pin',
    '***',
    '--license_key=***',
    '--pinned=y',
    'run *** now',
    'https://x/?t=***&u=1',
  ]);
});

t.test('no argument makes it slow', async (t) => {
  const redact = createRedaction({ words: ['a-a', 'a_a_a'], prefixes: ['aaa', 'aaaa'] });
  const hostile = [
    'a'.repeat(60_000),
    'a='.repeat(30_000),
    '-a'.repeat(30_000),
    `a${' '.repeat(60_000)}=`,
    '"=\''.repeat(20_000),
    'x://'.repeat(15_000),
  ];
  for (const arg of hostile) {
    const begin = performance.now();
    redact(['app', arg, '--token', arg]);
    t.ok(performance.now() - begin < 500, `${arg.slice(0, 8)}: ${Math.round(performance.now() - begin)} ms`);
  }
});
