// The frames of the WebSocket stream, as objects: exactly one of the keys is present.
import type { TreeChange, TreeEvent } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';

export interface Update {
  /** `EPOCH-SEQUENCE`: opaque to users; give it back as `since`. */
  readonly token: string;
  readonly event?: TreeEvent;
  readonly changes: readonly TreeChange[];
}

export interface Gap {
  readonly stage: 'kernel' | 'agent' | 'client';
  /** Absent when it could not be counted. */
  readonly lost?: number;
}

export type Frame =
  | {
      readonly hello: {
        readonly node: string;
        readonly bootId: string;
        readonly version: string;
        readonly epoch: string;
        readonly resumed: boolean;
      };
    }
  | { readonly snapshot: { readonly token: string; readonly tree: Tree } }
  | { readonly updates: readonly Update[] }
  | { readonly gap: Gap }
  | { readonly heartbeat: { readonly token: string } };
