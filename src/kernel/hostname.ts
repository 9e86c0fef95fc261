// What may be taken for a host name.

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/;

/** A container may call itself anything: only what could be a pod's name is taken for one. */
export function isHostname(text: string): boolean {
  return NAME.test(text);
}
