// `podtree why`: why a pod's pauses died, also of a pod that is gone.
import { type Command, Option } from 'commander';
import { suggest } from '../../src/config/suggest.ts';
import { PodtreeError } from '../../src/error.ts';
import type { PodSummary } from '../../src/history/record.ts';
import type { HistoryFetchOptions } from '../../src/stream/history-client.ts';
import { drawDeaths, type NodePodSummary } from '../../src/terminal/draw-deaths.ts';
import { drawWhy } from '../../src/terminal/draw-why.ts';
import { printableJson } from '../../src/terminal/escape.ts';
import { podLabel } from '../../src/terminal/label.ts';
import { credentialsOf } from './credential-files.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { addAgentOptions, addColorOption, type ColorOptions, paintOf, type SourceOptions, serverUrl, wholeNumber } from './option.ts';
import type { Session } from './session.ts';
import { userNamesOf } from './user-names.ts';

/** What `why` is told, wherever it asks. */
export interface WhyOptions extends ColorOptions {
  readonly output: 'text' | 'json';
  readonly namespace?: string;
  readonly last: number;
  readonly utc: boolean;
}

interface WhyCommandOptions extends Omit<SourceOptions, 'from'>, WhyOptions {}

/** Somebody who may know the pod. `command` is how this is asked once more. */
export interface WhySource extends HistoryFetchOptions {
  readonly command: string;
}

/** Without a terminal: what is pasted into a ticket or a chat should still be readable. */
const PIPE_WIDTH = 100;
const MAX_WIDTH = 120;
export const MAX_LISTED = 1000;

export function addWhyCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program.command('why').summary('why a pause died, and what it took down');
  addWhyOptions(command);
  addAgentOptions(command);
  addExamples(command, [
    ['who killed it?', 'podtree why default/example-pod'],
    ['which pauses died lately?', 'podtree why'],
    ['how long was it gone each time, for a script', "podtree why web-0 -o json | jq '.events[].outageMs // empty'"],
  ]);
  command.action(async (pod: string | undefined) => {
    const options = command.opts<WhyCommandOptions>();
    const source = { ...sourceOf(options, session), command: 'podtree why' };
    done(pod === undefined ? await listDeaths(options, source, session) : await explain(pod, options, [source], session));
  });
}

/** What `why` takes, wherever it asks. */
export function addWhyOptions(command: Command): void {
  command
    .description(
      "Tell why a pod's pauses died: who did it, what followed, how it is now. Without POD: which pods' pauses died, latest first.",
    )
    .argument('[POD]', 'one pod, also one that is gone: its name, namespace/name, or the start of its uid')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['text', 'json']).default('text'))
    .option('-n, --namespace <NAME>', 'pods of this namespace only')
    .addOption(new Option('--last <N>', 'so many deaths in full, the latest ones').argParser(wholeNumber(1, 10_000)).default(3))
    .option('--utc', "times in UTC instead of this machine's zone", false);
  addColorOption(command);
}

async function listDeaths(options: WhyOptions, source: WhySource, session: Session): Promise<ExitCode> {
  const { fetchPods } = await import('../../src/stream/history-client.ts');
  return printDeaths(await fetchPods({ namespace: options.namespace, limit: MAX_LISTED }, source), options, session);
}

/** Those of them whose pauses died. */
export async function printDeaths(all: readonly NodePodSummary[], options: WhyOptions, session: Session): Promise<ExitCode> {
  const pods = all.filter(({ deaths }) => deaths > 0);
  const drawing = { width: widthOf(session), paint: paintOf(options, session), zone: zoneOf(options), now: Date.now() } as const;
  const text = options.output === 'json' ? printableJson({ pods }, 2) : drawDeaths(pods, drawing).join('\n');
  await session.out.write(`${text}\n`);
  return EXIT.fine;
}

/** Of several sources the one counts that knows the pod. Throws POD_NOT_FOUND when none does, and what the sources throw. */
export async function explain(wanted: string, options: WhyOptions, sources: readonly WhySource[], session: Session): Promise<ExitCode> {
  const [{ fetchHistory, fetchPods }, { fetchTree }] = await Promise.all([
    import('../../src/stream/history-client.ts'),
    import('../../src/stream/client.ts'),
  ]);
  const search = async (name?: string): Promise<readonly FoundPod[]> => {
    const query = { name, namespace: options.namespace, limit: MAX_LISTED };
    const each = await Promise.all(sources.map(async (source) => (await fetchPods(query, source)).map((pod) => ({ ...pod, source }))));
    return each.flat();
  };
  const found = await search(wanted);
  const one = choose(found, wanted);
  const history = one && (await fetchHistory(one.uid, one.source));
  if (!one || !history) throw notFound(wanted, options.namespace, await search());
  if (options.output === 'json') {
    await session.out.write(`${printableJson(history, 2)}\n`);
    return EXIT.fine;
  }
  // Its containers are in the tree only.
  const tree = history.pod.goneAt === undefined ? await fetchTree(one.source) : undefined;
  const live = tree?.pods.find(({ uid }) => uid === history.pod.uid);
  const drawing = {
    width: widthOf(session),
    paint: paintOf(options, session),
    zone: zoneOf(options),
    now: Date.now(),
    last: options.last,
    userName: userNamesOf(history.sandboxes.map(({ bootId }) => bootId)),
  } as const;
  await session.out.write(`${drawWhy(history, live, drawing).join('\n')}\n`);
  const former = found.filter((each) => each !== one && each.name === one.name && each.namespace === one.namespace);
  if (former.length > 0)
    session.note(`an earlier pod had the same name: ${former.map(({ uid, source }) => `${source.command} ${uid}`).join(', ')}`);
  return EXIT.fine;
}

interface FoundPod extends PodSummary {
  readonly source: WhySource;
}

/** Of several with one name the one that is there, else the one that was there last. Throws POD_NOT_FOUND for a name in several namespaces. */
function choose(found: readonly FoundPod[], wanted: string): FoundPod | undefined {
  const labels = [...new Set(found.map(podLabel))];
  if (labels.length > 1) {
    const some = labels.slice(0, 8).join(', ');
    throw new PodtreeError('POD_NOT_FOUND', `${JSON.stringify(wanted)} may be ${some}${labels.length > 8 ? ' …' : ''}: give one of these`);
  }
  return found.find(({ goneAt }) => goneAt === undefined) ?? [...found].sort((a, b) => ((a.goneAt ?? '') < (b.goneAt ?? '') ? 1 : -1))[0];
}

function notFound(wanted: string, namespace: string | undefined, others: readonly PodSummary[]): PodtreeError {
  const names = [...new Set(others.map(podLabel))];
  const near = names.filter((name) => name.includes(wanted) || suggest(wanted, [name, name.split('/').at(-1) ?? name]) !== undefined);
  const where = namespace === undefined ? '' : ` in namespace ${JSON.stringify(namespace)}`;
  const advice =
    near.length > 0
      ? `did you mean ${near.slice(0, 4).join(' or ')}?`
      : names.length === 0
        ? 'podtree knows no pods there, neither present nor gone'
        : `there are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;
  return new PodtreeError('POD_NOT_FOUND', `no pod is or was called ${JSON.stringify(wanted)}${where}: ${advice}`);
}

function sourceOf(options: WhyCommandOptions, session: Session): HistoryFetchOptions {
  return { server: serverUrl(options.server).href, signal: session.stop, credentials: credentialsOf(options) };
}

function widthOf(session: Session): number {
  return session.out.isTerminal ? Math.min(MAX_WIDTH, session.out.size().columns) : PIPE_WIDTH;
}

function zoneOf(options: WhyOptions): 'local' | 'utc' {
  return options.utc ? 'utc' : 'local';
}
