// `npm run sbom`: a software bill of materials (CycloneDX) of what is installed with podtree, in dist/podtree.cdx.json. The image's own adds Debian's
// packages, which are read from the image: `npm run image -- --sbom FILE`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Component {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly [field: string]: unknown;
}

export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly metadata: { readonly component: Component; readonly timestamp?: string };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly [field: string]: unknown;
}

/** Of the dependencies that are needed at run time. Throws with npm's words when it cannot be made. */
export function npmSbom(): Sbom {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const sbom = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as Sbom;
  // npm's own --omit=dev also leaves out what both need (npm 11), and it calls the whole after the folder that it is in.
  const runs = atRunTime();
  return {
    ...sbom,
    metadata: { ...sbom.metadata, component: { ...sbom.metadata.component, name: 'podtree' } },
    components: sbom.components.filter(({ name, version }) => runs.has(`${name}@${version}`)),
    dependencies: sbom.dependencies.flatMap(({ ref, dependsOn = [] }) =>
      ref.startsWith('podtree@') || runs.has(ref) ? [{ ref, dependsOn: dependsOn.filter((other) => runs.has(other)) }] : [],
    ),
  };
}

/** NAME@VERSION of everything in package-lock.json that is not for development alone. */
function atRunTime(): ReadonlySet<string> {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
  };
  const needed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return new Set(
    needed.map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`),
  );
}

/** With the packages of an image's root whose entries are in /var/lib/dpkg/status.d (see image-root.sh). */
export function withDebianPackages(sbom: Sbom, root: string): Sbom {
  const release = readFileSync(join(root, 'etc/os-release'), 'utf8');
  const distro = `debian-${/^VERSION_ID="?([\w.]+)/m.exec(release)?.[1] ?? /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1]}`;
  const folder = join(root, 'var/lib/dpkg/status.d');
  const packages = readdirSync(folder)
    .sort()
    .map((file) => debianComponent(readFileSync(join(folder, file), 'utf8'), distro));
  return { ...sbom, components: [...sbom.components, ...packages] };
}

function debianComponent(entry: string, distro: string): Component {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1] ?? '';
  const [name, version] = [field('Package'), field('Version')];
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${field('Architecture')}&distro=${distro}`;
  return { type: 'library', name, version, purl, 'bom-ref': purl, supplier: { name: field('Maintainer') } };
}

export function writeSbom(sbom: Sbom, file: string): void {
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
}

if (import.meta.main) {
  const file = join(ROOT, 'dist/podtree.cdx.json');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const sbom = npmSbom();
  writeSbom(sbom, file);
  process.stderr.write(`${file}: ${sbom.components.length} packages\n`);
}
