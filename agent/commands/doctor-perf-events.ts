// Whether the kernel may refuse perf_event_open, which attaches the probes, to who has CAP_PERFMON and not CAP_SYS_ADMIN.
import type { Check } from './doctor-check.ts';

/** Ubuntu's own level. Its kernels before 2026 want CAP_SYS_ADMIN there (bugs.launchpad.net/bugs/2131046); Debian's level 3 takes CAP_PERFMON. */
const UBUNTU_LEVEL = 4;

/** `paranoid` is the text of /proc/sys/kernel/perf_event_paranoid. */
export function perfEventsCheck(paranoid: string | undefined, hasSysAdmin: boolean): Check {
  const name = 'perf events';
  const level = Number(paranoid?.trim() || Number.NaN);
  const found = Number.isNaN(level) ? 'no restriction is known' : `kernel.perf_event_paranoid is ${level}`;
  if (hasSysAdmin || Number.isNaN(level) || level < UBUNTU_LEVEL) return { name, status: 'ok', found };
  return {
    name,
    status: 'warn',
    found: `${found}, and CAP_SYS_ADMIN is not there`,
    fix: 'if the probes cannot be attached (Ubuntu kernels before 2026): add CAP_SYS_ADMIN, or sysctl kernel.perf_event_paranoid=2',
  };
}
