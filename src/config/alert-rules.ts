// Reads `alerts.rules` of the configuration file: changes to the rules that are there by default, and rules of one's own.
import type { Node } from 'yaml';
import { type AlertRule, type AlertRuleType, DEFAULT_RULES, type PodScope } from '../alert/rule.ts';
import type { CauseKind } from '../cause/cause.ts';
import { SEVERITIES } from '../tree/alert-record.ts';
import { choice, duration, flag, listOf, selector, textLike, wholeNumber } from './alert-values.ts';
import { SettingError } from './setting.ts';
import { type Complain, type Fields, readFields, readList } from './yaml-fields.ts';

const DAY = 86_400_000;
const MAX_RULES = 64;
const COMMON = ['name', 'type', 'enabled', 'severity', 'namespaces', 'selector', 'resolveAfter'] as const;
const OWN: Readonly<Record<AlertRuleType, readonly string[]>> = {
  'pause-restarts': ['count', 'window', 'causes'],
  outage: ['longerThan'],
  'foreign-join': ['allow'],
  leak: ['longerThan'],
  'lost-events': ['count', 'window'],
};
const TYPES = Object.keys(OWN) as readonly AlertRuleType[];
// A record and not a list, so that the compiler says when one is missing.
const CAUSES: Readonly<Record<CauseKind, true>> = {
  signal: true,
  oom: true,
  exit: true,
  'agent-down': true,
  unknown: true,
  'planned-stop': true,
};

const ruleName = textLike(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'a name of letters, digits and _ that begins with a letter');
const namespaces = listOf(textLike(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'a list of namespaces'), 256);
const cause = (value: unknown): CauseKind => {
  const kinds = (Object.keys(CAUSES) as CauseKind[]).filter((kind) => kind !== 'planned-stop');
  if (value === 'planned-stop') throw new SettingError(`causes out of ${kinds.join(', ')}: a planned stop never counts`);
  return choice(kinds)(value);
};

export function readRules(node: Node | undefined, complain: Complain): readonly AlertRule[] {
  const rules = new Map(DEFAULT_RULES.map((rule) => [rule.name, rule]));
  const seen = new Set<string>();
  for (const [item, path] of readList(node, 'alerts.rules', MAX_RULES, complain)) {
    const fields = readFields(item, path, complain);
    if (fields === undefined) continue;
    const name = fields.read('name', ruleName);
    if (name === undefined) {
      if (!fields.has('name')) fields.complain(undefined, `name is missing: expected one of ${[...rules.keys()].join(', ')}, or a new one`);
      continue;
    }
    if (seen.has(name)) fields.complain('name', `${JSON.stringify(name)} is there twice`);
    seen.add(name);
    const rule = readRule(fields, name, rules.get(name), complain, path);
    if (rule === undefined || fields.read('enabled', flag) === false) rules.delete(name);
    else rules.set(name, rule);
  }
  return [...rules.values()];
}

function readRule(fields: Fields, name: string, known: AlertRule | undefined, complain: Complain, path: string): AlertRule | undefined {
  const given = fields.read('type', choice(TYPES));
  const type = given ?? known?.type;
  if (type === undefined) {
    if (!fields.has('type')) {
      const names = DEFAULT_RULES.map((rule) => rule.name).join(', ');
      fields.complain(
        'name',
        `${JSON.stringify(name)} is none of ${names}, and a rule of your own needs a type: one of ${TYPES.join(', ')}`,
      );
    }
    return undefined;
  }
  if (known !== undefined && given !== undefined && given !== known.type) {
    fields.complain('type', `${JSON.stringify(given)}: ${name} is of type ${known.type}; give a rule of another type another name`);
    return undefined;
  }
  fields.finish([...COMMON, ...OWN[type]], (field) => {
    const others = TYPES.filter((other) => OWN[other].includes(field));
    return others.length === 0 ? undefined : `rules of type ${others.join(' and ')} have it, this one is of type ${type}`;
  });
  const base = known ?? DEFAULT_RULES.find((rule) => rule.type === type);
  if (base === undefined) return undefined;
  return { ...base, name, ...commonFields(fields), ...ownFields(fields, type, complain, path) } as AlertRule;
}

function commonFields(fields: Fields): object {
  const severity = fields.read('severity', choice(SEVERITIES));
  const resolveAfterMs = fields.read('resolveAfter', duration(1000, 7 * DAY));
  return { ...(severity && { severity }), ...(resolveAfterMs !== undefined && { resolveAfterMs }), ...scope(fields) };
}

function scope(fields: Fields): Partial<PodScope> {
  const listed = fields.read('namespaces', namespaces);
  const labels = fields.read('selector', selector);
  return { ...(listed && { namespaces: listed }), ...(labels !== undefined && { selector: labels }) };
}

function ownFields(fields: Fields, type: AlertRuleType, complain: Complain, path: string): object {
  switch (type) {
    case 'pause-restarts':
    case 'lost-events': {
      const count = fields.read('count', wholeNumber(1, 64));
      const windowMs = fields.read('window', duration(1000, DAY));
      const causes = type === 'pause-restarts' ? fields.read('causes', listOf(cause, 8)) : undefined;
      return { ...(count !== undefined && { count }), ...(windowMs !== undefined && { windowMs }), ...(causes && { causes }) };
    }
    case 'outage':
    case 'leak': {
      const longerThanMs = fields.read('longerThan', duration(1000, DAY));
      return longerThanMs === undefined ? {} : { longerThanMs };
    }
    case 'foreign-join':
      return fields.has('allow') ? { allow: readAllow(fields.node('allow'), `${path}.allow`, complain) } : {};
    default:
      return type satisfies never;
  }
}

function readAllow(node: Node | undefined, path: string, complain: Complain): readonly PodScope[] {
  return readList(node, path, 64, complain).flatMap(([item, name]) => {
    const fields = readFields(item, name, complain);
    if (fields === undefined) return [];
    fields.finish(['namespaces', 'selector']);
    const allowed = scope(fields);
    if (allowed.namespaces === undefined && allowed.selector === undefined) {
      fields.complain(undefined, 'expected namespaces, a selector, or both: as it is it allows every pod');
      return [];
    }
    return [{ namespaces: [], ...allowed }];
  });
}
