// A program that makes and reaps processes as fast as the kernel can and does nothing else: 120 bytes of machine code, so that no shell is measured.
import { writeFileSync } from 'node:fs';

const LOAD_ADDRESS = 0x400000;
const ELF_BYTES = 64;
const SEGMENT_BYTES = 56;

/** Writes an executable that vforks `forks` children, one after the other; each exits at once. Throws on a processor without code here. */
export function writeForkStorm(file: string, forks: number): void {
  const build = { x64: codeX64, arm64: codeArm64 }[process.arch as string];
  if (build === undefined) throw new Error(`the fork storm has no code for ${process.arch}: it knows x64 and arm64`);
  writeFileSync(file, elf(build(forks), process.arch === 'x64' ? 62 : 183), { mode: 0o755 });
}

// System call numbers: arch/x86/entry/syscalls/syscall_64.tbl.
function codeX64(forks: number): Buffer {
  return Buffer.concat([
    Buffer.from([0x41, 0xbc]), //              mov r12d, forks
    little(forks),
    Buffer.from([
      ...[0xb8, 58, 0, 0, 0, 0x0f, 0x05], //   next: eax = vfork
      ...[0x85, 0xc0, 0x74, 0x16], //          test eax, eax; jz child
      ...[0x83, 0xcf, 0xff, 0x31, 0xf6], //    edi = -1; esi = 0
      ...[0x31, 0xd2, 0x45, 0x31, 0xd2], //    edx = 0; r10d = 0
      ...[0xb8, 61, 0, 0, 0, 0x0f, 0x05], //   wait4
      ...[0x41, 0xff, 0xcc, 0x75, 0xdf], //    dec r12d; jnz next
      ...[0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05], // child: exit(0)
    ]),
  ]);
}

// include/uapi/asm-generic/unistd.h; clone(CLONE_VM | CLONE_VFORK | SIGCHLD) is vfork.
function codeArm64(forks: number): Buffer {
  const move = (register: number, value: number, shift = 0): number => (0xd2800000 | (shift << 21) | (value << 5) | register) >>> 0;
  const keep = (register: number, value: number): number => (0xf2a00000 | (value << 5) | register) >>> 0;
  const words = [
    move(19, forks & 0xffff),
    keep(19, forks >>> 16),
    move(0, 0x4111), // next
    move(1, 0),
    move(8, 220),
    0xd4000001,
    0xb4000120, // cbz x0, child
    0x92800000, // x0 = -1
    move(1, 0),
    move(2, 0),
    move(3, 0),
    move(8, 260),
    0xd4000001,
    0xf1000673, // subs x19, x19, 1
    0x54fffe81, // b.ne next
    move(0, 0), // child
    move(8, 93),
    0xd4000001,
  ];
  return Buffer.concat(words.map(little));
}

function elf(code: Buffer, machine: number): Buffer {
  const size = ELF_BYTES + SEGMENT_BYTES + code.length;
  const file = Buffer.alloc(size);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS + ELF_BYTES + SEGMENT_BYTES), 24);
  file.writeBigUInt64LE(BigInt(ELF_BYTES), 32);
  file.writeUInt16LE(ELF_BYTES, 52);
  file.writeUInt16LE(SEGMENT_BYTES, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 80);
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 88);
  file.writeBigUInt64LE(BigInt(size), 96);
  file.writeBigUInt64LE(BigInt(size), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  code.copy(file, ELF_BYTES + SEGMENT_BYTES);
  return file;
}

function little(word: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word >>> 0);
  return bytes;
}
