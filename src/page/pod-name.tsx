// A pod's name with its namespace, or as much of it as is known.
import type { PodRef } from '../attribution/reference.ts';
import { Text } from './text.tsx';

export function PodName({ pod: { uid, namespace, name } }: { readonly pod: PodRef }) {
  return <Text of={name === undefined ? uid : namespace === undefined ? name : `${namespace}/${name}`} max={120} />;
}
