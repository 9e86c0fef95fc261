// The catalogue of errors a user can meet. Each has a stable code and a message that says what failed, on what, and what to do.

/** Stable codes; each is explained in docs/troubleshooting.md. */
export type ErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'PRIVILEGE_MISSING'
  | 'BTF_MISSING'
  | 'TRACEFS_MISSING'
  | 'BPFTRACE_MISSING'
  | 'BPFTRACE_UNSUPPORTED'
  | 'PROBE_EXITED'
  | 'PROBE_NOT_ATTACHED'
  | 'CRI_UNAVAILABLE'
  | 'CRI_MALFORMED'
  | 'CONFIG_INVALID'
  | 'LISTEN_FAILED'
  | 'AGENT_UNREACHABLE'
  | 'AGENT_NOT_FOUND'
  | 'AGENT_UNTRUSTED'
  | 'AGENT_UNAUTHORIZED'
  | 'AGENT_FORBIDDEN'
  | 'KUBECONFIG_INVALID'
  | 'CLUSTER_UNREACHABLE'
  | 'CLUSTER_UNAUTHORIZED'
  | 'CLUSTER_FORBIDDEN'
  | 'AGENT_PROTOCOL'
  | 'FRAME_INVALID'
  | 'QUERY_INVALID'
  | 'RECORDING_INVALID'
  | 'POD_NOT_FOUND'
  | 'STATE_LOCKED'
  | 'DEMO_FAILED';

/** An error whose message is meant for the person at the keyboard: no stack trace is shown for it. */
export class PodtreeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PodtreeError';
    this.code = code;
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
