// Turns what a terminal sends into keys: characters, named keys, pastes and the mouse. Whatever it does not know it passes over.

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'back-tab'
  | 'backspace'
  | 'delete';

export type Key =
  | { readonly type: 'named'; readonly name: KeyName }
  /** With the control key held down: a lower-case letter. */
  | { readonly type: 'control'; readonly letter: string }
  /** One printable character. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  /** Row and column count from 0. */
  | { readonly type: 'mouse'; readonly action: 'press' | 'wheel-up' | 'wheel-down'; readonly row: number; readonly column: number };

export interface KeyReader {
  /** Any part of what came, cut anywhere. */
  read(text: string): Key[];
  /** Nothing came for a while: a lone escape was the escape key, half a sequence is none. */
  flush(): Key[];
  /** Something waits for its end. */
  readonly isPending: boolean;
}

const ESCAPE: Key = { type: 'named', name: 'escape' };
const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** No terminal sends longer sequences for a key. */
const MAX_SEQUENCE = 32;
/** What is longer was not meant for a line of input. */
const MAX_PASTE = 4096;

// ECMA-48: CSI, parameter bytes, intermediate bytes, one final byte.
const CSI = /^\x1b\[([0-?]*)[ -/]*([@-~])/;
const CSI_BEGIN = /^\x1b\[[0-?]*[ -/]*$/;

const BY_FINAL: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back-tab',
};
const BY_NUMBER: Readonly<Record<string, KeyName>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};

export function createKeyReader(): KeyReader {
  let rest = '';
  let pasted: string | undefined;

  function take(keys: Key[]): boolean {
    if (pasted !== undefined) return takePaste(keys);
    const [first] = rest;
    if (first === undefined) return false;
    if (first === '\x1b') return takeEscape(keys);
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rest = rest.slice(character.length);
    const key = keyOf(character);
    if (key !== undefined) keys.push(key);
    return true;
  }

  function takeEscape(keys: Key[]): boolean {
    if (rest.length === 1) return false;
    if (rest.startsWith(PASTE_BEGIN)) {
      rest = rest.slice(PASTE_BEGIN.length);
      pasted = '';
      return true;
    }
    // X10's mouse reports: three bytes behind the sequence. They are not asked for, but must not be read as keys.
    if (rest.startsWith('\x1b[M')) {
      if (rest.length < 6) return false;
      rest = rest.slice(6);
      return true;
    }
    if (rest[1] === '[' || rest[1] === 'O') return takeSequence(keys);
    keys.push(ESCAPE);
    rest = rest.slice(1);
    return true;
  }

  function takeSequence(keys: Key[]): boolean {
    if (rest[1] === 'O') {
      // SS3: cursor keys of a terminal in application mode, with one byte.
      if (rest.length < 3) return false;
      const name = BY_FINAL[rest[2] ?? ''];
      if (name !== undefined) keys.push({ type: 'named', name });
      rest = rest.slice(3);
      return true;
    }
    const match = CSI.exec(rest);
    if (match === null) {
      if (rest.length < MAX_SEQUENCE && CSI_BEGIN.test(rest)) return false;
      rest = rest.slice(2);
      return true;
    }
    const [whole, parameters = '', final = ''] = match;
    rest = rest.slice(whole.length);
    const key = sequenceKey(parameters, final);
    if (key !== undefined) keys.push(key);
    return true;
  }

  function takePaste(keys: Key[]): boolean {
    const end = rest.indexOf(PASTE_END);
    // The end itself may come in two parts.
    const ready = end === -1 ? Math.max(0, rest.length - PASTE_END.length + 1) : end;
    pasted = `${pasted}${rest.slice(0, ready)}`.slice(0, MAX_PASTE);
    rest = rest.slice(end === -1 ? ready : end + PASTE_END.length);
    if (end === -1) return false;
    keys.push({ type: 'paste', text: pasted });
    pasted = undefined;
    return true;
  }

  return {
    read(text) {
      rest += text;
      const keys: Key[] = [];
      while (take(keys));
      return keys;
    },
    flush() {
      if (pasted !== undefined) return [];
      const isEscape = rest === '\x1b';
      rest = '';
      return isEscape ? [ESCAPE] : [];
    },
    get isPending() {
      return pasted === undefined && rest !== '';
    },
  };
}

function sequenceKey(parameters: string, final: string): Key | undefined {
  if (parameters.startsWith('<')) return mouseKey(parameters.slice(1), final);
  const name = final === '~' ? BY_NUMBER[parameters.split(';')[0] ?? ''] : BY_FINAL[final];
  return name === undefined ? undefined : { type: 'named', name };
}

// Button, column and row, counted from 1; M pressed, m released. 64 and 65 are the wheel; 4, 8 and 16 more are shift, alt and control; 32 is a move.
function mouseKey(parameters: string, final: string): Key | undefined {
  const match = /^(\d{1,5});(\d{1,5});(\d{1,5})$/.exec(parameters);
  if (match === null || final !== 'M') return undefined;
  const [button = 0, column = 0, row = 0] = match.slice(1).map(Number);
  const action = ({ 0: 'press', 64: 'wheel-up', 65: 'wheel-down' } as const)[button & ~0b11100];
  return action === undefined ? undefined : { type: 'mouse', action, row: Math.max(0, row - 1), column: Math.max(0, column - 1) };
}

function keyOf(character: string): Key | undefined {
  switch (character) {
    case '\r':
    case '\n':
      return { type: 'named', name: 'enter' };
    case '\t':
      return { type: 'named', name: 'tab' };
    case '\x7f':
    case '\b':
      return { type: 'named', name: 'backspace' };
    default: {
      const code = character.codePointAt(0) ?? 0;
      if (code > 0 && code < 0x1b) return { type: 'control', letter: String.fromCharCode(code + 0x60) };
      return code < 0x20 || (code > 0x7e && code < 0xa0) ? undefined : { type: 'text', text: character };
    }
  }
}
