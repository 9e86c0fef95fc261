// One line of what `podtree doctor` says.

/** fail: the agent would not run. warn: it would, with less. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it; absent when ok. */
  readonly fix?: string;
}
