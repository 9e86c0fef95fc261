// `npm run deb`: a Debian package of this checkout in build/, for the processor of this machine. Brings its own Node.js, because Debian 12 and 13
// have none that is recent enough. The same sources give the same bytes.
//   --fast          compress little, for tests
//   --output DIR    instead of build/
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { renderChangelog, renderControl, renderCopyright } from './debian-files.ts';
import { isNeeded, productionModules, programsOf } from './modules.ts';
import { PACKAGE_PATHS } from './paths.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = 'agent/package';
/** The commands, and the program of each. */
const COMMANDS = { podtree: 'main', 'kubectl-podtree': 'kubectl-podtree' } as const;
const ARCHITECTURE: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const { values } = parseArgs({
  options: { fast: { type: 'boolean', default: false }, output: { type: 'string', default: join(ROOT, 'build') } },
});
const manifest = readJson('package.json') as { readonly version: string; readonly description: string; readonly author: string };
const lock = readJson('package-lock.json') as Parameters<typeof productionModules>[0];
const architecture = ARCHITECTURE[process.arch];
if (architecture === undefined) throw new Error(`${process.arch}: packages are made for ${Object.keys(ARCHITECTURE).join(' and ')}`);
const node = join('node_modules', `node-linux-${process.arch}`);
if (!existsSync(join(ROOT, node))) throw new Error(`${node} is missing: run npm ci`);
// Of the last commit, so that the same sources give the same package; https://reproducible-builds.org/docs/source-date-epoch/
const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));

const stage = mkdtempSync(join(tmpdir(), 'podtree-deb-'));
try {
  const modules = productionModules(lock);
  stageProgram(modules);
  stageSystem(modules);
  const files = listFiles(stage);
  stageControl(files);
  process.stdout.write(`${pack()}\n`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

function stageProgram(modules: readonly string[]): void {
  const program = PACKAGE_PATHS.program;
  const dist = join(stage, program, 'dist');
  execFileSync(process.execPath, ['agent/setup/build.ts', '--output', dist], { cwd: ROOT, stdio: 'inherit' });
  // Of our own files only what is for developers stays behind: the page is HTML.
  for (const path of listFiles(dist)) if (/\.(d\.ts|map|md)$/.test(path)) rmSync(join(dist, path));
  copy('package.json', `${program}/package.json`);
  for (const module of modules) {
    const programs = programsOf(readJson(`${module}/package.json`) as Parameters<typeof programsOf>[0]);
    copy(module, `${program}/${module}`, (path) => isNeeded(path) && !programs.includes(path));
  }
  write(`${program}/bin/node`, readFileSync(join(ROOT, node, 'bin/node')), 0o755);
  copy(`${node}/LICENSE`, `${program}/node.LICENSE`);
  for (const [name, main] of Object.entries(COMMANDS))
    write(`/usr/bin/${name}`, `#!/bin/sh\nexec ${program}/bin/node ${program}/dist/agent/${main}.js "$@"\n`, 0o755);
}

function stageSystem(modules: readonly string[]): void {
  copy('systemd/podtree.service', PACKAGE_PATHS.unit);
  copy(`${HERE}/generated/podtree.yaml`, PACKAGE_PATHS.config);
  copy(`${HERE}/debian/podtree.default`, PACKAGE_PATHS.environment);
  copy(`${HERE}/generated/podtree.bash`, '/usr/share/bash-completion/completions/podtree');
  copy(`${HERE}/generated/_podtree`, '/usr/share/zsh/vendor-completions/_podtree');
  copy(`${HERE}/generated/podtree.fish`, '/usr/share/fish/vendor_completions.d/podtree.fish');
  copy(`${HERE}/debian/lintian-overrides`, '/usr/share/lintian/overrides/podtree');
  for (const section of [1, 5]) {
    const name = section === 1 ? 'podtree.1' : 'podtree.yaml.5';
    write(`/usr/share/man/man${section}/${name}.gz`, zipped(read(`${HERE}/generated/${name}`)));
  }
  const licenses = modules.map((path) => {
    const { license = 'see its files' } = readJson(`${path}/package.json`) as { readonly license?: string };
    return { name: path.replace(/^.*node_modules\//, ''), license };
  });
  write(`${PACKAGE_PATHS.docs}/copyright`, renderCopyright(licenses));
  write(`${PACKAGE_PATHS.docs}/changelog.gz`, zipped(renderChangelog(manifest.version, manifest.author, epoch * 1000)));
  for (const name of ['README.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).map((each) => `docs/${each}`)])
    copy(name, `${PACKAGE_PATHS.docs}/${name}`);
}

function stageControl(files: readonly string[]): void {
  const bytes = files.reduce((sum, path) => sum + lstatSync(join(stage, path)).size, 0);
  const facts = { ...manifest, maintainer: manifest.author, architecture: architecture ?? '', installedKib: Math.ceil(bytes / 1024) };
  const sums = files.map(
    (path) =>
      `${createHash('md5')
        .update(readFileSync(join(stage, path)))
        .digest('hex')}  ${path}`,
  );
  write('/DEBIAN/control', renderControl(facts));
  write('/DEBIAN/conffiles', `${PACKAGE_PATHS.config}\n${PACKAGE_PATHS.environment}\n`);
  write('/DEBIAN/md5sums', `${sums.join('\n')}\n`);
  for (const script of ['postinst', 'prerm', 'postrm']) write(`/DEBIAN/${script}`, read(`${HERE}/debian/${script}`), 0o755);
}

function pack(): string {
  // dpkg-deb keeps what it finds: modes and times must not be those of whoever has checked this out.
  normalize(stage);
  mkdirSync(values.output, { recursive: true });
  const path = join(values.output, `podtree_${manifest.version}_${architecture}.deb`);
  const compression = values.fast ? ['-Zgzip', '-z1'] : ['-Zxz'];
  execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', stage, path], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return path;
}

function normalize(path: string): void {
  const stat = lstatSync(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) normalize(join(path, name));
  if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
  lutimesSync(path, epoch, epoch);
}

function listFiles(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [relative(directory, join(entry.parentPath, entry.name))] : [])).sort();
}

/** A file, or what is wanted of a folder; `isWanted` is asked with the path below it. What is to be run is written with a mode of its own. */
function copy(from: string, to: string, isWanted: (path: string) => boolean = () => true): void {
  const source = join(ROOT, from);
  if (lstatSync(source).isFile()) return write(to, readFileSync(source));
  for (const path of listFiles(source)) {
    // A module below another one has an entry of its own in the lock file.
    if (!path.startsWith('node_modules/') && isWanted(path)) write(`${to}/${path}`, readFileSync(join(source, path)));
  }
}

function write(to: string, content: string | Buffer, mode = 0o644): void {
  const target = join(stage, to);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content, { mode });
}

function zipped(text: string): Buffer {
  return gzipSync(text, { level: 9 });
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function readJson(path: string): unknown {
  return JSON.parse(read(path)) as unknown;
}
