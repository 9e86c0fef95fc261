// Takes what the container runtime lists now: names, kinds, states, and what it has forgotten.
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../cri/level.ts';
import type { BootNs, ContainerId } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { ensureItem, ensurePod, newestSandbox, refreshCurrent } from './items.ts';
import { noteContainerStart } from './outage.ts';
import { patienceUntil } from './patience.ts';
import { reviewPauseExits } from './pause.ts';
import { believeRuntime, roleChanged } from './role.ts';
import { rehome } from './settle.ts';
import type { Context, Item, PodState } from './state.ts';

/** `fromNs`: when the runtime was asked. What came into being later cannot be missing from its answer. Returns the ids it has named. */
export function applyRuntime(ctx: Context, level: RuntimeLevel, fromNs: BootNs): ContainerId[] {
  if (!ctx.isRuntimeAvailable || ctx.runtimeName !== level.runtimeName) {
    ctx.isRuntimeAvailable = true;
    ctx.runtimeName = level.runtimeName;
    touchAll(ctx);
  }
  const listed = new Set<string>();
  const named: ContainerId[] = [];
  for (const sandbox of level.sandboxes) {
    listed.add(sandbox.id);
    if (!ctx.items.get(sandbox.id)?.wasNamed) named.push(sandbox.id);
    applySandbox(ctx, sandbox);
  }
  for (const container of level.containers) {
    listed.add(container.id);
    if (!ctx.items.get(container.id)?.wasNamed) named.push(container.id);
    applyContainer(ctx, container);
  }
  const patience = patienceUntil(ctx, ctx.nowNs);
  for (const item of ctx.items.values()) {
    if (listed.has(item.id)) ctx.unlisted.delete(item);
    else if (item.isListed && item.seenNs < fromNs && !ctx.unlisted.has(item)) ctx.unlisted.set(item, patience);
  }
  return named;
}

/** The runtime does not answer: nothing that it alone knows is taken for gone. */
export function runtimeAway(ctx: Context): void {
  if (!ctx.isRuntimeAvailable) return;
  ctx.isRuntimeAvailable = false;
  touchAll(ctx);
}

function touchAll(ctx: Context): void {
  for (const pod of ctx.pods.values()) touchPod(ctx, pod);
}

function applySandbox(ctx: Context, sandbox: RuntimeSandbox): void {
  const known = ctx.items.get(sandbox.id);
  const pod = ensurePod(ctx, sandbox.podUid, known?.pod.qos);
  if (!pod) return;
  // The path of its cgroup named another uid: what the runtime says is what the API knows the pod by.
  if (known && known.pod !== pod) rehome(ctx, known, pod);
  const item = known ?? ensureItem(ctx, pod, sandbox.id, 'sandbox');
  believeRuntime(ctx, item, sandbox.pid);
  if (item.sandbox && isSameRecord(item.sandbox, sandbox) && item.isListed) return;
  noteAddress(ctx, item, sandbox);
  item.sandbox = sandbox;
  item.isListed = true;
  item.wasNamed = true;
  setKind(ctx, item, 'sandbox');
  refreshCurrent(pod);
  if (newestSandbox(pod) === item) namePod(pod, sandbox);
  if (!item.namespaces && item === pod.current) pod.hostNetwork = sandbox.hostNetwork;
  touchPod(ctx, pod);
}

/** A runtime that has lost the address, or whose network namespace was unmounted, lists the sandbox as ready without one (containerd
 * internal/cri/server/sandbox_status.go getIPs). The kubelet then makes a new sandbox although the pause lives (kuberuntime util PodSandboxChanged). */
function noteAddress(ctx: Context, item: Item, sandbox: RuntimeSandbox): void {
  if (sandbox.ips.length > 0) delete item.addressLostNs;
  else if (item.sandbox?.ips.length && item.init && sandbox.state === 'ready' && !sandbox.hostNetwork) item.addressLostNs ??= ctx.nowNs;
}

/** Most answers say what the last one said. */
function isSameRecord(before: object, now: object): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now);
}

function namePod(pod: PodState, { name, namespace, labels }: RuntimeSandbox): void {
  if (pod.ref.name !== name || pod.ref.namespace !== namespace) pod.ref = { uid: pod.uid, namespace, name };
  pod.labels = labels;
}

function applyContainer(ctx: Context, container: RuntimeContainer): void {
  const known = ctx.items.get(container.id);
  const sandbox = ctx.items.get(container.sandboxId);
  const pod = sandbox?.pod ?? known?.pod;
  if (!pod) return;
  if (known && known.pod !== pod) rehome(ctx, known, pod);
  const item = known ?? ensureItem(ctx, pod, container.id, 'container');
  believeRuntime(ctx, item, container.pid);
  if (item.container && isSameRecord(item.container, container) && item.isListed) return;
  const wasNamed = item.container !== undefined;
  item.container = container;
  item.isListed = true;
  item.wasNamed = true;
  setKind(ctx, item, 'container');
  if (!wasNamed && item.init) noteContainerStart(ctx, item);
  touchPod(ctx, pod);
  if (container.exitCode !== undefined) reviewPauseExits(ctx, { pod });
}

function setKind(ctx: Context, item: Item, kind: Item['kind']): void {
  if (item.kind === kind) return;
  item.kind = kind;
  roleChanged(ctx, item);
  refreshCurrent(item.pod);
  if (item === item.pod.current && item.namespaces) item.pod.hostNetwork = ctx.namespaces.isHost(0, item.namespaces[0]);
}
