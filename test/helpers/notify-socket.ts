// The other end of sd_notify(3): a datagram socket as systemd's, held by perl, because Node.js has no such sockets.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

const RECEIVER = `
use strict; use warnings; use Socket;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($socket, sockaddr_un($ARGV[0])) or die $!;
$| = 1;
print "\\n";
while (1) {
  defined recv($socket, my $text, 65536, 0) or die $!;
  # A barrier comes with a file that is to be closed: whoever does not take it has done so.
  print join("\\x1f", split /\\n/, $text), "\\n" unless $text =~ /^BARRIER=1/;
}
`;

export interface NotifySocket {
  readonly path: string;
  /** What was sent, each message as its variables. */
  readonly messages: readonly Readonly<Record<string, string>>[];
  until(isDone: (messages: NotifySocket['messages']) => boolean): Promise<void>;
}

/** Why it cannot be tested here, or undefined when it can. */
export function cannotNotify(): string | undefined {
  return ['/usr/bin/systemd-notify', '/bin/systemd-notify'].some((path) => existsSync(path)) ? undefined : 'needs: apt install systemd';
}

export async function startNotifySocket(t: Test): Promise<NotifySocket> {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-notify-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'notify');
  const receiver = spawn('perl', ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => receiver.kill());
  const messages: Record<string, string>[] = [];
  let changed = Promise.withResolvers<void>();
  let rest = '';
  await once(receiver.stdout.setEncoding('utf8'), 'data');
  receiver.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const variables = line.split('\x1f').map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]);
      messages.push(Object.fromEntries(variables) as Record<string, string>);
    }
    changed.resolve();
    changed = Promise.withResolvers<void>();
  });
  return {
    path,
    messages,
    async until(isDone) {
      while (!isDone(messages)) await changed.promise;
    },
  };
}
