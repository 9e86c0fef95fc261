// Namespaces that are kept alive by a mount of their nsfs file, as runtimes and `ip netns` do it, read from mountinfo alone.
import { readFile } from 'node:fs/promises';
import { NAMESPACE_TYPES, type NamespaceSet, type NamespaceType } from '../kernel/identity.ts';
import type { PinnedNamespace } from './level.ts';
import { parseMountinfo } from './mountinfo.ts';
import { parseNamespaceLink } from './process.ts';

/** A node has one or two a pod; beyond this somebody is mounting for the sake of it. */
const MAX_PINS = 20_000;

/** In the order of the mounts. The host's own namespaces are left out (dockerd pins the host's net as /run/docker/netns/default), and so
 * are time namespaces. Reads pid 1's mounts, or the agent's own where pid 1's are refused. */
export async function readPinnedNamespaces(hostNamespaces: NamespaceSet, proc = '/proc'): Promise<readonly PinnedNamespace[]> {
  const text = await readFile(`${proc}/1/mountinfo`, 'utf8').catch(() => readFile(`${proc}/self/mountinfo`, 'utf8').catch(() => ''));
  const pins = new Map<string, PinnedNamespace>();
  for (const { type: fileSystem, root, mountPoint } of parseMountinfo(text)) {
    const namespace = fileSystem === 'nsfs' ? parseNamespaceLink(root) : undefined;
    if (namespace === undefined || !isNamespaceType(namespace.type) || pins.size >= MAX_PINS) continue;
    const { type, inode } = namespace;
    // A mount point that is shared with itself shows the same file several times.
    if (hostNamespaces[NAMESPACE_TYPES.indexOf(type)] !== inode) pins.set(`${inode} ${mountPoint}`, { type, inode, path: mountPoint });
  }
  return [...pins.values()];
}

function isNamespaceType(type: string): type is NamespaceType {
  return (NAMESPACE_TYPES as readonly string[]).includes(type);
}
