// The checks that ask other programs: which bpftrace there is, whether a container runtime and the API server answer.
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import type { Config } from '../../src/config/schema.ts';
import { connectRuntime } from '../../src/cri/endpoint.ts';
import { messageOf, PodtreeError } from '../../src/error.ts';
import { troubleOf, troubleText, tryMetadata } from '../../src/kubernetes/metadata-watch.ts';
import { NEXT_STEP, openMetadataApi } from '../metadata.ts';
import type { Check } from './doctor-check.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 5_000;

/** The oldest version whose `-f json` prints the tuples that the probes print. */
const OLDEST_BPFTRACE = [0, 17] as const;

export async function checkBpftrace(config: Config): Promise<Check> {
  const name = 'bpftrace';
  let text: string;
  try {
    text = (await run(config.bpftrace, ['--version'], { timeout: TIMEOUT_MS, maxBuffer: 65_536 })).stdout.trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return {
        name,
        status: 'fail',
        found: `${config.bpftrace} is not installed`,
        fix: 'apt install bpftrace (or name it with --bpftrace PATH)',
      };
    }
    return { name, status: 'fail', found: `${config.bpftrace} --version: ${messageOf(error)}`, fix: 'install bpftrace 0.17 or newer' };
  }
  const match = /v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null)
    return {
      name,
      status: 'warn',
      found: `${config.bpftrace} says ${JSON.stringify(text)}`,
      fix: 'expected a version; 0.17 or newer is needed',
    };
  const isNew = major > OLDEST_BPFTRACE[0] || minor >= OLDEST_BPFTRACE[1];
  const found = `${match[0]} (${config.bpftrace})`;
  return isNew
    ? { name, status: 'ok', found }
    : { name, status: 'fail', found, fix: 'bpftrace 0.17 or newer is needed, as Debian 12 and Ubuntu 24.04 have' };
}

/** Without a runtime the tree still works, with pods named by uid: never more than a warning. */
export async function checkRuntime(config: Config): Promise<Check> {
  const name = 'runtime';
  try {
    const { connection, version } = await connectRuntime(
      { endpoint: config.runtimeEndpoint },
      { deadlineMs: TIMEOUT_MS, maxMessageBytes: 65_536 },
    );
    connection.close();
    return { name, status: 'ok', found: `${version.runtimeName} ${version.runtimeVersion} at ${connection.endpoint}` };
  } catch (error) {
    const tried = messageOf(error).replace(/^cri: /, '');
    const found =
      config.runtimeEndpoint === undefined && tried.startsWith('no container runtime socket') ? 'no socket in the usual places' : tried;
    return {
      name,
      status: 'warn',
      found,
      fix: 'start the runtime, or name its socket with --runtime-endpoint; without one, pods have no names',
    };
  }
}

/** Owners, later labels and deletions of pods are known only from the API server; all else is without it: never more than a warning. */
export async function checkMetadata(config: Config, env: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const name = 'pod metadata';
  const { metadata } = config.kubernetes;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const api = openMetadataApi({ config: config.kubernetes, env }, signal);
    if (api === undefined) {
      const why = metadata === 'off' ? 'kubernetes.metadata is off' : 'this is no pod with a token of a service account';
      return { name, status: 'ok', found: `the API server is not asked: ${why}` };
    }
    const node = config.nodeName ?? hostname().toLowerCase();
    const count = await tryMetadata(api, node, signal);
    if (count > 0) return { name, status: 'ok', found: `the API server has pods for node ${node}` };
    return {
      name,
      status: 'warn',
      found: `the API server has no pod for node ${node}`,
      fix: 'see whether kubectl get nodes has it under another name: --node-name',
    };
  } catch (error) {
    if (!(error instanceof PodtreeError)) throw error;
    const failure = error.code === 'KUBECONFIG_INVALID' ? 'misconfigured' : troubleOf(error);
    return { name, status: 'warn', found: failure === 'misconfigured' ? messageOf(error) : troubleText(error), fix: NEXT_STEP[failure] };
  }
}
