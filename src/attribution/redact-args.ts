// Takes secrets out of process arguments as far as their shape shows them. A password by position cannot be told: that is why arguments are off by default.

export interface RedactRule {
  /** Besides those below: words in the name of an argument whose value is hidden. Lower case, of letters, digits, `_` and `-`. */
  readonly words: readonly string[];
  /** Besides those below: beginnings of secrets. */
  readonly prefixes: readonly string[];
}

export type RedactArgs = (args: readonly string[]) => readonly string[];

/** Words that hide the value of what has them in its name; docs/security.md lists them. */
export const SECRET_WORDS = [
  ...['pass', 'password', 'passwd', 'pwd', 'passphrase', 'secret', 'token', 'apikey', 'api-key', 'api_key', 'accesskey', 'access-key'],
  ...['access_key', 'privatekey', 'private-key', 'private_key', 'credential', 'credentials', 'auth', 'authorization', 'bearer', 'cookie'],
  ...['session', 'dsn'],
] as const;
/** Of these also names that only end in them, such as PGPASSWORD. */
const SUFFIXES = ['password', 'passwd', 'passphrase', 'secret', 'token', 'apikey'] as const;

const MASK = '***';
/** A name, then `=` or `:`, then a value that ends where a shell would end it. */
const ASSIGNMENT = /([A-Za-z_][\w.-]{0,127})(\s{0,4}[=:]\s{0,4})("[^"]*"?|'[^']*'?|[^\s"';&|]+)/g;
const WHOLE_ASSIGNMENT = /^(-{0,2}[A-Za-z_][\w.-]{0,127})([=:])(.*)$/s;
const URL_USER = /\b([a-z][a-z0-9+.-]{0,31}:\/\/[^\s/@:]{0,256}):[^\s/@]{1,1024}@/gi;
/** JSON web tokens, GitHub, Slack, AWS and Google keys: long random text behind a fixed start. */
const KNOWN_SECRET = /\b(?:eyJ[\w-]{10,}\.[\w-]+\.[\w-]*|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/g;
const HEADER = /^((?:proxy-)?authorization|cookie|x-api-key)\s*:.*$/is;

/** What gives arguments with what looks like a secret replaced by `***`; their number and order stay. */
export function createRedaction({ words, prefixes }: RedactRule): RedactArgs {
  const all = [...SECRET_WORDS, ...words].map(escaped).join('|');
  // `--db-password`, `-token`, `DB_PASSWORD`: the word as a part of the name. No part of these patterns can match in two ways.
  const name = new RegExp(`(?:^|[-_.])(?:${all})(?:$|[-_.])|(?:${SUFFIXES.join('|')})$`, 'i');
  const known = prefixes.length === 0 ? undefined : new RegExp(`(?<![\\w.-])(?:${prefixes.map(escaped).join('|')})[^\\s"'&;|]*`, 'g');

  const isSecretName = (text: string): boolean => name.test(text.replace(/([a-z])([A-Z])/g, '$1-$2'));

  function redactArg(arg: string): string {
    const header = HEADER.exec(arg);
    if (header) return `${header[1]}: ${MASK}`;
    const whole = WHOLE_ASSIGNMENT.exec(arg);
    if (whole && isSecretName(whole[1] ?? '')) return `${whole[1]}${whole[2]}${MASK}`;
    const shown = arg
      .replace(URL_USER, `$1:${MASK}@`)
      .replace(KNOWN_SECRET, MASK)
      // A command line within an argument: sh -c 'DB_PASSWORD=x app'.
      .replace(ASSIGNMENT, (text, of: string, sign: string) => (isSecretName(of) ? `${of}${sign}${MASK}` : text));
    return known === undefined ? shown : shown.replace(known, MASK);
  }

  return (args) =>
    args.map((arg, index) => {
      const before = args[index - 1];
      const isValueOfSecret = index > 1 && before !== undefined && /^-/.test(before) && !/[=:]/.test(before) && isSecretName(before);
      return isValueOfSecret && !/^-/.test(arg) ? MASK : redactArg(arg);
    });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
