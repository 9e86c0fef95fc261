// `npm test`: installs what the tests need and says what, runs them all, and ends with "N passed, N failed, N skipped".
// With file names (npm test -- test/cri/client.test.ts) it runs those alone, without the coverage gate. `--prepare` only installs.
// An old Node.js (12 and later) must be able to parse this file.
'use strict';
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { ROOT, findNode } = require('../agent/launcher/node.cjs');
const { canBecomeRoot, prepare, rootPrefix } = require('../agent/setup/machine.cjs');

/** The gate, in percent. Generated code and the tests' own helpers are not counted. */
const COVERAGE = ['--lines=90', '--branches=85', '--statements=90', '--functions=85'];
const NOT_COUNTED = ['--coverage-exclude=**/generated/**', '--coverage-exclude=test/**', '--coverage-exclude=**/*.cjs'];
/** Two files at a time; what needs the kernel or the runtime to itself is in test/node. A file there starts a containerd, and bpftrace. */
const SCHEDULE = ['--jobs=2', '--serial=test/node', '--timeout=240'];
const PACKAGES = [
  'bpftrace',
  'containerd',
  'runc',
  'crun',
  'containernetworking-plugins',
  'busybox-static',
  'catatonit',
  'iproute2',
  'perl',
  'openssl',
  'python3-websocket',
  'prometheus',
  'prometheus-alertmanager',
  'tmux',
  'chromium',
  'systemd',
  'buildah',
  'mmdebstrap',
  'debian-archive-keyring',
  'groff-base',
  'zsh',
  'fish',
];

const isCi = process.env.CI === 'true' || process.env.CI === '1';
const print = (line) => {
  process.stderr.write(`${line}\n`);
};
const files = process.argv.slice(2).filter((argument) => argument !== '--prepare');

main().catch((error) => {
  print(`podtree cannot test: ${error.message}`);
  process.exitCode = 1;
});

async function main() {
  const asRoot = process.platform === 'linux' && canBecomeRoot();
  print('podtree looks at this machine:');
  const packages = asRoot ? PACKAGES : [];
  prepare({ packages, withDevelopment: true, rootFor: asRoot ? 'testing on the real kernel' : undefined }, print);
  if (!asRoot) print('Neither root nor sudo: the tests that need root are skipped.');
  const node = findNode();
  const tap = path.join(ROOT, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
  const env = Object.assign({}, process.env, { PATH: `${path.join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` });
  buildTap([node, tap], env);
  if (process.argv.indexOf('--prepare') !== -1) return;

  const coverage = files.length > 0 ? ['--disable-coverage'] : COVERAGE.concat(NOT_COUNTED);
  const command = [node, tap, 'run', '--reporter=tap'].concat(SCHEDULE, coverage, files);
  const sudo = asRoot ? rootPrefix() : [];
  if (sudo.length > 0) print('Running the tests with sudo: they load programs into the kernel and start a containerd of their own.');
  const { counts, code } = await run(
    sudo.length === 0 ? command : sudo.concat(`PATH=${env.PATH}`, `CI=${process.env.CI || ''}`, command),
    env,
  );
  if (sudo.length > 0) {
    // What root has written would be in the user's way.
    const folders = ['.tap', 'node_modules/@tapjs'].map((folder) => path.join(ROOT, folder));
    spawnSync(sudo[0], ['chown', '-R', `${process.getuid()}:${process.getgid()}`].concat(folders), { stdio: 'inherit' });
  }
  const failed = code !== 0 || (isCi && counts.skip > 0);
  if (isCi && counts.skip > 0) process.stdout.write('In CI no test may be skipped.\n');
  if (code !== 0 && counts.fail === 0) process.stdout.write('No test failed, but tap did: see above (the coverage gate, or tap itself).\n');
  process.stdout.write(`${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped\n`);
  process.exitCode = failed ? 1 : 0;
}

/** tap compiles its Test class out of its plugins, and comes compiled with all of them: package.json has its own list. */
function buildTap(tap, env) {
  const { plugin } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).tap;
  const built = fs.readFileSync(path.join(ROOT, 'node_modules/@tapjs/test/test-built/dist/esm/index.js'), 'utf8');
  const isBuiltIn = (name) => built.indexOf(`from "${name}"`) !== -1;
  if (plugin.every((name) => (name[0] === '!' ? !isBuiltIn(name.slice(1)) : isBuiltIn(name)))) return;
  print('Building tap with the plugins of package.json.');
  const { status } = spawnSync(tap[0], [tap[1], 'build'], { stdio: ['ignore', 'ignore', 2], env, cwd: ROOT });
  if (status !== 0) throw new Error('tap build failed: see above');
}

/** Runs tap, prints a line a file and whatever failed in full, and counts. */
function run(command, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { stdio: ['inherit', 'pipe', 'inherit'], env, cwd: ROOT });
    const counts = { pass: 0, fail: 0, skip: 0 };
    const show = createFilter(counts);
    let rest = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(show);
    });
    // A terminal's Ctrl-C reaches tap as well: it ends its tests, and then we end.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => resolve({ counts, code: code === null ? 1 : code }));
  });
}

/** TAP comes in, a person's report goes out: top-level results, failures with their details, skips, and what is no TAP (coverage). */
function createFilter(counts) {
  let detail = '';
  return (line) => {
    const point = /^( *)(not ok|ok) /.exec(line);
    const summary = /^# \{ total: .*\}$/.test(line);
    if (summary) {
      Object.keys(counts).forEach((name) => {
        const count = new RegExp(`\\b${name}: (\\d+)`).exec(line);
        counts[name] = count === null ? 0 : Number(count[1]);
      });
    } else if (point !== null) {
      const isBad = point[2] === 'not ok' && !/# TODO/.test(line);
      detail = isBad ? `${point[1]}  ` : '';
      if (isBad || point[1] === '' || / # SKIP/.test(line)) process.stdout.write(`${line.replace(/ \{$/, '')}\n`);
    } else if (detail !== '' && line.indexOf(detail) === 0) {
      process.stdout.write(`${line}\n`);
      if (line === `${detail}...`) detail = '';
    } else if (!/^(TAP version|\d+\.\.\d+|# |\s*\}?$| )/.test(line) || /^ .* \| /.test(line)) {
      process.stdout.write(`${line}\n`);
    }
  };
}
