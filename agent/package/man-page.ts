// podtree(1), made from the commands: whatever --help says is in it.

import type { CommandModel, OptionModel, ProgramModel } from './command-model.ts';
import { PACKAGE_PATHS } from './paths.ts';
import { bold, heading, italic, item, page, paragraph, roff, subheading, verbatim } from './roff.ts';

export function renderManPage(program: ProgramModel): string {
  const withSettings = program.commands.filter(({ options }) => options.some(({ isSetting }) => isSetting));
  const settings = withSettings[0]?.options.filter(({ isSetting }) => isSetting) ?? [];
  const names = withSettings.map(({ name }) => name);
  const takers = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return page(
    'podtree',
    1,
    [
      heading('NAME'),
      `podtree \\- ${roff(lowerFirst(program.description))}`,
      heading('SYNOPSIS'),
      `${bold('podtree')} ${italic('COMMAND')} [${italic('options')}]`,
      heading('DESCRIPTION'),
      roff(
        'Every pod of a Kubernetes node hangs on its pause, the process that holds its namespaces. podtree watches with eBPF how namespaces ' +
          'are made and joined and how processes start and die, keeps the live tree of the pods of this node, streams every change, and when ' +
          'a pause dies it says who did it. The agent needs root; the other commands ask it and need nothing.',
      ),
      heading('COMMANDS'),
      ...program.commands.map(commandPart),
      heading('SETTINGS'),
      roff(`Options of ${takers}. Each can also be given in the environment and in the file, see podtree.yaml(5).`),
      ...settings.map(optionPart),
      heading('ENVIRONMENT'),
      ...ENVIRONMENT.map(([name, text]) => item(bold(name), text)),
      heading('FILES'),
      ...FILES.map(([path, text]) => item(italic(path), text)),
      heading('SIGNALS'),
      ...SIGNALS.map(([name, text]) => item(bold(name), text)),
      heading('EXIT STATUS'),
      ...EXITS.map(([code, text]) => item(bold(code), text)),
      heading('EXAMPLES'),
      ...program.examples.map(([comment, line]) => `${paragraph(`${upperFirst(comment)}:`)}\n${verbatim([line])}`),
      heading('SEE ALSO'),
      `${bold('podtree.yaml')}(5), ${bold('bpftrace')}(8), ${bold('crictl')}(1)`,
    ],
    'User Commands',
  );
}

function commandPart({ name, operand, operandText, description, options, examples }: CommandModel): string {
  const own = options.filter(({ isSetting, long }) => !isSetting && long !== '--help');
  const hasSettings = options.some(({ isSetting }) => isSetting);
  return [
    subheading(`podtree ${name}${operand === undefined ? '' : ` ${operand}`}`),
    roff(`${description}${hasSettings ? ' Takes the SETTINGS below.' : ''}`),
    ...(operand === undefined || operandText === undefined ? [] : [item(italic(operand.replace(/[[\]]/g, '')), operandText)]),
    ...own.map(optionPart),
    '.PP',
    ...verbatim(examples.flatMap(([comment, line]) => [`# ${comment}`, line]))
      .split('\n')
      .slice(1),
  ].join('\n');
}

function optionPart({ short, long, metavar, text }: OptionModel): string {
  const names = [short, long].flatMap((each) => (each === undefined ? [] : [bold(each)])).join(', ');
  return item(metavar === undefined ? names : `${names} ${italic(metavar)}`, text);
}

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['PODTREE_CONFIG', 'The file with settings, as --config.'],
  ['PODTREE_SERVER', 'The agent to ask, as --server.'],
  ['PODTREE_TOKEN_FILE', "File with the agent's access token, as --token-file."],
  ['PODTREE_*', 'Each setting has a variable: podtree.yaml(5).'],
  ['NO_COLOR', 'Without colours, unless --color says otherwise.'],
  ['NOTIFY_SOCKET, WATCHDOG_USEC', 'Set by systemd for the agent: it is told of readiness, reloads, stops and that the agent is alive.'],
];

const FILES: readonly (readonly [string, string])[] = [
  [PACKAGE_PATHS.config, 'The settings of the service.'],
  [PACKAGE_PATHS.environment, 'Its environment: secrets of alert sinks.'],
  ['/var/lib/podtree', 'What is kept across restarts: the history of sandboxes and deaths, and alerts that have not been delivered.'],
];

const SIGNALS: readonly (readonly [string, string])[] = [
  ['SIGTERM, SIGINT', 'Ends. The agent tells its clients, writes what it has and stops the probes; a second one ends it at once.'],
  [
    'SIGHUP',
    'The agent reads its configuration anew, applies what it can and logs what needs a restart. A file that is wrong changes nothing.',
  ],
];

const EXITS: readonly (readonly [string, string])[] = [
  ['0', 'All went well.'],
  ['1', 'It failed; the message says what to do.'],
  ['2', 'Wrong usage, or a wrong configuration.'],
  ['3', 'The agent cannot be reached.'],
  ['4', 'Events were lost, with --fail-on-loss.'],
];

function lowerFirst(text: string): string {
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '');
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
