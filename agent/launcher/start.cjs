// `npm start`: installs what is missing and says what, then starts the agent, with the demo pod where the node has none of its own.
// An old Node.js (12 and later) must be able to parse this file.
'use strict';
const { FLAGS, findMain, findNode, runAndExit } = require('./node.cjs');
const { prepare, rootPrefix } = require('../setup/machine.cjs');

const NEEDS = { packages: ['bpftrace', 'iproute2', 'perl'], withDevelopment: false, rootFor: 'watching the kernel' };

const print = (line) => {
  process.stderr.write(`${line}\n`);
};
try {
  print('podtree looks at this machine:');
  prepare(NEEDS, print);
  run();
} catch (error) {
  print(`podtree cannot start: ${error.message}`);
  process.exitCode = 1;
}

function run() {
  // sudo drops the environment, and with it the settings: those are handed over by name.
  const settings = Object.keys(process.env).filter((name) => /^(PODTREE_[A-Z_]+|NO_COLOR|CONTAINER_RUNTIME_ENDPOINT)$/.test(name));
  const prefix = rootPrefix();
  const asRoot = prefix.length === 0 ? [] : prefix.concat(settings.map((name) => `${name}=${process.env[name]}`));
  if (asRoot.length > 0) print('Starting the agent with sudo: it loads programs into the kernel and makes namespaces.');
  const command = asRoot.concat(findNode(), FLAGS, findMain(), 'start', process.argv.slice(2));
  runAndExit(command[0], command.slice(1));
}
