// What the API server says of this node's pods, as the tree takes it: whoever asks the API server has checked and bounded it.
import type { PodUid } from '../kernel/identity.ts';
import type { PodController } from './model.ts';

/** The metadata of one pod, as far as the tree has use for it. */
export interface PodMetadata {
  /** As the node has it: of a static pod that is not the uid of its mirror in the API. */
  readonly uid: PodUid;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly controller?: PodController;
  /** RFC 3339 UTC with nine digits, the last nine of them 0: when its deletion was asked for. Never of a static pod. */
  readonly deletedAt?: string;
  /** Its object only mirrors a file on the node: what happens to the object does not stop the pod. */
  readonly isStatic: boolean;
}

export interface MetadataNews {
  /** False: the API server is away. What it said stands, and what it would say now is not known. */
  readonly isCurrent: boolean;
  /** All pods that it has for this node: any other has gone. */
  readonly all?: readonly PodMetadata[];
  readonly changed?: readonly PodMetadata[];
  /** As they were when they went. */
  readonly removed?: readonly PodMetadata[];
}
