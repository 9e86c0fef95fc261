// Draws why a pod's pauses died: in a sentence, as a timeline, how the pod is now, and what to look at next.
import type { Cause, Sender } from '../cause/cause.ts';
import type { PodHistory, PodSummary } from '../history/record.ts';
import { type Incident, incidentsOf, spanMs } from '../history/story.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { Pod } from '../tree/model.ts';
import type { Paint, Style } from './color.ts';
import { formatAge, formatClock, formatOutage } from './duration.ts';
import { cutMiddle, escapeText, padEnd } from './escape.ts';
import { count, exitStyle, formatExit, podLabel, shortId } from './label.ts';
import { joinPieces, type Piece, piece, renderLine, wrapPieces } from './line.ts';
import { nextSteps } from './why-next.ts';

export interface WhyOptions {
  readonly width: number;
  readonly paint: Paint;
  readonly zone: 'local' | 'utc';
  /** Wall time in ms. */
  readonly now: number;
  /** Incidents that are drawn in full; of earlier ones it is said how many there are. */
  readonly last: number;
  /** The name of a user of the node, where it can be known. */
  readonly userName?: ((uid: number) => string | undefined) | undefined;
}

const TIME_WIDTH = 14;
const LABEL_WIDTH = 14;
const LOOP_MS = 600_000;

/** `live` is the pod as it is now, undefined when it is gone. */
export function drawWhy(history: PodHistory, live: Pod | undefined, options: WhyOptions): string[] {
  const incidents = incidentsOf(history);
  const deaths = incidents.filter(({ cause }) => cause.kind !== 'planned-stop');
  const told = deaths.at(-1) ?? incidents.at(-1);
  const shown = incidents.slice(-options.last);
  const lines = [title(history, options), ''];
  lines.push(...summary(history, deaths, told, options).map((text) => paragraph(text, options)), '');
  if (shown.length > 0) {
    const hidden = incidents.length - shown.length;
    if (hidden > 0)
      lines.push(line([piece(`… ${count(hidden, 'earlier death')}: --last ${incidents.length} shows all`, 'muted')], options));
    let day = '';
    for (const incident of shown) {
      const today = date(incident.time, options.zone);
      if (today !== day) lines.push(line([piece(today, 'strong'), piece(options.zone === 'utc' ? '  UTC' : '', 'muted')], options));
      day = today;
      lines.push(...drawIncident(incident, history, options), '');
    }
  }
  lines.push(...state(history, live, told, options));
  if (told) {
    lines.push('', line([piece('next', 'title')], options));
    for (const { command, why } of nextSteps(told, history, isReboot(told.cause))) {
      // A command that is cut or broken cannot be copied: it is as long as it is.
      lines.push(line([piece('  '), piece(escapeText(command), 'accent')], { ...options, width: Number.POSITIVE_INFINITY }));
      lines.push(line([piece(`      ${escapeText(why)}`, 'muted')], options));
    }
  }
  return lines;
}

function title({ node, pod }: PodHistory, options: WhyOptions): string {
  const facts = joinPieces(
    [
      piece(podLabel(pod), 'title'),
      piece(`on ${escapeText(node)}`, 'muted'),
      piece(pod.name === undefined ? '' : escapeText(pod.uid), 'muted'),
    ],
    '   ',
  );
  return line(facts, options);
}

function summary(history: PodHistory, deaths: readonly Incident[], told: Incident | undefined, options: WhyOptions): Piece[][] {
  const since = history.sandboxes[0]?.firstSeen;
  const known = since === undefined ? '' : `; it remembers this pod since ${dateTime(since, options)}`;
  if (!told) return [[piece('No pause of this pod has died as far as podtree remembers', 'good'), piece(`${known}.`)]];
  const ago = `${formatAge(options.now - Date.parse(told.time))} ago`;
  const sentences = [headline(told, ago, options), outcome(told)];
  const last = Date.parse(told.time);
  const lately = deaths.filter(({ time }) => last - Date.parse(time) <= LOOP_MS).length;
  if (told.cause.kind === 'planned-stop') sentences.push([piece(`No pause of it has died otherwise${known}.`, 'muted')]);
  else if (deaths.length === 1) sentences.push([piece(`It is the only time that podtree knows of${known}.`, 'muted')]);
  else {
    const many = lately === deaths.length ? 'all' : `${lately}`;
    const loop = lately > 2 ? `, ${many} of them within ten minutes: a restart loop` : '';
    sentences.push([piece(`It is the ${ordinal(deaths.length)} time that podtree knows of${loop}${known}.`, lately > 2 ? 'bad' : 'muted')]);
  }
  return sentences.filter((pieces) => pieces.length > 0);
}

function headline({ cause, exit, time }: Incident, ago: string, options: WhyOptions): Piece[] {
  const { sender } = cause;
  const who = sender === undefined ? undefined : `${escapeText(sender.comm)} (pid ${sender.pid})`;
  const signal = cause.signal === undefined ? formatExit(exit?.exit) : escapeText(cause.signal);
  switch (cause.kind) {
    case 'signal':
      return [
        piece(`${ago} `),
        piece(`its pause was killed: ${signal} from ${who ?? 'an unknown sender'}`, 'alarm'),
        piece(sender ? `, ${placeOf(sender, options)}.` : '.'),
      ];
    case 'planned-stop':
      return [piece(`${ago} `), piece('its sandbox was stopped in the ordinary way', 'warn'), piece(who ? `, by ${who}.` : '.')];
    case 'oom': {
      const allocator = cause.oom ? `, when ${escapeText(cause.oom.allocatorComm)} (pid ${cause.oom.allocatorPid}) asked for memory` : '';
      return [piece(`${ago} `), piece('its pause was killed by the OOM killer', 'alarm'), piece(`${allocator}.`)];
    }
    case 'exit':
      return [piece(`${ago} `), piece(`its pause ended by itself, ${signal}`, 'alarm'), piece('.')];
    case 'agent-down': {
      const why = isReboot(cause) ? ', and the node was rebooted' : '';
      const since = exit ? `found dead ${ago}` : `a new one runs since ${dateTime(time, options)}, ${ago}`;
      return [piece('While podtree was not running '), piece('its pause died', 'alarm'), piece(`${why}; ${since}.`)];
    }
    default:
      return [piece(`${ago} `), piece('its pause died', 'alarm'), piece(`, ${signal}, and nothing that was seen says why.`)];
  }
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

function drawIncident(incident: Incident, history: PodHistory, options: WhyOptions): string[] {
  const { sandbox, cause, exit, restart, time } = incident;
  const isPlanned = cause.kind === 'planned-stop';
  const former = history.sandboxes.find(({ id }) => id === sandbox.id);
  const lived = former?.createdAt === undefined ? '' : `lived ${formatAge(Date.parse(time) - Date.parse(former.createdAt))}`;
  const address = former?.ips[0] ?? restart?.ipBefore;
  const facts = joinPieces(
    [
      piece(exit?.exit ? formatExit(exit.exit) : '', isPlanned ? 'muted' : exitStyle(exit?.exit)),
      piece(`sandbox ${sandbox.attempt} ${shortId(sandbox.id)}`),
      piece(incident.isTimed ? lived : ''),
      piece(exit?.process ? `pid ${exit.process.pid}` : ''),
      piece(address === undefined ? '' : `ip ${escapeText(address)}`),
    ],
    '  ',
  );
  const label = isPlanned ? 'pause stopped' : incident.isTimed ? 'PAUSE DIED' : exit ? 'FOUND DEAD' : 'PAUSE REPLACED';
  const span = (event: TreeEvent): string => (incident.isTimed ? offset(spanMs(time, event.time)) : clock(event.time, options));
  return [
    ...incident.before.map((event) => eventRow(event, incident, span(event), options)),
    row(clock(time, options), label, facts, { ...options, style: isPlanned ? 'warn' : 'alarm' }),
    ...senderRows(cause, options),
    ...cause.evidence.map((sentence, index) =>
      row('', index === 0 ? 'evidence' : '', [piece(escapeText(sentence), 'muted')], { ...options, style: 'muted' }),
    ),
    ...followRows(incident, span, options),
  ];
}

function senderRows({ sender }: Cause, options: WhyOptions): string[] {
  if (!sender) return [];
  const exe = sender.exe === undefined || sender.exe === sender.comm ? '' : `, executable ${escapeText(sender.exe)}`;
  const under = sender.parents.map(({ pid, comm }) => `${escapeText(comm)} ${pid}`).join(' < ');
  return [
    row('', 'who', [piece(escapeText(sender.comm), 'strong'), piece(` pid ${sender.pid}, ${userOf(sender, options)}${exe}`)], {
      ...options,
      style: 'muted',
    }),
    ...(sender.pod || sender.unit ? [row('', 'where', [piece(whereOf(sender))], { ...options, style: 'muted' })] : []),
    ...(under === '' ? [] : [row('', 'started by', [piece(under)], { ...options, style: 'muted' })]),
  ];
}

function followRows(incident: Incident, span: (event: TreeEvent) => string, options: WhyOptions): string[] {
  const { restart, after } = incident;
  const events: TreeEvent[] = restart ? [...after, restart] : [...after];
  events.sort((a, b) => (a.time < b.time ? -1 : 1));
  const rows = events.map((event) => eventRow(event, incident, span(event), options));
  if (restart?.outageMs !== undefined && incident.isTimed) {
    const back = restart.containersRestarted === undefined ? '' : count(restart.containersRestarted, 'container');
    rows.push(row(offset(restart.outageMs), 'whole again', [piece(back)], { ...options, style: 'good' }));
  }
  return rows;
}

function eventRow(event: TreeEvent, incident: Incident, when: string, options: WhyOptions): string {
  const name = event.container === undefined ? '' : escapeText(event.container.name);
  switch (event.type) {
    case 'container.exited': {
      const lived = incident.isTimed ? spanMs(incident.time, event.time) : 0;
      const orphaned = lived > 50 ? `  had lived on for ${formatOutage(lived)} without its pause` : '';
      return row(when, name, [piece(`ended, ${formatExit(event.exit)}`, exitStyle(event.exit)), piece(orphaned, 'warn')], {
        ...options,
        style: 'plain',
      });
    }
    case 'container.started':
      return row(when, name, [piece('runs again', 'good'), piece(event.process ? `  pid ${event.process.pid}` : '', 'muted')], {
        ...options,
        style: 'plain',
      });
    case 'pause.restarted': {
      const { newSandbox, ipAfter, process } = event;
      const facts = [
        piece(`sandbox ${newSandbox.attempt} ${shortId(newSandbox.id)}`),
        piece(process ? `pid ${process.pid}` : ''),
        piece(ipAfter ? `ip ${escapeText(ipAfter)}` : ''),
      ];
      return row(when, 'new pause', joinPieces(facts, '  '), { ...options, style: 'good' });
    }
    case 'namespace.joined': {
      const entered = event.namespaces.map(({ type }) => escapeText(type)).join(', ');
      const who = event.process ? `${escapeText(event.process.comm)} pid ${event.process.pid}` : 'somebody';
      return row(when, 'outsider', [piece(who, 'bad'), piece(` entered its ${entered} namespace`)], { ...options, style: 'bad' });
    }
    case 'pod.removed':
      return row(when, 'pod removed', [], { ...options, style: 'warn' });
    case 'alert.firing':
      return row(when, 'alert', [piece(escapeText(event.alert.name), 'bad')], { ...options, style: 'bad' });
    default:
      return row(when, escapeText(event.type), [], { ...options, style: 'muted' });
  }
}

function state({ pod, sandboxes }: PodHistory, live: Pod | undefined, told: Incident | undefined, options: WhyOptions): string[] {
  const now = piece(padEnd('now', 5), 'title');
  const say = (pieces: readonly Piece[]): string => wrapPieces([now], pieces, { ...options, indent: 5 });
  if (!live) {
    const gone =
      pod.goneAt === undefined ? '' : ` since ${dateTime(pod.goneAt, options)} (${formatAge(options.now - Date.parse(pod.goneAt))})`;
    return [say([piece(`the pod is gone${gone}`, 'warn'), piece(`; it had ${count(sandboxes.length, 'sandbox', 'sandboxes')}.`)])];
  }
  const { sandbox } = live;
  if (!sandbox) return [say([piece('the pod has no sandbox.', 'bad')])];
  const containers = sandbox.containers.filter(({ kind, state: each }) => kind !== 'init' || each !== 'exited');
  const running = containers.filter(({ state: each }) => each === 'running');
  const still = running.map(({ name }) => escapeText(name)).join(', ');
  if (sandbox.kind === 'process' && sandbox.pause === undefined) {
    const span = told ? ` for ${formatAge(options.now - Date.parse(told.time))}` : '';
    const orphans = running.length === 0 ? 'no container of it runs.' : `still running in the namespaces of the dead one: ${still}.`;
    return [say([piece(`the pod has no pause${span}`, 'alarm'), piece(`; ${orphans}`)])];
  }
  const since = sandbox.createdAt === undefined ? '' : ` for ${formatAge(options.now - Date.parse(sandbox.createdAt))}`;
  const facts = [
    piece(
      `sandbox ${sandbox.attempt} ${shortId(sandbox.id)} ${escapeText(sandbox.state)}${since}`,
      sandbox.state === 'ready' ? 'good' : 'warn',
    ),
    piece(sandbox.pause ? `pause pid ${sandbox.pause.pid}` : ''),
    piece(sandbox.ips.length === 0 ? '' : `ip ${sandbox.ips.map(escapeText).join(', ')}`),
    piece(`${running.length} of ${count(containers.length, 'container')} run`, running.length === containers.length ? 'plain' : 'bad'),
  ];
  const missing = containers.filter(({ state: each }) => each !== 'running');
  const absent = missing.map(
    ({ name, state: each, lastExit }) => `${escapeText(name)} ${each}${lastExit ? ` (${formatExit(lastExit)})` : ''}`,
  );
  return [say([...joinPieces(facts, ', '), piece(absent.length === 0 ? '' : `: ${absent.join(', ')}`, 'bad')])];
}

/** Which pods' pauses have died, the latest first. */
export function drawDeaths(pods: readonly PodSummary[], options: Omit<WhyOptions, 'last'>): string[] {
  const dead = pods.filter(({ lastDeath }) => lastDeath !== undefined);
  if (dead.length === 0) return [line([piece('No pause has died on this node as far as podtree remembers.', 'good')], options)];
  const nameWidth = Math.min(48, Math.max(3, ...dead.map((pod) => podLabel(pod).length)));
  const header = piece(`${padEnd('AGO', 8)}  ${padEnd('POD', nameWidth)}  DEATHS  THE LAST ONE`, 'muted');
  const rows = dead.map(({ lastDeath, deaths, goneAt, ...pod }) => {
    const ago = lastDeath === undefined ? '' : formatAge(options.now - Date.parse(lastDeath.time));
    return line(
      [
        piece(`${padEnd(ago, 8)}  `, 'muted'),
        piece(`${padEnd(cutMiddle(podLabel(pod), nameWidth), nameWidth)}  `, 'strong'),
        piece(`${String(deaths).padStart(6)}  `, deaths > 2 ? 'bad' : 'plain'),
        piece(deathLabel(lastDeath)),
        piece(goneAt === undefined ? '' : '  (the pod is gone)', 'muted'),
      ],
      options,
    );
  });
  return [line([header], options), ...rows, '', line([piece('podtree why POD tells the whole story of one.', 'muted')], options)];
}

function deathLabel(death: PodSummary['lastDeath']): string {
  const by = death?.by === undefined ? '' : ` from ${escapeText(death.by)}`;
  switch (death?.kind) {
    case 'signal':
      return `killed, ${escapeText(death.signal ?? 'signal')}${by}`;
    case 'oom':
      return 'killed by the OOM killer';
    case 'exit':
      return 'ended by itself';
    case 'agent-down':
      return 'died while podtree was not running';
    default:
      return 'died, cause unknown';
  }
}

/** The evidence of history has it in these words. */
function isReboot(cause: Cause): boolean {
  return cause.kind === 'agent-down' && cause.evidence.some((sentence) => sentence.startsWith('The node was rebooted'));
}

function placeOf(sender: Sender, options: WhyOptions): string {
  const where = whereOf(sender);
  return `run by ${userOf(sender, options)}${where === '' ? '' : ` in ${where}`}`;
}

function whereOf({ pod, container, unit }: Sender): string {
  if (pod) return `pod ${podLabel(pod)}${container ? `, container ${escapeText(container.name)}` : ''}`;
  return unit === undefined ? '' : escapeText(unit);
}

function userOf({ uid }: Sender, { userName }: Pick<WhyOptions, 'userName'>): string {
  const name = userName?.(uid) ?? (uid === 0 ? 'root' : undefined);
  return name === undefined ? `uid ${uid}` : `${escapeText(name)} (uid ${uid})`;
}

function row(when: string, label: string, facts: readonly Piece[], options: WhyOptions & { readonly style: Style }): string {
  const head = [
    piece(`${when.padStart(TIME_WIDTH - 1)}  `, 'muted'),
    piece(`${padEnd(cutMiddle(label, LABEL_WIDTH), LABEL_WIDTH)}  `, options.style),
  ];
  return wrapPieces(head, facts, { ...options, indent: TIME_WIDTH + LABEL_WIDTH + 3 });
}

function paragraph(pieces: readonly Piece[], options: WhyOptions): string {
  return wrapPieces([piece('  ')], pieces, { ...options, indent: 2 });
}

function line(pieces: readonly Piece[], options: { readonly width: number; readonly paint: Paint }): string {
  return renderLine(pieces, options.width, options.paint);
}

/** From the death: `+0.4 ms`, `+5.69 s`, `-1.20 s`. */
function offset(ms: number): string {
  const size = Math.abs(ms);
  const span = size < 10 ? `${size.toFixed(1)} ms` : formatOutage(size);
  return `${ms < 0 ? '-' : '+'}${span}`;
}

function clock(time: string, { zone }: WhyOptions): string {
  return formatClock(time, zone);
}

function dateTime(time: string, options: Pick<WhyOptions, 'zone'>): string {
  return `${date(time, options.zone)} ${formatClock(time, options.zone).slice(0, 8)}`;
}

function date(time: string, zone: 'local' | 'utc'): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '----------';
  if (zone === 'utc') return at.toISOString().slice(0, 10);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}

function ordinal(value: number): string {
  const tens = value % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${suffix}`;
}
