// One line of /proc/PID/mountinfo, taken apart (proc_pid_mountinfo(5)).

export interface Mount {
  /** What of the file system is mounted: `/`, or for an nsfs mount `net:[4026532177]`. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly superOptions: readonly string[];
}

/** Lines that are no mount are left out. */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    const [, , , root, mountPoint] = before.split(' ');
    const [type, , superOptions] = after?.split(' ') ?? [];
    if (root === undefined || mountPoint === undefined || type === undefined) return [];
    return [{ root: unescapeOctal(root), mountPoint: unescapeOctal(mountPoint), type, superOptions: (superOptions ?? '').split(',') }];
  });
}

// Space, tab, newline and backslash are written as three octal digits.
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
