// Reads `alerts.sinks` of the configuration file. Secrets do not stand in it: it names the file or the variable that holds them.
import type { Node } from 'yaml';
import { DEFAULT_SINKS, DEFAULT_TIMEOUT_MS, type Secret, type SinkSettings, type SinkType } from '../alert/sink-settings.ts';
import { baseAddress, choice, duration, filePath, textLike, variable, webAddress } from './alert-values.ts';
import { SettingError } from './setting.ts';
import { type Complain, type Fields, readFields, readList } from './yaml-fields.ts';

type Env = Readonly<Record<string, string | undefined>>;

const MAX_SINKS = 16;
const COMMON = ['type', 'name', 'timeout'] as const;
const OWN: Readonly<Record<SinkType, readonly string[]>> = {
  log: [],
  webhook: ['url', 'urlFile', 'secret', 'secretFile', 'token', 'tokenFile', 'caFile'],
  slack: ['url', 'urlFile', 'caFile'],
  alertmanager: ['url', 'token', 'tokenFile', 'caFile', 'labels'],
  'kubernetes-event': ['url', 'token', 'tokenFile', 'caFile'],
};
const TYPES = Object.keys(OWN) as readonly SinkType[];
const TAKEN_LABELS = ['alertname', 'severity', 'node', 'incident', 'namespace', 'pod'];

const sinkName = textLike(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'a name of letters, digits, dots, dashes and _');
const labels = (value: unknown): Readonly<Record<string, string>> => {
  const allowed = `up to 16 labels as \`name: value\`, none of them ${TAKEN_LABELS.join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SettingError(allowed);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const isGood = ([name, text]: readonly [string, unknown]): boolean =>
    /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/.test(name) && typeof text === 'string' && text.length <= 253 && !TAKEN_LABELS.includes(name);
  if (entries.length > 16 || !entries.every(isGood)) throw new SettingError(allowed);
  return Object.fromEntries(entries) as Record<string, string>;
};

export function readSinks(node: Node | undefined, env: Env, complain: Complain): readonly SinkSettings[] {
  if (node === undefined) return DEFAULT_SINKS;
  const sinks = readList(node, 'alerts.sinks', MAX_SINKS, complain).flatMap(([item, path]) => {
    const fields = readFields(item, path, complain);
    const sink = fields === undefined ? undefined : readSink(fields, env);
    return fields === undefined || sink === undefined ? [] : [{ fields, sink }];
  });
  const names = new Set<string>();
  for (const { fields, sink } of sinks) {
    if (names.has(sink.name))
      fields.complain(
        fields.has('name') ? 'name' : undefined,
        `two sinks are named ${JSON.stringify(sink.name)}: give each a name of its own`,
      );
    names.add(sink.name);
  }
  return sinks.map(({ sink }) => sink);
}

function readSink(fields: Fields, env: Env): SinkSettings | undefined {
  const type = fields.read('type', choice(TYPES));
  if (type === undefined) {
    if (!fields.has('type')) fields.complain(undefined, `type is missing: expected one of ${TYPES.join(', ')}`);
    return undefined;
  }
  fields.finish([...COMMON, ...OWN[type]], (field) => {
    const others = TYPES.filter((other) => OWN[other].includes(field));
    return others.length === 0 ? undefined : `sinks of type ${others.join(', ')} have it, this one is of type ${type}`;
  });
  const name = fields.read('name', sinkName) ?? type;
  const timeoutMs = fields.read('timeout', duration(100, 60_000)) ?? DEFAULT_TIMEOUT_MS;
  const base = { name, timeoutMs };
  if (type === 'log') return { type, ...base };
  const caFile = fields.read('caFile', filePath);
  const http = { ...base, ...(caFile !== undefined && { caFile }) };
  if (type === 'slack') {
    const url = readSecret(fields, 'url', env);
    if (url === undefined) return missing(fields, 'url', 'urlFile');
    return { type, ...http, url };
  }
  const token = readSecret(fields, 'token', env);
  const authorized = { ...http, ...(token !== undefined && { token }) };
  switch (type) {
    case 'webhook': {
      const secret = readSecret(fields, 'secret', env);
      const isPlain = !fields.has('urlFile') && fields.read('url', plainAddress) !== undefined;
      const url = isPlain ? fields.readHidden('url', webAddress) : readSecret(fields, 'url', env);
      if (url === undefined) return missing(fields, 'url', 'urlFile');
      return { type, ...authorized, url, ...(secret !== undefined && { secret }) };
    }
    case 'alertmanager': {
      const url = fields.readHidden('url', baseAddress);
      if (url === undefined) return missing(fields, 'url');
      return { type, ...authorized, url, labels: fields.read('labels', labels) ?? {} };
    }
    case 'kubernetes-event': {
      const url = fields.readHidden('url', apiServerAddress);
      return { type, ...authorized, ...(url !== undefined && { url }) };
    }
    default:
      return type satisfies never;
  }
}

/** Undefined for a variable, which is read as a secret. */
function plainAddress(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith('${') ? undefined : 'plain';
}

/** The token must not cross the network in the clear. */
function apiServerAddress(value: unknown): string {
  const address = baseAddress(value);
  const { protocol, hostname } = new URL(address);
  if (protocol === 'http:' && !/^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname)) throw new SettingError('an https URL');
  return address;
}

function missing(fields: Fields, ...names: readonly string[]): undefined {
  if (!names.some((name) => fields.has(name))) fields.complain(undefined, `${names.join(' or ')} is missing`);
  return undefined;
}

/** `name: ${VARIABLE}` or `nameFile: /path`. */
function readSecret(fields: Fields, name: string, env: Env): Secret | undefined {
  const file = fields.read(`${name}File`, filePath);
  const fromEnv = fields.readHidden(name, variable(env));
  if (fields.has(name) && fields.has(`${name}File`)) fields.complain(`${name}File`, `${name} is there as well: give one of them`);
  return file === undefined ? fromEnv : { file };
}
