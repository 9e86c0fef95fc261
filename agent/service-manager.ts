// Tells systemd how the agent is (Type=notify, the watchdog); does nothing where nobody asked for it.
import { execa } from 'execa';
import { messageOf } from '../src/error.ts';

export interface ServiceManager {
  /** Resolves when systemd has taken it. `status` is what `systemctl status` shows. Never rejects. */
  tell(state: 'ready' | 'reloading' | 'stopping', status: string): Promise<void>;
  /** From now on says that the agent is alive as often as systemd wants to hear it, with a fresh status. Keeps no program alive. */
  watch(status: () => string): void;
  stop(): void;
}

export interface ServiceManagerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: { warn(fields: object, message: string): void };
  /** Default `systemd-notify`. */
  readonly program?: string;
}

/** The wire is a datagram to an AF_UNIX socket, which Node.js cannot send; systemd's own tool can. See sd_notify(3). */
const PROGRAM = 'systemd-notify';
const TIMEOUT_MS = 5_000;
/** Without a watchdog the status is still kept fresh. */
const STATUS_MS = 60_000;
const MAX_STATUS = 200;

export function createServiceManager({ env, log, program = PROGRAM }: ServiceManagerOptions): ServiceManager {
  const socket = env.NOTIFY_SOCKET ?? '';
  const watchdogMs = watchdogInterval(env);
  let hasFailed = false;
  let timer: NodeJS.Timeout | undefined;
  // One at a time: two of them could overtake each other, and then the older word would stand.
  let sending: Promise<void> = Promise.resolve();

  async function send(variables: readonly string[]): Promise<void> {
    try {
      await execa(program, variables, { env: { NOTIFY_SOCKET: socket }, stdin: 'ignore', timeout: TIMEOUT_MS });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn({ error: messageOf(error) }, 'systemd could not be told how the agent is: it may end it for that');
      hasFailed = true;
    }
  }

  function queue(variables: readonly string[], status: string): Promise<void> {
    if (socket === '') return Promise.resolve();
    sending = sending.then(() => send([...variables, `STATUS=${status.replace(/\s+/g, ' ').slice(0, MAX_STATUS)}`]));
    return sending;
  }

  return {
    tell: (state, status) => queue(VARIABLES[state](), status),
    watch: (status) => {
      if (socket === '' || timer !== undefined) return;
      // That this timer fires is the sign of life: an event loop that hangs says nothing.
      const beat = (): void => void queue(watchdogMs === undefined ? [] : ['WATCHDOG=1'], status());
      timer = setInterval(beat, watchdogMs ?? STATUS_MS);
      timer.unref();
      beat();
    },
    stop: () => clearInterval(timer),
  };
}

const VARIABLES = {
  ready: () => ['READY=1'],
  // Type=notify-reload compares this with when it asked.
  reloading: () => ['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`],
  stopping: () => ['STOPPING=1'],
} as const;

/** A third of what systemd allows between two signs of life, ms; undefined when it wants none of this process. */
function watchdogInterval({ WATCHDOG_USEC: usec, WATCHDOG_PID: pid }: ServiceManagerOptions['env']): number | undefined {
  const allowedMs = /^\d{1,15}$/.test(usec ?? '') ? Number(usec) / 1000 : 0;
  if (allowedMs < 1 || (pid !== undefined && pid !== '' && Number(pid) !== process.pid)) return undefined;
  return Math.max(1, Math.floor(allowedMs / 3));
}
