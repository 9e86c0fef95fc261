// What this machine has of what podtree needs, and how it gets the rest. An old Node.js (12 and later) must be able to parse this file.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { MINIMUM, ROOT, findNode, isRecent } = require('../launcher/node.cjs');

const TRACEFS = '/sys/kernel/tracing';
/** Where an ordinary user's PATH does not lead. */
const MORE_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** Debian package -> a file that proves it is there, by any package: Docker's containerd.io must not be replaced by Debian's containerd. */
const PACKAGES = {
  bpftrace: 'bpftrace',
  iproute2: 'ip',
  perl: 'perl',
  openssl: 'openssl',
  // For promtool.
  prometheus: 'promtool',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  // For the container image, which is built of Debian's packages on other distributions, too.
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  'debian-archive-keyring': '/usr/share/keyrings/debian-archive-keyring.gpg',
  containerd: 'containerd',
  runc: 'runc',
  crun: 'crun',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  // The package busybox has the same file, which is no static program.
  'busybox-static': '/usr/share/doc/busybox-static',
  catatonit: 'catatonit',
  chromium: 'chromium',
  tmux: 'tmux',
  'python3-websocket': '/usr/lib/python3/dist-packages/websocket',
  // For systemd-notify and systemd-analyze.
  systemd: 'systemd-analyze',
  'groff-base': 'groff',
  zsh: 'zsh',
  fish: 'fish',
};

function findProgram(name) {
  if (name[0] === '/') return fs.existsSync(name) ? name : undefined;
  const folders = (process.env.PATH || '').split(':').concat(MORE_PATH);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

/** How a command that needs root is run: an empty prefix for root, undefined when there is no way. */
function rootPrefix() {
  if (process.getuid() === 0) return [];
  return findProgram('sudo') === undefined ? undefined : ['sudo'];
}

/** Whether sudo works without asking anybody: somebody at a terminal can be asked. */
function canBecomeRoot() {
  const prefix = rootPrefix();
  if (prefix === undefined) return false;
  if (prefix.length === 0 || process.stdin.isTTY) return true;
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

function missingPackages(names) {
  return names.filter((name) => findProgram(PACKAGES[name]) === undefined);
}

/** 'fine', 'missing' or 'stale': what package-lock.json wants against what npm says it has installed. */
function moduleState(withDevelopment) {
  const wanted = readJson(path.join(ROOT, 'package-lock.json'));
  const installed = readJson(path.join(ROOT, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'missing';
  if (wanted === undefined) return 'fine';
  const isStale = Object.keys(wanted.packages).some((name) => {
    const entry = wanted.packages[name];
    // Optional ones may be for another processor.
    if (name === '' || entry.optional || entry.devOptional || (entry.dev && !withDevelopment)) return false;
    const present = installed.packages[name];
    return present === undefined || present.version !== entry.version;
  });
  return isStale ? 'stale' : 'fine';
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Read from the mount table: an ordinary user may not look into the folder. */
function isTracefsMounted() {
  return / tracefs /.test(fs.readFileSync('/proc/self/mounts', 'utf8'));
}

/**
 * Looks at the machine. Each row is [what, what was found, what will be done about it or '']; each problem is what podtree cannot do itself.
 * `needs`: packages, withDevelopment, rootFor (why root is needed; undefined when it is not)
 */
function inspect(needs) {
  const rows = [];
  const problems = [];
  if (process.platform !== 'linux') {
    problems.push(`this is ${os.type()}, and podtree watches a Linux kernel with eBPF: run it on Linux (a virtual machine will do)`);
    return { rows, problems, steps: [] };
  }
  const steps = [];
  const prefix = rootPrefix();
  const asRoot = (command) => (prefix || []).concat(command);
  rows.push(['system', `${os.type()} ${os.release()} ${process.arch}`, '']);
  if (process.arch !== 'x64' && process.arch !== 'arm64') problems.push(`the processor is ${process.arch}: podtree knows x64 and arm64`);

  if (needs.rootFor !== undefined) {
    const user = os.userInfo().username;
    const rights =
      prefix === undefined ? 'without sudo' : canBecomeRoot() ? 'with sudo' : 'sudo wants a password, and there is no terminal to ask on';
    rows.push(['rights', user === 'root' ? user : `${user}, ${rights}`, '']);
    if (!canBecomeRoot()) problems.push(`${needs.rootFor} needs root (${user}: ${rights}): run the same command as root`);
    const hasBtf = fs.existsSync('/sys/kernel/btf/vmlinux');
    rows.push(['kernel types', hasBtf ? 'BTF' : 'no BTF', '']);
    if (!hasBtf) problems.push('the kernel was built without BTF (/sys/kernel/btf/vmlinux): boot a distribution kernel, 5.8 or later');
  }

  const node = findNode();
  const modules = moduleState(needs.withDevelopment);
  const install = modules !== 'fine' || node === undefined;
  const ci = needs.withDevelopment ? ['ci'] : ['ci', '--omit=dev'];
  const ownVersion = process.versions.node;
  rows.push([
    'Node.js',
    isRecent(ownVersion) ? ownVersion : `${ownVersion}, older than ${MINIMUM}`,
    node === undefined ? 'one comes with the modules' : '',
  ]);
  rows.push(['node modules', modules, install ? `npm ${ci.join(' ')}` : '']);
  if (install) steps.push({ what: `npm ${ci.join(' ')}`, run: () => installModules(ci) });

  const missing = missingPackages(needs.packages);
  needs.packages.forEach((name) => {
    const isMissing = missing.indexOf(name) !== -1;
    rows.push([name, isMissing ? 'missing' : 'there', isMissing ? `apt-get install ${name}` : '']);
  });
  if (missing.length > 0 && findProgram('apt-get') === undefined) {
    problems.push(
      `${missing.join(', ')} missing, and this is no Debian or Ubuntu with apt-get: install ${missing.length > 1 ? 'them' : 'it'} by hand`,
    );
  } else if (missing.length > 0) {
    const command = asRoot(['apt-get', 'install', '--yes', '--no-install-recommends', '--no-remove'].concat(missing));
    steps.push({ what: command.join(' '), run: () => installPackages(command, asRoot(['apt-get', 'update'])) });
  }

  if (needs.rootFor !== undefined) {
    const mount = asRoot(['mount', '-t', 'tracefs', 'tracefs', TRACEFS]);
    const isMounted = isTracefsMounted();
    rows.push(['tracefs', isMounted ? 'mounted' : 'not mounted', isMounted ? '' : `mount at ${TRACEFS}`]);
    if (!isMounted) steps.push({ what: mount.join(' '), run: () => must(mount, {}) });
  }
  return { rows, problems, steps };
}

/** Prints what was found and does what is to be done. Throws an Error with the one message for the person. */
function prepare(needs, print) {
  const { rows, problems, steps } = inspect(needs);
  const width = (column) => Math.max.apply(null, rows.map((row) => row[column].length).concat(0));
  rows.forEach((row) => {
    print(`  ${row[0].padEnd(width(0))}  ${row[1].padEnd(width(1))}  ${row[2] === '' ? '' : `-> ${row[2]}`}`.trimEnd());
  });
  if (problems.length > 0) throw new Error(problems.join('\n  and '));
  if (steps.length === 0) return;
  print('About to run:');
  steps.forEach((step) => {
    print(`  ${step.what}`);
  });
  steps.forEach((step) => {
    step.run();
  });
  if (findNode() === undefined) {
    throw new Error(
      `npm brought no Node.js for this machine, and ${process.versions.node} is older than ${MINIMUM}: install one from https://nodejs.org`,
    );
  }
}

function installModules(args) {
  // Not the Node.js that lies in node_modules: npm is about to remove it.
  const env = Object.assign({}, process.env);
  env.PATH = (env.PATH || '')
    .split(':')
    .filter((folder) => !/\/node_modules\/\.bin$/.test(folder))
    .join(':');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const isKnown = node !== undefined && npm !== undefined && fs.existsSync(node) && fs.existsSync(npm) && node.indexOf(`${ROOT}/`) !== 0;
  must((isKnown ? [node, npm] : ['npm']).concat(args, quiet), { env, cwd: ROOT });
}

function installPackages(command, update) {
  const env = Object.assign({}, process.env, { DEBIAN_FRONTEND: 'noninteractive' });
  // sudo drops the environment: the front end is named on the command line, too.
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120'];
  const first = spawnSync(command[0], command.slice(1).concat(quiet), { stdio: ['inherit', 'ignore', 'pipe'], env });
  if (first.status === 0) return;
  // Lists that are missing or out of date are the usual reason.
  must(update.concat('-qq'), { env });
  must(command.concat(quiet), { env });
}

/** Runs it on our own streams. Its output goes to stderr, where everything else is said. */
function must(command, options) {
  const { status, error } = spawnSync(command[0], command.slice(1), Object.assign({ stdio: ['inherit', 2, 2] }, options));
  if (status !== 0)
    throw new Error(
      `${command.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}: see above, put it right and start again`,
    );
}

module.exports = { canBecomeRoot, findProgram, inspect, missingPackages, moduleState, prepare, rootPrefix };
