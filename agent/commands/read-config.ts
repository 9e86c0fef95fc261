// Reads the agent's configuration from flags, environment and file, and gives a command the flags for it.
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { ALERT_FLAGS, ALERT_LISTS } from '../../src/config/alerts-source.ts';
import { type ConfigInput, type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';
import { defaultText } from '../../src/config/reference-page.ts';
import { SETTING_KEYS, SETTINGS } from '../../src/config/schema.ts';
import type { Setting } from '../../src/config/setting.ts';
import { messageOf } from '../../src/error.ts';
import type { Session } from './session.ts';

const GROUP = 'SETTINGS';
const RARE_GROUP = 'RARE SETTINGS';
/** What most people never set, or not on a command line. */
const RARE = /^(?:limits|tls|auth|redact)\./;
/** The groups of options that are settings of the agent. */
export const SETTINGS_GROUPS: readonly string[] = [GROUP, RARE_GROUP];

/** One flag for each setting, and `--config`. Values are checked by loadConfig, which lists all problems together.
 * `withRare`: those that are seldom given as a flag stand in the help, too. */
export function addConfigOptions(command: Command, withRare = false): Command {
  command.addOption(
    new Option('--config <FILE>', 'YAML file with settings; see docs/configuration.md').env('PODTREE_CONFIG').helpGroup(GROUP),
  );
  for (const key of SETTING_KEYS) {
    const setting = SETTINGS[key] as Setting<unknown>;
    const choices = setting.choices === undefined ? '' : ` (${setting.choices.join(', ')})`;
    // The default is shown but not set: commander's would look like a flag that was given.
    const option = new Option(
      `--${setting.flag} <${setting.metavar}>`,
      `${sentenceStart(setting.doc)}${choices} [${defaultText(setting)}]`,
    );
    const isRare = RARE.test(key);
    command.addOption(option.helpGroup(isRare ? RARE_GROUP : GROUP).hideHelp(isRare && !withRare));
  }
  for (const list of ALERT_LISTS) {
    const option = new Option(`--${ALERT_FLAGS[list]} <YAML>`, `the list below alerts.${list} [that of the file]`);
    command.addOption(option.helpGroup(RARE_GROUP).hideHelp(!withRare));
  }
  return command;
}

/** Throws CONFIG_INVALID. What is only suspicious is noted on standard error. */
export function readConfig(command: Command, session: Session): LoadedConfig {
  const loaded = loadSettings(command, session);
  for (const warning of loaded.warnings) session.note(warning);
  return loaded;
}

/** Reads flags, environment and file, also again. Throws CONFIG_INVALID. */
export function loadSettings(command: Command, session: Pick<Session, 'env'>): LoadedConfig {
  const options = command.opts<Readonly<Record<string, string | undefined>>>();
  const flags: Record<string, string | undefined> = {};
  for (const option of command.options) flags[option.name()] = options[option.attributeName()];
  const path = options.config;
  return loadConfig({ flags, env: session.env, ...(path !== undefined && path !== '' && { file: readFile(path) }) });
}

function readFile(path: string): NonNullable<ConfigInput['file']> {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { path, failure: messageOf(error) };
  }
}

function sentenceStart(doc: string): string {
  return (doc.charAt(0).toLowerCase() + doc.slice(1)).replace(/\.$/, '');
}
