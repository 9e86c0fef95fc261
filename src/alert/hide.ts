// Takes secrets out of what a server answered: pages for errors like to repeat the address, and some repeat all that they were sent.

/** Shorter parts of an address are words such as `hook`, and would make a sentence unreadable. */
const MIN_PART = 6;

/** The parts of an address that may be keys: paths and queries of webhooks are. */
export function hiddenParts(address: string): readonly string[] {
  const { pathname, search, searchParams } = new URL(address);
  const parts = [...pathname.split('/'), ...search.slice(1).split(/[&=]/), ...searchParams.values()];
  return parts.flatMap((part) => [part, decoded(part)]).filter((part) => part.length >= MIN_PART);
}

export function hide(text: string, hidden: readonly string[]): string {
  // The longest first: a part of a secret must not stay because another one was cut out of its middle.
  const secrets = [...new Set(hidden)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone per cent sign: it stands for itself.
    return part;
  }
}
