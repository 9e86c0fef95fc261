// `podtree config`: the settings that are in effect, each with where its value came from.
import { type Command, Option } from 'commander';
import { formatListen } from '../../src/config/address.ts';
import { shownAlerts } from '../../src/config/alerts-page.ts';
import { renderReferencePage } from '../../src/config/reference-page.ts';
import { isRemote } from '../../src/config/remote-access.ts';
import { type Config, SETTING_KEYS, SETTINGS, type SettingKey } from '../../src/config/schema.ts';
import type { Setting } from '../../src/config/setting.ts';
import { settingValueOf } from '../../src/config/values.ts';
import { messageOf } from '../../src/error.ts';
import { escapeText } from '../../src/terminal/escape.ts';
import { piece, renderLine } from '../../src/terminal/line.ts';
import { checkRemoteAccess } from '../remote-access.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { addColorOption, type ColorOptions, paintOf } from './option.ts';
import { addConfigOptions, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

export function addConfigCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('config')
    .summary('the effective configuration and where it came from')
    .description('Print the settings the agent would run with, and where each value came from.')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['text', 'json']).default('text'))
    .option('--reference', 'print the reference page in Markdown instead');
  addColorOption(command);
  addConfigOptions(command);
  addExamples(command, [
    ['what an agent started here would use', 'podtree config'],
    ['check a file before it is rolled out', 'podtree config --config podtree.yaml'],
    ['one value, for a script', "podtree config -o json | jq -r '.stateDir.value'"],
  ]);
  command.action(async () => {
    done(await printConfig(command, session));
  });
}

async function printConfig(command: Command, session: Session): Promise<ExitCode> {
  const options = command.opts<ColorOptions & { output: string; reference?: boolean }>();
  if (options.reference === true) {
    await session.out.write(renderReferencePage());
    return EXIT.fine;
  }
  const { config, sources, alertSources } = readConfig(command, session);
  noteFaults(config, session);
  const alerts = shownAlerts(config.alerts);
  if (options.output === 'json') {
    const entries = SETTING_KEYS.map((key) => [key, { value: settingValue(config, key), source: sources.get(key)?.name }]);
    const settings = {
      ...Object.fromEntries(entries),
      'alerts.rules': { value: alerts.rules, source: alertSources.rules.name },
      'alerts.sinks': { value: alerts.sinks, source: alertSources.sinks.name },
    };
    await session.out.write(`${JSON.stringify(settings, null, 2)}\n`);
    return EXIT.fine;
  }
  const paint = paintOf(options, session);
  const keyWidth = Math.max(...SETTING_KEYS.map((key) => key.length));
  const shown = SETTING_KEYS.map((key) => escapeText(textOf(config, key)));
  const valueWidth = Math.min(48, Math.max(...shown.map((text) => text.length)));
  const lines = SETTING_KEYS.map((key, index) => {
    const source = sources.get(key);
    const isDefault = source?.kind === 'default';
    const value = piece(`${(shown[index] ?? '').padEnd(valueWidth)}  `, isDefault ? 'plain' : 'strong');
    const origin = piece(escapeText(source?.name ?? ''), isDefault ? 'muted' : 'accent');
    return renderLine([piece(`${key.padEnd(keyWidth)}  `), value, origin], session.out.size().columns, paint);
  });
  for (const name of ['rules', 'sinks'] as const) {
    const text = config.alerts[name].map((each) => each.name).join(', ') || '(none)';
    const source = alertSources[name];
    const isDefault = source.kind === 'default';
    const value = piece(`${escapeText(text).padEnd(valueWidth)}  `, isDefault ? 'plain' : 'strong');
    const origin = piece(escapeText(source.name), isDefault ? 'muted' : 'accent');
    lines.push(renderLine([piece(`${`alerts.${name}`.padEnd(keyWidth)}  `), value, origin], session.out.size().columns, paint));
  }
  await session.out.write(`${lines.join('\n')}\n`);
  return EXIT.fine;
}

/** It may be looked at on another machine than the one it is for: what is wrong with files is only noted. */
function noteFaults(config: Config, session: Session): void {
  if (!isRemote(config)) return;
  try {
    for (const warning of checkRemoteAccess(config, session.env).warnings) session.note(warning);
  } catch (error) {
    session.note(`an agent on this machine would not start: ${messageOf(error)}`);
  }
}

/** As `-o json` gives it: addresses as they are written, several of them as a list. */
function settingValue(config: Config, key: SettingKey): unknown {
  const value = settingValueOf(config, key) ?? null;
  if (key === 'listen') return config.listen.length === 1 ? textOf(config, key) : config.listen.map(formatListen);
  return typeof value === 'object' && value !== null && 'port' in value ? textOf(config, key) : value;
}

function textOf(config: Config, key: SettingKey): string {
  const setting = SETTINGS[key] as Setting<unknown>;
  const text = setting.format(settingValueOf(config, key));
  return text === '' ? `(${setting.defaultText ?? 'none'})` : text;
}
