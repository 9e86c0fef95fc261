// Regular expressions of users, matched in time proportional to the text: no pattern can make the agent hang. Answers only yes or no.
//
// JavaScript's own engine backtracks, and `(a+)+$` from a stranger would stop the event loop for hours. This one runs all alternatives side by
// side (Thompson's construction). It knows what RE2 users expect: literals, `.`, classes, `\d \w \s`, groups, `|`, `* + ? {n,m}`, `^`, `$`.
export interface Pattern {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
}

type Matcher = (code: number) => boolean;
type Instruction =
  | { readonly op: 'char'; readonly accepts: Matcher }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'start' }
  | { readonly op: 'end' }
  | { readonly op: 'match' };
type Node =
  | { readonly type: 'char'; readonly accepts: Matcher }
  | { readonly type: 'start' | 'end' }
  | { readonly type: 'sequence'; readonly items: readonly Node[] }
  | { readonly type: 'either'; readonly options: readonly Node[] }
  | { readonly type: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };

export const MAX_PATTERN_LENGTH = 256;
// Times the length of a name, this is what one answer costs at worst: some milliseconds.
const MAX_INSTRUCTIONS = 500;
const MAX_DEPTH = 32;

const isDigit: Matcher = (code) => code >= 48 && code <= 57;
const isWord: Matcher = (code) => isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: Matcher = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (accepts: Matcher): Matcher =>
  (code) =>
    !accepts(code);
const CLASS: Readonly<Record<string, Matcher>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};

/** Throws a SyntaxError that says what is wrong and where. */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) throw new SyntaxError(`longer than ${MAX_PATTERN_LENGTH} characters`);
  return createPattern(assemble(parse(source)));
}

function parse(source: string): Node {
  let at = 0;
  const fail = (problem: string): never => {
    throw new SyntaxError(`${problem} at character ${at + 1}`);
  };

  function either(depth: number): Node {
    if (depth > MAX_DEPTH) fail('groups nested too deeply');
    const options = [sequence(depth)];
    while (source[at] === '|') {
      at += 1;
      options.push(sequence(depth));
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { type: 'either', options };
  }

  function sequence(depth: number): Node {
    const items: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') items.push(repeated(depth));
    return { type: 'sequence', items };
  }

  function repeated(depth: number): Node {
    let item = atom(depth);
    for (;;) {
      const bounds = quantifier();
      if (bounds === undefined) return item;
      if (item.type === 'repeat' || item.type === 'start' || item.type === 'end') fail('nothing to repeat');
      item = { type: 'repeat', item, min: bounds[0], max: bounds[1] };
    }
  }

  function quantifier(): readonly [number, number] | undefined {
    const rest = source.slice(at, at + 12);
    const match = /^(?:[*+?]|\{(\d{1,3})(?:(,)(\d{0,3}))?\})\??/.exec(rest);
    if (match === null) return source[at] === '{' ? fail('a brace that is not {n}, {n,} or {n,m}') : undefined;
    const symbol = match[0][0];
    if (symbol === '{') {
      const min = Number(match[1]);
      const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
      if (max < min) fail('numbers out of order in {}');
      at += match[0].length;
      return [min, max];
    }
    at += match[0].length;
    if (symbol === '?') return [0, 1];
    return [symbol === '+' ? 1 : 0, Number.POSITIVE_INFINITY];
  }

  function atom(depth: number): Node {
    const char = source[at] ?? '';
    if (char === '(') return group(depth);
    if (char === '[') return { type: 'char', accepts: set() };
    if (char === '*' || char === '+' || char === '?' || char === '{') fail('nothing to repeat');
    if (char === '^' || char === '$') {
      at += 1;
      return { type: char === '^' ? 'start' : 'end' };
    }
    if (char === '.') {
      at += 1;
      return { type: 'char', accepts: not((code) => code === 10) };
    }
    return { type: 'char', accepts: char === '\\' ? escaped() : literal() };
  }

  function group(depth: number): Node {
    at += 1;
    if (source.startsWith('?:', at)) at += 2;
    else if (source[at] === '?') fail('a group with ? other than (?:…) is not supported');
    const inner = either(depth + 1);
    if (source[at] !== ')') fail('a group that is not closed');
    at += 1;
    return { type: 'sequence', items: [inner] };
  }

  function literal(): Matcher {
    const wanted = source.codePointAt(at) ?? 0;
    at += wanted > 0xffff ? 2 : 1;
    return (code) => code === wanted;
  }

  function escaped(): Matcher {
    at += 1;
    const char = source[at];
    if (char === undefined) return fail('a backslash at the end');
    const known = Object.hasOwn(CLASS, char) ? CLASS[char] : undefined;
    if (known === undefined && /[0-9A-Za-z]/.test(char)) fail(`\\${char} is not supported`);
    if (known === undefined) return literal();
    at += 1;
    return known;
  }

  function set(): Matcher {
    at += 1;
    const negated = source[at] === '^';
    if (negated) at += 1;
    const members: Matcher[] = [];
    do {
      if (at >= source.length) fail('a [ that is not closed');
      members.push(member());
    } while (source[at] !== ']');
    at += 1;
    return (code) => members.some((accepts) => accepts(code)) !== negated;
  }

  function member(): Matcher {
    const isClass = source[at] === '\\' && Object.hasOwn(CLASS, source[at + 1] ?? '');
    if (isClass) return escaped();
    const low = character();
    if (source[at] !== '-' || source[at + 1] === ']' || at + 1 >= source.length) return (code) => code === low;
    at += 1;
    const high = character();
    if (high < low) fail('a range out of order');
    return (code) => code >= low && code <= high;
  }

  function character(): number {
    if (source[at] === '\\') {
      at += 1;
      if (/[0-9A-Za-z]/.test(source[at] ?? '')) fail(`\\${source[at]} is not supported here`);
    }
    const code = source.codePointAt(at) ?? fail('a [ that is not closed');
    at += code > 0xffff ? 2 : 1;
    return code;
  }

  const node = either(0);
  if (at < source.length) fail('a ) without its (');
  return node;
}

function assemble(root: Node): readonly Instruction[] {
  const program: Instruction[] = [];
  const push = <I extends Instruction>(instruction: I): I => {
    if (program.length >= MAX_INSTRUCTIONS) throw new SyntaxError('too many repetitions');
    program.push(instruction);
    return instruction;
  };

  // Empty groups make no instructions but can still be repeated without end: what is visited is bounded, too.
  let visited = 0;

  function add(node: Node): void {
    visited += 1;
    if (visited > MAX_INSTRUCTIONS * 8) throw new SyntaxError('too many repetitions');
    switch (node.type) {
      case 'char':
        push({ op: 'char', accepts: node.accepts });
        return;
      case 'start':
      case 'end':
        push({ op: node.type });
        return;
      case 'sequence':
        for (const item of node.items) add(item);
        return;
      case 'either':
        addEither(node.options);
        return;
      case 'repeat':
        addRepeat(node.item, node.min, node.max);
    }
  }

  function addEither(options: readonly Node[]): void {
    const exits: { op: 'jump'; to: number }[] = [];
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        add(option);
        break;
      }
      const split = push({ op: 'split', first: program.length + 1, second: 0 });
      add(option);
      exits.push(push({ op: 'jump', to: 0 }));
      split.second = program.length;
    }
    for (const exit of exits) exit.to = program.length;
  }

  function addRepeat(item: Node, min: number, max: number): void {
    for (let times = 0; times < min; times += 1) add(item);
    if (max === Number.POSITIVE_INFINITY) {
      const start = program.length;
      const split = push({ op: 'split', first: start + 1, second: 0 });
      add(item);
      push({ op: 'jump', to: start });
      split.second = program.length;
      return;
    }
    const splits: { op: 'split'; first: number; second: number }[] = [];
    for (let times = min; times < max; times += 1) {
      splits.push(push({ op: 'split', first: program.length + 1, second: 0 }));
      add(item);
    }
    for (const split of splits) split.second = program.length;
  }

  add(root);
  push({ op: 'match' });
  return program;
}

function createPattern(program: readonly Instruction[]): Pattern {
  // Marks of the step in which an instruction was last added, so that each is on the list once a step.
  const marks = new Uint32Array(program.length);
  let step = 0;

  /** Adds what is reachable without reading a character; true when that includes the end of the pattern. */
  function follow(threads: number[], from: number, isStart: boolean, isEnd: boolean): boolean {
    const stack = [from];
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (marks[index] === step) continue;
      marks[index] = step;
      const instruction = program[index];
      switch (instruction?.op) {
        case 'match':
          return true;
        case 'jump':
          stack.push(instruction.to);
          break;
        case 'split':
          stack.push(instruction.second, instruction.first);
          break;
        case 'start':
          if (isStart) stack.push(index + 1);
          break;
        case 'end':
          if (isEnd) stack.push(index + 1);
          break;
        case 'char':
          threads.push(index);
      }
    }
    return false;
  }

  return {
    test(text) {
      const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
      marks.fill(0);
      step = 1;
      let threads: number[] = [];
      for (let at = 0; ; at += 1) {
        // A match may begin at every character.
        if (follow(threads, 0, at === 0, at === codes.length)) return true;
        const code = codes[at];
        if (code === undefined) return false;
        step += 1;
        const next: number[] = [];
        for (const index of threads) {
          const instruction = program[index];
          if (instruction?.op !== 'char' || !instruction.accepts(code)) continue;
          if (follow(next, index + 1, false, at + 1 === codes.length)) return true;
        }
        threads = next;
      }
    },
  };
}
