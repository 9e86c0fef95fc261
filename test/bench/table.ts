// Tables of figures as aligned Markdown: good to read in a terminal and in a page.

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader has to know to trust the figures. */
  readonly note?: string;
}

export function renderTable({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, index) => Math.max(column.length, 3, ...rows.map((row) => row[index]?.length ?? 0)));
  // The first column is text, the others are figures.
  const pad = (cell: string, index: number): string => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0));
  const line = (cells: readonly string[]): string => `| ${cells.map(pad).join(' | ')} |`;
  const rule = `| ${widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line), ...(note === undefined ? [] : ['', note]), ''].join('\n');
}

export function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least this part of the values does not exceed. NaN for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** Median, and the range when runs differ. */
export function spread(values: readonly number[], digits: number): string {
  const text = fixed(median(values), digits);
  if (values.length < 2) return text;
  return `${text} (${fixed(Math.min(...values), digits)}–${fixed(Math.max(...values), digits)})`;
}
