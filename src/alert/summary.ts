// The sentences of alerts: what a person reads first when paged. Names that processes gave themselves come out escaped and short.
import type { PodRef } from '../attribution/reference.ts';
import type { Cause, OomKill, Sender } from '../cause/cause.ts';
import { mainFinding } from '../history/finding-guide.ts';
import { loginBehind } from '../history/login.ts';
import { type HitPod, limitText } from '../history/memory-limit.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { PodController } from '../tree/model.ts';
import { type Death, hitPodOf } from './death.ts';

const MAX_NAME = 64;
const MAX_SENTENCE = 300;

/** On one line and printable, whatever it was: control, format and bidirectional characters as `\u{…}`. */
export function plain(text: string, max = MAX_NAME): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

export function podName(pod: PodRef | undefined): string {
  if (pod === undefined) return 'a pod that is not known';
  return plain(pod.name === undefined ? `pod ${pod.uid}` : `${pod.namespace ?? '?'}/${pod.name}`, 320);
}

/** With what controls it, where that is known: `shop/web-5d4f-x (Deployment web)`. */
export function controlledName(pod: PodRef, controller: PodController | undefined): string {
  const by = controller === undefined ? '' : ` (${plain(controller.kind)} ${plain(controller.name)})`;
  return podName(pod) + by;
}

/** `90 s`, `10 min`, `2 h`: the largest unit that leaves no rest. */
export function duration(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** Who sent a signal, with the login behind him: who became root by sudo is the one to ask. */
function senderText(sender: Sender): string {
  const uid = (value: number): string => `uid ${value}`;
  const login = loginBehind(sender, uid, plain);
  const home = sender.pod === undefined ? sender.unit : `pod ${podName(sender.pod)}`;
  const facts = [`pid ${sender.pid}`, uid(sender.uid), login, home === undefined ? '' : plain(home, 320)];
  return `${plain(sender.comm)} (${facts.filter((fact) => fact !== '').join(', ')})`;
}

/** The end of the sentence "The pause of X …", without its full stop, and what explains it best as a sentence of its own. */
export function deathText(death: Death): string {
  const { cause } = death;
  const finding = mainFinding(cause);
  const what = verdictText(cause, death.exit, hitPodOf(death));
  return finding === undefined ? what : `${what}. ${plain(finding.text, MAX_SENTENCE).replace(/\.+$/, '')}`;
}

function verdictText(cause: Cause, exit: ExitRecord | undefined, hit: HitPod): string {
  const signal = cause.signal ?? exit?.signal ?? undefined;
  switch (cause.kind) {
    case 'planned-stop':
      return 'was stopped by the runtime as planned';
    case 'signal':
      return `was killed with ${plain(signal ?? 'a signal')} by ${cause.sender === undefined ? 'an unknown sender' : senderText(cause.sender)}`;
    case 'oom':
      return `was killed by the OOM killer${memoryText(cause.oom, hit)}`;
    case 'exit':
      return `exited by itself${exit?.code == null ? '' : ` with code ${exit.code}`}`;
    case 'agent-down':
      return 'died while podtree was not running';
    case 'unknown':
      return signal === undefined ? 'died for an unknown reason' : `died of ${plain(signal)}, sent by nobody that was seen`;
    default:
      // A kind that was added later is better named than left out.
      return `died: ${plain(String(cause.kind satisfies never))}`;
  }
}

/** Whose limit it was, and the path of that memory cgroup. */
function memoryText(oom: OomKill | undefined, hit: HitPod): string {
  const path = (text: string): string => plain(text, MAX_SENTENCE);
  const limit = oom && limitText(oom, hit, path);
  if (limit === undefined) return '';
  const isNamed = oom?.cgroup === undefined || limit.includes(path(oom.cgroup));
  return `: ${limit}${isNamed ? '' : `, memory cgroup ${path(oom.cgroup)}`}`;
}
