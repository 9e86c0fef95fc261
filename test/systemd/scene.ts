// What a trial needs: a systemd of its own, the unit with the paths of this checkout, and the example pod.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDemo } from '../../src/demo/demo.ts';
import { startSystemd } from '../helpers/systemd-manager.ts';
import { type Scene, UNIT } from './trial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const UNIT_FILE = join(ROOT, 'systemd', UNIT);

export interface OpenScene extends Scene {
  /** The configuration file of the service. */
  readonly file: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function openScene(port: number): Promise<OpenScene> {
  const parent = mkdtempSync('/run/podtree-unit-');
  // The containers are nobody.
  chmodSync(parent, 0o755);
  const silent = { info() {}, warn() {} };
  const demo = createDemo({ root: `/podtree-test-${process.pid}`, stateDirectory: join(parent, 'demo'), log: silent });
  await demo.start();
  const manager = await startSystemd().catch(async (error: unknown) => {
    await demo.stop();
    throw error;
  });
  const [file, log] = [join(parent, 'podtree.yaml'), join(parent, 'log')];
  writeFileSync(file, `listen: 127.0.0.1:${port}\nruntimeEndpoint: ${demo.endpoint}\nlogFormat: json\n`);
  writeFileSync(log, '');
  await manager.write(UNIT, readFileSync(UNIT_FILE, 'utf8'));
  // Wherever the checkout is: the unit sees neither /tmp nor /home.
  const checkout = join(parent, 'checkout');
  mkdirSync(checkout);
  const seen = (path: string): string => (path.startsWith(ROOT) ? join(checkout, path.slice(ROOT.length)) : path);
  const program = `${seen(process.execPath)} ${seen(join(ROOT, 'agent/main.ts'))}`;
  await manager.write(
    `${UNIT}.d/10-here.conf`,
    `[Service]
BindReadOnlyPaths=${ROOT}:${checkout}
ExecStart=
ExecStart=${program} agent --config ${file} --state-dir \${STATE_DIRECTORY}
ExecReload=
ExecReload=${program} agent --check-config --config ${file}
ExecReload=/bin/kill -HUP $MAINPID
# tap looks into every Node.js that its tests start.
UnsetEnvironment=NODE_OPTIONS
# There is no journal.
StandardOutput=append:${log}
StandardError=append:${log}
`,
  );
  return {
    manager,
    demo,
    file,
    port,
    server: `http://127.0.0.1:${port}`,
    log: () => readFileSync(log, 'utf8'),
    close: async () => {
      await manager.stop();
      await demo.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
