// Makes one bpftrace program of the files in probes/, with the values of this machine filled in. Runs nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PodtreeError } from '../error.ts';
import { type KernelTypes, readKernelTypes } from './btf.ts';
import type { CgroupId, NamespaceSet } from './identity.ts';

/** The cgroup hierarchy in which pods are told apart: all cgroup ids of the events are of this one. */
export type Hierarchy =
  | { readonly kind: 'v2' }
  | {
      readonly kind: 'v1';
      /** A controller with a hierarchy of its own, such as 'pids'. A named hierarchy without a controller (name=systemd) cannot be read by the probes. */
      readonly controller: string;
      /** First number of the controller's line in /proc/self/cgroup. */
      readonly hierarchyId: number;
      /** Position in enum cgroup_subsys_id; taken from BTF when absent. */
      readonly subsysIndex?: number;
    };

/** What the composed program depends on, read from the kernel that runs. */
export interface KernelFacts {
  /** BTF of the kernel. */
  readonly types: KernelTypes;
  /** events/sched/sched_process_exit has a group_dead field (Linux 6.16). */
  readonly hasGroupDead: boolean;
  /** Size of a page of memory. */
  readonly pageBytes: number;
}

/** The tracepoints that the probes attach to, as below events/. */
export const TRACEPOINTS = [
  'task/task_newtask',
  'sched/sched_process_exec',
  'sched/sched_process_exit',
  'syscalls/sys_enter_setns',
  'syscalls/sys_exit_setns',
  'syscalls/sys_enter_unshare',
  'syscalls/sys_exit_unshare',
  'syscalls/sys_enter_getpriority',
  'signal/signal_generate',
  'oom/mark_victim',
  'cgroup/cgroup_mkdir',
  'cgroup/cgroup_rmdir',
  'cgroup/cgroup_attach_task',
] as const;

export interface KernelFactsOptions {
  readonly btfPath?: string;
  readonly tracefsPath?: string;
  readonly auxvPath?: string;
}

/** Throws BTF_MISSING, TRACEFS_MISSING or PLATFORM_UNSUPPORTED. */
export async function readKernelFacts(options: KernelFactsOptions = {}): Promise<KernelFacts> {
  const btfPath = options.btfPath ?? '/sys/kernel/btf/vmlinux';
  const tracefsPath = options.tracefsPath ?? '/sys/kernel/tracing';
  let types: KernelTypes;
  try {
    types = readKernelTypes(await readFile(btfPath));
  } catch (cause) {
    throw new PodtreeError(
      'BTF_MISSING',
      `kernel: reading its type information at ${btfPath} failed: ${messageOf(cause)}. podtree needs a kernel built with CONFIG_DEBUG_INFO_BTF=y; those of Debian 11, Ubuntu 20.10, Fedora 32, RHEL 8.2 and later are`,
      { cause },
    );
  }
  const formats = await Promise.all(
    TRACEPOINTS.map((name) => readFile(join(tracefsPath, 'events', name, 'format'), 'utf8').catch((cause: unknown) => ({ name, cause }))),
  );
  const missing = formats.filter((format) => typeof format === 'object');
  if (missing.length === TRACEPOINTS.length) {
    throw new PodtreeError(
      'TRACEFS_MISSING',
      `kernel: no tracepoint can be read below ${tracefsPath}: ${messageOf(missing[0]?.cause)}. As root: mount -t tracefs tracefs ${tracefsPath}`,
      { cause: missing[0]?.cause },
    );
  }
  if (missing.length > 0) {
    throw new PodtreeError(
      'PLATFORM_UNSUPPORTED',
      `kernel: tracepoints are missing below ${tracefsPath}/events: ${missing.map((format) => format.name).join(', ')}. The kernel must be built with CONFIG_FTRACE_SYSCALLS=y and CONFIG_CGROUPS=y`,
    );
  }
  const exitFormat = formats[TRACEPOINTS.indexOf('sched/sched_process_exit')];
  return {
    types,
    hasGroupDead: typeof exitFormat === 'string' && /\bgroup_dead;/.test(exitFormat),
    pageBytes: pageBytesOf(await readFile(options.auxvPath ?? '/proc/self/auxv').catch(() => Buffer.alloc(0))),
  };
}

const AT_PAGESZ = 6n;
const MOST_COMMON_PAGE_BYTES = 4096;

/** What the kernel told this process of its pages when it started (getauxval(3)): pairs of 64-bit numbers. */
function pageBytesOf(auxv: Buffer): number {
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (auxv.readBigUInt64LE(at) === AT_PAGESZ) return Number(auxv.readBigUInt64LE(at + 8));
  }
  return MOST_COMMON_PAGE_BYTES;
}

export interface ComposeOptions {
  readonly facts: KernelFacts;
  readonly hierarchy: Hierarchy;
  readonly hostNamespaces: NamespaceSet;
  /** The process whose getpriority calls are listened to, as the initial pid namespace numbers it. */
  readonly agentPid: number;
  readonly podRoots: readonly CgroupId[];
  readonly podNamespaces: readonly number[];
  readonly processArgs: boolean;
  /** Take cgroup paths from the raw tracepoint: see probes/cgroups-raw.bt. */
  readonly rawCgroups: boolean;
}

/** The files of a program in their order: the canary stands first and last, so that it comes back only when what is between is attached,
 * in whichever order bpftrace attaches. */
export function probeFiles(options: Pick<ComposeOptions, 'processArgs' | 'rawCgroups'>): readonly string[] {
  return [
    'canary.bt',
    'processes.bt',
    'hostname.bt',
    ...(options.processArgs ? ['arguments.bt'] : []),
    'namespaces.bt',
    'signals.bt',
    'oom.bt',
    options.rawCgroups ? 'cgroups-raw.bt' : 'cgroups.bt',
    'seed.bt',
  ];
}

/** Reads the files from a folder and makes the program. */
export async function composeFrom(probesDir: string, options: ComposeOptions): Promise<string> {
  const sources = await Promise.all(probeFiles(options).map((name) => readFile(join(probesDir, name), 'utf8')));
  return compose(sources, options);
}

/** The program: BEGIN with what is known, every probe with its #defines replaced, END that keeps maps from being printed. */
export function compose(sources: readonly string[], options: ComposeOptions): string {
  const values = machineValues(options);
  const known = [
    ...options.podRoots.map((id) => `  @root[(uint64)${decimal(id)}] = 1;`),
    ...options.podNamespaces.map((inode) => `  @podns[(uint64)${decimal(inode)}] = 1;`),
  ];
  return [
    `BEGIN\n{\n${known.join('\n')}\n  @watch[(uint64)0] = 0;\n}`,
    ...sources.map((source) => fillIn(source, values)),
    'END\n{\n  clear(@root);\n  clear(@watch);\n  clear(@podns);\n  clear(@before);\n}\n',
  ].join('\n\n');
}

/** Strips comments and takes out #define lines; their names become the machine's value or the default that stands there. */
export function fillIn(source: string, values: ReadonlyMap<string, string>): string {
  const code = source
    .replace(/^#!.*\n/, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*\n/gm, '');
  const defined = new Map<string, string>();
  const body = code.replace(/^#define[ \t]+(\w+)[ \t]+(.*)\n/gm, (_line, name: string, value: string) => {
    defined.set(name, values.get(name) ?? value.trim());
    return '';
  });
  return body
    .replace(/\b[A-Z][A-Z0-9_]+\b/g, (name) => defined.get(name) ?? name)
    .replace(/\$1\b/g, '0')
    .trim();
}

function machineValues(options: ComposeOptions): ReadonlyMap<string, string> {
  const { types, hasGroupDead } = options.facts;
  const [net, pid, ipc, uts, mnt, user, cgroup] = options.hostNamespaces;
  const member = options.hierarchy.kind === 'v2' ? 'dfl_cgrp' : `subsys[${subsysIndex(options.hierarchy, types)}]->cgroup`;
  const pidStruct = types.struct('pid');
  const numbers = pidStruct?.fields.get('numbers');
  const values = new Map<string, string>([
    ['BY_HAND', '0'],
    ['AGENT_PID', decimal(options.agentPid)],
    ['TASK_CGROUP', `$css->${member}`],
    ['HIERARCHY_ID', options.hierarchy.kind === 'v2' ? '0' : decimal(options.hierarchy.hierarchyId)],
    ['PAGE_BYTES', decimal(options.facts.pageBytes)],
    ['HOST_NET', decimal(net)],
    ['HOST_PID', decimal(pid)],
    ['HOST_IPC', decimal(ipc)],
    ['HOST_UTS', decimal(uts)],
    ['HOST_MNT', decimal(mnt)],
    ['HOST_USER', decimal(user)],
    ['HOST_CGROUP', decimal(cgroup)],
  ]);
  const memoryIndex = types.enumerator('cgroup_subsys_id', 'memory_cgrp_id');
  if (memoryIndex !== undefined) values.set('MEMORY_CSS', `$css->subsys[${decimal(memoryIndex)}]`);
  // CONFIG_AUDIT keeps it.
  if (types.struct('task_struct')?.fields.get('loginuid') === undefined) values.set('LOGIN_UID', '4294967295');
  if (hasGroupDead) values.set('GROUP_DEAD', 'args->group_dead');
  // Before Linux 6.6 `numbers` has one element that sizeof counts.
  if (pidStruct !== undefined && numbers !== undefined) values.set('PID_SLACK', decimal(pidStruct.sizeBytes - numbers.offsetBytes));
  if (types.struct('ns_common')?.fields.get('ns_id')?.isInteger) {
    values.set('NET_ID', '$n->net_ns->ns.ns_id');
    values.set('PID_ID', '$u->ns->ns.ns_id');
    values.set('IPC_ID', '$n->ipc_ns->ns.ns_id');
    values.set('UTS_ID', '$n->uts_ns->ns.ns_id');
    values.set('MNT_ID', '$n->mnt_ns->ns.ns_id');
    values.set('USER_ID', '$t->cred->user_ns->ns.ns_id');
    values.set('CGROUP_NS_ID', '$n->cgroup_ns->ns.ns_id');
  } else if (!types.struct('net')?.fields.get('net_cookie')?.isInteger) {
    values.set('NET_ID', '0');
  }
  return values;
}

function subsysIndex(hierarchy: Extract<Hierarchy, { kind: 'v1' }>, types: KernelTypes): string {
  const index = hierarchy.subsysIndex ?? types.enumerator('cgroup_subsys_id', `${hierarchy.controller}_cgrp_id`);
  if (index === undefined) {
    throw new PodtreeError(
      'PLATFORM_UNSUPPORTED',
      `kernel: it has no cgroup controller '${hierarchy.controller}'. Choose one that /proc/cgroups lists as enabled`,
    );
  }
  return decimal(index);
}

/** What goes into the program's text is a number, whatever it was given as. */
function decimal(value: number | string): string {
  const text = String(value);
  if (!/^\d{1,20}$/.test(text))
    throw new TypeError(`kernel: not an unsigned number in a bpftrace program: ${JSON.stringify(text.slice(0, 40))}`);
  return text;
}
