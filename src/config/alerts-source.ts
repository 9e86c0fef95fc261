// Alert rules and sinks as they are given in a flag or a variable: a YAML list in one text, which takes the place of the one in the file.
import { LineCounter, type Node, parseDocument } from 'yaml';
import type { AlertSettings } from '../alert/alerting.ts';
import { readRules } from './alert-rules.ts';
import { readSinks } from './alert-sinks.ts';
import { MAX_FILE_LENGTH, type Problem } from './yaml-source.ts';

export const ALERT_LISTS = ['rules', 'sinks'] as const;
export type AlertList = (typeof ALERT_LISTS)[number];

type Env = Readonly<Record<string, string | undefined>>;

/** The flag, without dashes, and the variable of each list. */
export const ALERT_FLAGS: Readonly<Record<AlertList, string>> = { rules: 'alerts-rules', sinks: 'alerts-sinks' };
export const ALERT_VARIABLES: Readonly<Record<AlertList, string>> = { rules: 'PODTREE_ALERTS_RULES', sinks: 'PODTREE_ALERTS_SINKS' };

/** `where` is the flag or variable; what is wrong is added to `problems`. */
export function readAlertList(
  list: AlertList,
  text: string,
  where: string,
  env: Env,
  problems: Problem[],
): Partial<AlertSettings> | undefined {
  if (text.length > MAX_FILE_LENGTH) {
    problems.push({ where, what: `longer than ${MAX_FILE_LENGTH} characters` });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const complain = (offset: number | undefined, what: string): void => {
    // Mostly it is one line, and then its number says nothing.
    const line = offset === undefined || !text.includes('\n') ? '' : `:${lines.linePos(offset).line}`;
    problems.push({ where: `${where}${line}`, what });
  };
  for (const error of document.errors) complain(error.pos[0], `alerts.${list}: not valid YAML: ${error.message}`);
  if (document.errors.length > 0) return undefined;
  const node = (document.contents ?? undefined) as Node | undefined;
  return list === 'rules' ? { rules: readRules(node, complain) } : { sinks: readSinks(node, env, complain) };
}
