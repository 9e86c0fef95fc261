// `podtree agent --check-config`: whether the agent would take its configuration, before a rollout or a reload finds out.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import type { SinkSettings } from '../../src/alert/sink-settings.ts';
import { isRemote } from '../../src/config/remote-access.ts';
import { messageOf } from '../../src/error.ts';
import { count } from '../../src/terminal/label.ts';
import { checkRemoteAccess } from '../remote-access.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { readConfig } from './read-config.ts';
import type { Session } from './session.ts';

/** Throws CONFIG_INVALID. A file that a sink names and that cannot be read is only noted: it is needed when there is something to send. */
export async function checkConfig(command: Command, session: Session): Promise<ExitCode> {
  const { config, sources, alertSources } = readConfig(command, session);
  if (isRemote(config)) for (const warning of checkRemoteAccess(config, session.env).warnings) session.note(warning);
  for (const sink of config.alerts.sinks) {
    for (const [field, path] of filesOf(sink)) {
      await access(path, constants.R_OK).catch((error: unknown) => {
        session.note(`alerts.sinks, ${sink.name}: ${field} cannot be read: ${messageOf(error)}. Its alerts wait until it can be`);
      });
    }
  }
  const given = [...sources.values(), ...Object.values(alertSources)].filter(({ kind }) => kind !== 'default');
  await session.out.write(`The configuration is fine: ${count(given.length, 'setting')} given, the rest by default.\n`);
  return EXIT.fine;
}

function filesOf(sink: SinkSettings): readonly (readonly [field: string, path: string])[] {
  return Object.entries(sink).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'caFile' && typeof value === 'string') return [[name, value] as const];
    const isFile = typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string';
    return isFile ? [[`${name}File`, value.file as string] as const] : [];
  });
}
