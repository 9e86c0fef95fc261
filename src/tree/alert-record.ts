// What an alert says of itself, in the stream and in what sinks are sent.
import type { PodRef } from '../attribution/reference.ts';

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface AlertRecord {
  /** The rule's name. */
  readonly name: string;
  readonly severity: Severity;
  /** When what it is about first happened: RFC 3339 UTC, nine digits, as is `last`. */
  readonly since: string;
  readonly last: string;
  /** One sentence for the person who is paged. It may hold names that processes gave themselves, escaped and on one line. */
  readonly summary: string;
  /** How often it happened since it fires. */
  readonly count: number;
  /** The same for all alerts of a rule that began within two seconds: many pauses that die together are one incident. */
  readonly incident: string;
  /** All pods of the incident, of the first fifty; empty when it is about one pod or none. */
  readonly members: readonly PodRef[];
  /** How many pods the incident has in all; 1 when it is about the node. */
  readonly memberCount: number;
}
