// Writes a text as one word of a command line.

/** One word for a POSIX shell, quoted where it must be: names come from processes and runtimes. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
