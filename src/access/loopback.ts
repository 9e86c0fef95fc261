// The one rule by which an address is open or guarded: loopback can be reached from this machine alone, everything else from elsewhere.

/** Whether an address to listen on, without brackets, is loopback. Names other than `localhost` are not, and neither is "every address". */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  const bytes = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ?? false;
}
