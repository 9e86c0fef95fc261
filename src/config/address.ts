// Reads the addresses the agent listens on. Which of them may be open is the business of remote-access.ts.
import { isIP } from 'node:net';
import { SettingError } from './setting.ts';

export interface ListenAddress {
  /** An IP literal without brackets, or `localhost`; empty for every address of the machine. */
  readonly host: string;
  /** 0 lets the kernel pick a free one. */
  readonly port: number;
}

const MAX_ADDRESSES = 8;

export const LISTEN_ALLOWED = `HOST:PORT with an IP address or localhost, or :PORT for every address of the machine, with a port from 0 to 65535; at most ${MAX_ADDRESSES} of them`;
export const METRICS_LISTEN_ALLOWED =
  'HOST:PORT with an IP address or localhost, :PORT for every address of the machine, with a port from 0 to 65535, or off';

/** One or several: a YAML list, or text with commas between. Throws a SettingError. */
export function parseListen(input: unknown): readonly ListenAddress[] {
  const items: unknown = typeof input === 'string' ? input.split(',') : input;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_ADDRESSES) throw new SettingError(LISTEN_ALLOWED);
  return items.map((item) => {
    const address = parseAddress(item);
    if (address === undefined || !isUsable(address)) throw new SettingError(LISTEN_ALLOWED);
    return Object.freeze(address);
  });
}

/** Undefined for `off`. Any address will do: what is served there names no process and changes nothing. Throws a SettingError. */
export function parseMetricsListen(input: unknown): ListenAddress | undefined {
  // A bare `off` is a word in YAML 1.2, but generators may still write false.
  if (input === false || input === 'off') return undefined;
  const address = parseAddress(input);
  if (address === undefined || !isUsable(address)) throw new SettingError(METRICS_LISTEN_ALLOWED);
  return address;
}

function parseAddress(input: unknown): ListenAddress | undefined {
  const match = typeof input === 'string' ? /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(input.trim()) : null;
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host: host.toLowerCase(), port };
}

export function formatListen(address: ListenAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

export function formatListenList(addresses: readonly ListenAddress[]): string {
  return addresses.map(formatListen).join(',');
}

const EVERY_ADDRESS: readonly string[] = ['', '0.0.0.0', '::'];

/** Whether one of them takes the port that the other one wants. */
export function overlap(one: ListenAddress, other: ListenAddress): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return one.host === other.host || EVERY_ADDRESS.includes(one.host) || EVERY_ADDRESS.includes(other.host);
}

// A name may mean another address tomorrow, and then another rule would hold for it.
function isUsable({ host }: ListenAddress): boolean {
  return host === '' || host === 'localhost' || isIP(host) !== 0;
}
