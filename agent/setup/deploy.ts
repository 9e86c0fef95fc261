// `npm run deploy:render`: the kustomization of agent/deploy from its chart, so that both deploy the same: the base from the chart's default values,
// and each folder of components/ from its own values.yaml, as what that adds to and changes in the base. With --check it changes nothing and fails
// when a file is not current.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { kubernetesTools } from './kubernetes-tools.ts';

const DEPLOY = fileURLToPath(new URL('../deploy', import.meta.url));
const HEAD = '# Rendered from the chart by `npm run deploy:render`: change templates/ and values.yaml instead.\n';
/** The chart leaves the namespace to `helm install --create-namespace`. */
const RENDER = ['template', 'podtree', '.', '--namespace', 'podtree', '--set', 'namespace.create=true'];

/** kubectl reads YAML 1.1, in which a bare `on` is no text. */
const STYLE = { lineWidth: 0, compat: 'yaml-1.1' } as const;

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

interface Rendered {
  /** Of the template, without its ending. */
  readonly name: string;
  readonly text: string;
  readonly object: JsonObject;
}

/** Folder below agent/deploy -> file name -> what it should hold. */
export type RenderedFiles = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Runs helm. */
export function renderDeploy(): RenderedFiles {
  const { helm } = kubernetesTools();
  const render = (...args: readonly string[]): readonly Rendered[] => documentsOf(helm([...RENDER, ...args], DEPLOY));
  const base = render();
  const folders = new Map([['base', kustomization('Kustomization', resourceFiles(base), new Map())]]);
  for (const component of readdirSync(join(DEPLOY, 'components'))) {
    const changed = render('--values', `components/${component}/values.yaml`);
    const added = changed.filter(({ object }) => !base.some((other) => identity(other.object) === identity(object)));
    const patches = new Map<string, string>();
    for (const { name, object } of changed) {
      const before = base.find((other) => identity(other.object) === identity(object));
      const difference = before === undefined ? undefined : differenceOf(before.object, object);
      if (difference !== undefined) patches.set(`${name}-patch.yaml`, HEAD + stringify(patchOf(object, difference), STYLE));
    }
    folders.set(`components/${component}`, kustomization('Component', resourceFiles(added), patches));
  }
  return folders;
}

/** The objects of one template share its file. */
function resourceFiles(objects: readonly Rendered[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, text } of objects) {
    const before = files.get(`${name}.yaml`);
    files.set(`${name}.yaml`, before === undefined ? HEAD + text : `${before}---\n${text}`);
  }
  return files;
}

function kustomization(
  kind: 'Kustomization' | 'Component',
  resources: Map<string, string>,
  patches: Map<string, string>,
): Map<string, string> {
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  const content = {
    apiVersion: `kustomize.config.k8s.io/${version}`,
    kind,
    ...(resources.size > 0 && { resources: [...resources.keys()] }),
    ...(patches.size > 0 && { patches: [...patches.keys()].map((path) => ({ path })) }),
  };
  return new Map([...resources, ...patches, ['kustomization.yaml', HEAD + stringify(content)]]);
}

function documentsOf(text: string): readonly Rendered[] {
  return text.split(/^---\n/m).flatMap((document) => {
    const source = /^# Source: (.*)\n/.exec(document);
    if (source === null) return [];
    const body = document.slice(source[0].length);
    return [{ name: basename(source[1] ?? '', '.yaml'), text: body.trimEnd().concat('\n'), object: parse(body) as JsonObject }];
  });
}

function identity({ apiVersion, kind, metadata }: JsonObject): string {
  const { name, namespace } = metadata as JsonObject;
  return [apiVersion, kind, namespace, name].join(' ');
}

function patchOf({ apiVersion, kind, metadata }: JsonObject, difference: JsonObject): JsonObject {
  const { name, namespace } = metadata as JsonObject;
  const { metadata: changed, ...rest } = difference;
  return {
    apiVersion: apiVersion ?? null,
    kind: kind ?? null,
    metadata: { name: name ?? null, ...(namespace !== undefined && { namespace }), ...((changed as JsonObject | undefined) ?? {}) },
    ...rest,
  };
}

/** A strategic merge patch: objects by field, lists of named things by name, other lists as a whole. Undefined when nothing differs. */
function differenceOf(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const changes = Object.entries(after).flatMap(([key, value]): [string, Json][] => {
    const old = before[key];
    if (JSON.stringify(old) === JSON.stringify(value)) return [];
    if (isObject(old) && isObject(value)) {
      const inner = differenceOf(old, value);
      return inner === undefined ? [] : [[key, inner]];
    }
    if (isNamedList(old) && isNamedList(value)) {
      const inner = value.flatMap((item) => {
        const former = old.find(({ name }) => name === item.name);
        const difference = former === undefined ? item : differenceOf(former, item);
        return difference === undefined ? [] : [{ name: item.name ?? null, ...difference }];
      });
      return inner.length === 0 ? [] : [[key, inner]];
    }
    return [[key, value]];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: Json | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every((item: Json) => isObject(item) && typeof item.name === 'string');
}

/** Paths below agent/deploy that are not what they should be: stale, missing, or of a template that is gone. */
export function staleFiles(rendered: RenderedFiles): readonly string[] {
  return [...rendered].flatMap(([folder, files]) => {
    const present = readdirSync(join(DEPLOY, folder)).filter((name) => name !== 'values.yaml');
    const stale = [...files].filter(([name, text]) => !present.includes(name) || readFileSync(join(DEPLOY, folder, name), 'utf8') !== text);
    return [...stale.map(([name]) => name), ...present.filter((name) => !files.has(name))].map((name) => join(folder, name));
  });
}

if (import.meta.main) {
  const rendered = renderDeploy();
  const stale = staleFiles(rendered);
  for (const path of stale) {
    if (process.argv.includes('--check')) {
      process.stderr.write(`agent/deploy/${path} is not current: npm run deploy:render, and commit it\n`);
      process.exitCode = 1;
      continue;
    }
    const text = rendered.get(join(path, '..'))?.get(basename(path));
    if (text === undefined) rmSync(join(DEPLOY, path));
    else writeFileSync(join(DEPLOY, path), text);
    process.stderr.write(`agent/deploy/${path} ${text === undefined ? 'removed' : 'made anew'}\n`);
  }
}
