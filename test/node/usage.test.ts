// What a real pod uses, which ports it listens on and who talks to whom over its localhost, in the tree of who watches.
import t from 'tap';
import { cannotRunAgent, containerNamed, startAgent } from '../helpers/agent.ts';
import { isUp } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';

t.test('ports, peers and use of a real pod', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(120_000);
  const containerd = await startContainerd({ t });
  const agent = await startAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint });
  const pod = await containerd.runPod({
    name: 'talkers',
    namespace: 'shop',
    containers: [
      { name: 'server', command: ['nc', '-ll', '-p', '8080', '-e', 'cat'] },
      { name: 'client', command: ['sh', '-c', 'until nc 127.0.0.1 8080 < /dev/zero > /dev/null; do sleep 0.1; done'] },
    ],
  });
  const { server, client } = pod.containers;
  await agent.until('the pod', () => isUp(agent, pod.uid, ['server', 'client']));
  const usage = () => agent.pod(pod.uid)?.sandbox?.usage;
  await agent.until('somebody who talks', () => (usage()?.peers.length ?? 0) > 0 && usage()?.pause?.cpuCores !== undefined);
  t.match(
    usage()?.ports.find(({ port }) => port === 8080),
    { protocol: 'tcp', address: /^(0\.0\.0\.0|::)$/, containerId: server.id, pid: server.pid },
  );
  t.match(usage()?.peers, [{ from: { containerId: client.id }, to: { containerId: server.id }, port: 8080 }]);
  t.equal(containerNamed(agent.pod(pod.uid), 'client')?.id, client.id);
  const used = new Map(usage()?.containers.map((each) => [each.id, each]));
  t.ok((used.get(client.id)?.cpuMs ?? 0) > (usage()?.pause?.cpuMs ?? 0), 'who works uses more than the pause');
  t.ok((usage()?.pause?.memoryBytes ?? 0) > 0 && (usage()?.pause?.cpuCores ?? 1) < 0.01, 'which uses next to nothing');
  await agent.agrees(t);
});
