// Saves the pipeline's inputs to a file, and runs the pipeline on such a file again: the same events come out, on any machine.

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';
import type { Config } from '../src/config/schema.ts';
import { messageOf, PodtreeError } from '../src/error.ts';
import { createClock } from '../src/host/clock.ts';
import type { HostIdentity } from '../src/host/level.ts';
import type { Frame } from '../src/stream/frame.ts';
import { createEngine, type Engine, type EngineInput } from '../src/tree/engine.ts';
import { createPipeline } from './pipeline.ts';
import { version } from './version.ts';

const FORMAT = 1;
/** A line holds one batch or one level; a node with a thousand pods stays far below. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

interface Header {
  readonly podtree: 'recording';
  readonly format: number;
  readonly version: string;
  readonly host: HostIdentity;
  /** Wall minus boot time, ns: times in a replay are those of the recording. */
  readonly wallOffsetNs: string;
  readonly idPrefix: string;
}

export interface Recording {
  /** Resolves when `count` kernel events are in the file, never without a count. */
  readonly ended: Promise<void>;
  stop(): Promise<{ readonly events: number; readonly lost: number }>;
}

/** Runs probes and pipeline like the daemon and writes what goes in, one JSON object a line. Resolves when the first levels are in it. */
export async function startRecording(options: {
  readonly config: Config;
  readonly log: Logger;
  readonly path: string;
  readonly count?: number;
}): Promise<Recording> {
  const { config, log, path, count = Number.POSITIVE_INFINITY } = options;
  const file = createWriteStream(path, { mode: 0o600 });
  await once(file, 'open').catch((error: unknown) => {
    throw new PodtreeError('RECORDING_INVALID', `${path}: cannot be written: ${messageOf(error)}`, { cause: error });
  });
  let events = 0;
  let isFull = false;
  let full: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    full = resolve;
  });
  const pipeline = createPipeline(config, log, {
    onInput: (input) => {
      if (isFull) return;
      file.write(`${JSON.stringify(input, toJson)}\n`);
      if (input.type === 'kernel') events += input.events.length;
      if (events < count) return;
      isFull = true;
      full();
    },
    onUpdates: () => {},
    onGap: () => {},
    onReadiness: () => {},
  });
  const { bootId, nodeName, namespaces } = pipeline.identity;
  const header: Header = {
    podtree: 'recording',
    format: FORMAT,
    version: version(),
    host: { bootId, nodeName, namespaces },
    wallOffsetNs: String(pipeline.wallOffsetNs()),
    idPrefix: pipeline.idPrefix,
  };
  file.write(`${JSON.stringify(header)}\n`);
  const stop = async (): Promise<{ events: number; lost: number }> => {
    await pipeline.stop();
    file.end();
    await once(file, 'finish');
    return { events, lost: pipeline.stats().lost };
  };
  try {
    await pipeline.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { ended, stop };
}

/** The only Map in an input is the cgroup tree of a host level. */
function toJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? { cgroups: [...value] } : value;
}

export interface Replay {
  readonly header: Header;
  readonly engine: Engine;
  readonly inputs: AsyncIterable<EngineInput>;
}

/** Opens a recording. Throws RECORDING_INVALID naming file and line for what is none. */
export async function openRecording(path: string): Promise<Replay> {
  const lines = readLines(path);
  const first = await lines.next();
  if (first.done) throw new PodtreeError('RECORDING_INVALID', `${path}: is empty: expected a file made by podtree record`);
  const header = parseHeader(path, first.value);
  const clock = createClock();
  clock.calibrate(0, BigInt(header.wallOffsetNs));
  const engine = createEngine({ node: header.host.nodeName, host: header.host, wallTime: clock.wallTime, idPrefix: header.idPrefix });
  return { header, engine, inputs: readInputs(path, lines) };
}

/** What a client of the daemon would have received: hello, the first snapshot, then updates, one frame an input. */
export async function* replayFile(path: string): AsyncGenerator<Frame> {
  const { header, engine, inputs } = await openRecording(path);
  const epoch = 'replay';
  let sequence = 0;
  yield { hello: { node: header.host.nodeName, bootId: header.host.bootId, version: header.version, epoch, resumed: false } };
  for await (const input of toItsEnd(inputs)) {
    const updates = engine.input(input);
    engine.takeRequests();
    if (input.type === 'primed') {
      const token = `${epoch}-${sequence}`;
      yield { snapshot: { token, tree: { ...engine.snapshot(), token } } };
    }
    if (updates.length > 0) yield { updates: updates.map((update) => ({ token: `${epoch}-${++sequence}`, ...update })) };
    if (input.type === 'lost') yield { gap: { stage: input.stage, ...(input.lost !== undefined && { lost: input.lost }) } };
  }
}

/** After the last input no event is on its way. */
async function* toItsEnd(inputs: AsyncIterable<EngineInput>): AsyncGenerator<EngineInput> {
  let nowNs = 0;
  for await (const input of inputs) {
    nowNs = input.nowNs;
    yield input;
  }
  yield { type: 'caught-up', nowNs, untilNs: nowNs };
}

async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8' });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new PodtreeError('RECORDING_INVALID', `${path}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
}

function parseHeader(path: string, line: string): Header {
  const value = parseObject(path, 1, line);
  const { podtree, format, host, wallOffsetNs } = value as Partial<Header>;
  if (podtree !== 'recording' || !host || !Array.isArray(host.namespaces) || !/^-?\d+$/.test(wallOffsetNs ?? '')) {
    throw new PodtreeError('RECORDING_INVALID', `${path}:1: is not the first line of a recording: expected a file made by podtree record`);
  }
  if (format !== FORMAT) {
    throw new PodtreeError(
      'RECORDING_INVALID',
      `${path}:1: has format ${format}, this podtree reads ${FORMAT}: use the version that made it`,
    );
  }
  return value as unknown as Header;
}

async function* readInputs(path: string, lines: AsyncIterable<string>): AsyncGenerator<EngineInput> {
  let number = 1;
  for await (const line of lines) {
    number++;
    if (line === '') continue;
    yield parseInput(path, number, line);
  }
}

const INPUT_TYPES: ReadonlySet<unknown> = new Set<EngineInput['type']>(['kernel', 'host', 'runtime', 'lost', 'metadata', 'tick', 'primed']);

function parseInput(path: string, number: number, line: string): EngineInput {
  const value = parseObject(path, number, line);
  if (!INPUT_TYPES.has(value.type) || typeof value.nowNs !== 'number') {
    throw new PodtreeError('RECORDING_INVALID', `${path}:${number}: is not an input of the pipeline: the file is damaged`);
  }
  return value as unknown as EngineInput;
}

function parseObject(path: string, number: number, line: string): Record<string, unknown> {
  const fail = (why: string): never => {
    throw new PodtreeError('RECORDING_INVALID', `${path}:${number}: ${why}: expected a file made by podtree record`);
  };
  if (line.length > MAX_LINE_CHARS) fail(`is longer than ${MAX_LINE_CHARS} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line, fromJson);
  } catch (error) {
    fail(`is not JSON (${messageOf(error)})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('is not an object');
  return value as Record<string, unknown>;
}

function fromJson(key: string, value: unknown): unknown {
  const entries = key === 'cgroups' && typeof value === 'object' && value !== null ? (value as { cgroups?: unknown }).cgroups : undefined;
  return Array.isArray(entries) ? new Map(entries as [string, string][]) : value;
}
