// What to look at for each finding: the setting, the log or the processes that it points to.
import type { FindingCode } from '../cause/cause.ts';
import type { Incident } from '../history/story.ts';
import { word } from './shell.ts';
import { describeCommand, moment, type NextStep, runtimeUnit, type Subject, windowOf } from './why-next-step.ts';

/** A restart of the runtime may be minutes before the deaths that it brings. */
const RESTART_MS = 5 * 60_000;

/** How a runtime tells its cgroup driver, by its unit. */
const DRIVER: Readonly<Record<string, NextStep>> = {
  containerd: {
    command: 'containerd config dump | grep SystemdCgroup',
    why: 'must be true where the kubelet has cgroupDriver: systemd, and false with cgroupfs',
  },
  crio: { command: 'crio config 2>/dev/null | grep cgroup_manager', why: 'must be what cgroupDriver of the kubelet says' },
  docker: { command: "docker info --format '{{.CgroupDriver}}'", why: 'must be what cgroupDriver of the kubelet says' },
};
const KUBELET_DRIVER: NextStep = {
  command: 'grep cgroupDriver /var/lib/kubelet/config.yaml',
  why: 'the other half: both must say the same',
};

/** None for a finding that says all by itself, or that this program does not know. */
export function findingSteps(code: FindingCode, incident: Incident, history: Subject): readonly NextStep[] {
  const { time, sandbox, cause } = incident;
  const window = windowOf(time);
  const unit = runtimeUnit(incident, history);
  const runtime = unit ?? 'containerd';
  switch (code) {
    case 'cgroup-driver-mismatch': {
      const driver = DRIVER[runtime];
      return driver === undefined ? [KUBELET_DRIVER] : [driver, KUBELET_DRIVER];
    }
    case 'shim-died-first':
      return [
        { command: `journalctl -u ${runtime} ${window}`, why: `why the shim died: ${runtime} logs that it lost it, and its last words` },
        { command: `journalctl -k ${window}`, why: 'whether it crashed or ran out of memory: the kernel says so' },
      ];
    case 'exit-code-differs':
      return [{ command: `journalctl -u ${runtime} ${window}`, why: 'where the runtime has its exit code from' }];
    case 'memory-daemon':
      return [{ command: `journalctl -u ${word(cause.sender?.unit ?? 'systemd-oomd')} ${window}`, why: 'which threshold it acted on' }];
    case 'kubelet-cleanup':
      return [{ command: `journalctl -u kubelet ${window}`, why: 'why the kubelet took the pod for gone' }];
    case 'runtime-restarted':
      return [
        {
          command: `journalctl -u ${runtime} --since ${moment(time, -RESTART_MS)} --until ${moment(time, 0)}`,
          why: `who or what restarted ${runtime}`,
        },
        { command: 'podtree why', why: 'which other pods died with it' },
      ];
    case 'address-lost':
      return [
        {
          command: `crictl inspectp ${word(sandbox.id.slice(0, 12))} | grep -A3 network`,
          why: 'whether the runtime knows an address of it',
        },
        { command: `${runtime} --version`, why: 'containerd 1.6.9 to 1.6.14 lose addresses when they are restarted' },
      ];
    case 'cgroup-kill':
      return [{ command: `journalctl ${window}`, why: 'which service stopped a slice or a scope then' }];
    case 'never-had-container':
      return [{ command: describeCommand(history), why: 'what kept its containers from starting' }];
    case 'containers-still-ran':
      return [{ command: `journalctl -u kubelet ${window}`, why: 'why it gave the sandbox up while containers ran' }];
    case 'pid-namespace-ended':
    case 'pod-deleted':
      return [];
    default:
      code satisfies never;
      return [];
  }
}
