// Reads the addresses the agent listens on, and refuses one for the stream that other machines could reach.
import { isIP } from 'node:net';
import { SettingError } from './setting.ts';

export interface ListenAddress {
  /** An IP literal without brackets, or `localhost`; empty for every address of the machine. */
  readonly host: string;
  /** 0 lets the kernel pick a free one. */
  readonly port: number;
}

export const LISTEN_ALLOWED = 'HOST:PORT with a loopback host (127.0.0.1, [::1] or localhost) and a port from 0 to 65535';
export const METRICS_LISTEN_ALLOWED =
  'HOST:PORT with an IP address or localhost, :PORT for every address of the machine, with a port from 0 to 65535, or off';

/** Throws a SettingError for what is no address and for an address that is not loopback. */
export function parseListen(input: unknown): ListenAddress {
  const address = parseAddress(input);
  if (address === undefined || address.host === '') throw new SettingError(LISTEN_ALLOWED);
  // The stream tells every process of the node to whoever connects: until there is a login, only this machine may ask.
  if (!isLoopback(address.host)) {
    const advice =
      'there is no authentication yet, so other machines must not reach the stream; for probes and scrapes there is metrics.listen';
    throw new SettingError(`${LISTEN_ALLOWED}; ${advice}`);
  }
  return address;
}

/** Undefined for `off`. Any address will do: what is served there names no process and changes nothing. Throws a SettingError. */
export function parseMetricsListen(input: unknown): ListenAddress | undefined {
  // A bare `off` is a word in YAML 1.2, but generators may still write false.
  if (input === false || input === 'off') return undefined;
  const address = parseAddress(input);
  const isAddress = address !== undefined && (['', 'localhost'].includes(address.host) || isIP(address.host) !== 0);
  if (!isAddress) throw new SettingError(METRICS_LISTEN_ALLOWED);
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

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  const bytes = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ?? false;
}
