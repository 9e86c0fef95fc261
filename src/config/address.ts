// Reads the address the agent listens on, and refuses one that other machines could reach.
import { SettingError } from './setting.ts';

export interface ListenAddress {
  /** An IP literal without brackets, or `localhost`. */
  readonly host: string;
  /** 0 lets the kernel pick a free one. */
  readonly port: number;
}

export const LISTEN_ALLOWED = 'HOST:PORT with a loopback host (127.0.0.1, [::1] or localhost) and a port from 0 to 65535';

/** Throws a SettingError for what is no address and for an address that is not loopback. */
export function parseListen(input: unknown): ListenAddress {
  const match = typeof input === 'string' ? /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(input.trim()) : null;
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) throw new SettingError(LISTEN_ALLOWED);
  // The stream tells every process of the node to whoever connects: until there is a login, only this machine may ask.
  if (!isLoopback(host)) throw new SettingError(`${LISTEN_ALLOWED}; there is no authentication yet, so other machines must not reach it`);
  return { host: host.toLowerCase(), port };
}

export function formatListen(address: ListenAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost' || host === '::1') return true;
  const bytes = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ?? false;
}
