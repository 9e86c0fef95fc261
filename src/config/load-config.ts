// Puts the configuration together: a flag beats the environment, which beats the file, which beats the default.
import { messageOf, PodtreeError } from '../error.ts';
import { formatListen, overlap } from './address.ts';
import { ALERT_FLAGS, ALERT_LISTS, ALERT_VARIABLES, readAlertList } from './alerts-source.ts';
import { remoteProblems, remoteWarnings } from './remote-access.ts';
import { type Config, SETTING_KEYS, SETTINGS, type SettingKey } from './schema.ts';
import type { Setting } from './setting.ts';
import { suggest } from './suggest.ts';
import { assembleConfig } from './values.ts';
import { NO_FILE, type Problem, readYaml, type YamlSettings } from './yaml-source.ts';

export interface ConfigInput {
  /** Values of flags by the flag's long name without dashes. Undefined values count as not given. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `failure`: why it could not be read. */
  readonly file?: { readonly path: string; readonly text: string } | { readonly path: string; readonly failure: string };
}

/** Where a value came from: `default`, or the flag, variable, or file and line. */
export interface Source {
  readonly kind: 'flag' | 'environment' | 'file' | 'default';
  readonly name: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly sources: ReadonlyMap<SettingKey, Source>;
  readonly alertSources: { readonly rules: Source; readonly sinks: Source };
  /** Suspicious, but no reason to refuse: a variable that looks like a mistyped setting. */
  readonly warnings: readonly string[];
}

interface Candidate extends Source {
  readonly value: unknown;
  readonly line?: number;
}

/** Throws PodtreeError CONFIG_INVALID with one line for each thing that is wrong. A variable that is set but empty counts as not set. */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const { flags = {}, env = {}, file } = input;
  const yaml = readFile(file, env);
  const problems: Problem[] = [...yaml.problems];
  const values = new Map<SettingKey, unknown>();
  const sources = new Map<SettingKey, Source>();
  for (const key of SETTING_KEYS) {
    const setting: Setting<unknown> = SETTINGS[key] as Setting<unknown>;
    const candidates: Candidate[] = [];
    const flag = flags[setting.flag];
    if (flag !== undefined) candidates.push({ kind: 'flag', name: `--${setting.flag}`, value: flag });
    const variable = setting.env.find((name) => (env[name] ?? '') !== '');
    if (variable !== undefined) candidates.push({ kind: 'environment', name: variable, value: env[variable] });
    for (const found of yaml.found.filter((each) => each.key === key && each.value !== null)) {
      candidates.push({ kind: 'file', name: `${file?.path ?? ''}:${found.line}`, value: found.value, line: found.line });
    }
    values.set(key, setting.defaultValue);
    sources.set(key, { kind: 'default', name: 'default' });
    // All of them are checked, also those that are overruled: a wrong line in the file is wrong today, not on the day the flag goes.
    for (const candidate of candidates.toReversed()) {
      try {
        values.set(key, setting.parse(candidate.value));
        sources.set(key, { kind: candidate.kind, name: candidate.name });
      } catch (error) {
        const about = candidate.kind === 'file' ? `${key}: ` : '';
        const what = `${about}${quote(candidate.value)}: expected ${messageOf(error)}`;
        problems.push({ where: candidate.name, what, ...(candidate.line === undefined ? {} : { line: candidate.line }) });
      }
    }
  }
  let { alerts } = yaml;
  const alertSources = { rules: fileSource(yaml.alertLines.rules), sinks: fileSource(yaml.alertLines.sinks) };
  for (const list of ALERT_LISTS) {
    const variable = ALERT_VARIABLES[list];
    const given: Candidate[] = [
      { kind: 'environment', name: variable, value: env[variable] || undefined },
      { kind: 'flag', name: `--${ALERT_FLAGS[list]}`, value: flags[ALERT_FLAGS[list]] },
    ];
    for (const { kind, name, value } of given) {
      if (typeof value !== 'string') continue;
      alerts = { ...alerts, ...readAlertList(list, value, name, env, problems) };
      alertSources[list] = { kind, name };
    }
  }
  const config = assembleConfig(values, alerts);
  if (problems.length === 0) problems.push(...contradictions(config, sources));
  if (problems.length > 0) throw invalid(problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return { config, sources, alertSources, warnings: [...strangers(env), ...remoteWarnings(config)] };

  function fileSource(line: number | undefined): Source {
    return line === undefined || file === undefined ? { kind: 'default', name: 'default' } : { kind: 'file', name: `${file.path}:${line}` };
  }
}

function readFile(file: ConfigInput['file'], env: NonNullable<ConfigInput['env']>): YamlSettings {
  if (file === undefined) return NO_FILE;
  if ('text' in file) return readYaml(file.path, file.text, env);
  return { ...NO_FILE, problems: [{ where: file.path, what: `cannot be read: ${file.failure}: expected a file with settings in YAML` }] };
}

/** Settings that are fine each by itself and not together. */
function contradictions(config: Config, sources: ReadonlyMap<SettingKey, Source>): Problem[] {
  const whereOf = (key: SettingKey): string => sources.get(key)?.name ?? '';
  const problems: Problem[] = remoteProblems(config).map(({ setting, what }) => ({ where: whereOf(setting), what }));
  for (const [index, address] of config.listen.entries()) {
    const other = config.listen.slice(0, index).find((each) => overlap(each, address));
    if (other === undefined) continue;
    const what = `listen: ${quote(formatListen(address))}: expected another port than ${quote(formatListen(other))} has`;
    problems.push({ where: whereOf('listen'), what });
  }
  const metrics = config.metrics.listen;
  if (metrics !== undefined && config.listen.some((address) => overlap(address, metrics))) {
    const what = `metrics.listen: ${quote(formatListen(metrics))}: expected another port than listen has, or off: /metrics is there anyway`;
    problems.push({ where: whereOf('metrics.listen'), what });
  }
  return problems;
}

/** What is said of settings that are wrong, each thing on a line of its own. */
export function invalid(problems: readonly Problem[]): PodtreeError {
  const width = Math.max(...problems.map((problem) => problem.where.length));
  const lines = problems.map((problem) => `  ${problem.where.padEnd(width)}  ${problem.what}`);
  const head = problems.length === 1 ? 'the configuration has a problem' : `the configuration has ${problems.length} problems`;
  return new PodtreeError('CONFIG_INVALID', [`${head}:`, ...lines].join('\n'));
}

// JSON escapes every control character, so that a value can be shown whatever is in it.
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'a value of that shape';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

// Kubernetes sets PODTREE_SERVICE_HOST and the like by itself, so a strange variable cannot be an error. One that is nearly a setting is worth a word.
function strangers(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = SETTING_KEYS.flatMap((key) => SETTINGS[key].env);
  return Object.keys(env)
    .filter((name) => name.startsWith('PODTREE_') && !known.includes(name) && !OTHER_VARIABLES.has(name))
    .flatMap((name) => {
      const guess = suggest(
        name.slice('PODTREE_'.length),
        known.map((each) => each.replace('PODTREE_', '')),
      );
      return guess === undefined ? [] : [`${name} is set but is no setting; did you mean PODTREE_${guess}?`];
    });
}

/** Variables of the commands, which are no settings of the agent. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
  'PODTREE_CONFIG',
  'PODTREE_SERVER',
  'PODTREE_TOKEN_FILE',
  'PODTREE_CA_FILE',
  'PODTREE_CERT_FILE',
  'PODTREE_KEY_FILE',
  'PODTREE_TLS_SERVER_NAME',
  ...Object.values(ALERT_VARIABLES),
]);
