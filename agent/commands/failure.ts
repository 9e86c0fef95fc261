// What a person is told when a command fails, and the exit code that goes with it.
import { CommanderError } from 'commander';
import { messageOf, PodtreeError } from '../../src/error.ts';

export const EXIT = { fine: 0, failed: 1, usage: 2, unreachable: 3, lost: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Failure {
  readonly code: ExitCode;
  /** Absent when what had to be said was said already. */
  readonly message?: string;
}

/** Wrong usage that the option parser could not see. The message names the flag, the value and what is allowed. */
export class UsageError extends Error {}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? EXIT.fine : EXIT.usage };
  }
  if (error instanceof UsageError) return { code: EXIT.usage, message: error.message };
  if (error instanceof PodtreeError) return { code: codeOf(error), message: error.message };
  // Not one of ours: the operating system's word for what failed, or a bug, for which the stack is what a report needs.
  if (isSystemError(error)) return { code: EXIT.failed, message: messageOf(error) };
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: EXIT.failed, message: `this is a bug in podtree, please report it: ${stack ?? messageOf(error)}` };
}

function codeOf(error: PodtreeError): ExitCode {
  switch (error.code) {
    case 'CONFIG_INVALID':
    case 'QUERY_INVALID':
      return EXIT.usage;
    case 'AGENT_UNREACHABLE':
    case 'AGENT_UNTRUSTED':
    case 'AGENT_NOT_FOUND':
    case 'CLUSTER_UNREACHABLE':
      return EXIT.unreachable;
    default:
      return EXIT.failed;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
