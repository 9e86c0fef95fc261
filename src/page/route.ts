// The page's addresses: everything that can be looked at has one, after the `#`, so that it can be sent to somebody.

export type ViewName = 'pods' | 'pod' | 'events' | 'alerts';

export interface Route {
  readonly view: ViewName;
  /** With `pod`: the uid. */
  readonly uid?: string;
  /** What the view was narrowed to: search, filters, the part of a time line. */
  readonly query: Readonly<Record<string, string>>;
}

const MAX_VALUE = 500;

/** Anything that is no address of ours is the overview. */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#/, '');
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  const query: Record<string, string> = {};
  if (at >= 0) for (const [name, value] of new URLSearchParams(text.slice(at + 1))) query[name] = value.slice(0, MAX_VALUE);
  const [view, uid, ...rest] = path.split('/').filter((part) => part !== '');
  if (view === 'pods' && uid !== undefined && rest.length === 0) return { view: 'pod', uid: decoded(uid), query };
  if ((view === 'events' || view === 'alerts') && uid === undefined) return { view, query };
  return { view: 'pods', query };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address, with its `#`. Empty values are left out. */
export function formatRoute({
  view,
  uid,
  query = {},
}: Omit<Route, 'query'> & { readonly query?: Readonly<Record<string, string | undefined>> }): string {
  const path = view === 'pods' ? '/' : view === 'pod' ? `/pods/${encodeURIComponent(uid ?? '')}` : `/${view}`;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') parameters.set(name, value);
  const text = parameters.toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}

export const podRoute = (uid: string, query?: Readonly<Record<string, string | undefined>>): string =>
  formatRoute({ view: 'pod', uid, ...(query && { query }) });
