// Asks several agents the same, some at a time, and tells apart what one of them could not from what nobody may.
import { PodtreeError } from '../error.ts';
import type { ApiClient } from '../kubernetes/api-client.ts';
import type { Route } from '../stream/route.ts';
import { type Agent, hindrance, routeTo } from './agents.ts';
import { createGate } from './gate.ts';

export interface Answers<T> {
  /** In the order of the agents. */
  readonly answers: readonly { readonly agent: Agent; readonly value: T }[];
  readonly failures: readonly { readonly agent: Agent; readonly error: PodtreeError }[];
}

const MAX_AT_A_TIME = 16;
const FOR_ALL: ReadonlySet<PodtreeError['code']> = new Set(['CLUSTER_FORBIDDEN', 'CLUSTER_UNAUTHORIZED', 'QUERY_INVALID']);

/** Throws when nobody answered, and what the API server or the query is to blame for. */
export async function askAgents<T>(
  api: ApiClient,
  agents: Iterable<Agent>,
  port: number,
  ask: (route: Route, agent: Agent) => Promise<T>,
): Promise<Answers<T>> {
  const gate = createGate(MAX_AT_A_TIME);
  const answers: { readonly agent: Agent; readonly value: T }[] = [];
  const failures: { readonly agent: Agent; readonly error: PodtreeError }[] = [];
  const all = [...agents];
  const settled = await Promise.allSettled(
    all.map((agent) =>
      gate(async () => {
        const why = hindrance(agent);
        if (why !== undefined) throw why;
        return ask(routeTo(api, agent, port), agent);
      }),
    ),
  );
  for (const [index, agent] of all.entries()) {
    const result = settled[index];
    if (result?.status === 'fulfilled') answers.push({ agent, value: result.value });
    else if (result !== undefined) {
      const error: unknown = result.reason;
      if (!(error instanceof PodtreeError) || FOR_ALL.has(error.code)) throw error;
      failures.push({ agent, error });
    }
  }
  const [first] = failures;
  if (first !== undefined && answers.length === 0) throw first.error;
  return { answers, failures };
}
