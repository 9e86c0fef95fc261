// What can be alerted about, with the rules that are there unless somebody says otherwise. Plain data: the configuration makes it.
import type { CauseKind } from '../cause/cause.ts';
import type { Severity } from '../tree/alert-record.ts';

/** Pods of these namespaces (any when empty) whose labels match (any when absent). */
export interface PodScope {
  readonly namespaces: readonly string[];
  /** A Kubernetes label selector. */
  readonly selector?: string;
}

interface RuleBase extends PodScope {
  readonly name: string;
  readonly severity: Severity;
  /** Quiet for so long, an alert that counts things is over. One about a state is over with the state. */
  readonly resolveAfterMs: number;
}

/** Pauses of a pod that died without plan: this many within the window. */
export interface PauseRestartsRule extends RuleBase {
  readonly type: 'pause-restarts';
  readonly count: number;
  readonly windowMs: number;
  /** Any when empty; a planned stop never counts. */
  readonly causes: readonly CauseKind[];
}

/** A pod whose pause died without plan is not whole again after so long. */
export interface OutageRule extends RuleBase {
  readonly type: 'outage';
  readonly longerThanMs: number;
}

/** A process that belongs neither to the pod nor to the runtime went into the pod's namespaces. */
export interface ForeignJoinRule extends RuleBase {
  readonly type: 'foreign-join';
  /** Processes of these pods may: a service mesh or a network plugin does it all day. */
  readonly allow: readonly PodScope[];
}

/** For so long: a sandbox without its pause in which containers run, or a namespace that nothing but a mount keeps. */
export interface LeakRule extends RuleBase {
  readonly type: 'leak';
  readonly longerThanMs: number;
}

/** Events were lost on the way from the kernel into the tree: this many losses within the window. */
export interface LostEventsRule extends RuleBase {
  readonly type: 'lost-events';
  readonly count: number;
  readonly windowMs: number;
}

export type AlertRule = PauseRestartsRule | OutageRule | ForeignJoinRule | LeakRule | LostEventsRule;
export type AlertRuleType = AlertRule['type'];

const MINUTE = 60_000;
const everywhere = { namespaces: [] } as const;

/** In effect when the configuration says nothing; each can be switched off or tuned by its name. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  {
    name: 'PauseRestarted',
    type: 'pause-restarts',
    severity: 'warning',
    count: 1,
    windowMs: 10 * MINUTE,
    causes: [],
    resolveAfterMs: 10 * MINUTE,
    ...everywhere,
  },
  {
    name: 'PauseRestartLoop',
    type: 'pause-restarts',
    severity: 'critical',
    count: 3,
    windowMs: 15 * MINUTE,
    causes: [],
    resolveAfterMs: 30 * MINUTE,
    ...everywhere,
  },
  // Twice the usual grace period: containers that do not mind SIGTERM take 30 s to be replaced.
  { name: 'PodOutageLong', type: 'outage', severity: 'critical', longerThanMs: 2 * MINUTE, resolveAfterMs: 0, ...everywhere },
  {
    name: 'ForeignNamespaceJoin',
    type: 'foreign-join',
    severity: 'warning',
    allow: [{ namespaces: ['kube-system', 'calico-system', 'istio-system'] }],
    resolveAfterMs: 10 * MINUTE,
    ...everywhere,
  },
  { name: 'SandboxLeaked', type: 'leak', severity: 'warning', longerThanMs: 10 * MINUTE, resolveAfterMs: 0, ...everywhere },
  {
    name: 'AgentLosingEvents',
    type: 'lost-events',
    severity: 'warning',
    count: 1,
    windowMs: 10 * MINUTE,
    resolveAfterMs: 15 * MINUTE,
    ...everywhere,
  },
];
