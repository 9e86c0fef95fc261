// JSON for people: an object or a list stays on one line where it fits.

/** As many columns as `width`, or more where a single value is longer. `used`: columns before it on its first line. */
export function prettyJson(value: unknown, width: number, indent = 0, used = indent): string {
  const inline = inlineJson(value);
  if (used + inline.length <= width || typeof value !== 'object' || value === null) return inline;
  const isList = Array.isArray(value);
  const pad = ' '.repeat(indent + 2);
  const parts = Object.entries(value).map(([key, item]) => {
    const head = pad + (isList ? '' : `${JSON.stringify(key)}: `);
    return head + prettyJson(item, width, indent + 2, head.length);
  });
  return `${isList ? '[' : '{'}\n${parts.join(',\n')}\n${' '.repeat(indent)}${isList ? ']' : '}'}`;
}

function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${inlineJson(item)}`)
    .join(', ')}}`;
}
