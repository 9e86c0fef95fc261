// `podtree start`: agent, example pod where the node has no pods of its own, and the live view, in one. What `npm start` runs.
import type { Command } from 'commander';
import { isLoopback } from '../../src/access/loopback.ts';
import { formatListen } from '../../src/config/address.ts';
import type { Demo } from '../../src/demo/demo.ts';
import { PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import { piece, renderLine } from '../../src/terminal/line.ts';
import type { Tree } from '../../src/tree/model.ts';
import { stopped } from './agent.ts';
import { EXIT, type ExitCode, UsageError } from './failure.ts';
import { openFrames } from './frame-source.ts';
import { addExamples } from './help.ts';
import { watchLink } from './link.ts';
import { showLive } from './live-view.ts';
import { createLog, type LogTarget } from './log.ts';
import { addColorOption, type ColorOptions, paintOf } from './option.ts';
import { addConfigOptions, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

interface StartOptions extends ColorOptions {
  readonly demo: boolean;
}

/** Event lines below the tree: enough to follow one restart of a pod. */
const EVENT_LINES = 12;

export function addStartCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('start')
    .summary('agent, example pod and live view in one')
    .description('Run the agent, with the example pod where there are no pods, and show it live.')
    .option('--no-demo', 'never make the example pod');
  addColorOption(command);
  addConfigOptions(command);
  addExamples(command, [
    ['the first look, on any Linux machine', 'sudo podtree start'],
    ["only this node's own pods", 'sudo podtree start --no-demo'],
    ['into a file', 'sudo podtree start > podtree.log'],
  ]);
  command.action(async () => {
    done(await start(command, session));
  });
}

async function start(command: Command, session: Session): Promise<ExitCode> {
  const options = command.opts<StartOptions>();
  const { config } = readConfig(command, session);
  const own = config.listen.findIndex(({ host }) => isLoopback(host));
  if (own === -1)
    throw new UsageError('--listen: podtree start looks at its agent on loopback: give 127.0.0.1:7637 besides, after a comma');
  const [{ startDaemon }, { createDemo }] = await Promise.all([import('../daemon.ts'), import('../../src/demo/demo.ts')]);
  // The picture owns the terminal: only what goes wrong may stand between.
  const quiet = { ...config, logLevel: config.logLevel === 'info' ? ('warn' as const) : config.logLevel };
  const notices = createNotices(session);
  const { log } = createLog(quiet, notices, session.env);
  session.note('attaching the probes …');
  const daemon = await startDaemon(config, log);
  const demo = createDemo({ log: log.child({ subsystem: 'demo' }) });
  try {
    await Promise.race([daemon.ready, stopped(session.stop)]);
    const server = `http://${daemon.addresses
      .slice(own, own + 1)
      .map(formatListen)
      .join()}`;
    if (options.demo && !session.stop.aborted && (await hasNoPods(server, session))) {
      session.note('this node has no pods: making the example pod');
      await startDemo(demo, session);
    }
    if (session.stop.aborted) return EXIT.fine;
    const footer = (): string[] => [...notices.recent(), ...footerLines(server, demo.pausePid(), options, session)];
    const link = watchLink();
    const frames = link.watch(openFrames({ server, reconnect: true, onRetry: link.onRetry, isPatient: true }, session));
    const select = <T>(tree: T): T => tree;
    const paint = paintOf(options, session);
    const draw = (tree: Tree, width: number): string[] => drawTree(tree, { width, paint, now: Date.now() });
    notices.hold();
    await showLive(frames, { paint, zone: 'local', events: EVENT_LINES, draw, select, footer, notice: link.notice }, session);
  } finally {
    notices.release();
    await demo.stop();
    await daemon.stop();
  }
  return EXIT.fine;
}

// Without the example pod there is still the node to look at; the reason stays readable above the picture.
async function startDemo(demo: Demo, session: Session): Promise<void> {
  try {
    await demo.start();
  } catch (error) {
    if (!(error instanceof PodtreeError)) throw error;
    session.note(`${error.message}\nGoing on without the example pod.`);
  }
}

const RECENT_NOTICES = 3;
const HELD_NOTICES = 200;

interface Notices extends LogTarget {
  /** From now on lines are kept for the picture when it stands on the same terminal. */
  hold(): void;
  /** Prints what was held, now that the terminal is free again. */
  release(): void;
  recent(): readonly string[];
}

function createNotices(session: Session): Notices {
  let isHolding = false;
  let held: string[] = [];
  const write = (line: string): void => {
    process.stderr.write(line);
  };
  return {
    isTerminal: session.isErrorTerminal,
    write: (line) => {
      if (!isHolding) return write(line);
      held = [...held, line].slice(-HELD_NOTICES);
    },
    hold: () => {
      isHolding = session.isErrorTerminal && session.out.isTerminal;
    },
    release: () => {
      isHolding = false;
      for (const line of held) write(line);
      held = [];
    },
    recent: () => held.slice(-RECENT_NOTICES).map((line) => line.trimEnd()),
  };
}

async function hasNoPods(server: string, session: Session): Promise<boolean> {
  const first = async (frames: AsyncIterable<Frame>): Promise<boolean> => {
    for await (const frame of frames) if ('snapshot' in frame) return frame.snapshot.tree.pods.length === 0;
    return false;
  };
  return first(openFrames({ server, reconnect: false }, session));
}

function footerLines(server: string, pausePid: number | undefined, options: StartOptions, session: Session): string[] {
  const paint = paintOf(options, session);
  const width = session.out.size().columns;
  const lines = [
    [
      piece('web  ', 'muted'),
      piece(`${server}/`, 'accent'),
      piece('   in another terminal: podtree top, podtree tail   Ctrl-C ends', 'muted'),
    ],
  ];
  if (pausePid !== undefined) {
    lines.push([
      piece('try  ', 'muted'),
      piece(`sudo kill -9 ${pausePid}`, 'strong'),
      piece('   kills the pause: watch the pod being rebuilt', 'muted'),
    ]);
  }
  return lines.map((line) => renderLine(line, width, paint));
}
