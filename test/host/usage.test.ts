// What pods use and who listens in them, read from /proc and the cgroups: of files made by hand, and of this very process.

import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { createCgroupUsage } from '../../src/host/cgroup-usage.ts';
import { type Holder, readNetworkUse } from '../../src/host/network-usage.ts';
import { parseSocket, readSocketInodes, readSockets } from '../../src/host/sockets.ts';

const line = (local: string, remote: string, state: string, inode: string | number = 4711) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0`;

t.test('a line of /proc/net is a socket with its ends', async (t) => {
  const cases: readonly [string, string, object | undefined][] = [
    [
      'listening',
      line('0100007F:1F90', '00000000:0000', '0A'),
      { localAddress: '127.0.0.1', localPort: 8080, state: 'listening', inode: 4711 },
    ],
    [
      'connected',
      line('0100007F:C000', '0100007F:1F90', '01'),
      { localPort: 49_152, remoteAddress: '127.0.0.1', remotePort: 8080, state: 'established' },
    ],
    ['on every address', line('00000000:0050', '00000000:0000', '0A'), { localAddress: '0.0.0.0' }],
    ['IPv6', line('B80D0120000000000000000001000000:0050', '00000000000000000000000000000000:0000', '0A'), { localAddress: '2001:db8::1' }],
    [
      'IPv6 on every address',
      line('00000000000000000000000000000000:0050', '00000000000000000000000000000000:0000', '0A'),
      { localAddress: '::' },
    ],
    [
      'IPv6 that is localhost',
      line('00000000000000000000000001000000:0050', '00000000000000000000000000000000:0000', '0A'),
      { localAddress: '::1' },
    ],
    [
      'IPv4 over IPv6',
      line('0000000000000000FFFF00000100007F:0050', '0000000000000000FFFF00000100007F:9999', '01'),
      { localAddress: '127.0.0.1' },
    ],
    ['one that is closing', line('0100007F:1F90', '0100007F:C000', '06'), undefined],
    ['no inode', line('0100007F:1F90', '00000000:0000', '0A', '-1'), undefined],
    ['an odd address', line('0100007F01:1F90', '00000000:0000', '0A'), undefined],
    ['nothing', '', undefined],
  ];
  for (const [name, text, expected] of cases) {
    const socket = parseSocket(text, 'tcp');
    if (expected) t.match(socket, expected, name);
    else t.equal(socket, undefined, name);
  }
  t.match(parseSocket(line('00000000:0035', '00000000:0000', '07'), 'udp'), { protocol: 'udp', state: 'listening', localPort: 53 });
});

t.test('who listens and who talks is found by the files that processes have open', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let accepted = 0;
  const bothAccepted = new Promise<void>((resolve) => {
    server.on('connection', () => {
      if (++accepted === 2) resolve();
    });
  });
  const clients = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await bothAccepted;
  t.teardown(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  t.ok(readSockets(process.pid).some(({ state, localPort }) => state === 'listening' && localPort === port));
  const holders = new Map<number, Holder>([[1, { pid: 9 }]]);
  const me = { containerId: 'c', pid: process.pid };
  const use = readNetworkUse(process.pid, [{ containerId: 'c', pids: [process.pid] }], holders);
  t.match(
    use.ports.find((each) => each.port === port),
    { protocol: 'tcp', address: '127.0.0.1', ...me },
  );
  t.same(
    use.peers.filter((each) => each.port === port),
    [{ from: me, to: me, port, connections: 2 }],
  );
  t.notOk(holders.has(1), 'a socket that is gone is forgotten');
  const nobody = readNetworkUse(process.pid, [], new Map());
  t.same(
    nobody.ports.find((each) => each.port === port),
    { protocol: 'tcp', address: '127.0.0.1', port },
    'nobody of these has it',
  );
});

t.test('a process that has gone has no sockets', async (t) => {
  t.same(readSockets(0x3ffffe), []);
  t.same(readSocketInodes(0x3ffffe), []);
  t.same(readNetworkUse(0x3ffffe, [{ containerId: 'c', pids: [0x3ffffe] }], new Map()), { ports: [], peers: [] });
});

t.test('a cgroup’s account is in its v1 controllers where they are mounted, else in v2', async (t) => {
  const root = t.testdir({
    proc: { self: {} },
    cpuacct: { pod: { 'cpuacct.usage': '1500000000\n' } },
    memory: { pod: { 'memory.usage_in_bytes': '4096\n' } },
    v2: { pod: { 'cpu.stat': 'usage_usec 2500000\nuser_usec 1\n', 'memory.current': '8192\n' } },
  });
  const mountinfo = (...lines: readonly string[]) => {
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    writeFileSync(join(root, 'proc/self/mountinfo'), `${lines.join('\n')}\n`);
    return createCgroupUsage({ proc: join(root, 'proc') });
  };
  const v1 = (name: string) => `30 20 0:1 / ${root}/${name} rw - cgroup cgroup rw,${name}`;
  const v2 = `31 20 0:2 / ${root}/v2 rw - cgroup2 cgroup2 rw`;
  t.same(mountinfo(v1('cpuacct'), v1('memory'), v2)('/pod'), { cpuMs: 1500, memoryBytes: 4096 });
  t.same(mountinfo(v2)('/pod'), { cpuMs: 2500, memoryBytes: 8192 });
  t.equal(mountinfo(v2)('/gone'), undefined);
  writeFileSync(join(root, 'v2/pod/memory.current'), 'nonsense');
  t.equal(mountinfo(v2)('/pod'), undefined);
});
