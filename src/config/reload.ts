// What another configuration changes in an agent that runs: what comes into effect now, and what would take a restart.
import { isDeepStrictEqual } from 'node:util';
import { ALERT_LISTS } from './alerts-source.ts';
import { type Config, SETTING_KEYS, SETTINGS, type SettingKey } from './schema.ts';
import type { Setting } from './setting.ts';
import { assembleConfig, settingValueOf } from './values.ts';

/** A setting, or one of the lists of alerts, which have no short text. */
export type Change =
  | { readonly setting: SettingKey; readonly from: string; readonly to: string }
  | { readonly setting: `alerts.${string}` };

export interface Reload {
  /** In effect from now on: what runs, with what can be changed live taken from the other one. */
  readonly config: Config;
  readonly applied: readonly Change[];
  readonly needRestart: readonly Change[];
}

export function planReload(running: Config, next: Config): Reload {
  const values = new Map<SettingKey, unknown>();
  const applied: Change[] = [];
  const needRestart: Change[] = [];
  for (const key of SETTING_KEYS) {
    const setting = SETTINGS[key] as Setting<unknown>;
    const [from, to] = [settingValueOf(running, key), settingValueOf(next, key)];
    values.set(key, setting.isLive === true ? to : from);
    if (isDeepStrictEqual(from, to)) continue;
    const change = { setting: key, from: setting.format(from), to: setting.format(to) };
    (setting.isLive === true ? applied : needRestart).push(change);
  }
  for (const list of ALERT_LISTS) {
    if (!isDeepStrictEqual(running.alerts[list], next.alerts[list])) applied.push({ setting: `alerts.${list}` });
  }
  return { config: assembleConfig(values, next.alerts), applied, needRestart };
}
