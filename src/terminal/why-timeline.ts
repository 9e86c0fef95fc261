// One death in the timeline of `podtree why`: what led to it, the death with who and why, and what followed, with the time since.
import type { CascadeContainer } from '../cause/cascade.ts';
import type { Cause } from '../cause/cause.ts';
import { type AftermathStep, aftermathOf } from '../history/aftermath.ts';
import { byImportance } from '../history/finding-guide.ts';
import { loginText } from '../history/login.ts';
import { formatBytes } from '../history/memory-limit.ts';
import type { PodHistory } from '../history/record.ts';
import { type Incident, spanMs } from '../history/story.ts';
import type { TreeEvent } from '../tree/change.ts';
import { formatAge, formatClock, formatOffset, formatOutage } from './duration.ts';
import { escapeText } from './escape.ts';
import { count, exitStyle, formatExit, shortId } from './label.ts';
import { joinPieces, type Piece, piece } from './line.ts';
import { chainText, placeText, userText } from './sender.ts';
import { AT_ONCE_MS, note, row, sizeText, type WhyOptions } from './why-layout.ts';

const MAX_LEAKS = 4;

export function drawIncident(incident: Incident, history: PodHistory, options: WhyOptions): string[] {
  const { cause, exit, time } = incident;
  const isPlanned = cause.kind === 'planned-stop';
  const label = isPlanned ? 'pause stopped' : incident.isTimed ? 'PAUSE DIED' : exit ? 'FOUND DEAD' : 'PAUSE REPLACED';
  return [
    ...incident.before.map((event) => stepRow(leadOf(event, incident), incident, options)),
    row(formatClock(time, options.zone), label, sandboxFacts(incident, history), isPlanned ? 'warn' : 'alarm', options),
    ...senderRows(cause, options),
    ...memoryRows(cause, options),
    ...sentences(
      'finding',
      byImportance(cause).map(({ text }) => text),
      'warn',
      options,
    ),
    ...sentences('evidence', cause.evidence, 'muted', options),
    ...aftermathOf(incident).map((step) => stepRow(step, incident, options)),
    ...leakRows(incident, options),
    ...wholeRow(incident, options),
  ];
}

function sandboxFacts({ sandbox, cause, exit, restart, time, isTimed }: Incident, { sandboxes }: PodHistory): Piece[] {
  const former = sandboxes.find(({ id }) => id === sandbox.id);
  const livedMs = former?.createdAt === undefined ? undefined : Math.max(0, Date.parse(time) - Date.parse(former.createdAt));
  const lived = livedMs === undefined ? '' : `lived ${livedMs < 1000 ? formatOutage(livedMs) : formatAge(livedMs)}`;
  const address = former?.ips[0] ?? restart?.ipBefore;
  const facts = [
    piece(exit?.exit ? formatExit(exit.exit) : '', cause.kind === 'planned-stop' ? 'muted' : exitStyle(exit?.exit)),
    piece(`sandbox ${sandbox.attempt} ${shortId(sandbox.id)}`),
    piece(isTimed ? lived : ''),
    piece(exit?.process ? `pid ${exit.process.pid}` : ''),
    piece(address === undefined ? '' : `ip ${escapeText(address)}`),
  ];
  return joinPieces(facts, '  ');
}

function senderRows({ sender }: Cause, options: WhyOptions): string[] {
  if (!sender) return [];
  const user = (uid: number): string => userText(uid, options.userName);
  const exe = sender.exe === undefined || sender.exe === sender.comm ? '' : `, executable ${escapeText(sender.exe)}`;
  const facts = [
    ['login', loginText(sender, user, escapeText).replace(/^logged in as /, '')],
    ['where', placeText(sender)],
    ['started by', chainText(sender.parents)],
  ] as const;
  const known = facts.filter(([, text]) => text !== '');
  return [
    note('who', [piece(escapeText(sender.comm), 'strong'), piece(` pid ${sender.pid}, ${user(sender.uid)}${exe}`)], options),
    ...known.map(([label, text]) => note(label, [piece(text)], options)),
  ];
}

function memoryRows({ oom }: Cause, options: WhyOptions): string[] {
  if (!oom) return [];
  const { limitBytes, usageBytes, cgroup, allocatorComm, allocatorPid } = oom;
  const facts = [
    piece(usageBytes === undefined ? '' : `${formatBytes(usageBytes)} in use`),
    piece(limitBytes === undefined ? '' : `limit ${formatBytes(limitBytes)}`),
    piece(`asked for by ${escapeText(allocatorComm)} pid ${allocatorPid}`),
  ];
  return [
    note('memory', joinPieces(facts, ', '), options),
    ...(cgroup === undefined ? [] : [note('limit of', pathPieces(cgroup), options)]),
  ];
}

/** A long path is broken between its parts. */
function pathPieces(path: string): Piece[] {
  return escapeText(path)
    .split(/(?=\/)/)
    .map((part) => piece(part));
}

function sentences(label: string, texts: readonly string[], style: 'warn' | 'muted', options: WhyOptions): string[] {
  return texts.map((text, index) => note(index === 0 ? label : '', [piece(escapeText(text), style)], options));
}

function leadOf(event: TreeEvent, { isTimed, time }: Incident): AftermathStep {
  const when = { time: event.time, ...(isTimed && { afterMs: spanMs(time, event.time) }) };
  if (event.type !== 'container.exited' || !event.container) return { kind: 'event', event, ...when };
  return { kind: 'ended', name: event.container.name, exit: event.exit, ...when };
}

function stepRow(step: AftermathStep, incident: Incident, options: WhyOptions): string {
  const when = whenText(step, options);
  switch (step.kind) {
    case 'ended':
      return row(when, escapeText(step.name), endedFacts(step), 'plain', options);
    case 'lives-on': {
      const isOver = incident.restart !== undefined;
      const what = isOver ? piece('its end was not seen', 'muted') : piece('runs on in the dead sandbox', 'bad');
      return row(when, escapeText(step.container.name), [what, processes(step.container)], 'plain', options);
    }
    case 'returned': {
      const pid = step.pid === undefined ? '' : `  pid ${step.pid}`;
      return row(when, escapeText(step.name), [piece('runs again', 'good'), piece(pid, 'muted')], 'plain', options);
    }
    default:
      return eventRow(when, step.event, options);
  }
}

function whenText({ afterMs, time }: AftermathStep, { zone }: WhyOptions): string {
  if (afterMs !== undefined) return formatOffset(afterMs);
  return time === undefined ? '' : formatClock(time, zone);
}

function endedFacts({ exit, container, afterMs = 0 }: Extract<AftermathStep, { kind: 'ended' }>): Piece[] {
  if (container?.fate === 'with-pause') {
    const how = exit === undefined ? '' : `, ${formatExit(exit)}`;
    return [piece(`ended with the pause${how}`, 'bad'), processes(container)];
  }
  const by = container?.endedBy === undefined ? '' : ` by ${escapeText(container.endedBy.comm)} pid ${container.endedBy.pid}`;
  const fate = afterMs > AT_ONCE_MS ? '  outlived its pause' : '';
  return [
    piece('ended', exitStyle(exit)),
    piece(by),
    piece(`, ${formatExit(exit)}`, exitStyle(exit)),
    piece(fate, 'warn'),
    processes(container),
  ];
}

function processes(container: CascadeContainer | undefined): Piece {
  const isOne = container === undefined || container.processes < 2;
  return piece(isOne ? '' : `  ${count(container.processes, 'process', 'processes')}`, 'muted');
}

function eventRow(when: string, event: TreeEvent, options: WhyOptions): string {
  switch (event.type) {
    case 'pause.restarted': {
      const { newSandbox, ipAfter, process } = event;
      const facts = [
        piece(`sandbox ${newSandbox.attempt} ${shortId(newSandbox.id)}`),
        piece(process ? `pid ${process.pid}` : ''),
        piece(ipAfter ? `ip ${escapeText(ipAfter)}` : ''),
      ];
      return row(when, 'new pause', joinPieces(facts, '  '), 'good', options);
    }
    case 'namespace.joined': {
      const entered = event.namespaces.map(({ type }) => escapeText(type)).join(', ');
      const who = event.process ? `${escapeText(event.process.comm)} pid ${event.process.pid}` : 'somebody';
      return row(when, 'outsider', [piece(who, 'bad'), piece(` entered its ${entered} namespace`)], 'bad', options);
    }
    case 'pod.removed':
      return row(when, 'pod removed', [], 'warn', options);
    case 'alert.firing': {
      const { name, memberCount } = event.alert;
      const pods = memberCount > 1 ? `  one of ${sizeText(event)}` : '';
      return row(when, 'alert', [piece(escapeText(name), 'bad'), piece(pods, 'bad')], 'bad', options);
    }
    default:
      return row(when, escapeText(event.type), [], 'muted', options);
  }
}

function leakRows({ exit }: Incident, options: WhyOptions): string[] {
  const leaked = exit?.cascade?.leaked ?? [];
  const more = leaked.length > MAX_LEAKS ? [note('', [piece(`… and ${leaked.length - MAX_LEAKS} more`, 'muted')], options)] : [];
  return [
    ...leaked.slice(0, MAX_LEAKS).map((path) => row('', 'left behind', [piece(`the mount ${escapeText(path)}`, 'bad')], 'bad', options)),
    ...more,
  ];
}

function wholeRow({ restart, isTimed }: Incident, options: WhyOptions): string[] {
  if (restart?.outageMs === undefined || !isTimed) return [];
  const back = restart.containersRestarted === undefined ? '' : count(restart.containersRestarted, 'container');
  return [row(formatOffset(restart.outageMs), 'whole again', [piece(back)], 'good', options)];
}
