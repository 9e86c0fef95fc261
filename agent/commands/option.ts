// The options that several commands share, and their values as the stream's query and the drawing need them.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../src/error.ts';
import { DEFAULT_SERVER, parseServer } from '../../src/stream/address.ts';
import { COLOR_MODES, type ColorMode, type Paint, paintFor } from '../../src/terminal/color.ts';
import { UsageError } from './failure.ts';
import type { Session } from './session.ts';

export interface SourceOptions {
  readonly server: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly tlsServerName?: string;
  readonly from?: string;
}

export interface FilterOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly pod?: string;
  readonly container?: string;
  readonly selector?: string;
  readonly eventTypes?: string;
}

export interface ColorOptions {
  readonly color: ColorMode;
}

const SOURCE_GROUP = 'WHERE FROM';

/** Those of addAgentOptions, and `--from`. */
export function addSourceOptions(command: Command): Command {
  return addAgentOptions(command).addOption(
    new Option('--from <FILE>', 'read recorded frames instead; - is standard input').helpGroup(SOURCE_GROUP),
  );
}

/** `--server` and what an agent on another machine wants to see, for what only an agent can answer. */
export function addAgentOptions(command: Command): Command {
  const group = SOURCE_GROUP;
  return command
    .addOption(new Option('--server <URL>', 'the agent to ask').env('PODTREE_SERVER').default(DEFAULT_SERVER).helpGroup(group))
    .addOption(new Option('--token-file <FILE>', "file with the agent's access token").env('PODTREE_TOKEN_FILE').helpGroup(group))
    .addOption(new Option('--ca-file <FILE>', "CA of the agent's certificate, PEM").env('PODTREE_CA_FILE').helpGroup(group))
    .addOption(
      new Option('--tls-server-name <NAME>', 'name in that certificate, if not that of the URL')
        .env('PODTREE_TLS_SERVER_NAME')
        .helpGroup(group),
    )
    .addOption(new Option('--cert-file <FILE>', 'certificate to show the agent, PEM').env('PODTREE_CERT_FILE').helpGroup(group))
    .addOption(new Option('--key-file <FILE>', 'its private key, PEM').env('PODTREE_KEY_FILE').helpGroup(group));
}

/** `-n`, `-A`, `--pod`, `-c`, `-l` and, where events are printed, `-e`. */
export function addFilterOptions(command: Command, withEvents: boolean): Command {
  const group = 'WHICH PODS';
  command
    .addOption(new Option('-n, --namespace <NAME>', 'pods of this namespace only').helpGroup(group))
    .addOption(new Option('-A, --all-namespaces', 'pods of all namespaces, which is the default').conflicts('namespace').helpGroup(group))
    .addOption(new Option('--pod <REGEX>', 'pods whose name matches').helpGroup(group))
    .addOption(new Option('-c, --container <NAME>', 'this container only').helpGroup(group))
    .addOption(new Option('-l, --selector <SELECTOR>', 'pods with these labels, such as app=web,tier!=db').helpGroup(group));
  if (withEvents)
    command.addOption(new Option('-e, --event-types <LIST>', 'these types only; ! before a type leaves it out').helpGroup(group));
  return command;
}

export function addColorOption(command: Command): Command {
  return command.addOption(new Option('--color <WHEN>', 'when to use colours').choices(COLOR_MODES).default('auto'));
}

export function paintOf(options: ColorOptions, session: Session): Paint {
  return paintFor(options.color, session.out.isTerminal, session.env);
}

/** The stream's query parameters, by name. */
export function queryOf(options: FilterOptions & { readonly since?: string }): Record<string, string> {
  const { namespace, pod, container, selector, eventTypes: types, since } = options;
  const given = { namespace, pod, container, selector, types, since };
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The agent's base URL. Throws UsageError for what is no address: that no agent answers is another thing. */
export function serverUrl(text: string): URL {
  try {
    return parseServer(text);
  } catch (error) {
    throw new UsageError(`--server: ${messageOf(error)}`);
  }
}

/** A parser for commander: a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    return value;
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A parser for commander: `30s`, `5m`, `1h`, `500ms`, in ms. */
export function span(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Expected a time such as 500ms, 30s, 5m or 1h.');
  return Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000);
}
