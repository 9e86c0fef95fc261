// `npm run image`: builds agent/Dockerfile with buildah, on bases that mmdebstrap makes of Debian's packages, so that no registry of images and no
// container engine is needed; root, buildah and mmdebstrap are. `-- --output FILE` also writes an archive for `ctr images import` or `docker load`,
// `-- --sbom FILE` a software bill of materials of all that is in the image.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { version } from '../version.ts';
import { npmSbom, withDebianPackages, writeSbom } from './sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MIRROR = 'http://deb.debian.org';
/** Layers of former sources pile up in the store: beyond this it is begun anew. */
const MAX_STORE_MIB = 8_000;
/** CAs of a machine whose way out is a proxy with its own: npm needs them inside the build, too. */
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

export interface ImageOptions {
  /** Default localhost/podtree:VERSION, as in agent/deploy. */
  readonly tag?: string;
  /** Debian's, which decides on the bpftrace: bookworm 0.17, trixie 0.23 (default), forky 0.27. */
  readonly suite?: string;
  /** Where layers and bases are kept. Default: `podtree-image` in the system's temporary folder. */
  readonly store?: string;
  readonly log?: (line: string) => void;
}

export interface Image {
  readonly tag: string;
  /** Of the image's configuration: the same for the same content. */
  readonly id: string;
  /** Writes a docker-archive. */
  save(file: string): void;
  /** With the image's root mounted for the time of the call. */
  look<Result>(at: (root: string) => Result): Result;
}

/** Why no image can be built here, or undefined when one can. */
export function cannotBuildImage(): string | undefined {
  if (process.getuid?.() !== 0) return 'building the image needs root';
  const missing = ['buildah', 'mmdebstrap'].filter((name) => !existsSync(`/usr/bin/${name}`));
  return missing.length === 0 ? undefined : `building the image needs: apt install ${missing.join(' ')}`;
}

/** Bases and layers are made once a machine. Throws with the last words of what failed. */
export function buildImage(options: ImageOptions = {}): Image {
  const { suite = 'trixie', log = () => undefined } = options;
  const tag = options.tag ?? `localhost/podtree:${version()}`;
  const store = options.store ?? join(tmpdir(), 'podtree-image');
  mkdirSync(store, { recursive: true });
  const buildah = buildahIn(store);
  const runtime = makeBase(buildah, suite, log);
  const build = makeBuildBase(buildah, makeBase(buildah, 'trixie', log), log);
  log(`building ${tag} of Debian ${suite}`);
  buildah(
    ['bud', '--quiet', '--isolation', 'chroot', '--layers', '--timestamp', sourceDate(), '--file', 'agent/Dockerfile', '--tag', tag],
    ...Object.entries({ BUILD_IMAGE: build, RUNTIME_IMAGE: runtime, VERSION: version() }).map(([name, value]) => [
      '--build-arg',
      `${name}=${value}`,
    ]),
    ['.'],
  );
  return {
    tag,
    id: buildah(['images', '--quiet', '--no-trunc', tag]).trim(),
    save: (file) => {
      rmSync(file, { force: true });
      buildah(['push', '--quiet', tag, `docker-archive:${file}:${tag}`]);
    },
    look: (at) => {
      const container = buildah(['from', '--pull-never', tag]).trim();
      try {
        return at(buildah(['mount', container]).trim());
      } finally {
        buildah(['umount', container]);
        buildah(['rm', container]);
      }
    },
  };
}

type Buildah = (...args: readonly (readonly string[])[]) => string;

function buildahIn(store: string): Buildah {
  const place = (driver: string) => ['--storage-driver', driver, '--root', join(store, driver), '--runroot', join(store, 'run')];
  // Where the machine is a container itself overlay on overlay is refused; copies always work.
  const driver = spawnSync('buildah', [...place('overlay'), 'info'], { stdio: 'ignore' }).status === 0 ? 'overlay' : 'vfs';
  const size = spawnSync('du', ['-sm', join(store, driver)], { encoding: 'utf8' }).stdout;
  if (Number.parseInt(size, 10) > MAX_STORE_MIB) spawnSync('buildah', [...place(driver), 'rmi', '--all', '--force'], { stdio: 'ignore' });
  return (...args) => {
    const { status, stdout, stderr, error } = spawnSync('buildah', [...place(driver), ...args.flat()], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status === 0) return stdout;
    throw new Error(`buildah ${args.flat().join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`.slice(-4_000)}`);
  };
}

function has(buildah: Buildah, image: string): boolean {
  return buildah(['images', '--quiet', '--filter', `reference=${image}`]).trim() !== '';
}

function makeBase(buildah: Buildah, suite: string, log: (line: string) => void): string {
  const image = `localhost/podtree-base-${suite}:latest`;
  if (has(buildah, image)) return image;
  log(`making a base of Debian ${suite} with mmdebstrap`);
  // What is not released yet has no security suite worth the name, and its lists run out in a week.
  const isReleased = suite !== 'forky';
  const security = isReleased ? [`deb ${MIRROR}/debian-security ${suite}-security main`] : [];
  const lasting = isReleased ? [] : ['--aptopt=Acquire::Check-Valid-Until "false"'];
  const sources = [`deb ${MIRROR}/debian ${suite} main`, ...security];
  fill(buildah, 'scratch', image, (root) => {
    const script = 'root=$1; shift; mmdebstrap --variant=minbase "$@" | tar -C "$root" -xf -';
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', root, ...lasting, suite, '-', ...sources], { encoding: 'utf8' });
    if (status !== 0 || !existsSync(join(root, 'usr/bin/apt-get'))) throw new Error(`mmdebstrap ${suite} failed: ${stderr.slice(-2_000)}`);
  });
  return image;
}

/** The base with Node.js and this machine's npm: what the default of BUILD_IMAGE brings along. */
function makeBuildBase(buildah: Buildah, base: string, log: (line: string) => void): string {
  const image = 'localhost/podtree-base-build:latest';
  if (has(buildah, image)) return image;
  log('making a base with Node.js and npm');
  const npm = npmFolder();
  const settings = existsSync(CA_BUNDLE) ? ['--env', `NODE_EXTRA_CA_CERTS=${CA_BUNDLE}`] : [];
  const configure = [...settings, '--env', 'npm_config_update_notifier=false'];
  fill(
    buildah,
    base,
    image,
    (root) => {
      const copy = (from: string, to: string) => {
        mkdirSync(dirname(join(root, to)), { recursive: true });
        execFileSync('cp', ['-aL', from, join(root, to)]);
      };
      copy(process.execPath, 'usr/bin/node');
      copy(npm, 'usr/lib/node_modules/npm');
      symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'));
      if (existsSync(CA_BUNDLE)) copy(CA_BUNDLE, CA_BUNDLE);
    },
    configure,
  );
  return image;
}

function fill(buildah: Buildah, from: string, image: string, write: (root: string) => void, configure: readonly string[] = []): void {
  const container = buildah(['from', '--pull-never', from]).trim();
  try {
    write(buildah(['mount', container]).trim());
    buildah(['umount', container]);
    if (configure.length > 0) buildah(['config', ...configure, container]);
    buildah(['commit', '--quiet', container, image]);
  } finally {
    buildah(['rm', container]);
  }
}

function npmFolder(): string {
  const cli = process.env.npm_execpath ?? execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
  const folder = dirname(dirname(cli));
  if (!existsSync(join(folder, 'bin/npm-cli.js'))) throw new Error(`npm was looked for in ${folder}, and is not there`);
  return folder;
}

/** Seconds since the epoch for everything in the image: of the last commit, so that the same sources make the same image. */
function sourceDate(): string {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return given;
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '0';
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { output: { type: 'string' }, tag: { type: 'string' }, suite: { type: 'string' }, sbom: { type: 'string' } },
  });
  const reason = cannotBuildImage();
  const print = (line: string) => process.stderr.write(`${line}\n`);
  if (reason === undefined) {
    const image = buildImage({ ...values, log: print });
    if (values.output !== undefined) image.save(values.output);
    if (values.sbom !== undefined)
      writeSbom(
        image.look((root) => withDebianPackages(npmSbom(), root)),
        values.sbom,
      );
    print(`${image.tag}  ${image.id}${values.output === undefined ? '' : `  in ${values.output}`}`);
  } else {
    print(reason);
    process.exitCode = 1;
  }
}
