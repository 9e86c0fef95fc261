// Applies the filters of the command line to frames from a file, as the agent does it for a live stream.
import { applyChanges } from '../../src/stream/apply.ts';
import { createFilter, type StreamQuery } from '../../src/stream/filter.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { createPodDirectory } from '../../src/stream/pod-directory.ts';
import { createView } from '../../src/stream/view.ts';
import type { Tree } from '../../src/tree/model.ts';

/** Throws QUERY_INVALID before the first frame when the query is wrong. */
export function filterFrames(frames: AsyncIterable<Frame>, query: StreamQuery): AsyncIterable<Frame> {
  const { since: _since, ...rest } = query;
  const filter = createFilter(rest);
  if (filter.isEveryPod && filter.isEveryType) return frames;
  return (async function* filtered() {
    // A file of events without a snapshot is judged by what the events themselves say of their pods.
    let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
    let directory = createPodDirectory(tree);
    let view = createView(filter, directory);
    let sequence = 0;
    for await (const frame of frames) {
      if ('snapshot' in frame) {
        tree = frame.snapshot.tree;
        directory = createPodDirectory(tree);
        view = createView(filter, directory);
        yield { snapshot: { token: frame.snapshot.token, tree: view.snapshot(tree) } };
      } else if ('updates' in frame) {
        const { updates } = frame;
        const from = sequence + 1;
        for (const update of updates) {
          sequence += 1;
          directory.observe(update.changes, sequence);
        }
        tree = applyChanges(
          tree,
          updates.flatMap((update) => update.changes),
        );
        const selected = view.select({ from, to: sequence + 1, updates }, () => tree);
        if (selected.length > 0) yield { updates: selected };
      } else {
        yield frame;
      }
    }
  })();
}
