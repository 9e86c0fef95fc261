// A configuration by the names of its settings: one value of it, and the whole made of such values.
import { type Config, SETTING_KEYS, type SettingKey } from './schema.ts';

export function settingValueOf(config: Config, key: SettingKey): unknown {
  return key.split('.').reduce<unknown>((holder, name) => (holder as Readonly<Record<string, unknown>>)[name], config);
}

/** `values` has one of the right type for each setting. */
export function assembleConfig(values: ReadonlyMap<SettingKey, unknown>, alerts: Config['alerts']): Config {
  const config: Record<string, unknown> = { alerts: Object.freeze(alerts) };
  const groups = new Map<string, Record<string, unknown>>();
  for (const key of SETTING_KEYS) {
    const value = values.get(key);
    if (typeof value === 'object') Object.freeze(value);
    const [group = '', name] = key.split('.');
    if (name === undefined) config[key] = value;
    else groups.set(group, { ...groups.get(group), [name]: value });
  }
  for (const [name, group] of groups) config[name] = Object.freeze(group);
  // The mapped type of SETTINGS guarantees one entry of the right type for each field of Config.
  return Object.freeze(config) as unknown as Config;
}
