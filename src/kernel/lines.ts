// Cuts a stream of bytes into lines, with a bound on how long one may be. Does not decode: each character is one byte.

export interface LineSplitter {
  /** The lines that this chunk completes, without their line feeds, one character per byte (latin1). */
  push(chunk: Buffer): string[];
  /** Lines thrown away so far because they were longer than the bound. */
  readonly dropped: number;
}

export const MAX_LINE_BYTES = 64 * 1024;

/** A line longer than `maxLineBytes` is dropped whole, counted once, and costs no more memory than the bound and one chunk. */
export function createLineSplitter(maxLineBytes: number = MAX_LINE_BYTES): LineSplitter {
  let carry = '';
  let isSkipping = false;
  let dropped = 0;
  return {
    push(chunk) {
      const lines: string[] = [];
      const text = chunk.toString('latin1');
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        if (isSkipping) isSkipping = false;
        else if (carry.length + end - from > maxLineBytes) dropped++;
        else lines.push(carry === '' ? text.slice(from, end) : carry + text.slice(from, end));
        carry = '';
        from = end + 1;
      }
      if (!isSkipping && from < text.length) {
        if (carry.length + text.length - from > maxLineBytes) {
          isSkipping = true;
          dropped++;
          carry = '';
        } else carry += text.slice(from);
      }
      return lines;
    },
    get dropped() {
      return dropped;
    },
  };
}
