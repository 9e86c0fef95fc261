// A value as YAML that is safe to print: every character that a terminal would obey or not show stands as an escape in double quotes.
import { Document, isScalar, visit } from 'yaml';

// Tab and line feed are in here too: a literal block would print them as they are.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
/** In double quotes ASCII controls are escaped already. */
const UNSAFE_ABOVE_ASCII = /(?=[^\x00-\x7f])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\p{Zs}]|\x7f/gu;

/** Ends with a line end. */
export function printableYaml(value: unknown): string {
  // Readers of YAML 1.1 take a plain `yes` or a date for something else than text.
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === 'string' && UNSAFE.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // Folding would put a line end into a value that a person copies.
  return document.toString({ lineWidth: 0 }).replace(UNSAFE_ABOVE_ASCII, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
