// The rules: what happens in the tree goes in, alerts come out. No I/O, no timers; the time is passed in.
import type { TreeEvent, TreeUpdate } from '../tree/change.ts';
import type { LeakedNamespace } from '../tree/model.ts';
import { type AlertBook, type AlertOutput, createAlertBook, type SavedAlert, wallText } from './alert-book.ts';
import { createDeathLedger, type Death, type DeathNews } from './death-ledger.ts';
import type { Notification } from './incident.ts';
import { createPodWatch, isOrphaned, missingNames, refOf, runningNames } from './pod-watch.ts';
import type { AlertRule, ForeignJoinRule, LeakRule, LostEventsRule, OutageRule, PauseRestartsRule } from './rule.ts';
import { compileScope, type PodMatcher, type ScopedPod } from './scope.ts';
import { deathText, duration, plain, podName } from './summary.ts';

export interface AlertEngine {
  update(updates: readonly TreeUpdate[], nowMs: number): AlertOutput;
  /** Events were lost; `lost` is undefined when nobody could count them. */
  loss(stage: string, lost: number | undefined, nowMs: number): AlertOutput;
  tick(nowMs: number): AlertOutput;
  /** Other rules from now on. What happened before is not judged anew; alerts that no rule would have raised any more end. */
  setRules(rules: readonly AlertRule[], nowMs: number): AlertOutput;
  /** When `tick` has something to do; undefined for never. */
  nextDeadlineMs(): number | undefined;
  firing(nowMs: number): readonly Notification[];
  /** Alerts that fire, by rule. */
  counts(): ReadonlyMap<string, number>;
  /** Alerts that were not raised because too many fire. */
  readonly suppressed: number;
}

export interface AlertEngineOptions {
  readonly node: string;
  readonly rules: readonly AlertRule[];
  readonly idPrefix: string;
  readonly restored?: readonly SavedAlert[];
  readonly startMs: number;
}

interface Outage {
  readonly death: Death;
  readonly awaited: readonly string[];
}

/** What was alerted about before a restart of the agent and is not found again by then is over. */
const CONFIRM_MS = 120_000;
const MAX_OUTAGES = 2000;
const TOLD_LATE_MS = 5000;
const MAX_RECENT = 64;
const NODE = 'node';

function ofType<T extends AlertRule['type']>(rules: readonly AlertRule[], type: T): (Extract<AlertRule, { type: T }> & Compiled)[] {
  const chosen = rules.filter((rule): rule is Extract<AlertRule, { type: T }> => rule.type === type);
  return chosen.map((rule) => Object.assign({ matches: compileScope(rule) }, rule));
}
interface Compiled {
  readonly matches: PodMatcher;
}

function compile(rules: readonly AlertRule[]) {
  const restartRules = ofType(rules, 'pause-restarts');
  return {
    rules,
    restartRules,
    outageRules: ofType(rules, 'outage'),
    joinRules: ofType(rules, 'foreign-join').map((rule) => ({ ...rule, allowed: rule.allow.map(compileScope) })),
    leakRules: ofType(rules, 'leak'),
    lossRules: ofType(rules, 'lost-events'),
    longestWindowMs: Math.max(0, ...restartRules.map(({ windowMs }) => windowMs)),
  };
}

export function createAlertEngine(options: AlertEngineOptions): AlertEngine {
  const { node, restored = [], startMs } = options;
  const book: AlertBook = createAlertBook(options);
  const watch = createPodWatch();
  const ledger = createDeathLedger();
  let { rules, restartRules, outageRules, joinRules, leakRules, lossRules, longestWindowMs } = compile(options.rules);

  /** Deaths that count, of each pod, within the longest window. */
  const recent = new Map<string, Death[]>();
  const outages = new Map<string, Outage>();
  /** Since when a pod is orphaned or a namespace leaked, by subject. */
  const leaks = new Map<string, { readonly sinceMs: number; readonly summary: () => string; readonly uid: string | undefined }>();
  /** Up to here everything that was due is done. */
  let doneMs = startMs;
  const losses: { readonly atMs: number; readonly lost: number }[] = [];
  let unconfirmed = new Set(restored.filter(({ alert }) => !alert.isQuiet).map(({ alert }) => alert));
  for (const alert of unconfirmed) {
    const { cause = { kind: 'unknown', findings: [], evidence: [] }, pod } = alert;
    if (outageRules.some(({ name }) => name === alert.rule) && pod !== undefined) {
      const death: Death = { key: '', pod, atMs: Date.parse(alert.since), time: alert.since, cause };
      outages.set(alert.subject, { death, awaited: alert.keys });
    }
  }

  function scopeOf(uid: string, ref?: { readonly namespace?: string }): ScopedPod {
    const pod = watch.pod(uid);
    return { namespace: pod?.namespace ?? ref?.namespace, labels: pod?.labels ?? {} };
  }

  // ── pauses that die

  function onDeath(news: DeathNews, nowMs: number): void {
    const { death, kind } = news;
    const { uid } = death.pod;
    const list = (recent.get(uid) ?? []).filter(({ key, atMs }) => key !== death.key && atMs > death.atMs - longestWindowMs);
    if (kind !== 'withdrawn') list.push(death);
    while (list.length > MAX_RECENT) list.shift();
    if (list.length === 0) recent.delete(uid);
    else recent.set(uid, list);
    for (const rule of restartRules) {
      if (!rule.matches(scopeOf(uid, death.pod))) continue;
      if (kind === 'withdrawn') withdraw(rule, death, nowMs);
      else countDeath(rule, death, list, kind === 'new', nowMs);
    }
    if (kind === 'withdrawn') endOutage(uid, nowMs);
    else if (kind === 'new') beginOutage(death);
    else if (death.outageMs !== undefined) endOutage(uid, nowMs);
  }

  function countDeath(rule: PauseRestartsRule, death: Death, all: readonly Death[], isNew: boolean, nowMs: number): void {
    if (rule.causes.length > 0 && !rule.causes.includes(death.cause.kind)) return;
    const { uid } = death.pod;
    const alert = book.find(rule, uid);
    const { cause, pod } = death;
    if (alert !== undefined && !isNew) {
      if (alert.keys.at(-1) === death.key) book.amend(rule, uid, { cause, pod, summary: restartSummary(rule, death, alert.count) }, nowMs);
      return;
    }
    const counted = all.filter(
      ({ atMs, cause }) => atMs > death.atMs - rule.windowMs && (rule.causes.length === 0 || rule.causes.includes(cause.kind)),
    );
    if (alert === undefined && counted.length < rule.count) return;
    const count = alert === undefined ? counted.length : 1;
    const keys = alert === undefined ? counted.map(({ key }) => key) : [...alert.keys, death.key].slice(-MAX_RECENT);
    const summary = restartSummary(rule, death, (alert?.count ?? 0) + count);
    book.sign(rule, { subject: uid, pod, atMs: death.atMs, time: death.time, cause, count, summary, keys }, nowMs);
  }

  /** It was planned after all: when that leaves too few, the alert had no reason. */
  function withdraw(rule: PauseRestartsRule, death: Death, nowMs: number): void {
    const alert = book.find(rule, death.pod.uid);
    if (alert === undefined || !alert.keys.includes(death.key)) return;
    const keys = alert.keys.filter((key) => key !== death.key);
    if (keys.length < Math.min(rule.count, MAX_RECENT)) book.end(rule, death.pod.uid, nowMs);
    else book.amend(rule, death.pod.uid, { keys, count: alert.count - 1 }, nowMs);
  }

  // ── pods that do not come back

  function beginOutage(death: Death): void {
    const { uid } = death.pod;
    if (outageRules.length === 0 || outages.size >= MAX_OUTAGES || death.outageMs !== undefined) return;
    const pod = watch.pod(uid);
    // A death that is only told of now: whether the pod is back is judged by what it has.
    const awaited = outages.get(uid)?.awaited ?? (pod === undefined ? [] : runningNames(pod, death.atMs));
    outages.set(uid, { death: outages.get(uid)?.death ?? death, awaited });
  }

  function endOutage(uid: string, nowMs: number): void {
    outages.delete(uid);
    for (const rule of outageRules) book.end(rule, uid, nowMs);
  }

  function checkOutage(uid: string, nowMs: number): void {
    const outage = outages.get(uid);
    if (outage === undefined) return;
    const pod = watch.pod(uid);
    if (pod === undefined) {
      // At the start the tree is not there yet.
      if (nowMs - startMs > CONFIRM_MS || outage.death.key !== '') endOutage(uid, nowMs);
      return;
    }
    if (pod.hasPause && missingNames(pod, outage.awaited).length === 0) endOutage(uid, nowMs);
  }

  function raiseOutage(rule: OutageRule & Compiled, uid: string, { death, awaited }: Outage, nowMs: number): void {
    if (death.atMs + rule.longerThanMs > nowMs || book.find(rule, uid) !== undefined || !rule.matches(scopeOf(uid, death.pod))) return;
    const pod = watch.pod(uid);
    const missing = pod === undefined ? awaited : missingNames(pod, awaited);
    const what =
      missing.length === 0
        ? 'a running pause'
        : missing
            .slice(0, 8)
            .map((name) => plain(name))
            .join(', ');
    const summary = `${podName(death.pod)} has been without ${what} for more than ${duration(rule.longerThanMs)}: its pause ${deathText(death.cause, death.exit)}.`;
    const { pod: ref, time, cause } = death;
    book.sign(rule, { subject: uid, pod: ref, atMs: nowMs, time, cause, count: 1, summary, keys: awaited }, nowMs);
  }

  // ── strangers

  function onJoin(event: Extract<TreeEvent, { type: 'namespace.joined' }>, nowMs: number): void {
    if (event.by !== 'foreign') return;
    const { owner, pod: joiner, process } = event;
    for (const rule of joinRules) {
      if (!rule.matches(scopeOf(owner.uid, owner)) || isAllowed(rule, joiner)) continue;
      const who =
        process === undefined
          ? 'A process'
          : `${plain(process.comm)} (pid ${process.pid}${process.uid === undefined ? '' : `, uid ${process.uid}`})`;
      const from = joiner === undefined ? 'from outside' : `of pod ${podName(joiner)}`;
      const what = event.namespaces.map(({ type }) => type).join(', ');
      const summary = `${who} ${from} went into the ${what} namespace${event.namespaces.length === 1 ? '' : 's'} of ${podName(owner)}.`;
      const atMs = Date.parse(event.time) || nowMs;
      book.sign(rule, { subject: owner.uid, pod: owner, atMs, time: event.time, count: 1, summary }, nowMs);
    }
  }

  function isAllowed(rule: ForeignJoinRule & { allowed: readonly PodMatcher[] }, joiner: TreeEvent['pod']): boolean {
    if (joiner === undefined) return false;
    const scope = scopeOf(joiner.uid, joiner);
    return rule.allowed.some((matches) => matches(scope));
  }

  // ── what is left over

  function checkLeak(subject: string, uid: string | undefined, isLeaked: boolean, summary: () => string, nowMs: number): void {
    if (isLeaked) {
      if (!leaks.has(subject) && leaks.size < MAX_OUTAGES) leaks.set(subject, { sinceMs: nowMs, summary, uid });
      return;
    }
    if (!leaks.delete(subject)) return;
    for (const rule of leakRules) book.end(rule, subject, nowMs);
  }

  function raiseLeak(rule: LeakRule & Compiled, subject: string, leak: NonNullable<ReturnType<typeof leaks.get>>, nowMs: number): void {
    if (leak.sinceMs + rule.longerThanMs > nowMs || book.find(rule, subject) !== undefined) return;
    const pod = leak.uid === undefined ? undefined : watch.pod(leak.uid);
    const ref = pod === undefined ? watch.leaked(subject)?.pod : refOf(pod);
    if (!rule.matches(ref === undefined ? { labels: {} } : scopeOf(ref.uid, ref))) return;
    const summary = `${leak.summary()} for more than ${duration(rule.longerThanMs)}.`;
    book.sign(rule, { subject, pod: ref, atMs: nowMs, time: wallText(leak.sinceMs), count: 1, summary }, nowMs);
  }

  // ── losses

  function countLoss(rule: LostEventsRule, stage: string, lost: number | undefined, nowMs: number): void {
    const within = losses.filter(({ atMs }) => atMs > nowMs - rule.windowMs);
    const alert = book.find(rule, NODE);
    if (alert === undefined && within.length < rule.count) return;
    const what = lost === undefined ? 'An unknown number of events was' : `${lost} event${lost === 1 ? ' was' : 's were'}`;
    const summary = `${what} lost in the ${plain(stage)} of node ${plain(node, 253)}: the tree was read anew, but who did what meanwhile is not known.`;
    book.sign(rule, { subject: NODE, atMs: nowMs, time: wallText(nowMs), count: alert === undefined ? within.length : 1, summary }, nowMs);
  }

  function checkStates(nowMs: number): void {
    for (const [uid, outage] of outages) for (const rule of outageRules) raiseOutage(rule, uid, outage, nowMs);
    for (const [subject, leak] of leaks) for (const rule of leakRules) raiseLeak(rule, subject, leak, nowMs);
  }

  function confirm(nowMs: number): void {
    if (unconfirmed.size === 0 || nowMs - startMs < CONFIRM_MS) return;
    for (const alert of unconfirmed) {
      const rule = rules.find(({ name }) => name === alert.rule);
      const isState = rule?.type === 'leak' ? !leaks.has(alert.subject) : rule?.type === 'outage' && watch.pod(alert.subject) === undefined;
      if (rule !== undefined && isState) book.end(rule, alert.subject, nowMs);
    }
    unconfirmed = new Set();
  }

  function take(nowMs: number): AlertOutput {
    doneMs = nowMs;
    checkStates(nowMs);
    book.tick(nowMs);
    return book.take();
  }

  return {
    update(updates, nowMs) {
      for (const { event, changes } of updates) {
        // First what happened, as long as the pod is known as it was.
        if (event?.type === 'pause.exited' || event?.type === 'pause.restarted') {
          const news = ledger.take(event, nowMs);
          if (news !== undefined) onDeath(news, nowMs);
        } else if (event?.type === 'namespace.joined' && event.revision === 0) onJoin(event, nowMs);
        if (changes.length === 0) continue;
        const touched = watch.apply(changes, nowMs);
        for (const uid of touched.pods) {
          const pod = watch.pod(uid);
          const isOrphan = pod !== undefined && isOrphaned(pod);
          checkLeak(`sandbox ${uid}`, uid, isOrphan, () => orphanSummary(pod === undefined ? uid : podName(refOf(pod))), nowMs);
          checkOutage(uid, nowMs);
          if (pod === undefined) recent.delete(uid);
        }
        for (const key of touched.leaked) {
          const leaked = watch.leaked(key);
          checkLeak(key, undefined, leaked !== undefined, () => (leaked === undefined ? '' : leakSummary(leaked)), nowMs);
        }
      }
      // Told of late, as after a restart of the agent: the pod may be long back, and nothing will change any more.
      for (const [uid, { death }] of outages) if (nowMs - death.atMs > TOLD_LATE_MS) checkOutage(uid, nowMs);
      return take(nowMs);
    },
    loss(stage, lost, nowMs) {
      losses.push({ atMs: nowMs, lost: lost ?? 1 });
      while (losses.length > 1024) losses.shift();
      for (const rule of lossRules) countLoss(rule, stage, lost, nowMs);
      return take(nowMs);
    },
    tick(nowMs) {
      for (const news of ledger.due(nowMs)) onDeath(news, nowMs);
      for (const uid of [...outages.keys()]) checkOutage(uid, nowMs);
      confirm(nowMs);
      return take(nowMs);
    },
    setRules(next, nowMs) {
      ({ rules, restartRules, outageRules, joinRules, leakRules, lossRules, longestWindowMs } = compile(next));
      book.setRules(next, nowMs);
      // The other kinds end by themselves after a quiet while.
      for (const [uid, { death }] of outages) {
        for (const rule of outageRules) if (!rule.matches(scopeOf(uid, death.pod))) book.end(rule, uid, nowMs);
      }
      for (const [subject, { uid }] of leaks) {
        const pod = uid === undefined ? watch.leaked(subject)?.pod : { uid };
        const scope = pod === undefined ? { labels: {} } : scopeOf(pod.uid, pod);
        for (const rule of leakRules) if (!rule.matches(scope)) book.end(rule, subject, nowMs);
      }
      return take(nowMs);
    },
    nextDeadlineMs() {
      const later = (timeMs: number): number | undefined => (timeMs > doneMs ? timeMs : undefined);
      const times = [ledger.nextDeadlineMs(), book.nextDeadlineMs(), unconfirmed.size > 0 ? startMs + CONFIRM_MS : undefined];
      for (const rule of outageRules) {
        for (const { death } of outages.values()) times.push(later(death.atMs + rule.longerThanMs));
      }
      for (const rule of leakRules) {
        for (const { sinceMs } of leaks.values()) times.push(later(sinceMs + rule.longerThanMs));
      }
      const next = Math.min(...times.filter((time) => time !== undefined));
      if (next === Number.POSITIVE_INFINITY) return undefined;
      // What was due and could not be done is not tried without a pause.
      return next > doneMs ? next : doneMs + 1000;
    },
    firing: book.firing,
    counts: book.counts,
    get suppressed() {
      return book.suppressed;
    },
  };
}

function restartSummary(rule: PauseRestartsRule, death: Death, count: number): string {
  const outage = death.outageMs === undefined ? '' : ` Its containers were back after ${duration(Math.round(death.outageMs))}.`;
  const one = `${podName(death.pod)} ${deathText(death.cause, death.exit)}.${outage}`;
  if (count === 1) return `The pause of ${one}`;
  return `${count} pauses of ${podName(death.pod)} died without plan${rule.count > 1 ? ` (${rule.count} within ${duration(rule.windowMs)} raise this)` : ''}. The last one: the pause of ${one}`;
}

function orphanSummary(name: string): string {
  return `The pause of ${name} is dead and its containers run on`;
}

function leakSummary(leaked: LeakedNamespace): string {
  const whose = leaked.pod === undefined ? 'no pod that is known' : `${podName(leaked.pod)}, which is gone,`;
  return `The ${leaked.type} namespace ${leaked.inode} of ${whose} is kept by the mount ${plain(leaked.path, 200)}`;
}
