// podtree.yaml(5), made from the settings.
import { ALERT_FLAGS, ALERT_LISTS, ALERT_VARIABLES } from '../../src/config/alerts-source.ts';
import { defaultText } from '../../src/config/reference-page.ts';
import { SETTING_KEYS, SETTINGS } from '../../src/config/schema.ts';
import type { Setting } from '../../src/config/setting.ts';
import { PACKAGE_PATHS } from './paths.ts';
import { bold, heading, item, page, paragraph, roff, verbatim } from './roff.ts';

export function renderConfigManPage(): string {
  return page(
    'podtree.yaml',
    5,
    [
      heading('NAME'),
      'podtree.yaml \\- settings of the podtree agent',
      heading('DESCRIPTION'),
      roff(
        `The file that podtree agent reads with --config; the service has ${PACKAGE_PATHS.config}. A flag beats the environment, which beats the ` +
          'file, which beats the default. An unknown name or a wrong value anywhere stops the start, with all problems listed together.',
      ),
      verbatim(EXAMPLE),
      heading('SETTINGS'),
      ...SETTING_KEYS.map((key) => settingPart(key, SETTINGS[key] as Setting<unknown>)),
      ...ALERT_LISTS.map((list) =>
        item(
          bold(`alerts.${list}`),
          `${ALERT_TEXT[list]} Also as YAML in --${ALERT_FLAGS[list]} and ${ALERT_VARIABLES[list]}. A change needs a reload.`,
        ),
      ),
      heading('CHECK AND RELOAD'),
      roff('podtree agent --check-config checks, podtree config shows what is in effect and where it came from.'),
      paragraph(
        'systemctl reload podtree checks the file and sends SIGHUP. What needs only a reload is then in effect; the log says what needs a restart.',
      ),
      heading('SEE ALSO'),
      `${bold('podtree')}(1), ${roff(`${PACKAGE_PATHS.docs}/configuration.md`)}`,
    ],
    'File Formats',
  );
}

const EXAMPLE = [
  'logLevel: info',
  'metrics:',
  "  listen: ':7638'",
  'alerts:',
  '  sinks:',
  '    - type: alertmanager',
  '      url: http://alertmanager.example:9093',
];

const ALERT_TEXT = {
  rules: 'What is alerted about: changes to the rules that are there by default, and rules of your own.',
  sinks: 'Who is told: alertmanager, webhook, slack, kubernetes-event, log (the default).',
} as const;

function settingPart(key: string, setting: Setting<unknown>): string {
  const text = [
    setting.doc,
    `Default: ${defaultText(setting)}.`,
    `Allowed: ${setting.allowed}.`,
    `Flag: --${setting.flag}.`,
    `Environment: ${setting.env.join(', ')}.`,
    `A change needs a ${setting.isLive === true ? 'reload' : 'restart'}.`,
  ];
  return item(bold(key), text.join(' '));
}
