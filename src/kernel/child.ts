// One bpftrace process: started, read in batches, ended in bounded time. Knows neither restarts nor what the lines mean.
import { getDefaultHighWaterMark, type Readable, setDefaultHighWaterMark } from 'node:stream';
import { execa } from 'execa';

export interface ChildOptions {
  readonly path: string;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** One chunk of standard output. Nothing more is read until a returned promise resolves: bpftrace then fills its buffer and counts losses. */
  readonly onChunk: (chunk: Buffer) => void | Promise<void>;
}

export interface ChildExit {
  /** As a sentence part: 'exit code 1', 'signal SIGKILL', 'not started: …ENOENT', 'stop'. */
  readonly how: string;
  /** The last lines of standard error, without what is known to be harmless. */
  readonly stderr: string;
}

export interface Child {
  readonly pid: number | undefined;
  /** Resolves once when the process is reaped and its output read or given up. Rejects only with what onChunk threw. */
  readonly exited: Promise<ChildExit>;
  /** SIGINT, again after a second (0.17 needs it after a storm), SIGKILL after 2.5 s. Its remaining output is thrown away. */
  stop(): Promise<void>;
}

const SECOND_SIGNAL_MS = 1_000;
const KILL_MS = 2_500;
/** About 3,000 lines a second, over ten milliseconds. */
const STORM_BYTES_PER_MS = 700;
const STORM_WINDOW_MS = 10;
const MAX_PAUSE_MS = 4;
/** The socket between us has room for 167 lines of 280 bytes (net.core.wmem_default counts their overhead, too), and bpftrace waits when it is full: a
 * read that brings so much was late, and the next pause is shorter. */
const LATE_BYTES = 32 * 1024;
const EARLY_BYTES = 16 * 1024;
const STDERR_BYTES = 8 * 1024;
/** Without CAP_SYS_RESOURCE bpftrace says this, as ERROR or WARNING by version, and works all the same. */
const HARMLESS = /RLIMIT_MEMLOCK|addrspace mismatch/i;

export function startChild(options: ChildOptions): Child {
  let stderr = '';
  let isStopping = false;
  // A process group of its own: Ctrl-C at the terminal goes to the agent, which ends its child in order. That it goes when the agent is killed
  // is seen to by a probe (compose.ts).
  // A paused stream still reads until its buffer is full: make that one read, or a storm is read line by line in spite of the pauses.
  const highWaterMark = getDefaultHighWaterMark(false);
  setDefaultHighWaterMark(false, 1);
  const subprocess = execa(options.path, ['-f', 'json', '--no-warnings', '-e', options.program], {
    env: options.env,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  setDefaultHighWaterMark(false, highWaterMark);
  subprocess.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_BYTES);
  });

  const reading = readChunks(subprocess.stdout, (chunk) => (isStopping ? undefined : options.onChunk(chunk)));

  // execa's own promise waits for the output too, which a busy consumer may never take.
  const gone = Promise.race([subprocess, new Promise((resolve) => subprocess.nodeChildProcess.once('exit', resolve))]);
  let stopped: () => void = () => undefined;
  const whenStopped = new Promise<undefined>((resolve) => {
    stopped = () => resolve(undefined);
  });

  const wait = async (): Promise<ChildExit> => {
    // After stop() what is still being delivered may take for ever, and nobody wants it any more.
    const result = await Promise.race([Promise.all([subprocess, reading]), whenStopped]);
    const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !HARMLESS.test(line));
    return { how: result === undefined ? 'stop' : howOf(result[0]), stderr: lines.slice(-5).join('; ').slice(0, 1_000) };
  };

  return {
    pid: subprocess.pid,
    exited: wait(),
    async stop() {
      isStopping = true;
      // Its last words must not keep it from ending.
      subprocess.stdout.resume();
      subprocess.kill('SIGINT');
      const again = setTimeout(() => subprocess.kill('SIGINT'), SECOND_SIGNAL_MS);
      const kill = setTimeout(() => subprocess.kill('SIGKILL'), KILL_MS);
      await gone;
      clearTimeout(again);
      clearTimeout(kill);
      subprocess.stdout.destroy();
      subprocess.stderr.destroy();
      stopped();
    },
  };
}

/** Resolves when the stream is closed. One read is the cost, not one line: in a storm bpftrace writes line by line, so read seldom, as long as it need not wait. */
function readChunks(stream: Readable, onChunk: ChildOptions['onChunk']): Promise<void> {
  let windowStartMs = 0;
  let windowBytes = 0;
  let isStorm = false;
  let pauseMs = MAX_PAUSE_MS;
  return new Promise((resolve, reject) => {
    stream.once('close', resolve);
    // Destroyed by stop().
    stream.once('error', () => resolve());
    stream.on('data', (chunk: Buffer) => {
      const nowMs = performance.now();
      windowBytes += chunk.length;
      if (nowMs - windowStartMs > STORM_WINDOW_MS) {
        isStorm = windowBytes / (nowMs - windowStartMs) > STORM_BYTES_PER_MS;
        windowStartMs = nowMs;
        windowBytes = 0;
      }
      let taken: void | Promise<void>;
      try {
        taken = onChunk(chunk);
      } catch (error) {
        return reject(error);
      }
      if (chunk.length > LATE_BYTES) pauseMs = Math.floor(pauseMs / 2);
      else if (chunk.length < EARLY_BYTES && pauseMs < MAX_PAUSE_MS) pauseMs += 1;
      const isSeldom = isStorm && pauseMs > 0;
      if (taken === undefined && !isSeldom) return;
      stream.pause();
      const resume = (): void => {
        if (isSeldom) setTimeout(() => stream.resume(), pauseMs);
        else stream.resume();
      };
      if (taken === undefined) resume();
      else taken.then(resume, reject);
    });
  });
}

function howOf(result: {
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly shortMessage?: string | undefined;
}): string {
  if (result.signal) return `signal ${result.signal}`;
  return result.exitCode === undefined ? `not started: ${result.shortMessage}` : `exit code ${result.exitCode}`;
}
