// The binaries of Debian's kubernetes (1.20.2 in bookworm, with all it depends on in its vendor folder): built once, then kept.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'];
const SOURCES = 'deb-src http://deb.debian.org/debian bookworm main\n';
/** What builds it, each by a file of its Debian package. */
const NEEDED: Readonly<Record<string, string>> = {
  'golang-go': '/usr/lib/go/bin/go',
  'dpkg-dev': '/usr/bin/dpkg-source',
  make: '/usr/bin/make',
  rsync: '/usr/bin/rsync',
  jq: '/usr/bin/jq',
};
/** Of the release's tag; a build without git asks for it. */
const COMMIT = 'faecb196815e248d3ecfb03c680a4507229c2a56';

/** The folder they are in. Throws when they are missing and cannot be built. */
export function kubernetesBinaries(say: (line: string) => void): string {
  const given = process.env.PODTREE_KUBERNETES;
  const folder = given ?? join(tmpdir(), 'podtree-kubernetes', 'bin');
  const missing = NAMES.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return folder;
  if (given !== undefined) throw new Error(`PODTREE_KUBERNETES is ${given}, and there is no ${missing.join(', ')}`);
  const packages = Object.keys(NEEDED).filter((name) => !existsSync(NEEDED[name] ?? ''));
  if (packages.length > 0) throw new Error(`building kubernetes needs: apt install ${packages.join(' ')}`);
  const home = join(tmpdir(), 'podtree-kubernetes');
  mkdirSync(home, { recursive: true });
  const scratch = mkdtempSync(join(home, 'build-'));
  try {
    say(`building kubernetes in ${scratch}: some eight minutes on two cores`);
    const built = build(fetchSource(scratch), scratch);
    const whole = join(scratch, 'bin');
    mkdirSync(whole);
    for (const name of NAMES) copyFileSync(join(built, name), join(whole, name));
    // In one step, so that what is there is whole.
    rmSync(folder, { recursive: true, force: true });
    renameSync(whole, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
}

/** The unpacked source. apt's lists are of its own, so that the machine's need no deb-src. */
function fetchSource(scratch: string): string {
  const lists = join(scratch, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  // Else apt, which downloads as the user _apt, says that it may not write here.
  const settings = {
    'Dir::Etc::sourcelist': join(scratch, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': lists,
  };
  const options = Object.entries({ ...settings, 'APT::Sandbox::User': 'root' }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  writeFileSync(join(scratch, 'sources.list'), SOURCES);
  run('apt-get', [...options, '--quiet', 'update'], scratch);
  run('apt-get', [...options, '--quiet', 'source', '--download-only', 'kubernetes'], scratch);
  const archive = readdirSync(scratch).find((name) => /^kubernetes_.*\.orig\.tar\.gz$/.test(name));
  if (archive === undefined) throw new Error(`apt-get source kubernetes: expected kubernetes_….orig.tar.gz in ${scratch}`);
  run('tar', ['-xzf', archive], scratch);
  const source = readdirSync(scratch).find((name) => /^kubernetes-[\d.]+$/.test(name));
  if (source === undefined) throw new Error(`${archive}: expected a folder kubernetes-VERSION in it`);
  return join(scratch, source);
}

/** The folder with what was built. */
function build(source: string, scratch: string): string {
  const version = source.replace(/^.*kubernetes-/, '');
  const [major = '', minor = ''] = version.split('.');
  const facts = { COMMIT, TREE_STATE: 'clean', VERSION: `v${version}`, MAJOR: major, MINOR: minor };
  const versionFile = join(scratch, 'version');
  writeFileSync(
    versionFile,
    Object.entries(facts)
      .map(([name, value]) => `KUBE_GIT_${name}='${value}'\n`)
      .join(''),
  );
  // Its makefiles want it at its place in a GOPATH.
  mkdirSync(join(source, '.go/src/k8s.io'), { recursive: true });
  symlinkSync('../../..', join(source, '.go/src/k8s.io/kubernetes'));
  run('make', [`WHAT=${NAMES.map((name) => `cmd/${name}`).join(' ')}`], source, {
    GOPATH: join(source, '.go'),
    GO111MODULE: 'off',
    GOFLAGS: '',
    CGO_ENABLED: '0',
    HOME: scratch,
    KUBE_GIT_VERSION_FILE: versionFile,
    PATH: `/usr/lib/go/bin:${process.env.PATH ?? ''}`,
  });
  return join(source, '_output/bin');
}
