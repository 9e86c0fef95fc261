// The agent's log: JSON lines for programs, short coloured lines for a person at a terminal.
import pino from 'pino';
import type { Config } from '../../src/config/schema.ts';
import { type Paint, paintFor, type Style } from '../../src/terminal/color.ts';
import { formatClock } from '../../src/terminal/duration.ts';
import { escapeText } from '../../src/terminal/escape.ts';

export interface LogTarget {
  write(line: string): void;
  readonly isTerminal: boolean;
}

export interface AgentLog {
  readonly log: pino.Logger;
  /** For the log of every part, also those that were made from it before. */
  setLevel(level: Config['logLevel']): void;
}

/** A pino logger that writes to `target`; every line, whatever its fields hold, is safe to print. */
export function createLog(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  target: LogTarget,
  env: Readonly<Record<string, string | undefined>>,
): AgentLog {
  const isText = config.logFormat === 'text' || (config.logFormat === 'auto' && target.isTerminal);
  const paint = paintFor('auto', target.isTerminal, env);
  const destination = isText
    ? { write: (line: string) => target.write(`${formatLogLine(line, paint)}\n`) }
    : { write: (line: string) => target.write(line) };
  // pid and hostname are the same on every line, and the journal and the kubelet add them anyway.
  const options: pino.LoggerOptions = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // A child has a level of its own, which it takes from its parent when it is made. There is one for each part of the agent.
    onChild: (child) => void children.push(child),
  };
  const children: pino.Logger[] = [];
  const log = pino(options, destination);
  return {
    log,
    setLevel: (level) => {
      for (const each of [log, ...children]) each.level = level;
    },
  };
}

const LEVEL_STYLE: Readonly<Record<string, Style>> = {
  trace: 'muted',
  debug: 'muted',
  info: 'good',
  warn: 'warn',
  error: 'bad',
  fatal: 'alarm',
};

/** A line of pino's JSON as text: time, level, subsystem, message, fields. */
export function formatLogLine(line: string, paint: Paint): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return escapeText(line.trimEnd());
  }
  const { time, level, subsystem, msg, err, ...fields } = entry;
  const parts = [
    paint('muted', formatClock(String(time), 'local')),
    paint(LEVEL_STYLE[String(level)] ?? 'plain', escapeText(String(level)).padEnd(5)),
    ...(subsystem === undefined ? [] : [paint('accent', escapeText(String(subsystem)))]),
    escapeText(String(msg ?? '')),
    ...Object.entries(fields).map(([name, value]) => paint('muted', `${escapeText(name)}=${fieldText(value)}`)),
    ...(err === undefined ? [] : [paint('bad', fieldText(errorText(err)))]),
  ];
  return parts.join(' ');
}

function fieldText(value: unknown): string {
  return escapeText(typeof value === 'string' ? value : JSON.stringify(value));
}

function errorText(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'message' in err ? err.message : err;
}
