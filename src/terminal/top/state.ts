// Everything the full-screen view knows and shows. Pure data: frames, keys and the clock turn one state into the next.
import type { PodHistory } from '../../history/record.ts';
import type { PauseExit, PauseRestart } from '../../history/story.ts';
import type { Gap } from '../../stream/frame.ts';
import type { AlertRecord } from '../../tree/alert-record.ts';
import type { TreeEvent } from '../../tree/change.ts';
import type { Tree } from '../../tree/model.ts';
import type { ColumnId } from '../column.ts';
import type { TimeForm } from '../time-form.ts';

export const SORTS = ['namespace', 'name', 'age', 'restarts', 'processes', 'cpu', 'memory'] as const;
export type Sort = (typeof SORTS)[number];

/** What is shown below a pod: nothing, its containers, or their processes as well. */
export type Level = 0 | 1 | 2;

export type Pane = 'list' | 'detail' | 'events';
export type Overlay = 'help' | 'why';

/** Times are wall time in ms. */
export type Connection =
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly reason: string; readonly attempt: number; readonly lostAt: number; readonly retryAt: number }
  /** There is no more to come: a file was read to its end. The reason is shown where it otherwise says `live`. */
  | { readonly state: 'ended'; readonly reason: string };

/** A line of the event pane. */
export type LogEntry =
  | { readonly kind: 'event'; readonly event: TreeEvent }
  | { readonly kind: 'gap'; readonly gap: Gap }
  /** Something about the connection: `isGap` when events may be missing here. */
  | { readonly kind: 'note'; readonly time: number; readonly text: string; readonly isGap: boolean };

/** The last death of a pod's pause that was told while we looked. */
export interface Death {
  readonly exit?: PauseExit;
  readonly restart?: PauseRestart;
}

export interface FiringAlert {
  readonly alert: AlertRecord;
  readonly podUid?: string;
}

/** What the agent remembers of a pod, asked for when its detail is looked at. */
export type Past =
  | { readonly state: 'asked' }
  | { readonly state: 'known'; readonly history: PodHistory }
  | { readonly state: 'failed'; readonly reason: string };

/** A line that is being typed, and what to go back to when it is given up. */
export interface Input {
  readonly kind: 'filter' | 'search';
  readonly text: string;
  readonly before: Pick<View, 'filter' | 'search' | 'cursor' | 'flipped'>;
}

/** What the person has chosen. */
export interface View {
  readonly sort: Sort;
  readonly isReversed: boolean;
  /** Undefined until the first tree says how much there is to show. */
  readonly level: Level | undefined;
  /** Keys of items that are open though the level closes them, or closed though it opens them. */
  readonly flipped: ReadonlySet<string>;
  /** Key of the item under the cursor, and its place in the list when that was last drawn. */
  readonly cursor: string | undefined;
  readonly cursorRow: number;
  /** First row of the list that is shown. */
  readonly offset: number;
  readonly filter: string;
  readonly search: string;
  readonly input: Input | undefined;
  readonly focus: Pane;
  readonly isDetailOpen: boolean;
  readonly detailOffset: number;
  readonly eventRows: 'none' | 'few' | 'many';
  /** Processes and the runtime's own joins as well. */
  readonly hasAllEvents: boolean;
  /** Only those of the pod under the cursor. */
  readonly isOnePod: boolean;
  /** Lines that the event pane was scrolled back; 0 follows what comes. */
  readonly eventsBack: number;
  readonly overlay: Overlay | undefined;
  readonly overlayOffset: number;
  readonly hasMouse: boolean;
  /** Chosen columns, in place of those that fit. */
  readonly columns: readonly ColumnId[] | undefined;
  readonly times: TimeForm;
}

export interface TopState {
  readonly tree: Tree | undefined;
  readonly connection: Connection;
  /** Oldest first, bounded. */
  readonly log: readonly LogEntry[];
  /** By pod uid, those with the latest deaths last, bounded. */
  readonly deaths: ReadonlyMap<string, Death>;
  readonly alerts: ReadonlyMap<string, FiringAlert>;
  /** By pod uid, bounded. */
  readonly pasts: ReadonlyMap<string, Past>;
  readonly view: View;
}

export type ViewOptions = Partial<Pick<View, 'sort' | 'isReversed' | 'filter' | 'hasMouse' | 'columns' | 'times' | 'hasAllEvents'>>;

export function initialState(options: ViewOptions): TopState {
  return {
    tree: undefined,
    connection: { state: 'live' },
    log: [],
    deaths: new Map(),
    alerts: new Map(),
    pasts: new Map(),
    view: {
      sort: 'namespace',
      isReversed: false,
      level: undefined,
      flipped: new Set(),
      cursor: undefined,
      cursorRow: 0,
      offset: 0,
      filter: '',
      search: '',
      input: undefined,
      focus: 'list',
      isDetailOpen: false,
      detailOffset: 0,
      eventRows: 'few',
      hasAllEvents: false,
      isOnePod: false,
      eventsBack: 0,
      overlay: undefined,
      overlayOffset: 0,
      hasMouse: false,
      columns: undefined,
      times: 'relative',
      ...options,
    },
  };
}

/** The state with another view. */
export function withView(state: TopState, change: Partial<View>): TopState {
  return { ...state, view: { ...state.view, ...change } };
}
