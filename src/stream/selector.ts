// Kubernetes label selectors: `app=web,tier!=db,env in (a,b),!canary`, with the meaning kubectl gives them.
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

type Requirement = LabelSelector;

export const MAX_SELECTOR_LENGTH = 1024;

// Label syntax: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const KEY = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new SyntaxError(`${JSON.stringify(key)} is not a label key`);
  return key;
}

function checkedValue(value: string): string {
  if (!VALUE.test(value)) throw new SyntaxError(`${JSON.stringify(value)} is not a label value`);
  return value;
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function parseRequirement(source: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(source);
  if (set !== null) {
    const key = checkedKey(set[1] ?? '');
    const values = new Set((set[3] ?? '').split(',').map((value) => checkedValue(value.trim())));
    const wanted = set[2] === 'in';
    return (labels) => {
      const value = labelOf(labels, key);
      // notin is true for pods that do not have the label, as in Kubernetes.
      return value === undefined ? !wanted : values.has(value) === wanted;
    };
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(source);
  if (equality !== null) {
    const key = checkedKey(equality[1] ?? '');
    const expected = checkedValue(equality[3] ?? '');
    const wanted = equality[2] !== '!=';
    return (labels) => (labelOf(labels, key) === expected) === wanted;
  }
  const absent = source.startsWith('!');
  const key = checkedKey(absent ? source.slice(1).trim() : source);
  return (labels) => Object.hasOwn(labels, key) !== absent;
}

/** An empty selector selects everything. Throws a SyntaxError that says what is wrong. */
export function parseSelector(source: string): LabelSelector {
  if (source.length > MAX_SELECTOR_LENGTH) throw new SyntaxError(`longer than ${MAX_SELECTOR_LENGTH} characters`);
  if (source.trim() === '') return () => true;
  // Commas inside parentheses separate values, all others requirements.
  const requirements = source.split(/,(?![^(]*\))/).map((part) => parseRequirement(part.trim()));
  return (labels) => requirements.every((matches) => matches(labels));
}
