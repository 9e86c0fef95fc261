// `podtree demo`: the example pod, made and supervised here until Ctrl-C.
import type { Command } from 'commander';
import { stopped } from './agent.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { createLog } from './log.ts';
import type { Session } from './session.ts';

export function addDemoCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('demo')
    .summary('an example pod for a machine without pods')
    .description('Make the example pod, supervise it as the kubelet would, remove it on Ctrl-C.');
  addExamples(command, [
    ['keep the pod until Ctrl-C; needs root', 'sudo podtree demo'],
    ['in another terminal: see how it is built', 'podtree tree'],
    ['kill its pause (the pid is printed) and see it rebuilt', 'sudo kill -9 PID'],
  ]);
  command.action(async () => {
    done(await runDemo(session));
  });
}

async function runDemo(session: Session): Promise<ExitCode> {
  const { createDemo } = await import('../../src/demo/demo.ts');
  const target = { isTerminal: session.isErrorTerminal, write: (line: string): unknown => process.stderr.write(line) };
  const demo = createDemo({ log: createLog({ logLevel: 'info', logFormat: 'auto' }, target, session.env).log });
  // Ctrl-C while it starts: stop() is safe at any time.
  try {
    await demo.start();
    if (!session.stop.aborted) {
      session.note(`example-pod runs; its pause is pid ${demo.pausePid()}. Ctrl-C removes it`);
      await stopped(session.stop);
    }
  } finally {
    await demo.stop();
  }
  return EXIT.fine;
}
