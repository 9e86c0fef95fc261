// The configuration file that packages install: every setting with its sentence and its default, all of it commented out.
import { defaultText } from './reference-page.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey } from './schema.ts';
import type { Setting } from './setting.ts';

export function renderExampleFile(): string {
  const top = SETTING_KEYS.filter((key) => !key.includes('.'));
  const groups = new Map<string, SettingKey[]>();
  for (const key of SETTING_KEYS.filter((each) => each.includes('.'))) {
    const group = key.slice(0, key.indexOf('.'));
    groups.set(group, [...(groups.get(group) ?? []), key]);
  }
  const nested = [...groups].map(([group, keys]) => [`#${group}:`, ...keys.flatMap((key) => lines(key, '  '))].join('\n'));
  return `${[HEAD, ...top.map((key) => lines(key, '').join('\n')), ...nested, ALERTS].join('\n\n')}\n`;
}

function lines(key: SettingKey, indent: string): readonly string[] {
  const setting = SETTINGS[key] as Setting<unknown>;
  const name = key.slice(key.indexOf('.') + 1);
  const text = setting.format(setting.defaultValue);
  // Without a constant for a default there is nothing to write: the words that stand for it are no value.
  const value = text === '' ? `  # ${defaultText(setting)}` : ` ${/^[\w/]+$/.test(text) ? text : JSON.stringify(text)}`;
  const change = setting.isLive === true ? '' : ' Needs a restart.';
  return [`${indent === '' ? '' : `#${indent}`}# ${setting.doc}${change}`, `#${indent}${name}:${value}`];
}

const HEAD = `# Settings of the podtree agent, with their defaults: podtree.yaml(5).
# After a change: systemctl reload podtree, or restart where it says so.
# What is in effect, and where it came from: podtree config --config FILE.`;

const ALERTS = `# Who is told when a pause dies, and of what; without sinks it goes into the log. Secrets belong into files or the environment.
#alerts:
#  sinks:
#    - type: alertmanager
#      url: http://alertmanager.example:9093`;
