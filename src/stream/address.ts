// Where an agent is, from what a person writes: `http://127.0.0.1:7637`, `ws://…`, `localhost:7637` or `:7637`.
import { PodtreeError } from '../error.ts';
import { STREAM_PARAMETERS, type StreamQuery } from './filter.ts';

export const DEFAULT_SERVER = 'http://127.0.0.1:7637';

/** The base URL with http or https. Throws AGENT_UNREACHABLE for what is no address. */
export function parseServer(server: string): URL {
  const text = server.startsWith(':') ? `127.0.0.1${server}` : server;
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text.replace(/^ws/i, 'http') : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const shown = JSON.stringify(server.slice(0, 200));
    throw new PodtreeError('AGENT_UNREACHABLE', `${shown} is not the address of an agent: give --server http://HOST:PORT`);
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** A URL below the agent's address, with a query. */
export function endpoint(server: string, path: string, query: StreamQuery = {}): URL {
  const url = new URL(path, parseServer(server));
  for (const name of STREAM_PARAMETERS) {
    const value = query[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}
