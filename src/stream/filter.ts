// What a client asked for in its query: pods by namespace, name and labels, containers by name, events by type. Parsing and plain predicates.
import { messageOf, PodtreeError } from '../error.ts';
import { FILTER_TYPES } from './event-type.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { parseSelector } from './selector.ts';

/** The query parameters of GET /v1/stream; GET /v1/tree takes those that choose pods and containers. */
export interface StreamQuery {
  /** One name or several with commas between. */
  readonly namespace?: string;
  /** Regular expression, found anywhere in the pod's name (its uid while it has no name). */
  readonly pod?: string;
  readonly container?: string;
  readonly selector?: string;
  /** Comma list; `!` negates, and `process.*` is every type that begins so. */
  readonly types?: string;
  readonly since?: string;
}

export const STREAM_PARAMETERS = ['namespace', 'pod', 'container', 'selector', 'types', 'since'] as const satisfies (keyof StreamQuery)[];
export const TREE_PARAMETERS = ['namespace', 'pod', 'container', 'selector', 'pretty'] as const;

/** A pod as far as a filter needs to know it. */
export interface PodTraits {
  readonly uid: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Filter {
  /** True when every pod passes. */
  readonly isEveryPod: boolean;
  /** True when every event passes that the pods let pass. */
  readonly isEveryType: boolean;
  readonly container: string | undefined;
  matchesPod(pod: PodTraits): boolean;
  matchesType(type: string): boolean;
}

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_LISTED = 64;
const MAX_ANSWERS = 1024;
const ALLOWED_TYPES = `a comma list of ${FILTER_TYPES.join(' ')}, each may end in .* for a group and begin with ! to leave it out`;

function invalid(parameter: string, value: string, allowed: string): PodtreeError {
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return new PodtreeError('QUERY_INVALID', `query: ${parameter}=${JSON.stringify(shown)}: allowed is ${allowed}`);
}

/** The parameters of a query string, each at most once. Throws QUERY_INVALID for one that is not in `allowed`. */
export function parseQuery(search: string, allowed: readonly string[]): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (!allowed.includes(name)) {
      const what = allowed.length === 0 ? 'no parameter' : allowed.join(', ');
      throw new PodtreeError('QUERY_INVALID', `query: unknown parameter ${JSON.stringify(name.slice(0, 80))}: allowed is ${what}`);
    }
    if (Object.hasOwn(result, name)) throw invalid(name, value, 'one value (it was given twice)');
    result[name] = value;
  }
  return result;
}

function labelList(parameter: string, value: string): ReadonlySet<string> {
  const names = value.split(',');
  const isValid = names.length <= MAX_LISTED && names.every((name) => DNS_LABEL.test(name));
  if (!isValid) throw invalid(parameter, value, 'a name of lower-case letters, digits and dashes, or several with commas between');
  return new Set(names);
}

function explained<T>(parameter: string, value: string, allowed: string, parse: (value: string) => T): T {
  try {
    return parse(value);
  } catch (error) {
    throw invalid(parameter, value, `${allowed} (${messageOf(error)})`);
  }
}

function parseTypes(value: string): ReadonlySet<string> {
  const included = new Set<string>();
  const excluded = new Set<string>();
  let hasIncluded = false;
  for (const part of value.split(',', MAX_LISTED)) {
    const negated = part.startsWith('!');
    const name = negated ? part.slice(1) : part;
    const group = name.endsWith('.*') ? name.slice(0, -1) : undefined;
    const types = FILTER_TYPES.filter((type) => (group === undefined ? type === name : type.startsWith(group)));
    if (types.length === 0) throw invalid('types', part, ALLOWED_TYPES);
    if (!negated) hasIncluded = true;
    for (const type of types) (negated ? excluded : included).add(type);
  }
  const base = hasIncluded ? [...included] : FILTER_TYPES;
  return new Set(base.filter((type) => !excluded.has(type)));
}

/** The same names are asked for again and again. */
function remember(pattern: Pattern): Pattern {
  const answers = new Map<string, boolean>();
  return {
    test(text) {
      const known = answers.get(text);
      if (known !== undefined) return known;
      if (answers.size >= MAX_ANSWERS) answers.clear();
      const answer = pattern.test(text);
      answers.set(text, answer);
      return answer;
    },
  };
}

/** Throws QUERY_INVALID, with a message that names the parameter, its value and what is allowed. */
export function createFilter(query: Omit<StreamQuery, 'since'>): Filter {
  const namespaces = query.namespace === undefined ? undefined : labelList('namespace', query.namespace);
  const container = query.container;
  if (container !== undefined && !DNS_LABEL.test(container)) {
    throw invalid('container', container, 'a name of lower-case letters, digits and dashes');
  }
  const pattern =
    query.pod === undefined ? undefined : explained('pod', query.pod, 'a regular expression', (source) => remember(compilePattern(source)));
  const selects =
    query.selector === undefined
      ? undefined
      : explained('selector', query.selector, 'a label selector such as app=web,tier!=db', parseSelector);
  const types = query.types === undefined ? undefined : parseTypes(query.types);
  return {
    isEveryPod: namespaces === undefined && pattern === undefined && selects === undefined && container === undefined,
    isEveryType: types === undefined,
    container,
    matchesPod: (pod) =>
      (namespaces === undefined || (pod.namespace !== undefined && namespaces.has(pod.namespace))) &&
      (pattern === undefined || pattern.test(pod.name ?? pod.uid)) &&
      (selects === undefined || selects(pod.labels)),
    matchesType: (type) => types === undefined || types.has(type),
  };
}
