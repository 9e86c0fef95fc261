#!/usr/bin/env node
// The commands `podtree` and `kubectl-podtree`: starts the program of the name that it was called by, with a Node.js that can run it.
// An old Node.js (12 and later) must be able to parse this file.
'use strict';
const path = require('path');
const { pathToFileURL } = require('url');
const { FLAGS, MINIMUM, findMain, findNode, runAndExit } = require('./node.cjs');

const node = findNode();
// kubectl finds its plugins by their names: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = /^kubectl-podtree(\.cjs)?$/.test(path.basename(process.argv[1]));
const main = findMain(isPlugin ? 'kubectl-podtree' : 'main');
if (process.platform !== 'linux' && !isPlugin) {
  fail(`needs Linux with eBPF, and this is ${process.platform}: run it on a node of the cluster or in a Linux virtual machine`);
} else if (node === undefined) {
  fail(
    `needs Node.js ${MINIMUM} or later, and this is ${process.versions.node}: run npm ci in podtree's folder (it brings one along), ` +
      'or install a newer Node.js from https://nodejs.org',
  );
} else if (main === undefined) {
  fail('its program is missing (agent/main.ts, or dist/agent/main.js in a package): install podtree again');
} else if (node === process.execPath) {
  // No second process where none is needed: signals and exit codes are the program's own.
  import(pathToFileURL(main).href);
} else {
  runAndExit(node, FLAGS.concat(main, process.argv.slice(2)));
}

function fail(message) {
  process.stderr.write(`${isPlugin ? 'kubectl podtree' : 'podtree'}: ${message}\n`);
  process.exitCode = 1;
}
