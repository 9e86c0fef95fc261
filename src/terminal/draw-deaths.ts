// Draws which pods' pauses have died, the latest first: `podtree why` without a pod.
import type { PodSummary } from '../history/record.ts';
import { formatAge } from './duration.ts';
import { cutMiddle, escapeText, padEnd } from './escape.ts';
import { podLabel } from './label.ts';
import { piece } from './line.ts';
import { line, type WhyOptions } from './why-layout.ts';

const MAX_NAME_WIDTH = 48;
const MAX_NODE_WIDTH = 24;

/** With the node that tells of it, where there are several. */
export interface NodePodSummary extends PodSummary {
  readonly node?: string;
}

export function drawDeaths(pods: readonly NodePodSummary[], options: Omit<WhyOptions, 'last'>): string[] {
  const dead = pods.filter(({ lastDeath }) => lastDeath !== undefined);
  if (dead.length === 0) return [line([piece('No pause has died on this node as far as podtree remembers.', 'good')], options)];
  const nameWidth = Math.min(MAX_NAME_WIDTH, Math.max(3, ...dead.map((pod) => podLabel(pod).length)));
  const nodeWidth = Math.min(
    MAX_NODE_WIDTH,
    Math.max(0, ...dead.map(({ node }) => (node === undefined ? 0 : Math.max(4, escapeText(node).length)))),
  );
  const nodeColumn = (text: string): string => (nodeWidth === 0 ? '' : `${padEnd(cutMiddle(text, nodeWidth), nodeWidth)}  `);
  const header = piece(`${padEnd('AGO', 8)}  ${nodeColumn('NODE')}${padEnd('POD', nameWidth)}  DEATHS  THE LAST ONE`, 'muted');
  const rows = dead.map(({ lastDeath, deaths, goneAt, node, ...pod }) => {
    const ago = lastDeath === undefined ? '' : formatAge(options.now - Date.parse(lastDeath.time));
    const pieces = [
      piece(`${padEnd(ago, 8)}  `, 'muted'),
      piece(nodeColumn(escapeText(node ?? '')), 'accent'),
      piece(`${padEnd(cutMiddle(podLabel(pod), nameWidth), nameWidth)}  `, 'strong'),
      piece(`${String(deaths).padStart(6)}  `, deaths > 2 ? 'bad' : 'plain'),
      piece(deathLabel(lastDeath)),
      piece(goneAt === undefined ? '' : '  (the pod is gone)', 'muted'),
    ];
    return line(pieces, options);
  });
  return [
    line([header], options),
    ...rows,
    '',
    line([piece(`${nodeWidth === 0 ? '' : 'kubectl '}podtree why POD tells the whole story of one.`, 'muted')], options),
  ];
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
