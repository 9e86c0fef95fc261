// Reads the configuration file: every value with the line it stands on, and every mistake of the file, not just the first.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { AlertSettings } from '../alert/alerting.ts';
import { DEFAULT_RULES } from '../alert/rule.ts';
import { DEFAULT_SINKS } from '../alert/sink-settings.ts';
import { readRules } from './alert-rules.ts';
import { readSinks } from './alert-sinks.ts';
import { SETTING_KEYS, type SettingKey } from './schema.ts';
import { suggest } from './suggest.ts';
import { readFields } from './yaml-fields.ts';

export interface Found {
  readonly key: SettingKey;
  /** A string, number, boolean, null, or a list of these. */
  readonly value: unknown;
  readonly line: number;
}

export interface Problem {
  /** The flag, variable, or file and line. */
  readonly where: string;
  readonly what: string;
  /** Line of the file; absent for flags and variables, which come first. */
  readonly line?: number;
}

/** Nobody writes more by hand, and a parser should not be fed what is no configuration. */
export const MAX_FILE_LENGTH = 262_144;

export interface YamlSettings {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
  readonly alerts: AlertSettings;
  /** Lines of `rules` and `sinks`, where they are there. */
  readonly alertLines: { readonly rules?: number; readonly sinks?: number };
}

export const NO_FILE: YamlSettings = { found: [], problems: [], alerts: { rules: DEFAULT_RULES, sinks: DEFAULT_SINKS }, alertLines: {} };

/** `env`: the variables that the file may name. */
export function readYaml(path: string, text: string, env: Readonly<Record<string, string | undefined>>): YamlSettings {
  if (text.length > MAX_FILE_LENGTH) return { ...NO_FILE, problems: [{ where: path, what: `longer than ${MAX_FILE_LENGTH} characters` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = [];
  const complain = (offset: number | undefined, what: string): void => {
    const line = lineAt(lines, offset);
    problems.push({ where: `${path}:${line}`, what, line });
  };
  for (const error of document.errors) complain(error.pos[0], `not valid YAML: ${error.message}`);
  if (problems.length > 0) return { ...NO_FILE, problems };
  const found: Found[] = [];
  let alerts = NO_FILE.alerts;
  const alertLines: { rules?: number; sinks?: number } = {};
  walk(document.contents, '');
  return { found, problems, alerts, alertLines };

  function takeAlerts(node: Node | null): void {
    if (node === null || (isScalar(node) && node.value === null)) return;
    const fields = readFields(node, 'alerts', complain);
    if (fields === undefined) return;
    fields.finish(['rules', 'sinks']);
    for (const name of ['rules', 'sinks'] as const) {
      const list = fields.node(name);
      if (list !== undefined) alertLines[name] = lineAt(lines, list.range?.[0]);
    }
    alerts = { rules: readRules(fields.node('rules'), complain), sinks: readSinks(fields.node('sinks'), env, complain) };
  }

  function walk(node: Node | null, prefix: string): void {
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap(node)) {
      complain(
        node.range?.[0],
        prefix === '' ? 'expected settings as `name: value`' : `${prefix.slice(0, -1)}: expected settings below it`,
      );
      return;
    }
    for (const pair of node.items) {
      const offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      const name = isScalar(pair.key) ? `${prefix}${String(pair.key.value)}` : `${prefix}?`;
      const value = pair.value as Node | null;
      const key = SETTING_KEYS.find((each) => each === name);
      if (name === 'alerts') takeAlerts(value);
      else if (key !== undefined) found.push({ key, value: plainValue(value), line: lineAt(lines, offset) });
      else if (SETTING_KEYS.some((each) => each.startsWith(`${name}.`))) walk(value, `${name}.`);
      else complain(offset, unknownSetting(name));
    }
  }
}

/** The sentence for a name that is no setting, with the one that was meant where that can be guessed. */
export function unknownSetting(name: string): string {
  const guess = suggest(name, [...SETTING_KEYS, 'alerts']) ?? SETTING_KEYS.find((key) => key.endsWith(`.${name}`));
  // Whatever stands in the file goes to a terminal or a log: only a plain name is repeated as it is.
  const shown = /^[\w.-]{1,80}$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
  return `${shown}: there is no such setting${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

// Aliases and tags are not followed: a map or an alias comes out as undefined, which no setting accepts.
function plainValue(node: Node | null): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => (isScalar(item) ? item.value : undefined));
  return undefined;
}

function lineAt(lines: LineCounter, offset: number | undefined): number {
  return offset === undefined ? 1 : lines.linePos(offset).line;
}
