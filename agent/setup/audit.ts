// `npm run audit`: fails when a dependency has a known vulnerability. A registry that gives no advisories (a mirror, mostly) is said and is no failure:
// nothing is known then, and the next run elsewhere will tell.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Audit {
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string; readonly isDirect: boolean }>>;
}

const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const audit = parseAudit(stdout);
const found = Object.entries(audit?.vulnerabilities ?? {});
if (audit?.vulnerabilities === undefined) {
  process.stderr.write(`npm audit: not checked, the registry gives no advisories: ${audit?.message ?? stderr.trim().split('\n').at(0)}\n`);
} else {
  for (const [name, { severity, range, isDirect }] of found) {
    process.stderr.write(`npm audit: ${severity}: ${name} ${range}${isDirect ? '' : ', which a dependency brings along'}\n`);
  }
  process.stderr.write(found.length === 0 ? 'npm audit: no known vulnerability\n' : `npm audit: ${found.length} to mend\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

function parseAudit(text: string): Audit | undefined {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return undefined;
  }
}
