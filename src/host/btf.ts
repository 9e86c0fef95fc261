// Looks up one enum in the kernel's BTF (/sys/kernel/btf/vmlinux): for numbers that differ with the kernel's configuration.
import { readFileSync } from 'node:fs';

const MAGIC = 0xeb9f;
const KIND_ENUM = 6;
// Bytes after a type's 12-byte head: fixed, and for each of its vlen members. Documentation/bpf/btf.rst, section 2.2.
const TAIL: Readonly<Record<number, readonly [fixed: number, perMember: number]>> = {
  1: [4, 0],
  3: [12, 0],
  4: [0, 12],
  5: [0, 12],
  6: [0, 8],
  13: [0, 8],
  14: [4, 0],
  15: [0, 12],
  17: [4, 0],
  19: [0, 12],
};

/** Names and values of a 32-bit enum; undefined when there is no BTF, or none of that name in it. Reads some megabytes: 10 ms. */
export function readKernelEnum(name: string, path = '/sys/kernel/btf/vmlinux'): ReadonlyMap<string, number> | undefined {
  try {
    return findEnum(readFileSync(path), name);
  } catch {
    // No BTF, cut off, or not BTF: the reads below throw RangeError.
    return undefined;
  }
}

function findEnum(btf: Buffer, name: string): ReadonlyMap<string, number> | undefined {
  if (btf.readUInt16LE(0) !== MAGIC) return undefined;
  const headerLength = btf.readUInt32LE(4);
  const types = headerLength + btf.readUInt32LE(8);
  const typesEnd = types + btf.readUInt32LE(12);
  const strings = headerLength + btf.readUInt32LE(16);
  const text = (offset: number) => btf.toString('latin1', strings + offset, btf.indexOf(0, strings + offset));
  for (let at = types; at < typesEnd; ) {
    const info = btf.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x1f;
    const members = info & 0xffff;
    const [fixed, perMember] = TAIL[kind] ?? [0, 0];
    if (kind === KIND_ENUM && text(btf.readUInt32LE(at)) === name) {
      return new Map(
        Array.from({ length: members }, (_, index) => {
          const member = at + 12 + index * 8;
          return [text(btf.readUInt32LE(member)), btf.readInt32LE(member + 4)];
        }),
      );
    }
    at += 12 + fixed + perMember * members;
  }
  return undefined;
}
