// `podtree agent`: the daemon, until it is told to stop.
import type { Command } from 'commander';
import { formatListen } from '../../src/config/address.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { createLog } from './log.ts';
import { addConfigOptions, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

export function addAgentCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('agent')
    .summary('the daemon that watches this node')
    .description('Watch this node: run the probes, keep the pod tree, serve the stream.');
  addConfigOptions(command);
  addExamples(command, [
    ['in the foreground, with its defaults', 'sudo podtree agent'],
    ['as a service, with a file', 'podtree agent --config /etc/podtree/podtree.yaml'],
    ['all settings from the environment', 'sudo PODTREE_LOG_LEVEL=debug podtree agent'],
  ]);
  command.action(async () => {
    done(await runAgent(command, session));
  });
}

async function runAgent(command: Command, session: Session): Promise<ExitCode> {
  const { config } = readConfig(command, session);
  // Loaded only here: the commands that just look should start without gRPC, metrics and the rest.
  const { startDaemon } = await import('../daemon.ts');
  const log = createLog(config, { isTerminal: session.isErrorTerminal, write: (line) => process.stderr.write(line) }, session.env);
  const daemon = await startDaemon(config, log);
  const { address, metricsAddress } = daemon;
  log.info({ address: formatListen(address), ...(metricsAddress && { metrics: formatListen(metricsAddress) }) }, 'agent listens');
  try {
    // A machine that cannot run it says so here; one that takes its time is served meanwhile, with /readyz saying why not.
    await Promise.race([daemon.ready, stopped(session.stop)]);
    if (!session.stop.aborted) log.info('agent is ready');
    await stopped(session.stop);
    log.info('agent stops');
  } finally {
    await daemon.stop();
  }
  return EXIT.fine;
}

/** Resolves when the session is told to stop. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
