// The processes of a container, each below the one that made it; of many only the first, until more are asked for.
import { useMemo, useState } from 'preact/hooks';
import { escapeArgs } from '../terminal/escape.ts';
import type { ProcessRecord } from '../tree/model.ts';
import { processRows } from './process-tree.ts';
import { Hidden, Text } from './text.tsx';

const FIRST = 8;
const STEP = 200;
/** Deeper ones are not moved further to the right. */
const MAX_DEPTH = 12;

export function ProcessList({ processes, of }: { readonly processes: readonly ProcessRecord[]; readonly of: string }) {
  const [limit, setLimit] = useState(FIRST);
  const rows = useMemo(() => processRows(processes), [processes]);
  if (rows.length === 0) return null;
  const more = rows.length - limit;
  return (
    <>
      <ul class="processes plain" aria-label={`processes of ${of}`}>
        {rows.slice(0, limit).map(({ process, depth }) => (
          <Process key={`${process.pid}@${process.startTime}`} process={process} depth={depth} />
        ))}
      </ul>
      {more > 0 || limit > FIRST ? (
        <p class="process-more">
          {more > 0 ? (
            <button type="button" class="tool" onClick={() => setLimit(limit + STEP)}>
              {more <= STEP ? `${more} more ${more === 1 ? 'process' : 'processes'}` : `${STEP} of ${more} more processes`}
            </button>
          ) : null}
          {limit > FIRST ? (
            <button type="button" class="tool" onClick={() => setLimit(FIRST)}>
              fewer
            </button>
          ) : null}
        </p>
      ) : null}
    </>
  );
}

const ROLE_WORDS: Readonly<Partial<Record<ProcessRecord['role'], string>>> = {
  exec: 'came in by exec',
  runtime: 'the runtime, on its way',
  guest: 'from outside',
};

export function Process({ process, depth }: { readonly process: ProcessRecord; readonly depth: number }) {
  const { pid, nsPid, comm, args, role, uid } = process;
  const words = ROLE_WORDS[role];
  return (
    <li style={{ '--depth': String(Math.min(depth, MAX_DEPTH)) }} class={`process is-${role}`}>
      <span class="process-pid">
        <Hidden>pid </Hidden>
        {pid}
      </span>
      <span class="process-comm">
        <Text of={comm} max={64} />
      </span>
      {nsPid === undefined || nsPid === pid ? null : <span class="soft">pid {nsPid} inside</span>}
      {uid === undefined || uid === 0 ? null : <span class="soft">uid {uid}</span>}
      {words === undefined ? null : <span class="process-role">{words}</span>}
      {args.length === 0 ? null : (
        <span class="process-args soft">
          <bdi>{escapeArgs(args).slice(0, 2000)}</bdi>
        </span>
      )}
    </li>
  );
}
