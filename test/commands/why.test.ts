// `podtree why` against a real stream server with a real history behind it.
import pino from 'pino';
import t, { type Test } from 'tap';
import { userNamesOf } from '../../agent/commands/user-names.ts';
import type { PodHistory } from '../../src/history/record.ts';
import { fetchPods } from '../../src/stream/history-client.ts';
import { createStreamServer } from '../../src/stream/server.ts';
import type { Pod } from '../../src/tree/model.ts';
import { callCommand } from '../helpers/command-line.ts';
import { dead, death, openRun, pod, sandbox, stateDir } from '../helpers/history-scene.ts';

const first = sandbox('aaa', 0, 0);
const second = sandbox('bbb', 1, 60);

async function serve(
  t: Test,
  pods: readonly Pod[],
  gone: readonly Pod[] = [],
): Promise<{ readonly url: string; readonly args: readonly string[] }> {
  const { history } = await openRun(t, stateDir(t));
  await history.begin({ tree: () => ({ pods: [...pods, ...gone] }) });
  for (const each of gone) history.observe([{ changes: [{ op: 'remove', kind: 'pod', podUid: each.uid, key: each.uid }] }]);
  for (const each of [...pods, ...gone]) {
    if (each.sandbox && each.uid !== 'dddd4444') history.observe([{ event: { ...death(each.uid, first, 61), pod: each }, changes: [] }]);
  }
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    node: 'node-a',
    bootId: 'b',
    version: '0.0.0',
    tree: () => ({ node: 'node-a', pods, leaked: [] }),
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    history: (uid) =>
      history.pod(
        uid,
        pods.find((each) => each.uid === uid),
      ),
    pods: (search) => history.pods(search),
    log: pino({ level: 'silent' }),
  });
  const [{ port } = { port: 0 }] = await server.listen();
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${port}`;
  return { url, args: ['--server', url, '--utc'] };
}

t.test('why tells of a pod that is there or gone, by any of its names', async (t) => {
  const there = pod('aaaa1111', second, [dead(first)]);
  const gone = pod('bbbb2222', first);
  const { url, args } = await serve(t, [there, pod('dddd4444', first)], [gone]);
  for (const name of ['pod-aaaa1111', 'shop/pod-aaaa1111', 'aaaa']) {
    t.match(
      await callCommand(['why', name, ...args]),
      { code: 0, err: '', out: /^shop\/pod-aaaa1111 [\s\S]*its pause was killed: SIGKILL from bash/ },
      name,
    );
  }
  t.match(await callCommand(['why', 'pod-bbbb2222', ...args]), { code: 0, out: /^now {2}the pod is gone since/m });
  t.match(await callCommand(['why', 'pod-dddd4444', ...args]), { code: 0, out: /No pause of this pod has died/ });
  t.match(await callCommand(['why', 'pod-aaaa1111', '-n', 'other', ...args]), {
    code: 1,
    err: /in namespace "other": podtree knows no pods there, neither present nor gone/,
  });
  const json = JSON.parse((await callCommand(['why', 'pod-aaaa1111', '-o', 'json', ...args])).out) as PodHistory;
  t.match(json, { pod: { uid: 'aaaa1111' }, sandboxes: [{ attempt: 0 }, { attempt: 1 }], events: [{ type: 'pause.exited' }] });
  const list = await callCommand(['why', ...args]);
  t.match(list, { code: 0, out: /shop\/pod-aaaa1111 +1 +killed, SIGKILL from bash\n/ });
  t.match(list.out, /shop\/pod-bbbb2222 .*\(the pod is gone\)/);
  t.notMatch(list.out, /pod-dddd4444/);
  const listed = JSON.parse((await callCommand(['why', '-o', 'json', ...args])).out) as { pods: { deaths: number }[] };
  t.same(
    listed.pods.map(({ deaths }) => deaths),
    [1, 1],
  );
  await t.rejects(fetchPods({ limit: 0 }, { server: url }), {
    code: 'QUERY_INVALID',
    message: /limit="0": allowed is a whole number from 1 to 1000/,
  });
  t.equal((await fetch(`${url}/v1/pods/cccc/history`)).status, 404);
});

t.test('a name that is not known is said with near ones, one that is several with all of them', async (t) => {
  const named = (uid: string, namespace: string): Pod => ({ ...pod(uid, first), namespace, name: 'web-0' });
  const { args } = await serve(t, [named('aaaa1111', 'one'), named('bbbb2222', 'two')], [named('cccc3333', 'one')]);
  t.match(await callCommand(['why', 'web0', ...args]), {
    code: 1,
    err: /^podtree: no pod is or was called "web0": did you mean .*one\/web-0/,
  });
  t.match(await callCommand(['why', 'nothing-like-it', ...args]), { code: 1, err: /: there are one\/web-0, two\/web-0\n$/ });
  t.match(await callCommand(['why', 'web-0', ...args]), { code: 1, err: /"web-0" may be one\/web-0, two\/web-0: give one of these/ });
  const one = await callCommand(['why', 'web-0', '-n', 'one', ...args]);
  t.match(one, { code: 0, out: /^one\/web-0 .* aaaa1111/, err: /^podtree: an earlier pod had the same name: podtree why cccc3333\n$/ });
});

t.test('without an agent it says so', async (t) => {
  for (const args of [['why'], ['why', 'x']]) {
    t.match(await callCommand([...args, '--server', 'http://127.0.0.1:1']), {
      code: 3,
      err: /^podtree: cannot reach the agent at http:\/\/127\.0\.0\.1:1/,
    });
  }
});

t.test('users have names only where they are surely those of the node', async (t) => {
  const boot = 'b0071d00-0000-4000-8000-000000000000';
  const files = (more: Readonly<Record<string, string>> = {}) => {
    const content: Readonly<Record<string, string>> = {
      '/proc/sys/kernel/random/boot_id': `${boot}\n`,
      '/proc/self/ns/user': 'user:[4026531837]',
      '/proc/self/ns/mnt': 'mnt:[4026531832]',
      '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\ndup:x:1000:1:::\nbad:x:x:1:::\n+::::::\n',
      ...more,
    };
    const get = (path: string): string => {
      const text = content[path];
      if (text === undefined || text === '') throw new Error('ENOENT');
      return text;
    };
    return { read: get, link: get };
  };
  const names = userNamesOf(['another', boot], files());
  t.equal(names?.(1000), 'alice', 'the first line for a uid counts');
  t.equal(names?.(4242), undefined);
  t.equal(userNamesOf(['another'], files()), undefined, 'another machine, whatever it is called');
  t.equal(userNamesOf([boot], files({ '/proc/self/ns/mnt': 'mnt:[4026532611]' })), undefined, 'a container');
  t.equal(userNamesOf([boot], files({ '/proc/self/ns/user': 'user:[4026532611]' })), undefined, 'a user namespace');
  t.equal(userNamesOf([boot], files({ '/etc/passwd': '' })), undefined, 'no passwd');
});
