// Looks at this machine for everything the agent needs, and says for each thing what was found and how to put it right.
import type { X509Certificate } from 'node:crypto';
import { access, constants, readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform, release } from 'node:os';
import { isLoopback } from '../../src/access/loopback.ts';
import { expiryWarning } from '../../src/access/tls-files.ts';
import { formatListen, type ListenAddress } from '../../src/config/address.ts';
import { isRemote } from '../../src/config/remote-access.ts';
import type { Config } from '../../src/config/schema.ts';
import { messageOf } from '../../src/error.ts';
import { findHierarchy } from '../../src/host/hierarchy.ts';
import { checkRemoteAccess } from '../remote-access.ts';
import type { Check } from './doctor-check.ts';
import { perfEventsCheck } from './doctor-perf-events.ts';

/** Checks of the machine that need no other part of the agent. Nothing is changed; takes some milliseconds. */
export async function checkMachine(config: Config): Promise<Check[]> {
  return Promise.all([
    checkPlatform(),
    checkNode(),
    checkPrivileges(),
    checkPerfEvents(),
    checkBtf(),
    checkTracefs(),
    checkLockdown(),
    checkPidNamespace(),
    checkCgroupNamespace(),
    checkCgroups(config),
    checkProc(),
  ]);
}

// The stable tracepoints that probes/ attaches to have all been there since 5.8; CAP_BPF and BTF in distributions' kernels date from then too.
const OLDEST_KERNEL = [5, 8] as const;

async function checkPlatform(): Promise<Check> {
  const name = 'kernel';
  if (platform() !== 'linux') {
    return {
      name,
      status: 'fail',
      found: platform(),
      fix: 'podtree watches a Linux kernel: run it on the node, or in a Linux virtual machine',
    };
  }
  const [major = 0, minor = 0] = release()
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const found = `Linux ${release()} ${arch()}`;
  if (major < OLDEST_KERNEL[0] || (major === OLDEST_KERNEL[0] && minor < OLDEST_KERNEL[1])) {
    return { name, status: 'fail', found, fix: `a kernel of at least ${OLDEST_KERNEL.join('.')} is needed` };
  }
  return { name, status: 'ok', found };
}

async function checkNode(): Promise<Check> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 22 || (major === 22 && minor >= 18);
  const check: Check = { name: 'node', status: isNew ? 'ok' : 'fail', found: `Node.js ${process.versions.node}` };
  return isNew ? check : { ...check, fix: 'Node.js 22.18 or newer is needed; 24 is what podtree is tested with' };
}

/** Bits of CapEff, include/uapi/linux/capability.h. */
const CAPABILITIES = { CAP_DAC_READ_SEARCH: 2, CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

async function readCapabilities(): Promise<(capability: keyof typeof CAPABILITIES) => boolean> {
  const status = await readText('/proc/self/status');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1] ?? '0'}`);
  return (capability) => ((effective >> BigInt(CAPABILITIES[capability])) & 1n) === 1n;
}

async function checkPerfEvents(): Promise<Check> {
  return perfEventsCheck(await readText('/proc/sys/kernel/perf_event_paranoid'), (await readCapabilities())('CAP_SYS_ADMIN'));
}

async function checkPrivileges(): Promise<Check> {
  const name = 'privileges';
  const has = await readCapabilities();
  const uid = process.getuid?.() ?? -1;
  const who = uid === 0 ? 'root' : `uid ${uid}`;
  // bpftrace 0.17 insists on it, whatever capabilities there are: "currently only supports running as the root user".
  if (uid !== 0) return { name, status: 'fail', found: who, fix: 'run it as root: sudo podtree …' };
  const missing: string[] = [];
  if (!has('CAP_SYS_ADMIN') && !(has('CAP_BPF') && has('CAP_PERFMON'))) missing.push('CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN)');
  if (!has('CAP_SYS_PTRACE')) missing.push('CAP_SYS_PTRACE');
  if (missing.length > 0) {
    return {
      name,
      status: 'fail',
      found: `${who} without ${missing.join(' and ')}`,
      fix: 'give the container these capabilities, or privileged: true',
    };
  }
  return { name, status: 'ok', found: `${who} with the capabilities that are needed` };
}

async function checkBtf(): Promise<Check> {
  const path = '/sys/kernel/btf/vmlinux';
  if (await isReadable(path)) return { name: 'BTF', status: 'ok', found: path };
  return {
    name: 'BTF',
    status: 'fail',
    found: `${path} is missing`,
    fix: "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as Debian 11, Ubuntu 20.10 and newer have; in a container, mount the host's /sys",
  };
}

const TRACEPOINTS = [
  'task/task_newtask',
  'sched/sched_process_exec',
  'sched/sched_process_exit',
  'syscalls/sys_exit_setns',
  'syscalls/sys_exit_unshare',
  'signal/signal_generate',
  'oom/mark_victim',
  'cgroup/cgroup_mkdir',
  'cgroup/cgroup_rmdir',
  'cgroup/cgroup_attach_task',
] as const;

async function checkTracefs(): Promise<Check> {
  const name = 'tracefs';
  for (const root of ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']) {
    if (!(await isReadable(`${root}/events`))) continue;
    const there = await Promise.all(TRACEPOINTS.map((point) => isReadable(`${root}/events/${point}/id`)));
    const missing = TRACEPOINTS.filter((_point, index) => there[index] !== true);
    if (missing.length === 0) return { name, status: 'ok', found: `${root}, ${TRACEPOINTS.length} tracepoints` };
    const fix = 'the kernel needs CONFIG_FTRACE_SYSCALLS=y and CONFIG_CGROUPS=y, as every distribution builds it';
    return { name, status: 'fail', found: `${root} has no ${missing.join(', ')}`, fix };
  }
  if (process.getuid?.() !== 0 && (await readText('/proc/self/mountinfo'))?.includes(' - tracefs ')) {
    return { name, status: 'warn', found: 'mounted; only root can look into it', fix: 'run the doctor as root to see more' };
  }
  return { name, status: 'fail', found: 'not mounted', fix: 'mount -t tracefs tracefs /sys/kernel/tracing (as root)' };
}

async function checkLockdown(): Promise<Check> {
  const text = await readText('/sys/kernel/security/lockdown');
  const mode = /\[(\w+)\]/.exec(text ?? '')?.[1] ?? 'none';
  if (mode !== 'confidentiality') return { name: 'lockdown', status: 'ok', found: mode };
  return { name: 'lockdown', status: 'fail', found: mode, fix: 'the kernel refuses BPF reads in this mode: boot with lockdown=integrity' };
}

/** include/uapi/linux/nsfs.h (and proc_ns.h before it): the inodes of the initial namespaces are constants. */
const INITIAL = { pid: 4026531836, cgroup: 4026531835 } as const;

async function checkPidNamespace(): Promise<Check> {
  const name = 'pid namespace';
  if ((await namespaceOf('pid')) === INITIAL.pid) return { name, status: 'ok', found: "the host's" };
  return {
    name,
    status: 'fail',
    found: "not the host's: pids of the kernel mean nothing here",
    fix: 'run it on the host, or set hostPID: true',
  };
}

async function checkCgroupNamespace(): Promise<Check> {
  const name = 'cgroup namespace';
  if ((await namespaceOf('cgroup')) === INITIAL.cgroup) return { name, status: 'ok', found: "the host's" };
  try {
    const { mountPoint } = findHierarchy();
    return { name, status: 'ok', found: `its own, and ${mountPoint} shows the host's cgroups` };
  } catch (error) {
    const fix = "mount the host's /sys/fs/cgroup in its pod, read-only";
    return { name, status: 'fail', found: `its own: ${messageOf(error)}`, fix };
  }
}

async function namespaceOf(type: keyof typeof INITIAL): Promise<number> {
  const link = await readlink(`/proc/self/ns/${type}`).catch(() => '');
  return Number(/\[(\d+)\]/.exec(link)?.[1] ?? 0);
}

async function checkCgroups(config: Config): Promise<Check> {
  const name = 'cgroups';
  const mounts = (await readText('/proc/self/mountinfo')) ?? '';
  // Only what is mounted below the usual place: a chroot elsewhere has mounts of the same file systems.
  const below = mounts.split('\n').filter((line) => line.split(' ')[4]?.startsWith('/sys/fs/cgroup') === true);
  const hasV2 = below.some((line) => line.includes(' - cgroup2 '));
  const hasV1 = below.some((line) => line.includes(' - cgroup '));
  const found = hasV1 && hasV2 ? 'v1 with an empty v2 beside it (hybrid)' : hasV2 ? 'v2' : hasV1 ? 'v1' : 'none';
  if (found === 'none')
    return {
      name,
      status: 'fail',
      found: 'none below /sys/fs/cgroup',
      fix: "mount the cgroup file system, or mount the host's /sys/fs/cgroup",
    };
  const wanted = config.cgroupHierarchy;
  if ((wanted === 'v2' && !hasV2) || (wanted === 'v1' && !hasV1)) {
    return { name, status: 'fail', found, fix: `cgroupHierarchy is ${wanted}, which this machine has not: set it to auto` };
  }
  return { name, status: 'ok', found };
}

async function checkProc(): Promise<Check> {
  const name = '/proc';
  const pids = (await readdir('/proc').catch(() => [] as string[])).filter((entry) => /^\d+$/.test(entry));
  if (pids.includes('2') || (pids.includes('1') && pids.length > 1)) return { name, status: 'ok', found: `${pids.length} processes` };
  return {
    name,
    status: 'fail',
    found: `${pids.length} processes`,
    fix: "mount the host's /proc without hidepid, and run with hostPID: true",
  };
}

/** Whether the ports are free, or an agent is there already. */
export async function checkListen(config: Config): Promise<readonly Check[]> {
  const streams = config.listen.map((address) => checkPort('listen', address, '--listen'));
  const { listen } = config.metrics;
  return Promise.all(listen === undefined ? streams : [...streams, checkPort('metrics.listen', listen, '--metrics-listen')]);
}

/** Certificate, key, CA and tokens, where an address needs them. */
export function checkAccess(config: Config, env: Readonly<Record<string, string | undefined>>): readonly Check[] {
  if (!isRemote(config)) return [];
  const name = 'access';
  try {
    const { warnings, served } = checkRemoteAccess(config, env);
    const [first] = [...warnings, expiryWarning({ served }, Date.now())].filter((warning) => warning !== undefined);
    if (first !== undefined) return [{ name, status: 'warn', found: first }];
    return [{ name, status: 'ok', found: `the certificate for ${addressesOf(served)} is good until ${served.validTo}` }];
  } catch (error) {
    return [{ name, status: 'fail', found: messageOf(error), fix: 'docs/security.md says what each of these files is' }];
  }
}

function addressesOf(served: X509Certificate): string {
  return (served.subjectAltName ?? served.subject).replace(/\s+/g, ' ').slice(0, 200);
}

async function checkPort(name: string, address: ListenAddress, flag: string): Promise<Check> {
  const at = formatListen(address);
  // Who listens on every address is reached on loopback.
  const host = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[address.host] ?? address.host;
  try {
    // An address of another network may be answered for by anything on the way: whether it is ours and free only trying tells.
    if (!isLoopback(host)) return await checkFree(name, address, flag);
    const answer = await fetch(`http://${formatListen({ ...address, host })}/healthz`, { signal: AbortSignal.timeout(1000) });
    await answer.body?.cancel();
    return {
      name,
      status: 'warn',
      found: `${at} is taken, most likely by an agent that runs already`,
      fix: `nothing, if that is the agent; else choose another with ${flag}`,
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ECONNREFUSED') return { name, status: 'ok', found: `${at} is free` };
    return { name, status: 'warn', found: `${at} is taken by something that speaks no HTTP`, fix: `choose another address with ${flag}` };
  }
}

function checkFree(name: string, address: ListenAddress, flag: string): Promise<Check> {
  const at = formatListen(address);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        const fix = `nothing, if that is the agent; else choose another with ${flag}`;
        resolve({ name, status: 'warn', found: `${at} is taken, most likely by an agent that runs already`, fix });
      } else resolve({ name, status: 'fail', found: `${at}: ${messageOf(error)}`, fix: `give ${flag} with an address of this machine` });
    });
    server.listen(address.port, address.host, () => server.close(() => resolve({ name, status: 'ok', found: `${at} is free` })));
  });
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
