// The way to the cluster that the options of `kubectl podtree` name, and its agents.
import { type Command, Option } from 'commander';
import { AGENT_PORT, AGENT_SELECTOR, type AgentQuery } from '../../src/cluster/agents.ts';
import type { Answers } from '../../src/cluster/ask.ts';
import { type ApiClient, createApiClient } from '../../src/kubernetes/api-client.ts';
import { createCredential } from '../../src/kubernetes/credential.ts';
import { type Cluster, readKubeconfig } from '../../src/kubernetes/kubeconfig.ts';
import { escapeText } from '../../src/terminal/escape.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { wholeNumber } from './option.ts';
import type { Session } from './session.ts';

export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly agentNamespace?: string;
  readonly agentSelector: string;
  readonly agentPort: number;
}

export interface Access {
  readonly api: ApiClient;
  readonly cluster: Cluster;
  readonly agents: AgentQuery;
  readonly port: number;
}

export function addClusterOptions(command: Command): Command {
  const group = 'WHICH CLUSTER';
  return command
    .addOption(new Option('--kubeconfig <FILE>', 'this kubeconfig, not that of KUBECONFIG or ~/.kube/config').helpGroup(group))
    .addOption(new Option('--context <NAME>', 'this context of it, not the current one').helpGroup(group))
    .addOption(
      new Option('--agent-namespace <NAME>', "where podtree's agents run; all namespaces are searched without it").helpGroup(group),
    )
    .addOption(new Option('--agent-selector <LABELS>', 'how their pods are labelled').default(AGENT_SELECTOR).helpGroup(group))
    .addOption(
      new Option('--agent-port <PORT>', 'where they listen on loopback')
        .argParser(wholeNumber(1, 65_535))
        .default(AGENT_PORT)
        .helpGroup(group),
    );
}

/** Throws KUBECONFIG_INVALID. Asks nobody yet. */
export function openAccess(options: ClusterOptions, session: Session): Access {
  const { env } = session;
  // Read again whenever the credential is refused: kubectl writes renewed tokens into it.
  const read = (): Cluster => readKubeconfig({ file: options.kubeconfig, context: options.context, env });
  const cluster = read();
  const credential = createCredential({ read, env, signal: session.stop });
  return {
    api: createApiClient({ cluster, credential, env }),
    cluster,
    agents: { namespace: options.agentNamespace, selector: options.agentSelector },
    port: options.agentPort,
  };
}

/** Says which agents did not answer. Unreachable when there is one: what was printed is not the whole cluster. */
export function noteFailures({ failures }: Pick<Answers<unknown>, 'failures'>, session: Session): ExitCode {
  for (const { agent, error } of failures) session.note(`${escapeText(agent.node)}: ${error.message}`);
  return failures.length === 0 ? EXIT.fine : EXIT.unreachable;
}
