// One program of all probes, from what the kernel says of itself; and finding bpftrace.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { checkPrivileges, findBpftrace, profileOf } from '../../src/kernel/bpftrace.ts';
import { readKernelTypes } from '../../src/kernel/btf.ts';
import {
  type ComposeOptions,
  composeFrom,
  fillIn,
  type KernelFacts,
  probeFiles,
  readKernelFacts,
  TRACEPOINTS,
} from '../../src/kernel/compose.ts';
import type { CgroupId } from '../../src/kernel/identity.ts';
import { systemSeeder } from '../../src/kernel/seed.ts';

const probesDir = fileURLToPath(new URL('../../probes', import.meta.url));

/** BTF in little-endian, as the kernel writes it: strings and raw 32-bit words of types. */
function btfOf(build: (name: (text: string) => number) => readonly (readonly number[])[]): Buffer {
  let strings = '\0';
  const name = (text: string): number => {
    const at = strings.length;
    strings += `${text}\0`;
    return text === '' ? 0 : at;
  };
  const words = build(name).flat();
  const types = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => {
    types.writeUInt32LE(word >>> 0, i * 4);
  });
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  header.writeUInt32LE(24, 4);
  header.writeUInt32LE(types.length, 12);
  header.writeUInt32LE(types.length, 16);
  header.writeUInt32LE(strings.length, 20);
  return Buffer.concat([header, types, Buffer.from(strings, 'latin1')]);
}

const info = (kind: number, count: number, hasBitfields = false) => (kind << 24) | count | (hasBitfields ? 0x80000000 : 0);

/** struct pid with numbers[1] counted by sizeof; ns_common with inum and, inside an anonymous union, maybe ns_id. */
function kernelWith({ nsId = true, cookie = true } = {}): Buffer {
  return btfOf((name) => [
    [name('u64'), info(1, 0), 8, 64], // 1
    [name('upid'), info(4, 0), 16], // 2
    [0, info(3, 0), 0, 2, 1, 1], // 3: upid[1]
    [name('pid'), info(4, 2), 112, name('level'), 1, 0, name('numbers'), 3, 96 * 8], // 4
    [0, info(5, 1), 8, name(nsId ? 'ns_id' : 'other'), 6, 0], // 5
    [name('ns_id_t'), info(8, 0), 7], // 6: typedef of
    [0, info(10, 0), 1], // 7: const u64
    [name('ns_common'), info(4, 2, true), 24, name('inum'), 1, (3 << 24) | 0, 0, 5, 64], // 8
    [name('net'), info(4, 1), 8, name('net_cookie'), cookie ? 1 : 2, 0], // 9
    [name('cgroup_subsys_id'), info(6, 2), 4, name('cpuset_cgrp_id'), 0, name('pids_cgrp_id'), 11], // 10
    [name('f'), info(13, 1), 0, 0, 1], // 11: func_proto, whose trailer is stepped over
    [name('last'), info(4, 1), 4, name('field'), 1, 0], // 12
  ]);
}

const facts: KernelFacts = { hasGroupDead: true, pageBytes: 16_384, types: readKernelTypes(kernelWith()) };
const options: ComposeOptions = {
  facts,
  hierarchy: { kind: 'v1', controller: 'pids', hierarchyId: 8 },
  hostNamespaces: [901, 902, 903, 904, 905, 906, 907],
  agentPid: 4242,
  podRoots: ['47' as CgroupId],
  podNamespaces: [4026532999],
  processArgs: false,
  rawCgroups: false,
};

t.test('reads structs, with anonymous members, and enums out of BTF', async (t) => {
  const { types } = facts;
  t.match(types.struct('pid'), { sizeBytes: 112 });
  t.strictSame(types.struct('pid')?.fields.get('numbers'), { offsetBytes: 96, isInteger: false });
  t.strictSame(types.struct('ns_common')?.fields.get('ns_id'), { offsetBytes: 8, isInteger: true });
  t.strictSame(types.struct('ns_common')?.fields.get('inum'), { offsetBytes: 0, isInteger: true });
  t.ok(types.struct('last')?.fields.has('field'), 'what stands behind other kinds of types is found');
  t.equal(types.struct('nothing'), undefined);
  t.equal(types.enumerator('cgroup_subsys_id', 'pids_cgrp_id'), 11);
  t.equal(types.enumerator('cgroup_subsys_id', 'none'), undefined);
  t.equal(types.enumerator('none', 'none'), undefined);
  t.throws(() => readKernelTypes(Buffer.from('something else, long enough')));
  t.throws(() => readKernelTypes(kernelWith().subarray(0, 40)));
});

t.test("reads this kernel's own BTF", { skip: !existsSync('/sys/kernel/btf/vmlinux') && 'needs BTF' }, async (t) => {
  const types = readKernelTypes(readFileSync('/sys/kernel/btf/vmlinux'));
  t.ok((types.struct('task_struct')?.sizeBytes ?? 0) > 1_000);
  t.ok(types.struct('ns_common')?.fields.get('inum')?.isInteger);
  t.type(types.enumerator('cgroup_subsys_id', 'cpu_cgrp_id'), 'number');
});

t.test('composes one program in which every name has its value', async (t) => {
  const program = await composeFrom(probesDir, options);
  t.notMatch(
    program,
    /#define|BY_HAND|TASK_CGROUP|HOST_|_ID\b|GROUP_DEAD|PID_SLACK|PAGE_BYTES|USAGE|LIMIT|MEMORY_CSS|LOGIN_UID|AGENT_PID|\$1\b|\/\*/,
  );
  t.equal(program.match(/^BEGIN$/gm)?.length, 1);
  t.equal(program.match(/^END$/gm)?.length, 1);
  t.match(program, /@root\[\(uint64\)47\] = 1;/);
  t.match(program, /@podns\[\(uint64\)4026532999\] = 1;/);
  t.match(program, /\$css->subsys\[11\]->cgroup/);
  t.match(program, /args->root == 8/);
  t.match(program, /net_ns->ns\.inum != 901/);
  t.match(program, /if \(args->group_dead\)/);
  t.match(program, /sizeof\(struct pid\) - 16 \+/);
  t.match(program, /\$n->net_ns->ns\.ns_id, \$u->ns->ns\.ns_id/);
  t.match(program, /\(uint64\)4242/);
  t.match(program, /\$mine->level, \$s->cgroup->level, 16384, /, 'the size of a page');
  t.match(program, /args->pid, 4294967295, \$t->flags & 4/, 'no login uid where the kernel keeps none');
  t.notMatch(program, /"args"/, 'arguments only when asked for');
  const canaries = [program.indexOf('"hatch"'), program.indexOf('"fork"'), program.indexOf('"canary"')];
  t.same(
    canaries,
    canaries.toSorted((a, b) => a - b),
    'the canary is first and last',
  );
  t.ok(program.length < 100_000, 'it fits into one argument of a process');
});

t.test('composes for other machines', async (t) => {
  const v2 = await composeFrom(probesDir, { ...options, hierarchy: { kind: 'v2' }, processArgs: true, rawCgroups: true });
  t.match(v2, /\$css->dfl_cgrp/);
  t.match(v2, /hierarchy_id == 0/);
  t.match(v2, /^rawtracepoint:cgroup_mkdir$/m);
  t.match(v2, /"args"/);
  const old = await composeFrom(probesDir, {
    ...options,
    facts: { ...facts, hasGroupDead: false, types: readKernelTypes(kernelWith({ nsId: false })) },
  });
  t.match(old, /signal->live\.counter == 0/);
  t.match(old, /\$n->net_ns->net_cookie, 0, 0, 0, 0, 0, 0,/);
  const older = await composeFrom(probesDir, {
    ...options,
    facts: { ...facts, hasGroupDead: false, types: readKernelTypes(kernelWith({ nsId: false, cookie: false })) },
  });
  t.match(older, /^\s+0, 0, 0, 0, 0, 0, 0,$/m);
  const given = await composeFrom(probesDir, { ...options, hierarchy: { kind: 'v1', controller: 'odd', hierarchyId: 3, subsysIndex: 5 } });
  t.match(given, /subsys\[5\]/);
});

t.test('refuses what is not a number, and a controller that the kernel does not have', async (t) => {
  await t.rejects(composeFrom(probesDir, { ...options, podRoots: ['1] = 1; } BEGIN { exit(); //' as CgroupId] }), TypeError);
  await t.rejects(composeFrom(probesDir, { ...options, agentPid: 1.5 }), TypeError);
  await t.rejects(composeFrom(probesDir, { ...options, hierarchy: { kind: 'v1', controller: 'net_cls', hierarchyId: 3 } }), {
    code: 'PLATFORM_UNSUPPORTED',
  });
});

t.test('every probe file is documented, runs alone, and holds neither BEGIN nor END', async (t) => {
  for (const name of new Set([
    ...probeFiles({ processArgs: true, rawCgroups: false }),
    ...probeFiles({ processArgs: true, rawCgroups: true }),
  ])) {
    const source = readFileSync(join(probesDir, name), 'utf8');
    t.match(source, /^#!\/usr\/bin\/env -S bpftrace -f json\n\/\*\n/, name);
    for (const part of ['USAGE:', 'Attach point', 'Missed:', 'Fields', 'Overhead:', 'Tried on', 'Example:'])
      t.ok(source.includes(part), `${name}: ${part}`);
    t.notMatch(fillIn(source, new Map()), /^(BEGIN|END)\b|kprobe|printf/m, name);
  }
});

function tracefs(t: Test, without: readonly string[] = [], exit = 'field:bool group_dead;'): string {
  const root = t.testdir();
  for (const name of TRACEPOINTS.filter((name) => !without.includes(name))) {
    const path = join(root, 'events', name, 'format');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith('process_exit') ? exit : 'field:int pid;');
  }
  writeFileSync(join(root, 'btf'), kernelWith());
  return root;
}

t.test('says what the kernel lacks, and what to do', async (t) => {
  const all = tracefs(t);
  const btfPath = join(all, 'btf');
  t.match(await readKernelFacts({ btfPath, tracefsPath: all }), { hasGroupDead: true });
  await t.rejects(readKernelFacts({ btfPath: '/nonexistent', tracefsPath: all }), {
    code: 'BTF_MISSING',
    message: /CONFIG_DEBUG_INFO_BTF/,
  });
  await t.rejects(readKernelFacts({ btfPath, tracefsPath: '/nonexistent' }), { code: 'TRACEFS_MISSING', message: /mount -t tracefs/ });
  await t.test('a kernel before 6.16', async (t) =>
    t.match(await readKernelFacts({ btfPath, tracefsPath: tracefs(t, [], 'field:int pid;') }), { hasGroupDead: false }),
  );
  await t.test('a kernel without a tracepoint', (t) =>
    t.rejects(readKernelFacts({ btfPath, tracefsPath: tracefs(t, ['oom/mark_victim']) }), {
      code: 'PLATFORM_UNSUPPORTED',
      message: /oom\/mark_victim/,
    }),
  );
});

t.test('finds bpftrace and its version, or says how to get it', async (t) => {
  const folder = t.testdir();
  const program = (name: string, script: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  t.match(await findBpftrace(program('debian', 'echo bpftrace v0.17.0')), { version: '0.17.0', minor: 17 });
  t.match(await findBpftrace(program('one', 'echo bpftrace v1.2.3-rc1')), { version: '1.2.3', minor: 1002 });
  await t.rejects(findBpftrace(program('old', 'echo bpftrace v0.14.1')), { code: 'BPFTRACE_UNSUPPORTED', message: /0\.14\.1 .* too old/ });
  await t.rejects(findBpftrace(program('odd', 'echo hello; exit 3')), { code: 'BPFTRACE_UNSUPPORTED', message: /hello/ });
  await t.rejects(findBpftrace(join(folder, 'none')), { code: 'BPFTRACE_MISSING', message: /ENOENT/ });
  await t.rejects(findBpftrace('bpftrace', 'darwin'), { code: 'PLATFORM_UNSUPPORTED' });
});

t.test('says which privilege is missing', async (t) => {
  const status = (bits: bigint) => `Name:\tnode\nCapEff:\t${bits.toString(16).padStart(16, '0')}\n`;
  const both = (1n << 38n) | (1n << 39n);
  const old = { minor: 17, version: '0.17.0' };
  const recent = { minor: 27, version: '0.27.0' };
  await t.resolves(checkPrivileges(old, { uid: 0, status: status(1n << 21n) }));
  await t.resolves(checkPrivileges(recent, { uid: 1000, status: status(both) }));
  await t.rejects(checkPrivileges(old, { uid: 1000, status: status(both) }), { code: 'PRIVILEGE_MISSING', message: /sudo/ });
  await t.rejects(checkPrivileges(recent, { uid: 1000, status: status(1n << 38n) }), { code: 'PRIVILEGE_MISSING', message: /CAP_BPF/ });
  await t.rejects(checkPrivileges(old, { uid: 0, status: status(0n) }), { code: 'PRIVILEGE_MISSING', message: /privileged/ });
});

t.test('each version gets the limits it knows', async (t) => {
  t.match(profileOf({ minor: 17 }, 2), {
    stringLimitBytes: 200,
    rawCgroups: false,
    env: { BPFTRACE_STRLEN: '200', BPFTRACE_PERF_RB_PAGES: '4096' },
  });
  t.match(profileOf({ minor: 17 }, 96), { env: { BPFTRACE_PERF_RB_PAGES: '128' } }, 'buffers of all CPUs together are bounded');
  t.match(profileOf({ minor: 23 }, 2), { stringLimitBytes: 512, rawCgroups: true, env: { BPFTRACE_MAX_STRLEN: '512' } });
  t.match(profileOf({ minor: 27 }, 2), { rawCgroups: false, env: { BPFTRACE_PERF_RB_PAGES: '16384' } });
});

t.test('seeds only what fits into the call', async (t) => {
  t.equal(systemSeeder.process(process.pid, 'pod'), true);
  t.equal(systemSeeder.process(process.pid, 'guest'), true);
  t.equal(systemSeeder.process(0, 'runtime'), false);
  t.equal(systemSeeder.process(0x400000, 'pod'), false);
  t.equal(systemSeeder.process(1.5, 'pod'), false);
  t.equal(systemSeeder.root('4711' as CgroupId), true);
  t.equal(systemSeeder.root('6442450944' as CgroupId), false);
  t.equal(systemSeeder.namespace(4026532999), true);
  t.equal(systemSeeder.namespace(4026532999, true), true);
  t.equal(systemSeeder.namespace(4026531833), false, 'an initial namespace');
  t.equal(systemSeeder.canary(7), true);
  t.equal(systemSeeder.canary(2 ** 28), false);
});
