// How much processor time and memory a cgroup has used, wherever the two controllers are mounted.
import { parseMountinfo } from './mountinfo.ts';
import { readSmallFile } from './small-file.ts';

export interface CgroupUsage {
  /** Processor time since the cgroup was made, ms. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Undefined when the cgroup is gone, or is not in the hierarchies of both controllers. `path` is from the root of its hierarchy. */
export type ReadCgroupUsage = (path: string) => CgroupUsage | undefined;

/** Where v1 controllers are mounted they have the accounts, else v2 does (Documentation/admin-guide/cgroup-v1, cgroup-v2.rst). */
export function createCgroupUsage({ proc = '/proc' }: { readonly proc?: string } = {}): ReadCgroupUsage {
  const mounts = parseMountinfo(readSmallFile(`${proc}/self/mountinfo`) ?? '');
  const v1 = (controller: string) => mounts.find(({ type, superOptions }) => type === 'cgroup' && superOptions.includes(controller));
  const v2 = mounts.find(({ type }) => type === 'cgroup2')?.mountPoint;
  const cpu = v1('cpuacct')?.mountPoint;
  const memory = v1('memory')?.mountPoint;
  const cpuMs = (path: string) =>
    cpu === undefined ? fieldOf(`${v2}${path}/cpu.stat`, 'usage_usec', 1e3) : numberIn(`${cpu}${path}/cpuacct.usage`, 1e6);
  const memoryBytes = (path: string) =>
    numberIn(memory === undefined ? `${v2}${path}/memory.current` : `${memory}${path}/memory.usage_in_bytes`, 1);
  return (path) => {
    const used = { cpuMs: cpuMs(path), memoryBytes: memoryBytes(path) };
    return used.cpuMs === undefined || used.memoryBytes === undefined ? undefined : { cpuMs: used.cpuMs, memoryBytes: used.memoryBytes };
  };
}

function numberIn(file: string, divisor: number): number | undefined {
  const text = readSmallFile(file, 64)?.trim();
  return text === undefined || !/^\d{1,20}$/.test(text) ? undefined : Number(text) / divisor;
}

function fieldOf(file: string, name: string, divisor: number): number | undefined {
  const value = new RegExp(`^${name} (\\d{1,20})$`, 'm').exec(readSmallFile(file) ?? '')?.[1];
  return value === undefined ? undefined : Number(value) / divisor;
}
