// The host's level: read from trees made by hand (what /proc says in situations that are hard to bring about), and from the real /proc.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import t from 'tap';
import { parseCgroupPath } from '../../src/host/cgroup-line.ts';
import { readCgroupTree } from '../../src/host/cgroups.ts';
import { createClock } from '../../src/host/clock.ts';
import { type CgroupHierarchy, findHierarchy } from '../../src/host/hierarchy.ts';
import { readContainerHostname } from '../../src/host/hostname.ts';
import { readHostIdentity, requireHostNamespaces } from '../../src/host/identity.ts';
import { createPace } from '../../src/host/pace.ts';
import { readPinnedNamespaces } from '../../src/host/pins.ts';
import { parseStat, parseStatus, readNamespaces, readProcess } from '../../src/host/process.ts';
import { scanHost } from '../../src/host/scan.ts';
import { findSocketOwner } from '../../src/host/socket-owner.ts';
import { NAMESPACE_TYPES, type NamespaceSet } from '../../src/kernel/identity.ts';

const HOST: NamespaceSet = [4026531833, 4026531836, 4026531839, 4026531838, 4026531832, 4026531837, 4026531835];
const POD: NamespaceSet = [11, 12, 13, 14, 15, 4026531837, 16];
const V2: CgroupHierarchy = { kind: 'v2', mountPoint: '/sys/fs/cgroup' };
const PIDS: CgroupHierarchy = { kind: 'v1', controller: 'pids', mountPoint: '/sys/fs/cgroup/pids', hierarchyId: 8, subsysIndex: 11 };
const POD_PATH =
  '/kubepods/burstable/pod9729a196-c472-4b60-ab40-1eaff722982d/d166c6190614efc91956b78e96d74c3fbc96ca8e91948c36de3bc5b0e7b27d48';

/** A stat line as the kernel writes it: 52 fields, of which comm is the second. */
function statLine(pid: number, comm: string, { state = 'S', ppid = 1, flags = 0, threads = 1, ticks = 12_345 } = {}): string {
  const fields = [state, ppid, pid, pid, 0, -1, flags, ...Array(10).fill(0), threads, 0, ticks, ...Array(30).fill(0)];
  fields.splice(15, 1, 20);
  return `${pid} (${comm}) ${fields.join(' ')}\n`;
}

interface FakeProcess {
  readonly stat?: string;
  readonly status?: string;
  readonly cgroup?: string;
  readonly cmdline?: string;
  readonly namespaces?: NamespaceSet;
}

type Files = Readonly<Record<string, string>>;

function makeProc(directory: string, processes: Readonly<Record<string, FakeProcess>>, files: Files = {}): string {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(`${directory}/${path}`), { recursive: true });
    writeFileSync(`${directory}/${path}`, text);
  };
  for (const [pid, { namespaces, ...texts }] of Object.entries(processes)) {
    mkdirSync(`${directory}/${pid}/ns`, { recursive: true });
    for (const [name, text] of Object.entries(texts)) write(`${pid}/${name}`, text);
    namespaces?.forEach((inode, index) => {
      const type = NAMESPACE_TYPES[index] ?? '';
      symlinkSync(`${type}:[${inode}]`, `${directory}/${pid}/ns/${type}`);
    });
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return directory;
}

t.test('a stat line is read whatever the process calls itself', async (t) => {
  for (const [written, comm] of [
    ['sleep', 'sleep'],
    ['a) S 1 (b', 'a) S 1 (b'],
    [') \\n', ') \n'],
    ['back\\\\nslash', 'back\\nslash'],
    ['((sd-pam))', '((sd-pam))'],
    ['', ''],
    ['\u001b[31mred', '\u001b[31mred'],
  ] as const) {
    const stat = parseStat(statLine(42, written, { ppid: 7, threads: 3, ticks: 99 }));
    t.match(stat, { pid: 42, comm, ppid: 7, threads: 3, startNs: 990_000_000, state: 'S' }, JSON.stringify(comm));
  }
  for (const text of ['', '42', '42 (sleep', '42 (sleep) S', 'x (sleep) S 1', statLine(42, 'x').replaceAll(' 20 ', ' ? ').slice(0, 30)]) {
    t.equal(parseStat(text), undefined, JSON.stringify(text));
  }
});

t.test('status gives the real uid and the innermost pid', async (t) => {
  t.same(parseStatus('Name:\tx\nUid:\t1000\t0\t0\t0\nNSpid:\t4711\t7\t1\n'), { uid: 1000, nsPid: 1 });
  t.same(parseStatus('Name:\tUid:\\n\nUid:\t5\t5\t5\t5\n'), { uid: 5, nsPid: 0 });
  t.same(parseStatus(''), { uid: 0, nsPid: 0 });
});

t.test('the cgroup path is that of the traced hierarchy', async (t) => {
  const hybrid = `9:name=systemd:/init.scope\n8:pids:${POD_PATH}\n4:cpu,cpuacct:/other\n0::/elsewhere\n`;
  t.equal(parseCgroupPath(hybrid, PIDS), POD_PATH);
  t.equal(parseCgroupPath(hybrid, V2), '/elsewhere');
  t.equal(parseCgroupPath(hybrid, { ...PIDS, controller: 'cpuacct' }), '/other');
  t.equal(parseCgroupPath(`0::${POD_PATH} (deleted)\n`, V2), POD_PATH);
  t.equal(parseCgroupPath('0::/a:b:cri-containerd:c\n', V2), '/a:b:cri-containerd:c');
  t.equal(parseCgroupPath('', V2), '/');
});

t.test('which hierarchy is traced', async (t) => {
  const v1 = (controllers: string) => `30 25 0:30 / /sys/fs/cgroup/${controllers} rw - cgroup cgroup rw,${controllers}\n`;
  const v2 = (mountPoint: string) => `31 25 0:31 / ${mountPoint} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n`;
  const cgroups = '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nblkio\t7\t1\t1\nmemory\t4\t11\t1\npids\t8\t1\t1\n';
  const find = (mountinfo: string, override?: string) =>
    findHierarchy({ proc: makeProc(t.testdir(), {}, { 'self/mountinfo': mountinfo, cgroups }), btf: '/nowhere', override });

  t.same(find(v2('/sys/fs/cgroup')), V2, 'v2 where there is nothing else');
  t.match(
    find(`${v2('/sys/fs/cgroup/unified')}${v1('pids')}${v1('memory')}`),
    { kind: 'v1', controller: 'pids', hierarchyId: 8, subsysIndex: 3 },
    'hybrid',
  );
  t.match(find(v1('memory')), { kind: 'v1', controller: 'memory', hierarchyId: 4, subsysIndex: 2 });
  t.match(find(v1('cpu,cpuacct')), { controller: 'cpu', mountPoint: '/sys/fs/cgroup/cpu,cpuacct' });
  t.match(find(`${v2('/sys/fs/cgroup')}${v1('net_cls')}`), { kind: 'v2' }, "a VPN's net_cls says nothing of pods");
  t.match(find(`${v2('/a')}${v1('pids')}${v1('blkio')}`, 'v2'), { kind: 'v2', mountPoint: '/a' });
  t.match(find(`${v2('/a')}${v1('pids')}${v1('blkio')}`, 'blkio'), { controller: 'blkio' });
  t.throws(() => find(`${v2('/a')}${v1('pids')}`, 'cpuset'), { code: 'CONFIG_INVALID', message: /one of v2, pids .*"cpuset"/ });
  t.throws(() => find('garbage\n - \n'), { code: 'PLATFORM_UNSUPPORTED' });

  t.test("the kernel's BTF wins over the order of /proc/cgroups", async (t) => {
    const proc = makeProc(t.testdir(), {}, { 'self/mountinfo': v1('pids'), cgroups });
    writeFileSync(`${proc}/vmlinux`, enumBtf('cgroup_subsys_id', { cpu_cgrp_id: 0, io_cgrp_id: 2, pids_cgrp_id: 11 }));
    t.match(findHierarchy({ proc, btf: `${proc}/vmlinux` }), { controller: 'pids', subsysIndex: 11 });
    t.match(findHierarchy({ proc: makeProc(proc, {}, { 'self/mountinfo': v1('blkio') }), btf: `${proc}/vmlinux` }), { subsysIndex: 2 });
    writeFileSync(`${proc}/vmlinux`, 'not BTF at all');
    t.match(findHierarchy({ proc, btf: `${proc}/vmlinux` }), { subsysIndex: 1 }, 'a file that is no BTF is no help');
  });
});

t.test('in a cgroup namespace of its own paths are completed with what was cut off', async (t) => {
  const own = '/kubepods.slice/kubepods-pod1.slice/cri-containerd-a.scope';
  /** The namespace's root is `own`; the kernel says how far up the mount's root is, in mountinfo and of kthreadd. */
  const find = ({ mounted = '/../../..', kthreadd = '/../../..', pid = 4711, self = '/', procs = '4710\n4711\n' } = {}) => {
    const directory = t.testdir();
    const cgroupfs = `${directory}/cgroup`;
    const proc = makeProc(
      `${directory}/proc`,
      { 2: { cgroup: `0::${kthreadd}\n` }, self: { cgroup: `0::${self}\n` } },
      { 'self/mountinfo': `31 25 0:31 ${mounted} ${cgroupfs} ro - cgroup2 cgroup2 rw\n` },
    );
    for (const path of ['/system.slice/cron.service', own, `${own}/below`]) {
      mkdirSync(`${cgroupfs}${path}`, { recursive: true });
      writeFileSync(`${cgroupfs}${path}/cgroup.procs`, path === own + (self === '/' ? '' : self) ? procs : '471\n');
    }
    return findHierarchy({ proc, pid });
  };

  const hierarchy = find();
  t.equal(hierarchy.namespaceRoot, own);
  t.equal(parseCgroupPath('0::/\n', hierarchy), own);
  t.equal(parseCgroupPath('0::/../../..\n', hierarchy), '/');
  t.equal(parseCgroupPath('0::/../../../system.slice/cron.service\n', hierarchy), '/system.slice/cron.service');
  t.equal(
    parseCgroupPath('0::/../cri-containerd-b.scope (deleted)\n', hierarchy),
    '/kubepods.slice/kubepods-pod1.slice/cri-containerd-b.scope',
  );
  t.equal(find({ self: '/below' }).namespaceRoot, own, 'also when the agent is in a cgroup below its own');
  t.equal('namespaceRoot' in find({ mounted: '/', kthreadd: '/' }), false, "the host's namespace");

  t.throws(() => find({ mounted: '/' }), {
    code: 'PRIVILEGE_MISSING',
    message: /its own cgroups only: mount the host's \/sys\/fs\/cgroup/,
  });
  t.throws(() => find({ mounted: '/../..' }), { code: 'PRIVILEGE_MISSING' }, 'the mount shows only a part');
  t.throws(() => find({ mounted: '/..x', kthreadd: '/..x' }), { code: 'PRIVILEGE_MISSING' });
  t.throws(() => find({ pid: 471 }), { code: 'PRIVILEGE_MISSING', message: /in no cgroup below/ }, "another's pid on another level");
});

t.test('pinned namespaces come from nsfs mounts alone', async (t) => {
  const mountinfo = [
    '63 27 0:4 net:[4026532177] /run/netns/cni-1 rw shared:3 - nsfs nsfs rw',
    '63 27 0:4 net:[4026532177] /run/netns/cni-1 rw shared:3 - nsfs nsfs rw',
    '64 27 0:4 ipc:[4026532178] /run/ipcns/a\\040b\\012c rw - nsfs nsfs rw',
    `65 27 0:4 net:[${HOST[0]}] /run/docker/netns/default rw - nsfs nsfs rw`,
    '66 27 0:4 time:[4026532180] /run/timens rw - nsfs nsfs rw',
    '67 27 0:4 net:[99999999999999] /run/netns/long rw - nsfs nsfs rw',
    '68 27 0:4 net:[5] /tmp/fake rw - tmpfs net:[5] rw',
    'nonsense',
  ].join('\n');
  const expected = [
    { type: 'net', inode: 4026532177, path: '/run/netns/cni-1' },
    { type: 'ipc', inode: 4026532178, path: '/run/ipcns/a b\nc' },
  ];
  t.same(await readPinnedNamespaces(HOST, makeProc(t.testdir(), {}, { '1/mountinfo': mountinfo })), expected);
  t.same(await readPinnedNamespaces(HOST, makeProc(t.testdir(), {}, { 'self/mountinfo': mountinfo })), expected, "pid 1's are refused");
  t.same(await readPinnedNamespaces(HOST, t.testdir()), []);
});

t.test('who the node is', async (t) => {
  const bootId = { 'sys/kernel/random/boot_id': '90328a08-f419-4642-b0f5-abcbe0bdff6f\n' };
  t.test('with the namespaces of pid 1', async (t) => {
    const proc = makeProc(t.testdir(), { 1: { namespaces: [1, 2, 3, 4, 5, 6, 7] }, self: { namespaces: HOST } }, bootId);
    t.same(readHostIdentity('node-a', proc), {
      bootId: '90328a08-f419-4642-b0f5-abcbe0bdff6f',
      nodeName: 'node-a',
      namespaces: [1, 2, 3, 4, 5, 6, 7],
      inHostPidNamespace: true,
    });
    t.equal(readHostIdentity(undefined, proc).nodeName, hostname().toLowerCase());
  });
  t.test('with those of kthreadd where pid 1 keeps its own to itself', async (t) => {
    const kthreadd = { stat: statLine(2, 'kthreadd', { ppid: 0, flags: 0x208040 }), namespaces: HOST };
    t.same(readHostIdentity('n', makeProc(t.testdir(), { 1: {}, 2: kthreadd, self: {} })).namespaces, HOST);
  });
  t.test('not at all without the privilege, and says which', async (t) => {
    const ordinary = { stat: statLine(2, 'kthreadd', { ppid: 1 }), namespaces: POD };
    t.throws(() => readHostIdentity('n', makeProc(t.testdir(), { 1: {}, 2: ordinary, self: { namespaces: POD } })), {
      code: 'PRIVILEGE_MISSING',
      message: /CAP_SYS_PTRACE/,
    });
  });
  t.test('an agent that does not see the host is told what to set', async (t) => {
    const inside = (own: NamespaceSet) =>
      readHostIdentity('n', makeProc(t.testdir(), { 1: { namespaces: HOST }, self: { namespaces: own } }));
    const [net, pid, ipc, uts, mnt, user, cgroup] = HOST;
    requireHostNamespaces(inside(HOST));
    t.throws(() => requireHostNamespaces(inside([net, 77, ipc, uts, mnt, user, cgroup])), {
      code: 'PRIVILEGE_MISSING',
      message: /hostPID/,
    });
    requireHostNamespaces(inside([net, pid, ipc, uts, mnt, user, 77]));
  });
});

t.test('the clock', async (t) => {
  t.test('gives one boot time one wall time, with nine digits', async (t) => {
    const clock = createClock();
    clock.calibrate(1_000_000_001, 1_795_372_387_363_519_680n);
    t.equal(clock.wallTime(1_000_000_001), '2026-11-22T18:33:07.363519680Z');
    t.equal(clock.wallTime(1_000_000_000), '2026-11-22T18:33:07.363519679Z');
    t.equal(clock.wallTime(2_000_000_001), '2026-11-22T18:33:08.363519680Z');
    t.equal(clock.wallTime(636_480_321 + 1_000_000_000), '2026-11-22T18:33:08.000000000Z');
    const other = createClock();
    other.calibrate(0, clock.wallOffsetNs());
    t.equal(other.wallTime(123_456_789), clock.wallTime(123_456_789));
  });
  t.test('agrees with the wall clock and with /proc/uptime', async (t) => {
    const clock = createClock();
    const uptimeNs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e9;
    t.ok(clock.bootNow() >= uptimeNs - 20_000_000, 'not behind the kernel');
    const wallMs = Date.parse(clock.wallTime(clock.bootNow()));
    t.ok(Math.abs(Date.now() - wallMs) < 1_000);
  });
  t.test('counts the time that the machine slept', async (t) => {
    const awakeNs = Number(process.hrtime.bigint());
    const proc = makeProc(t.testdir(), {}, { uptime: `${(awakeNs / 1e9 + 3_600).toFixed(2)} 1.00\n` });
    const boot = createClock(proc).bootNow();
    t.ok(boot - awakeNs > 3_599e9);
    t.ok(boot - awakeNs < 3_700e9);
  });
});

t.test('a scan of a hand-made host', async (t) => {
  const root = t.testdir({ proc: {}, cgroup: {} });
  const mountPoint = `${root}/cgroup`;
  mkdirSync(`${mountPoint}${POD_PATH}/nested`, { recursive: true });
  mkdirSync(`${mountPoint}/system.slice`);
  writeFileSync(`${mountPoint}${POD_PATH}/cgroup.procs`, '');
  const inPod = { cgroup: `0::${POD_PATH}\n`, namespaces: POD, status: 'Uid:\t33\t33\t33\t33\nNSpid:\t100\t7\n' };
  const proc = makeProc(`${root}/proc`, {
    1: { stat: statLine(1, 'systemd'), cgroup: '0::/init.scope\n', namespaces: HOST },
    100: { ...inPod, stat: statLine(100, 'a) R 1 (', { ppid: 90 }), cmdline: 'nginx\0-g\0daemon off;\0' },
    101: { ...inPod, stat: statLine(101, 'zombie', { state: 'Z' }) },
    102: { ...inPod, stat: statLine(102, 'leader gone', { state: 'Z', threads: 3 }), namespaces: [0, 0, 0, 0, 0, 0, 0] },
    103: { stat: statLine(103, 'visitor'), cgroup: '0::/user.slice\n', namespaces: [POD[0], ...HOST.slice(1)] as unknown as NamespaceSet },
    104: { stat: statLine(104, 'host net pod'), cgroup: `0::${POD_PATH}\n`, namespaces: HOST },
    105: { cgroup: `0::${POD_PATH}\n`, namespaces: POD },
    106: {},
    107: { stat: statLine(107, 'unreadable'), cgroup: '0::/system.slice\n' },
    108: { stat: 'garbage', cgroup: `0::${POD_PATH}\n`, namespaces: POD },
  });
  makeProc(proc, {}, { '1/mountinfo': '63 27 0:4 net:[11] /run/netns/cni-1 rw - nsfs nsfs rw\n', 'sysrq-trigger': '', '0/stat': '' });
  let now = 500;
  const bootNow = () => now++;
  const options = { hierarchy: { kind: 'v2', mountPoint } as const, hostNamespaces: HOST, bootNow, proc };

  const level = await scanHost(options);
  t.same(
    level.processes.map(({ pid, comm }) => [pid, comm]),
    [
      [100, 'a) R 1 ('],
      [102, 'leader gone'],
      [103, 'visitor'],
      [104, 'host net pod'],
    ],
    'those of pods and of foreign namespaces, without what has ended or cannot be read',
  );
  t.same(level.processes[0], {
    pid: 100,
    ppid: 90,
    startNs: 123_450_000_000,
    comm: 'a) R 1 (',
    args: [],
    uid: 33,
    nsPid: 7,
    namespaces: POD,
    cgroupPath: POD_PATH,
  });
  t.same([level.fromNs, level.toNs], [500, 501]);
  t.same(level.pinned, [{ type: 'net', inode: 11, path: '/run/netns/cni-1' }]);
  t.notOk('truncated' in level);
  const paths = [...level.cgroups.values()];
  t.same(
    new Set(paths),
    new Set(['/', '/system.slice', '/kubepods', '/kubepods/burstable', POD_PATH.slice(0, -65), POD_PATH, `${POD_PATH}/nested`]),
  );
  for (const [id, path] of level.cgroups) t.equal(id, String(statSync(`${mountPoint}${path}`).ino), path);

  t.test('with arguments when they are asked for', async (t) => {
    const withArgs = await scanHost({ ...options, withArgs: true });
    t.same(withArgs.processes[0]?.args, ['nginx', '-g', 'daemon off;']);
    t.same(readProcess(104, { ...options, withArgs: true })?.args, []);
  });
  t.test('one process at a time', async (t) => {
    t.match(readProcess(1, options), { pid: 1, cgroupPath: '/init.scope' }, 'also a host process');
    for (const pid of [101, 105, 106, 108, 999]) t.equal(readProcess(pid, options), undefined, String(pid));
  });
  t.test('bounded, and says so', async (t) => {
    const { cgroups, truncated } = await readCgroupTree(mountPoint, createPace(), 3);
    t.equal(cgroups.size, 3);
    t.ok(truncated);
    t.same(await readCgroupTree(`${root}/nowhere`, createPace()), { cgroups: new Map(), truncated: false });
  });
});

t.test('a long scan gives way to the event loop', async (t) => {
  let now = 0;
  const pace = createPace(5, () => now);
  t.equal(pace.rest(), undefined);
  now = 5;
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  await pace.rest();
  t.ok(turned);
  t.equal(pace.rest(), undefined, 'a new slice');
});

t.test('the real /proc: this process and a child', async (t) => {
  const hierarchy = findHierarchy();
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  const { pid = 0 } = child;
  const clock = createClock();
  const found = readProcess(pid, { hierarchy, withArgs: true });
  t.match(found, { pid, ppid: process.pid, uid: process.getuid?.(), args: ['sleep', '1000'], namespaces: readNamespaces('self') });
  t.ok((found?.startNs ?? 0) <= clock.bootNow());
  t.ok((found?.startNs ?? 0) > clock.bootNow() - 60e9);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  t.equal(readProcess(pid, { hierarchy }), undefined);

  const level = await scanHost({ hierarchy, hostNamespaces: readNamespaces('self'), bootNow: clock.bootNow });
  t.equal(
    level.processes.find((process) => process.pid === child.pid),
    undefined,
  );
  t.equal([...level.cgroups.values()][0], '/');
  t.ok(level.fromNs < level.toNs);
});

t.test("a container's host name is read, and nothing else that stands in its place", async (t) => {
  const proc = t.testdir({
    1: { root: { etc: { hostname: 'web-0\n' } } },
    2: { root: { etc: { hostname: 'not a name\u001b[31m\n' } } },
    3: { root: { etc: { hostname: 'x'.repeat(500) } } },
    4: { root: { etc: { hostname: t.fixture('symlink', '../../../1/root/etc/hostname') } } },
    5: { root: { etc: { hostname: {} } } },
    6: { root: { etc: {} } },
  });
  const pipe = `${proc}/6/root/etc/hostname`;
  t.equal(spawnSync('mkfifo', [pipe]).status, 0);
  t.equal(readContainerHostname(1, proc), 'web-0');
  for (const pid of [2, 3, 4, 5, 6, 7]) t.equal(readContainerHostname(pid, proc), undefined, `case ${pid}`);
});

t.test('the owner of a listening socket', async (t) => {
  const directory = t.testdir();
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(`${directory}/a socket`, resolve));
  t.equal(await findSocketOwner(`${directory}/a socket`), process.pid);
  t.equal(await findSocketOwner(`${directory}/nobody`), undefined);
});

/** The smallest BTF with one enum of that name, and one type of other kinds before it. */
function enumBtf(name: string, members: Readonly<Record<string, number>>): Buffer {
  const texts = ['', 'int', name, ...Object.keys(members)];
  const offsetOf = (text: string) => texts.slice(0, texts.indexOf(text)).reduce((sum, { length }) => sum + length + 1, 0);
  const u32 = (...values: readonly number[]) => Buffer.from(Int32Array.from(values).buffer);
  const types = Buffer.concat([
    u32(offsetOf('int'), 1 << 24, 4, 32),
    u32(0, (4 << 24) | 1, 4, offsetOf('int'), 1, 0),
    u32(0, 2 << 24, 1),
    u32(
      offsetOf(name),
      (6 << 24) | Object.keys(members).length,
      4,
      ...Object.entries(members).flatMap(([key, value]) => [offsetOf(key), value]),
    ),
  ]);
  const strings = Buffer.from(`${texts.join('\0')}\0`);
  return Buffer.concat([Buffer.from([0x9f, 0xeb, 1, 0]), u32(24, 0, types.length, types.length, strings.length), types, strings]);
}
