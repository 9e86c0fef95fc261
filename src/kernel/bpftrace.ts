// Finds bpftrace, and says what stands in the way of running it on this machine. Runs nothing but `bpftrace --version`.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import { messageOf, PodtreeError } from '../error.ts';

export interface Bpftrace {
  readonly path: string;
  /** As 'v0.17.0' without the v. */
  readonly version: string;
  readonly minor: number;
}

/** How one version wants to be run. */
export interface BpftraceProfile {
  readonly env: Readonly<Record<string, string>>;
  /** Bytes kept of a string, the NUL included. */
  readonly stringLimitBytes: number;
  readonly rawCgroups: boolean;
}

const OLDEST_MINOR = 17;
const VERSION_TIMEOUT_MS = 10_000;
/** Each bound to what a node can hold: entries of @watch, @podns, @root. */
const MAP_KEYS = 32_768;

/** Throws PLATFORM_UNSUPPORTED, BPFTRACE_MISSING or BPFTRACE_UNSUPPORTED. */
export async function findBpftrace(path = 'bpftrace', platform: string = process.platform): Promise<Bpftrace> {
  if (platform !== 'linux')
    throw new PodtreeError(
      'PLATFORM_UNSUPPORTED',
      `kernel: podtree reads the Linux kernel, and this is ${platform}. Run it on a Linux machine`,
    );
  const result = await execa(path, ['--version'], { reject: false, timeout: VERSION_TIMEOUT_MS, stdin: 'ignore' });
  if (result.failed && 'code' in result && (result.code === 'ENOENT' || result.code === 'EACCES')) {
    throw new PodtreeError(
      'BPFTRACE_MISSING',
      path === 'bpftrace'
        ? 'kernel: bpftrace is not installed. Debian, Ubuntu: apt install bpftrace; Fedora, RHEL: dnf install bpftrace'
        : `kernel: bpftrace at ${path} cannot be run: ${result.code}. Install it there, or leave the path out to take it from PATH`,
    );
  }
  const match = /\bv?(\d+)\.(\d+)(?:\.(\d+))?/.exec(result.stdout ?? '');
  if (match === null) {
    throw new PodtreeError(
      'BPFTRACE_UNSUPPORTED',
      `kernel: '${path} --version' should print a version and printed: ${`${result.stdout} ${result.stderr}`.trim().slice(0, 200) || messageOf(result.shortMessage)}`,
    );
  }
  const [, major, minor, patch] = match;
  const version = `${major}.${minor}.${patch ?? 0}`;
  // A future 1.0 is newer than any 0.x.
  const comparableMinor = Number(major) * 1000 + Number(minor);
  if (comparableMinor < OLDEST_MINOR) {
    throw new PodtreeError(
      'BPFTRACE_UNSUPPORTED',
      `kernel: bpftrace ${version} at ${path} is too old: podtree needs 0.${OLDEST_MINOR} or newer (Debian 12, Ubuntu 24.04 and later have it)`,
    );
  }
  return { path, version, minor: comparableMinor };
}

const CAPABILITY = { CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

export interface PrivilegeOptions {
  readonly uid?: number;
  /** Text of /proc/self/status. */
  readonly status?: string;
}

/** Throws PRIVILEGE_MISSING, naming what is missing. */
export async function checkPrivileges(bpftrace: Pick<Bpftrace, 'minor' | 'version'>, options: PrivilegeOptions = {}): Promise<void> {
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const status = options.status ?? (await readFile('/proc/self/status', 'utf8'));
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (bit: number): boolean => ((effective >> BigInt(bit)) & 1n) === 1n;
  // bpftrace asks for uid 0 up to 0.24, and for capabilities from then on.
  if (uid !== 0 && bpftrace.minor < 25) {
    throw new PodtreeError(
      'PRIVILEGE_MISSING',
      `kernel: bpftrace ${bpftrace.version} runs as root only, and this is user ${uid}. Start it with sudo`,
    );
  }
  if (has(CAPABILITY.CAP_SYS_ADMIN) || (has(CAPABILITY.CAP_BPF) && has(CAPABILITY.CAP_PERFMON))) return;
  throw new PodtreeError(
    'PRIVILEGE_MISSING',
    uid === 0
      ? 'kernel: this is root, but without CAP_SYS_ADMIN and without CAP_BPF with CAP_PERFMON. In a container: securityContext.privileged, or add these capabilities'
      : `kernel: tracing needs root, or CAP_BPF and CAP_PERFMON, and this is user ${uid}. Start it with sudo`,
  );
}

/** Limits as environment variables: their names and what they bound change between versions. */
export function profileOf(bpftrace: Pick<Bpftrace, 'minor'>, cpus: number = availableParallelism()): BpftraceProfile {
  const { minor } = bpftrace;
  // Up to 0.21 strings stand on the 512 bytes of BPF stack, and up to 0.20 more than 200 is refused.
  const stringLimitBytes = minor < 22 ? 200 : 512;
  // One perf buffer per CPU up to 0.18, one ring buffer for all since: 64 MiB or less in all, a power of two of pages. It is what a storm of
  // forks may get ahead by: with 16 MiB more than half of 300,000 events were lost, with 64 MiB none.
  const pages = minor < 19 ? Math.min(4096, 2 ** Math.floor(Math.log2(16_384 / cpus))) : 16_384;
  return {
    env: {
      [minor < 22 ? 'BPFTRACE_STRLEN' : 'BPFTRACE_MAX_STRLEN']: String(stringLimitBytes),
      BPFTRACE_MAP_KEYS_MAX: String(MAP_KEYS),
      BPFTRACE_MAX_MAP_KEYS: String(MAP_KEYS),
      BPFTRACE_PERF_RB_PAGES: String(pages),
    },
    stringLimitBytes,
    // 0.23.2 gives empty strings for __data_loc fields on Linux 6.18; 0.17 aborts on raw tracepoints and 0.27 finds none for cgroup_mkdir.
    rawCgroups: minor === 22 || minor === 23,
  };
}
