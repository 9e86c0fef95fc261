// Turns what a terminal showed over time into files that people can look at: an asciinema recording and an SVG that moves by itself.

/** What stood on the screen from a moment on, as `tmux capture-pane -e` gives it: lines with sequences that colour them. */
export interface Shot {
  readonly atMs: number;
  readonly lines: readonly string[];
}

export interface RecordingSize {
  readonly columns: number;
  readonly rows: number;
}

/** What tmux gives goes on from line to line: each line with the colours that are on at its beginning. */
export function apart(lines: readonly string[]): string[] {
  const pen: Pen = { color: undefined, isBold: false, isInverse: false };
  return lines.map((line) => {
    const codes = ['0', ...(pen.isBold ? ['1'] : []), ...(pen.isInverse ? ['7'] : []), ...(pen.color === undefined ? [] : [pen.color])];
    for (const [index, token] of line.split(SEQUENCE).entries()) if (index % 2 === 1) dipAll(pen, token);
    return codes.length === 1 ? line : `\x1b[${codes.join(';')}m${line}`;
  });
}

/** asciicast v2 (docs.asciinema.org/manual/asciicast/v2): each picture drawn anew. */
export function renderCast(shots: readonly Shot[], { columns, rows }: RecordingSize, title: string): string {
  const header = { version: 2, width: columns, height: rows, title, env: { TERM: 'xterm-256color' } };
  const events = shots.map(({ atMs, lines }) => [Number((atMs / 1000).toFixed(3)), 'o', `\x1b[H\x1b[2J${lines.join('\r\n')}`]);
  return [header, ...events].map((each) => `${JSON.stringify(each)}\n`).join('');
}

// biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
const SEQUENCE = new RegExp('\x1b\\[([0-9;]*)m');
const CELL = { width: 8.4, height: 18, size: 14, baseline: 13 } as const;
const MARGIN = 14;
const COLORS: Readonly<Record<string, string>> = {
  30: '#1e1e1e',
  31: '#ff6b6b',
  32: '#7fd88f',
  33: '#e5c07b',
  34: '#61afef',
  35: '#c678dd',
  36: '#56c8d8',
  37: '#d4d4d4',
  90: '#8b949e',
};
const PAPER = '#16191d';
const INK = '#d4d4d4';

/** Shows each picture as long as it stood, the last one for `restMs`, and begins again. Who wants no motion sees the last picture. */
export function renderSvg(shots: readonly Shot[], size: RecordingSize, title: string, restMs: number): string {
  const first = shots[0]?.atMs ?? 0;
  const starts = shots.map(({ atMs }) => atMs - first);
  const total = (starts.at(-1) ?? 0) + restMs;
  const parts: string[] = [];
  const patterns = new Map<string, string>();
  for (let row = 0; row < size.rows; row += 1) {
    for (const [line, shown] of linesOf(shots, row)) {
      const content = drawLine(line, row);
      if (content === '') continue;
      const pattern = shown.every(Boolean) ? undefined : shown.map((isShown) => (isShown ? '1' : '0')).join('');
      if (pattern !== undefined && !patterns.has(pattern)) patterns.set(pattern, `p${patterns.size}`);
      parts.push(pattern === undefined ? content : `<g class="${patterns.get(pattern)}${shown.at(-1) ? ' z' : ''}">${content}</g>`);
    }
  }
  const width = Math.ceil(size.columns * CELL.width + 2 * MARGIN);
  const height = size.rows * CELL.height + 2 * MARGIN;
  const rules = [...patterns].map(([pattern, name]) => animation(name, pattern, starts, total)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<style>
text{font:${CELL.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${INK};white-space:pre}
.b{font-weight:bold}
${Object.entries(COLORS)
  .map(([code, color]) => `.c${code}{fill:${color}}`)
  .join('')}
.i{fill:${PAPER}}
${rules}
@media (prefers-reduced-motion:reduce){g[class]{animation:none!important;visibility:hidden}g.z{visibility:visible}}
</style>
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
<g transform="translate(${MARGIN} ${MARGIN})">
${parts.join('\n')}
</g>
</svg>
`;
}

/** Each line that stood in this row, and in which of the pictures. */
function linesOf(shots: readonly Shot[], row: number): Map<string, boolean[]> {
  const lines = new Map<string, boolean[]>();
  for (const [index, shot] of shots.entries()) {
    const line = shot.lines[row] ?? '';
    const shown = lines.get(line) ?? shots.map(() => false);
    shown[index] = true;
    lines.set(line, shown);
  }
  return lines;
}

/** Steps, not fades: a terminal changes at once. */
function animation(name: string, pattern: string, starts: readonly number[], total: number): string {
  const stops: string[] = [];
  for (const [index, mark] of [...pattern].entries()) {
    if (index > 0 && pattern[index - 1] === mark) continue;
    stops.push(`${(((starts[index] ?? 0) / total) * 100).toFixed(2)}%{visibility:${mark === '1' ? 'visible' : 'hidden'}}`);
  }
  return `.${name}{animation:${name} ${(total / 1000).toFixed(2)}s step-end infinite}@keyframes ${name}{${stops.join('')}}`;
}

interface Pen {
  color: string | undefined;
  isBold: boolean;
  isInverse: boolean;
}

function drawLine(line: string, row: number): string {
  const pen: Pen = { color: undefined, isBold: false, isInverse: false };
  let column = 0;
  let drawn = '';
  for (const [index, token] of line.split(SEQUENCE).entries()) {
    // Every other one is what stands between.
    if (index % 2 === 1) {
      dipAll(pen, token);
      continue;
    }
    const length = Array.from(token).length;
    drawn += drawRun(token, column, row, length, pen);
    column += length;
  }
  return drawn;
}

function dipAll(pen: Pen, codes: string): void {
  for (const code of codes === '' ? ['0'] : codes.split(';')) dip(pen, Number(code));
}

function dip(pen: Pen, code: number): void {
  if (code === 0) Object.assign(pen, { color: undefined, isBold: false, isInverse: false });
  else if (code === 1 || code === 22) pen.isBold = code === 1;
  else if (code === 7 || code === 27) pen.isInverse = code === 7;
  else if (code === 39) pen.color = undefined;
  else if (COLORS[code] !== undefined) pen.color = String(code);
}

function drawRun(text: string, column: number, row: number, length: number, pen: Pen): string {
  const x = number(column * CELL.width);
  const y = row * CELL.height;
  const paper = pen.isInverse
    ? `<rect x="${x}" y="${y}" width="${number(length * CELL.width)}" height="${CELL.height}" fill="${INK}"/>`
    : '';
  if (text.trim() === '') return paper;
  const classes = [pen.isBold ? 'b' : '', pen.isInverse ? 'i' : pen.color === undefined ? '' : `c${pen.color}`].filter(
    (each) => each !== '',
  );
  const style = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
  // Whatever font there is, everything stands in its column.
  const lead = text.length - text.trimStart().length;
  const shown = text.trim();
  const at = number((column + lead) * CELL.width);
  const span = number(Array.from(shown).length * CELL.width);
  return `${paper}<text x="${at}" y="${y + CELL.baseline}" textLength="${span}" lengthAdjust="spacingAndGlyphs"${style}>${escapeXml(shown)}</text>`;
}

function number(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
