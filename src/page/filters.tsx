// The line above the tiles: search, namespace, states with how many pods are in each, grouping and order. All of it is in the address.

import { cutMiddle, escapeText } from '../terminal/escape.ts';
import type { Pod } from '../tree/model.ts';
import { replaceHash } from './hooks.ts';
import { processCount } from './pod-state.ts';
import { formatRoute } from './route.ts';
import { GROUPINGS, type Grouping, hasState, namespacesOf, ORDERS, type Order, type PodItem, STATES, type StateFilter } from './search.ts';

export interface OverviewQuery {
  readonly text: string;
  readonly namespace: string;
  readonly state: StateFilter | '';
  readonly group: Grouping;
  readonly order: Order;
}

export function readQuery(query: Readonly<Record<string, string>>): OverviewQuery {
  return {
    text: query.q ?? '',
    namespace: query.ns ?? '',
    state: STATES.find((each) => each === query.state) ?? '',
    group: GROUPINGS.find((each) => each === query.group) ?? 'namespace',
    order: ORDERS.find((each) => each === query.order) ?? 'name',
  };
}

function hashOf({ text, namespace, state, group, order }: OverviewQuery): string {
  return formatRoute({
    view: 'pods',
    query: { q: text, ns: namespace, state, group: group === 'namespace' ? '' : group, order: order === 'name' ? '' : order },
  });
}

const STATE_WORDS: Readonly<Record<StateFilter, string>> = {
  trouble: 'in trouble',
  starting: 'starting',
  ready: 'ready',
  done: 'done',
  restarted: 'restarted',
  guests: 'with guests',
};
const ORDER_WORDS: Readonly<Record<Order, string>> = {
  name: 'by name',
  newest: 'newest first',
  deaths: 'most deaths first',
  cpu: 'most CPU first',
  memory: 'most memory first',
};
const GROUP_WORDS: Readonly<Record<Grouping, string>> = { namespace: 'by namespace', owner: 'by owner', none: 'ungrouped' };

interface FiltersProps {
  readonly query: OverviewQuery;
  readonly items: readonly PodItem[];
  /** Those that search and namespace let pass, whatever their state. */
  readonly matching: readonly PodItem[];
  readonly pods: readonly Pod[];
}

export function Filters({ query, items, matching, pods }: FiltersProps) {
  const set = (change: Partial<OverviewQuery>): void => replaceHash(hashOf({ ...query, ...change }));
  const namespaces = namespacesOf(pods);
  return (
    <search class="filters">
      <input
        type="search"
        aria-label="search: name, address, container, or label such as app=web"
        placeholder="search: name, address, container, app=web"
        value={query.text}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => set({ text: event.currentTarget.value })}
      />
      <select aria-label="namespace" value={query.namespace} onChange={(event) => set({ namespace: event.currentTarget.value })}>
        <option value="">every namespace</option>
        {(namespaces.includes(query.namespace) || query.namespace === '' ? namespaces : [query.namespace, ...namespaces]).map((name) => (
          <option key={name} value={name}>
            {cutMiddle(escapeText(name), 60)}
          </option>
        ))}
      </select>
      <select aria-label="grouping" value={query.group} onChange={(event) => set({ group: event.currentTarget.value as Grouping })}>
        {GROUPINGS.map((each) => (
          <option key={each} value={each}>
            {GROUP_WORDS[each]}
          </option>
        ))}
      </select>
      <select aria-label="order" value={query.order} onChange={(event) => set({ order: event.currentTarget.value as Order })}>
        {ORDERS.map((each) => (
          <option key={each} value={each}>
            {ORDER_WORDS[each]}
          </option>
        ))}
      </select>
      <p class="tally soft">
        {pods.length} {pods.length === 1 ? 'pod' : 'pods'}, {count(pods, (pod) => pod.sandbox?.containers.length ?? 0)} containers,{' '}
        {count(pods, processCount)} processes
      </p>
      <div class="chips" role="group" aria-label="state">
        <Chip label="all" count={matching.length} isOn={query.state === ''} onClick={() => set({ state: '' })} />
        {STATES.map((state) => {
          const count = matching.filter((item) => hasState(item, state)).length;
          if (count === 0 && query.state !== state && !items.some((item) => hasState(item, state))) return null;
          return (
            <Chip
              key={state}
              label={STATE_WORDS[state]}
              count={count}
              isOn={query.state === state}
              sign={state}
              onClick={() => set({ state: query.state === state ? '' : state })}
            />
          );
        })}
      </div>
    </search>
  );
}

function count(pods: readonly Pod[], of: (pod: Pod) => number): number {
  return pods.reduce((sum, pod) => sum + of(pod), 0);
}

interface ChipProps {
  readonly label: string;
  readonly count?: number;
  readonly isOn: boolean;
  readonly sign?: string;
  onClick(): void;
}

/** A button that stays pressed. */
export function Chip({ label, count, isOn, sign, onClick }: ChipProps) {
  return (
    <button type="button" class={`chip${sign === undefined ? '' : ` sign-${sign}`}`} aria-pressed={isOn} onClick={onClick}>
      {label}
      {count === undefined ? null : <span class="chip-count">{count}</span>}
    </button>
  );
}
