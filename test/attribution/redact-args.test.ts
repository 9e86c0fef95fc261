import t from 'tap';
import { redactArgs } from '../../src/attribution/redact-args.ts';

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
  ['the program itself is never taken for a value', ['token', 'list'], ['token', 'list']],
];

for (const [title, args, expected] of CASES) {
  t.test(title, async (t) => {
    t.same(redactArgs(args), expected);
  });
}
