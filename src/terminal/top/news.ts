// The one line below the title: what is wrong right now, the worst of it.
import { formatAge, formatOutage } from '../duration.ts';
import { escapeText } from '../escape.ts';
import { count, formatExit, podLabel } from '../label.ts';
import { type Piece, piece } from '../line.ts';
import { FRESH_MS } from './past.ts';
import type { Death, TopState } from './state.ts';

export interface News {
  readonly pieces: readonly Piece[];
  /** The pod it is about. */
  readonly podUid?: string;
}

/** Undefined when there is nothing to worry about. */
export function newsOf(state: TopState, now: number): News | undefined {
  return connectionNews(state, now) ?? deathNews(state, now) ?? alertNews(state) ?? leakNews(state);
}

function connectionNews({ connection }: TopState, now: number): News | undefined {
  if (connection.state !== 'lost') return undefined;
  const seconds = Math.ceil((connection.retryAt - now) / 1000);
  const next = seconds > 0 ? `trying again in ${seconds} s` : 'trying again';
  return {
    pieces: [
      piece('NO CONNECTION', 'alarm'),
      piece(` for ${formatAge(now - connection.lostAt)}, ${next} (attempt ${connection.attempt}): `, 'bad'),
      piece(escapeText(connection.reason), 'muted'),
    ],
  };
}

function deathNews({ deaths, tree }: TopState, now: number): News | undefined {
  let found: { readonly uid: string; readonly death: Death; readonly time: number } | undefined;
  for (const [uid, death] of deaths) {
    const told = death.exit ?? death.restart;
    const time = Date.parse(told?.time ?? '');
    if (told === undefined || told.cause.kind === 'planned-stop' || !(now - time < FRESH_MS)) continue;
    if (found === undefined || time >= found.time) found = { uid, death, time };
  }
  if (found === undefined) return undefined;
  const { uid, death, time } = found;
  const isThere = tree?.pods.some((pod) => pod.uid === uid) ?? false;
  return { pieces: deathPieces(death, now - time, isThere), podUid: uid };
}

function deathPieces({ exit, restart }: Death, age: number, isThere: boolean): Piece[] {
  const told = exit ?? restart;
  if (told === undefined) return [];
  const { cause, pod } = told;
  const sender = cause.sender === undefined ? '' : ` from ${escapeText(cause.sender.comm)} (pid ${cause.sender.pid})`;
  const how =
    cause.kind === 'oom'
      ? 'out of memory'
      : cause.kind === 'agent-down'
        ? 'unseen'
        : `${escapeText(cause.signal ?? formatExit(exit?.exit))}${sender}`;
  return [
    piece('PAUSE DIED', 'alarm'),
    piece(` ${formatAge(age)} ago  `, 'bad'),
    piece(pod === undefined ? '' : podLabel(pod), 'strong'),
    piece(`  ${how}`, 'bad'),
    returnPiece(restart, isThere),
  ];
}

function returnPiece(restart: Death['restart'], isThere: boolean): Piece {
  if (restart?.complete === false) return piece('  not all of it is back', 'alarm');
  if (restart?.outageMs !== undefined) return piece(`  whole again after ${formatOutage(restart.outageMs)}`, 'good');
  if (!isThere) return piece('  the pod is gone', 'warn');
  if (restart === undefined) return piece('  not back yet', 'alarm');
  const { sandboxOutageMs } = restart;
  return piece(sandboxOutageMs === undefined ? '  a new pause runs' : `  a new pause after ${formatOutage(sandboxOutageMs)}`, 'warn');
}

function alertNews({ alerts, tree }: TopState): News | undefined {
  const latest = [...alerts.values()].at(-1);
  if (latest === undefined) return undefined;
  const { alert, podUid } = latest;
  const pod = tree?.pods.find(({ uid }) => uid === podUid);
  return {
    pieces: [
      piece(count(alerts.size, 'ALERT', 'ALERTS'), 'alarm'),
      piece(`  ${escapeText(alert.name)}  `, 'bad'),
      piece(pod === undefined ? '' : `${podLabel(pod)}  `, 'strong'),
      piece(escapeText(alert.summary), 'plain'),
    ],
    ...(podUid !== undefined && { podUid }),
  };
}

function leakNews({ tree }: TopState): News | undefined {
  const leaked = tree?.leaked ?? [];
  if (leaked.length === 0) return undefined;
  const each = leaked.map(({ path, pod }) => `${escapeText(path)}${pod === undefined ? '' : ` (was ${podLabel(pod)})`}`);
  return {
    pieces: [
      piece(count(leaked.length, 'LEAKED NAMESPACE', 'LEAKED NAMESPACES'), 'warn'),
      piece('  pinned by a mount, owned by no pod: ', 'muted'),
      piece(each.join(', ')),
    ],
  };
}
