// The pod tree as a flat list of items, a line each: what the table of `tree -o wide` and the list of `top` are made of.
import { processKey } from '../stream/apply.ts';
import type { Container, Pod, ProcessRecord, Sandbox, SandboxRecord } from '../tree/model.ts';
import { nestProcesses, type ProcessNode } from './process-order.ts';

interface ItemBase {
  /** Unlike that of any other item of the node. That of a pause and of a container stays when a new one takes its place. */
  readonly key: string;
  /** For each level above the last one and for its own: nothing more stands below on that level. */
  readonly lasts: readonly boolean[];
  readonly pod: Pod;
  /** Key of the item it hangs on. */
  readonly parent?: string;
}

export type Item = ItemBase &
  (
    | { readonly kind: 'pod'; readonly isOpen: boolean; readonly canOpen: boolean }
    | { readonly kind: 'pause'; readonly sandbox: Sandbox }
    | {
        readonly kind: 'container';
        readonly sandbox: Sandbox;
        readonly container: Container;
        readonly isOpen: boolean;
        readonly canOpen: boolean;
      }
    | { readonly kind: 'process'; readonly sandbox: Sandbox; readonly container: Container; readonly process: ProcessRecord }
    | { readonly kind: 'guest'; readonly sandbox: Sandbox; readonly process: ProcessRecord }
    | { readonly kind: 'former'; readonly record: SandboxRecord }
  );

export type ItemKind = Item['kind'];

/** Whether what is below a pod or a container is shown. */
export type IsOpen = (key: string, kind: 'pod' | 'container') => boolean;

export const podKey = (pod: Pod): string => `pod ${pod.uid}`;

/** The items of these pods, in their order: each with its pause, containers, processes, guests and earlier sandboxes below it. */
export function itemsOf(pods: readonly Pod[], isOpen: IsOpen): Item[] {
  const items: Item[] = [];
  for (const pod of pods) addPod(items, pod, isOpen);
  return items;
}

function addPod(items: Item[], pod: Pod, isOpen: IsOpen): void {
  const key = podKey(pod);
  const { sandbox, history } = pod;
  const canOpen = sandbox !== undefined || history.length > 0;
  const open = canOpen && isOpen(key, 'pod');
  items.push({ kind: 'pod', key, lasts: [], pod, isOpen: open, canOpen });
  if (!open) return;
  const containers = sandbox?.containers ?? [];
  const guests = sandbox?.guests ?? [];
  let left = (sandbox === undefined ? 0 : 1) + containers.length + guests.length + history.length;
  const next = (): readonly boolean[] => {
    left -= 1;
    return [left === 0];
  };
  if (sandbox !== undefined) {
    items.push({ kind: 'pause', key: `${key} pause`, parent: key, lasts: next(), pod, sandbox });
    const seen = new Map<string, number>();
    for (const container of containers) {
      const earlier = seen.get(container.name) ?? 0;
      seen.set(container.name, earlier + 1);
      addContainer(items, pod, sandbox, container, `${key} container ${earlier} ${container.name}`, next(), isOpen);
    }
    for (const process of guests) {
      items.push({
        kind: 'guest',
        key: `${key} guest ${processKey(process)}`,
        parent: key,
        lasts: next(),
        pod,
        sandbox,
        process,
      });
    }
  }
  for (const record of history) items.push({ kind: 'former', key: `${key} sandbox ${record.id}`, parent: key, lasts: next(), pod, record });
}

function addContainer(
  items: Item[],
  pod: Pod,
  sandbox: Sandbox,
  container: Container,
  key: string,
  lasts: readonly boolean[],
  isOpen: IsOpen,
): void {
  const canOpen = container.processes.length > 0;
  const open = canOpen && isOpen(key, 'container');
  items.push({ kind: 'container', key, parent: podKey(pod), lasts, pod, sandbox, container, isOpen: open, canOpen });
  if (!open) return;
  const add = (nodes: readonly ProcessNode[], above: readonly boolean[], parent: string): void => {
    for (const [index, { process, children }] of nodes.entries()) {
      const itemKey = `${key} process ${processKey(process)}`;
      const own = [...above, index === nodes.length - 1];
      items.push({ kind: 'process', key: itemKey, parent, lasts: own, pod, sandbox, container, process });
      add(children, own, itemKey);
    }
  };
  add(nestProcesses(container.processes), lasts, key);
}
