// Says in two or three lines whose namespaces a pause or a container lives in: its own, the pause's, the node's, another container's.
import type { NamespaceType } from '../kernel/identity.ts';
import type { Container, NamespaceRecord } from '../tree/model.ts';
import { escapeText } from './escape.ts';
import { type Piece, piece } from './line.ts';

/** One line each for what is its own (with inodes, which `lsns` and `readlink /proc/PID/ns/*` show too), shared, and the node's. */
export function namespacePieces(
  namespaces: readonly NamespaceRecord[],
  containers: readonly Container[],
  whose: 'pause' | 'container',
): Piece[][] {
  const own = namespaces.filter((each) => each.scope === 'own' || (whose === 'pause' && each.scope === 'pod'));
  const shared = whose === 'pause' ? [] : namespaces.filter((each) => each.scope === 'pod');
  const host = namespaces.filter((each) => each.scope === 'host');
  const lines: Piece[][] = [];
  if (shared.length > 0) lines.push([piece('shares  ', 'muted'), ...types(shared), piece('  with the pause', 'muted')]);
  for (const [id, of] of byContainer(namespaces)) {
    const name = containers.find((each) => each.id === id)?.name ?? id.slice(0, 12);
    lines.push([piece('shares  ', 'muted'), ...types(of), piece(`  with ${escapeText(name)}`, 'muted')]);
  }
  if (own.length > 0) {
    const inodes = own.flatMap((each, index) => [
      piece(`${index === 0 ? '' : '  '}${each.type}`, 'good'),
      piece(` ${each.inode}`, 'muted'),
    ]);
    lines.push([piece('owns    ', 'muted'), ...inodes]);
  }
  if (host.length > 0) {
    // Hardly any pod has a user namespace of its own: only net, pid and ipc of the node are worth an eye.
    const style = host.some((each) => NOTABLE_ON_HOST.has(each.type)) ? 'warn' : 'muted';
    lines.push([piece("node's  ", 'muted'), piece(host.map((each) => each.type).join('  '), style)]);
  }
  return lines;
}

const NOTABLE_ON_HOST: ReadonlySet<NamespaceType> = new Set<NamespaceType>(['net', 'pid', 'ipc', 'mnt']);

function types(namespaces: readonly NamespaceRecord[]): Piece[] {
  return [piece(namespaces.map((each) => each.type).join('  '), 'accent')];
}

function byContainer(namespaces: readonly NamespaceRecord[]): Map<string, NamespaceRecord[]> {
  const groups = new Map<string, NamespaceRecord[]>();
  for (const each of namespaces) {
    if (each.scope !== 'container') continue;
    const id = each.with ?? '';
    groups.set(id, [...(groups.get(id) ?? []), each]);
  }
  return groups;
}
