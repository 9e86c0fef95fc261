// Takes secrets out of process arguments as far as their shape shows them. A password by position cannot be told: that is why arguments are off by default.

const MASK = '***';
const SECRET =
  'pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth(?:orization)?|bearer|cookie|session|dsn';
/** `--db-password`, `-token`, `DB_PASSWORD`: the word anywhere in the name. */
const SECRET_NAME = new RegExp(`(?:^|[-_.])(?:${SECRET})(?:$|[-_.])`, 'i');
const ASSIGNMENT = /^(-{0,2}[A-Za-z][\w.-]{0,127})([=:])(.*)$/s;
const URL_USER = /\b([a-z][a-z0-9+.-]*:\/\/[^\s/@:]*):[^\s/@]+@/gi;
/** JSON web tokens, GitHub, Slack, AWS and Google keys: long random text behind a fixed start. */
const KNOWN_SECRET = /\b(?:eyJ[\w-]{10,}\.[\w-]+\.[\w-]*|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/g;
const HEADER = /^((?:proxy-)?authorization|cookie|x-api-key)\s*:.*$/is;

/** Arguments with what looks like a secret replaced by `***`; their number and order stay. */
export function redactArgs(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => {
    const before = args[index - 1];
    const isValueOfSecret = index > 1 && before !== undefined && /^-/.test(before) && !/[=:]/.test(before) && SECRET_NAME.test(before);
    return isValueOfSecret && !/^-/.test(arg) ? MASK : redactArg(arg);
  });
}

function redactArg(arg: string): string {
  const header = HEADER.exec(arg);
  if (header) return `${header[1]}: ${MASK}`;
  const assignment = ASSIGNMENT.exec(arg);
  if (assignment && SECRET_NAME.test((assignment[1] ?? '').replace(/([a-z])([A-Z])/g, '$1-$2')))
    return `${assignment[1]}${assignment[2]}${MASK}`;
  return arg.replace(URL_USER, `$1:${MASK}@`).replace(KNOWN_SECRET, MASK);
}
