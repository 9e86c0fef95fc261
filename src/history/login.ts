// Says who had logged in behind the sender of a signal, whatever su and sudo made of him since, and at which terminal.

/** As in Sender. */
export interface Login {
  readonly loginUid?: number | undefined;
  readonly tty?: string | undefined;
}

/** `logged in as uid 1000 on pts/3`, or as much of it as is known; '' when nothing is. `user` writes a uid, `show` what has a name. */
export function loginText({ loginUid, tty }: Login, user: (uid: number) => string, show: (text: string) => string): string {
  const who = loginUid === undefined ? '' : `logged in as ${user(loginUid)}`;
  const where = tty === undefined ? '' : `on ${show(terminalName(tty))}`;
  return [who, where].filter((part) => part !== '').join(' ');
}

/** The same, for where the user that it runs as is named already: who is still himself is not named twice. */
export function loginBehind(
  { uid, loginUid, tty }: Login & { readonly uid: number },
  user: (uid: number) => string,
  show: (text: string) => string,
): string {
  return loginText({ loginUid: loginUid === uid ? undefined : loginUid, tty }, user, show);
}

/** The kernel calls a terminal pts3 (drivers/tty/tty_io.c tty_line_name), everybody else pts/3. */
function terminalName(tty: string): string {
  return tty.replace(/^pts(\d+)$/, 'pts/$1');
}
