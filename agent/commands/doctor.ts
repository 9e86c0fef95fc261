// `podtree doctor`: what this machine can and cannot do, and how to fix it.
import { type Command, Option } from 'commander';
import type { Style } from '../../src/terminal/color.ts';
import { escapeText } from '../../src/terminal/escape.ts';
import { count } from '../../src/terminal/label.ts';
import { piece, wrapPieces } from '../../src/terminal/line.ts';
import type { Check } from './doctor-check.ts';
import { checkAccess, checkListen, checkMachine } from './doctor-checks.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { addColorOption, type ColorOptions, paintOf } from './option.ts';
import { addConfigOptions, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

export function addDoctorCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('doctor')
    .summary('what this machine lacks, and how to fix it')
    .description('Check everything the agent needs. Exit code 0 only if it would run here.')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['text', 'json']).default('text'));
  addColorOption(command);
  addConfigOptions(command);
  addExamples(command, [
    ['before the first start', 'sudo podtree doctor'],
    ['with the settings of a file', 'sudo podtree doctor --config /etc/podtree/podtree.yaml'],
    ['what has to be fixed, for a script', 'podtree doctor -o json | jq \'.[] | select(.status == "fail")\''],
  ]);
  command.action(async () => {
    done(await examine(command, session));
  });
}

async function examine(command: Command, session: Session): Promise<ExitCode> {
  const options = command.opts<ColorOptions & { output: string }>();
  const { config } = readConfig(command, session);
  // Loaded only here: every other command starts without the runtime's client.
  const { checkBpftrace, checkMetadata, checkRuntime } = await import('./doctor-parts.ts');
  const parts = await Promise.all([
    checkMachine(config),
    checkBpftrace(config),
    checkRuntime(config),
    checkMetadata(config, session.env),
    checkListen(config),
  ]);
  const checks = [...parts.flat(), ...checkAccess(config, session.env)];
  const failed = checks.filter((check) => check.status === 'fail').length;
  if (options.output === 'json') {
    await session.out.write(`${JSON.stringify(checks, null, 2)}\n`);
  } else {
    await session.out.write(`${drawChecks(checks, session.out.size().columns, paintOf(options, session)).join('\n')}\n`);
    const warned = checks.filter((check) => check.status === 'warn').length;
    const warnings = warned === 0 ? '' : `, with ${count(warned, 'warning')}`;
    await session.out.write(
      failed === 0 ? `\nThe agent would run here${warnings}.\n` : `\nThe agent would not run here: ${count(failed, 'thing')} to fix.\n`,
    );
  }
  return failed === 0 ? EXIT.fine : EXIT.failed;
}

const STYLE: Readonly<Record<Check['status'], Style>> = { ok: 'good', warn: 'warn', fail: 'alarm' };

function drawChecks(checks: readonly Check[], width: number, paint: ReturnType<typeof paintOf>): string[] {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  return checks.flatMap((check) => {
    const head = [piece(`${check.status.padEnd(4)}  `, STYLE[check.status]), piece(`${check.name.padEnd(nameWidth)}  `, 'strong')];
    const lines = [wrapPieces(head, [piece(escapeText(check.found))], { width, paint })];
    if (check.fix !== undefined) {
      lines.push(wrapPieces([piece(' '.repeat(8 + nameWidth)), piece('→ ', 'accent')], [piece(escapeText(check.fix))], { width, paint }));
    }
    return lines;
  });
}
