import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { type CgroupOwner, isPodRoot, ownerOfCgroupPath, systemdUnitOf } from '../../src/attribution/cgroup-path.ts';

type Expected = Partial<CgroupOwner> & { readonly path: string };

/** Every shape of path that kubelets and runtimes are known to make, with what is in it. */
const PATHS = JSON.parse(readFileSync(new URL('../fixtures/cgroup-paths.json', import.meta.url), 'utf8')) as readonly Expected[];

const UID = '12345678-1234-1234-1234-123456789abc';
const ID = 'a'.repeat(64);

t.test('every known shape of path gives its pod, container, runtime, role and QoS class', async (t) => {
  t.equal(PATHS.length, 67);
  for (const { path, ...expected } of PATHS) {
    const { role, podUid, containerId, runtime, qos } = ownerOfCgroupPath(path);
    t.strictSame(
      { role, podUid, containerId, runtime, qos },
      { podUid: undefined, containerId: undefined, runtime: undefined, qos: undefined, ...expected },
      path,
    );
  }
});

t.test('a cgroup driver mismatch is told from its shape', async (t) => {
  const mismatched = PATHS.filter(({ path }) => ownerOfCgroupPath(path).isDriverMismatch);
  t.ok(mismatched.length >= 4);
  for (const { path } of mismatched) t.match(path, /\.slice:cri-containerd:/);
});

t.test('what a workload makes below its container is not the container', async (t) => {
  t.equal(ownerOfCgroupPath(`/kubepods/pod${UID}/${ID}`).below, '');
  t.equal(ownerOfCgroupPath(`/kubepods/pod${UID}/${ID}/a/b`).below, 'a/b');
  t.equal(ownerOfCgroupPath(`/kubepods/pod${UID}/${ID}/docker/${'b'.repeat(64)}`).containerId, ID);
});

t.test('names that only look like a pod or a container are neither', async (t) => {
  for (const path of [
    `/kubepods/pod${UID}x/${ID}`,
    `/kubepods/pod${UID.toUpperCase()}/${ID}`,
    `/kubepods/pod${UID}/${ID}0`,
    `/kubepods/pod${UID}/${ID.slice(1)}`,
    `/kubepods/pod${UID}/cri-containerd-${ID}.scope.mount`,
    `/kubepods/pod${UID}/${'g'.repeat(64)}`,
    `/kubepods/pod${UID}/\n${ID}`,
  ]) {
    t.equal(ownerOfCgroupPath(path).containerId, undefined, JSON.stringify(path));
  }
});

t.test('a hostile path gives an answer, soon', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('..', '', `pod${UID}`, ID, 'kubepods.slice', '\u0000', '\n')), { maxLength: 50 }),
      (parts) => {
        const owner = ownerOfCgroupPath(parts.join('/'));
        return owner.containerId === undefined || /^[0-9a-f]{64}$/.test(owner.containerId);
      },
    ),
  );
  // A name that would make a careless pattern try every way to split it.
  t.equal(ownerOfCgroupPath(`/${'pod-'.repeat(20_000)}/${'-'.repeat(100_000)}`).role, 'host');
});

t.test('the roots below which pods are', async (t) => {
  for (const path of [
    '/kubepods',
    '/kubepods.slice',
    '/kubelet/kubepods',
    '/kubelet.slice/kubelet-kubepods.slice',
    '/podtree-demo/kubepods',
    '/k8s.io',
  ]) {
    t.equal(isPodRoot(path), true, path);
  }
  for (const path of ['/', '/kubepods/burstable', '/system.slice', '/kubepods-x', '/user.slice']) t.equal(isPodRoot(path), false, path);
});

t.test("a host process' unit is the deepest service or scope", async (t) => {
  t.equal(systemdUnitOf('/system.slice/ssh.service'), 'ssh.service');
  t.equal(systemdUnitOf('/user.slice/user-0.slice/session-3.scope'), 'session-3.scope');
  t.equal(systemdUnitOf('/user.slice/user-1000.slice/user@1000.service/app.slice/vte.scope'), 'vte.scope');
  t.equal(systemdUnitOf('/init'), undefined);
});
