// Keeps a map or a set within its bound by letting go of what came first.

interface Collection<Key> {
  readonly size: number;
  keys(): Iterator<Key>;
  delete(key: Key): boolean;
}

/** For collections that rarely reach their bound: a map that drops its first entry again and again becomes slow to find it. */
export function dropOldest<Key>(collection: Collection<Key>, maxSize: number): void {
  while (collection.size > maxSize) {
    const oldest = collection.keys().next();
    if (oldest.done) return;
    collection.delete(oldest.value);
  }
}
