// Reads the agent's configuration from flags, environment and file, and gives a command the flags for it.
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';
import { defaultText } from '../../src/config/reference-page.ts';
import { SETTING_KEYS, SETTINGS } from '../../src/config/schema.ts';
import type { Setting } from '../../src/config/setting.ts';
import { messageOf, PodtreeError } from '../../src/error.ts';
import type { Session } from './session.ts';

/** One flag for each setting that has one, and `--config`. Values are checked by loadConfig, which lists all problems together. */
export function addConfigOptions(command: Command): Command {
  command.addOption(
    new Option('--config <FILE>', 'YAML file with settings; see docs/configuration.md').env('PODTREE_CONFIG').helpGroup('SETTINGS'),
  );
  for (const key of SETTING_KEYS) {
    const setting = SETTINGS[key] as Setting<unknown>;
    if (setting.flag === undefined) continue;
    const choices = setting.choices === undefined ? '' : ` (${setting.choices.join(', ')})`;
    // The default is shown but not set: commander's would look like a flag that was given.
    const option = new Option(
      `--${setting.flag} <${setting.metavar}>`,
      `${sentenceStart(setting.doc)}${choices} [${defaultText(setting)}]`,
    );
    command.addOption(option.helpGroup('SETTINGS'));
  }
  return command;
}

/** Throws CONFIG_INVALID. What is only suspicious is noted on standard error. */
export function readConfig(command: Command, session: Session): LoadedConfig {
  const options = command.opts<Readonly<Record<string, string | undefined>>>();
  const flags: Record<string, string | undefined> = {};
  for (const option of command.options) flags[option.name()] = options[option.attributeName()];
  const path = options.config;
  const file = path === undefined || path === '' ? {} : { file: { path, text: readText(path) } };
  const loaded = loadConfig({ flags, env: session.env, ...file });
  for (const warning of loaded.warnings) session.note(warning);
  return loaded;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new PodtreeError('CONFIG_INVALID', `the configuration file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function sentenceStart(doc: string): string {
  return (doc.charAt(0).toLowerCase() + doc.slice(1)).replace(/\.$/, '');
}
