// A tree in which everything that anybody can choose is one text, and the check that a line holds nothing a terminal obeys.
import type { Tree } from '../../src/tree/model.ts';
import { examplePod, process } from './picture.ts';

const RAW = /[^\x20-\x7e\u00a1-\uffff]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Nothing that moves the cursor, colours, hides or turns around. Planes of plain letters and of emoji count as text. */
export function isPrintable(line: string): boolean {
  return !RAW.test(line.replace(/\p{Emoji_Presentation}|[\u{10000}-\u{3ffff}]/gu, ''));
}

/** Pod, sandbox, runtime, containers, processes, addresses, mounts: all are called that. */
export function hostileTree(text: string): Tree {
  const { sandbox } = examplePod;
  const container = sandbox?.containers[1];
  if (sandbox === undefined || container === undefined) throw new Error('the example pod has containers');
  const any = process(1, 0, text, 'init', { args: [text, `${text} ${text}`] });
  const hostile = {
    ...sandbox,
    id: text,
    runtime: text,
    ips: [text],
    pause: { ...any, role: 'pause' },
    containers: [{ ...container, id: `${text}c`, name: text, processes: [any], lastExit: { code: null, signal: text } }],
    guests: [any],
  } as const;
  const pod = {
    ...examplePod,
    uid: text,
    name: text,
    namespace: text,
    labels: { [text]: text },
    controller: { kind: text, name: text, replicaSet: text },
    sandbox: hostile,
  };
  return { node: text, token: text, pods: [pod], leaked: [{ type: 'net', inode: 1, path: text }] };
}
