// The first lines of `podtree why`: what killed the pause, what explains it, what it took down, how long the pod was gone.
import type { Cascade, CascadeContainer } from '../cause/cascade.ts';
import type { Cause, Sender } from '../cause/cause.ts';
import { aftermathOf } from '../history/aftermath.ts';
import { reasonsOf } from '../history/finding-guide.ts';
import { loginBehind } from '../history/login.ts';
import { type HitPod, limitText } from '../history/memory-limit.ts';
import type { PodHistory } from '../history/record.ts';
import { type Incident, isReboot } from '../history/story.ts';
import type { Pod } from '../tree/model.ts';
import { formatAge, formatDateTime, formatOutage } from './duration.ts';
import { escapeText } from './escape.ts';
import { count, formatExit } from './label.ts';
import { type Piece, piece } from './line.ts';
import { placeText, userText } from './sender.ts';
import { AT_ONCE_MS, sizeText, type WhyOptions } from './why-layout.ts';

/** So many deaths within this time, and it is a loop. */
const LOOP_MS = 600_000;
const LOOP_COUNT = 3;
const MAX_REASONS = 2;
const MAX_NAMES = 4;

/** A paragraph each. `deaths` are the incidents that were no planned stops, `told` the one this is about. */
export function summary(
  history: PodHistory,
  live: Pod | undefined,
  deaths: readonly Incident[],
  told: Incident | undefined,
  options: WhyOptions,
): Piece[][] {
  const since = history.sandboxes[0]?.firstSeen;
  const known = since === undefined ? '' : `; it remembers this pod since ${formatDateTime(since, options.zone)}`;
  if (!told) return [[piece('No pause of this pod has died as far as podtree remembers', 'good'), piece(`${known}.`)]];
  const ago = `${formatAge(options.now - Date.parse(told.time))} ago`;
  const paragraphs = [
    headline(told, ago, hitPod(told, history, live), options),
    reasons(told.cause),
    incidentSize(told),
    toll(told),
    outcome(told),
    recurrence(deaths, told, known),
  ];
  return paragraphs.filter((pieces) => pieces.length > 0);
}

function headline(incident: Incident, ago: string, hit: HitPod, options: WhyOptions): Piece[] {
  const { cause, exit, time } = incident;
  const { sender } = cause;
  const who = sender === undefined ? undefined : `${escapeText(sender.comm)} (pid ${sender.pid})`;
  const signal = cause.signal === undefined ? formatExit(exit?.exit) : escapeText(cause.signal);
  switch (cause.kind) {
    case 'signal':
      return [
        piece(`${ago} `),
        piece(`its pause was killed: ${signal} from ${who ?? 'an unknown sender'}`, 'alarm'),
        piece(sender ? `, ${runBy(sender, options)}.` : '.'),
      ];
    case 'planned-stop':
      return [piece(`${ago} `), piece('its sandbox was stopped in the ordinary way', 'warn'), piece(who ? `, by ${who}.` : '.')];
    case 'oom':
      return [piece(`${ago} `), piece('its pause was killed by the OOM killer', 'alarm'), piece(memoryText(incident, hit))];
    case 'exit':
      return [piece(`${ago} `), piece(`its pause ended by itself, ${signal}`, 'alarm'), piece('.')];
    case 'agent-down': {
      const why = isReboot(cause) ? ', and the node was rebooted' : '';
      const since = exit ? `found dead ${ago}` : `a new one runs since ${formatDateTime(time, options.zone)}, ${ago}`;
      return [piece('While podtree was not running '), piece('its pause died', 'alarm'), piece(`${why}; ${since}.`)];
    }
    default: {
      const riddle = reasonsOf(cause).length > 0 ? '; who sent the signal was not seen.' : ', and nothing that was seen says why.';
      return [piece(`${ago} `), piece('its pause died', 'alarm'), piece(`, ${signal}${riddle}`)];
    }
  }
}

function runBy(sender: Sender, { userName }: WhyOptions): string {
  const user = (uid: number): string => userText(uid, userName);
  const login = loginBehind(sender, user, escapeText);
  const place = placeText(sender);
  return [`run by ${user(sender.uid)}`, login, place === '' ? '' : `in ${place}`].filter((part) => part !== '').join(', ');
}

function memoryText({ cause, exit }: Incident, hit: HitPod): string {
  const { oom } = cause;
  if (!oom) return '.';
  const limit = limitText(oom, hit, escapeText);
  const pause = exit?.process?.pid;
  const victim = pause === undefined || pause === oom.victimPid ? '' : `, which chose pid ${oom.victimPid}`;
  return `${victim}${limit === undefined ? '' : `: ${limit}`}, when ${escapeText(oom.allocatorComm)} (pid ${oom.allocatorPid}) asked for more.`;
}

function reasons(cause: Cause): Piece[] {
  // What was stopped on purpose needs no explanation.
  if (cause.kind === 'planned-stop') return [];
  const told = reasonsOf(cause).slice(0, MAX_REASONS);
  return told.length === 0 ? [] : [piece(told.map(({ text }) => escapeText(text)).join(' '), 'warn')];
}

/** A restart of the runtime that takes thirty pods is one thing to look at, not thirty. */
function incidentSize({ after }: Incident): Piece[] {
  const shared = after.find((event) => event.type === 'alert.firing' && event.alert.memberCount > 1);
  if (shared?.type !== 'alert.firing') return [];
  return [piece(`It is one of ${sizeText(shared)} of this node that this happened to within seconds: podtree why lists them.`, 'bad')];
}

function toll(incident: Incident): Piece[] {
  const { cause, exit } = incident;
  const cascade = exit?.cascade;
  if (!cascade) return [];
  if (cascade.containerCount === 0) {
    // In an ordinary stop the containers have ended before.
    const none = cause.kind === 'planned-stop' ? '' : 'No container of it was running.';
    return [piece(none), ...leakText(cascade)].filter(({ text }) => text !== '');
  }
  const living = new Set(aftermathOf(incident).flatMap((step) => (step.kind === 'lives-on' ? step.container.id : [])));
  const together = cascade.containers.filter(({ fate }) => fate === 'with-pause');
  const ended = cascade.containers.filter(({ id, fate }) => fate === 'orphaned' && !living.has(id));
  const alive = cascade.containers.filter(({ id }) => living.has(id));
  const sentences: Piece[] = [];
  if (together.length > 0) sentences.push(piece(`${subject(together, cascade)} died with the pause: they were in its pid namespace.`));
  if (ended.length > 0) sentences.push(piece(orphanText(ended, cascade)));
  if (alive.length > 0) {
    const isOver = incident.restart !== undefined || incident.after.some(({ type }) => type === 'pod.removed');
    const verb = alive.length === 1 ? 'runs' : 'run';
    sentences.push(
      isOver
        ? piece(`How ${subject(alive, cascade, 'its')} ended was not seen.`)
        : piece(`${subject(alive, cascade)} ${verb} on in the dead sandbox.`, 'bad'),
    );
  }
  return [...sentences.flatMap((each, index) => (index === 0 ? [each] : [piece(' '), each])), ...leakText(cascade)];
}

/** How long they ran in a sandbox without a pause, and who put an end to that. */
function orphanText(ended: readonly CascadeContainer[], cascade: Cascade): string {
  const spans = ended.flatMap(({ endedAfterMs }) => endedAfterMs ?? []);
  const killers = listed([...new Set(ended.flatMap(({ endedBy }) => (endedBy ? escapeText(endedBy.comm) : [])))]);
  const who = subject(ended, cascade);
  const longest = spans.length === 0 ? undefined : Math.max(...spans);
  if (longest !== undefined && longest <= AT_ONCE_MS) {
    const verb = ended.length === 1 ? 'was' : 'were';
    return `${who} ${verb} ended within ${formatOutage(Math.max(1, longest))}${killers === '' ? '' : ` by ${killers}`}.`;
  }
  const span = longest === undefined ? '' : ` for ${ended.length > 1 ? 'up to ' : ''}${formatOutage(longest)}`;
  const until = killers === '' ? '' : `, until ${killers} ended ${ended.length === 1 ? 'it' : 'them'}`;
  return `${who} ran on in the dead sandbox${span}${until}.`;
}

function subject(containers: readonly CascadeContainer[], { containerCount, containers: all }: Cascade, its = 'Its'): string {
  const isAll = containers.length === all.length;
  const processes = containers.reduce((sum, each) => sum + each.processes, 0);
  const size = processes === 0 ? '' : ` (${count(processes, 'process', 'processes')})`;
  if (isAll && containerCount > 1) return `${its} ${count(containerCount, 'container')}${size}`;
  return `${its} container${containers.length === 1 ? '' : 's'} ${listed(containers.map(({ name }) => escapeText(name)))}${size}`;
}

function leakText({ leaked }: Cascade): Piece[] {
  if (leaked.length === 0) return [];
  const verb = leaked.length === 1 ? 'is' : 'are';
  return [piece(` ${count(leaked.length, 'namespace')} of it ${verb} left behind, kept by a mount.`, 'bad')];
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  const shown = more > 0 ? [...names.slice(0, MAX_NAMES), `${more} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function outcome({ restart, isTimed, exit }: Incident): Piece[] {
  if (!restart) return [];
  const { sandboxOutageMs, outageMs, containersRestarted, complete, ipBefore, ipAfter } = restart;
  const parts = [
    sandboxOutageMs === undefined ? 'The pod has a new sandbox' : `The pod had no pause for ${formatOutage(sandboxOutageMs)}`,
    outageMs === undefined ? undefined : `was whole again after ${formatOutage(outageMs)}`,
  ].filter((part) => part !== undefined);
  const returned = containersRestarted === undefined ? '' : `; ${count(containersRestarted, 'container')} came back`;
  const moved =
    ipBefore !== undefined && ipAfter !== undefined && ipBefore !== ipAfter
      ? `; its address changed from ${escapeText(ipBefore)} to ${escapeText(ipAfter)}`
      : '';
  const unseen = !isTimed && exit === undefined && sandboxOutageMs === undefined ? '; how long it had none is not known' : '';
  return [
    piece(`${parts.join(' and ')}${unseen}${returned}${moved}.`),
    piece(complete === false ? ' Not all of its containers are back.' : '', 'bad'),
  ];
}

function recurrence(deaths: readonly Incident[], told: Incident, known: string): Piece[] {
  if (told.cause.kind === 'planned-stop') return [piece(`No pause of it has died otherwise${known}.`, 'muted')];
  if (deaths.length === 1) return [piece(`It is the only time that podtree knows of${known}.`, 'muted')];
  const last = Date.parse(told.time);
  const lately = deaths.filter(({ time }) => last - Date.parse(time) <= LOOP_MS).length;
  const isLoop = lately >= LOOP_COUNT;
  const many = lately === deaths.length ? 'all' : `${lately}`;
  const loop = isLoop ? `, ${many} of them within ten minutes: a restart loop` : '';
  return [piece(`It is the ${ordinal(deaths.length)} time that podtree knows of${loop}${known}.`, isLoop ? 'bad' : 'muted')];
}

function ordinal(value: number): string {
  const tens = value % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${suffix}`;
}

/** The pod as far as it is needed to tell whose memory limit it was. */
function hitPod({ sandbox, exit, before, after }: Incident, { pod }: PodHistory, live: Pod | undefined): HitPod {
  const named = [...before, ...after].flatMap(({ container }) => container ?? []);
  return {
    podUid: pod.uid,
    sandboxId: sandbox.id,
    containers: [...(exit?.cascade?.containers ?? []), ...named, ...(live?.sandbox?.containers ?? [])],
  };
}
