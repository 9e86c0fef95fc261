// Finds a Node.js that can run podtree and runs a program with it. An old Node.js (12 and later) must be able to parse this file.
'use strict';
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const ROOT = path.join(__dirname, '..', '..');
/** Sources run without a build from here on (type stripping without a flag): "engines" in package.json says the same. */
const MINIMUM = '22.18.0';
/** For the agent's sake: in a storm of events V8 lets its young generation grow to 128 MiB, of which nothing lives for long. Image and unit say the same. */
const FLAGS = ['--max-semi-space-size=4'];

function isRecent(version) {
  const have = version.split('.').map(Number);
  const need = MINIMUM.split('.').map(Number);
  const at = need.findIndex((number, index) => number !== have[index]);
  return at === -1 || have[at] > need[at];
}

/** Path of a Node.js that is recent enough: this one, or the one that npm installed beside podtree. Undefined when there is none. */
function findNode() {
  if (isRecent(process.versions.node)) return process.execPath;
  try {
    const manifest = require.resolve(`node-linux-${process.arch}/package.json`, { paths: [ROOT] });
    const node = path.join(path.dirname(manifest), 'bin', 'node');
    const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    return status === 0 && isRecent(stdout.trim().slice(1)) ? node : undefined;
  } catch {
    // MODULE_NOT_FOUND: npm left the optional dependency out, or nothing is installed yet.
    return undefined;
  }
}

/** The program to run, by its name without an ending; undefined when it is not there. Node.js refuses to strip types below node_modules: what is installed there is compiled. */
function findMain(name = 'main') {
  const isInstalled = ROOT.split(path.sep).indexOf('node_modules') !== -1;
  const compiled = path.join(ROOT, 'dist', 'agent', `${name}.js`);
  const source = path.join(ROOT, 'agent', `${name}.ts`);
  return (isInstalled ? [compiled] : [source, compiled]).find((file) => fs.existsSync(file));
}

/**
 * Runs a program on our own standard streams until it ends, then ends as it did. Signals go on to it.
 * A terminal gives Ctrl-C (and a hang-up) to the program as well as to us: then it must not come a second time.
 */
function runAndExit(file, args) {
  const child = spawn(file, args, { stdio: 'inherit' });
  const fromTerminal = process.stdin.isTTY ? ['SIGINT', 'SIGQUIT', 'SIGHUP'] : [];
  ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR2'].forEach((signal) => {
    process.on(signal, () => {
      if (fromTerminal.indexOf(signal) === -1) send(child, signal);
    });
  });
  child.on('error', (error) => {
    process.stderr.write(`podtree: cannot run ${file}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    // As a shell reports it: a wrapper that killed itself with the signal would leave a second core file.
    process.exit(128 + os.constants.signals[signal]);
  });
}

function send(child, signal) {
  try {
    process.kill(child.pid, signal);
  } catch (error) {
    // An ordinary user may not signal the sudo it started: sudo itself passes the signal on.
    if (error.code === 'EPERM') spawnSync('sudo', ['-n', 'kill', `-${signal.slice(3)}`, String(child.pid)], { stdio: 'ignore' });
  }
}

module.exports = { FLAGS, MINIMUM, ROOT, findMain, findNode, isRecent, runAndExit };
