// Who sent a signal, as users know it: the task, who logged in, its unit or its pod and container, its ancestors.
import { systemdUnitOf } from '../attribution/cgroup-path.ts';
import type { Sender } from '../cause/cause.ts';
import type { SignalEvent } from '../kernel/event.ts';
import { itemOfCgroup } from './items.ts';
import { containerName } from './records.ts';
import type { Context } from './state.ts';

export function describeSender(ctx: Context, event: SignalEvent): Sender {
  const entry = ctx.registry.byId(event.task.cgroupId);
  const item = itemOfCgroup(ctx, entry);
  const unit = item || !entry ? undefined : systemdUnitOf(entry.path);
  return {
    pid: event.task.pid,
    comm: event.task.comm,
    ...(event.exe !== '' && { exe: event.exe }),
    uid: event.uid,
    ...(event.loginUid !== undefined && { loginUid: event.loginUid }),
    ...(event.tty !== undefined && { tty: event.tty }),
    ...(unit && { unit }),
    ...(item && { pod: item.pod.ref }),
    ...(item?.kind === 'container' && { container: { id: item.id, name: containerName(item) } }),
    parents: event.parents,
  };
}
