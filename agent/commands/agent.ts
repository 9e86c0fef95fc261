// `podtree agent`: the daemon, until it is told to stop.
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { formatListen, formatListenList } from '../../src/config/address.ts';
import type { Change } from '../../src/config/reload.ts';
import { PodtreeError } from '../../src/error.ts';
import type { Daemon } from '../daemon.ts';
import { checkConfig } from './check-config.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { type AgentLog, createLog } from './log.ts';
import { addConfigOptions, loadSettings, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

export function addAgentCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('agent')
    .summary('the daemon that watches this node')
    .description('Watch this node: run the probes, keep the pod tree, serve the stream. SIGHUP reads the configuration anew.')
    .option('--check-config', 'only check the configuration, with exit code 2 if it is wrong', false);
  addConfigOptions(command, true);
  addExamples(command, [
    ['in the foreground, with its defaults', 'sudo podtree agent'],
    ['as a service, with a file', 'podtree agent --config /etc/podtree/podtree.yaml'],
    ['all settings from the environment', 'sudo PODTREE_LOG_LEVEL=debug podtree agent'],
  ]);
  command.action(async () => {
    const { checkConfig: isCheck } = command.opts<{ readonly checkConfig: boolean }>();
    done(await (isCheck ? checkConfig(command, session) : runAgent(command, session)));
  });
}

async function runAgent(command: Command, session: Session): Promise<ExitCode> {
  const { config } = readConfig(command, session);
  // Loaded only here: the commands that just look should start without gRPC, metrics and the rest.
  const [{ startDaemon }, { createServiceManager }] = await Promise.all([import('../daemon.ts'), import('../service-manager.ts')]);
  const agentLog = createLog(config, { isTerminal: session.isErrorTerminal, write: (line) => process.stderr.write(line) }, session.env);
  const { log } = agentLog;
  const starting = startDaemon(config, log);
  const manager = createServiceManager({ env: session.env, log });
  let reloading = Promise.resolve();
  session.onReload(() => {
    // One after the other; a daemon that cannot start has said so.
    reloading = reloading.then(async () => {
      const daemon = await starting.catch(() => undefined);
      if (daemon === undefined || session.stop.aborted) return;
      await manager.tell('reloading', 'reading the configuration');
      await reload(command, session, daemon, agentLog);
      await manager.tell('ready', daemon.status());
    });
  });
  const daemon = await starting;
  const { addresses, metricsAddress } = daemon;
  log.info({ address: formatListenList(addresses), ...(metricsAddress && { metrics: formatListen(metricsAddress) }) }, 'agent listens');
  try {
    // A machine that cannot run it says so here; one that takes its time is served meanwhile, with /readyz saying why not.
    await Promise.race([daemon.ready, stopped(session.stop)]);
    if (!session.stop.aborted) {
      log.info('agent is ready');
      await manager.tell('ready', daemon.status());
      manager.watch(daemon.status);
    }
    await stopped(session.stop);
    log.info('agent stops');
  } finally {
    manager.stop();
    await Promise.all([manager.tell('stopping', 'stopping'), reloading.then(() => daemon.stop())]);
  }
  return EXIT.fine;
}

/** Reads the configuration anew and takes over what can be changed live. What is wrong changes nothing. */
async function reload(command: Command, session: Session, daemon: Daemon, { log, setLevel }: AgentLog): Promise<void> {
  try {
    const { config, warnings } = loadSettings(command, session);
    for (const warning of warnings) log.warn(warning);
    const { applied, needRestart } = await daemon.reload(config);
    setLevel(config.logLevel);
    logChanges(log, applied, needRestart);
  } catch (error) {
    if (!(error instanceof PodtreeError) || error.code !== 'CONFIG_INVALID') throw error;
    const [, ...problems] = error.message.split('\n').map((line) => line.trim());
    log.error({ problems }, 'the configuration is wrong and was not taken over: everything goes on as it was');
  }
}

function logChanges(log: Logger, applied: readonly Change[], needRestart: readonly Change[]): void {
  if (applied.length + needRestart.length === 0) log.info('the configuration was read anew: nothing has changed');
  else if (applied.length > 0) log.info({ settings: applied.map(changeText) }, 'the configuration was read anew: changes are in effect');
  if (needRestart.length > 0) {
    log.warn({ settings: needRestart.map(changeText) }, 'the configuration was read anew: some changes need a restart of the agent');
  }
}

function changeText(change: Change): string {
  return 'from' in change ? `${change.setting}: ${change.from || '(default)'} -> ${change.to || '(default)'}` : change.setting;
}

/** Resolves when the session is told to stop. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
