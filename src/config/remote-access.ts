// The rule for addresses that are not loopback: TLS and a credential, or the agent does not start. Here it is asked of settings; their files come later.
import { isLoopback } from '../access/loopback.ts';
import { formatListen } from './address.ts';
import type { Config, SettingKey } from './schema.ts';

export interface RemoteProblem {
  /** The one that is to be changed, or that asks for what is missing. */
  readonly setting: SettingKey;
  readonly what: string;
}

type Settings = Pick<Config, 'listen' | 'tls' | 'auth'>;

/** Whether some address can be reached from elsewhere. */
export function isRemote({ listen }: Pick<Config, 'listen'>): boolean {
  return listen.some(({ host }) => !isLoopback(host));
}

export function remoteProblems({ listen, tls, auth }: Settings): readonly RemoteProblem[] {
  const problems: RemoteProblem[] = [];
  if (tls.clientNames.length > 0 && tls.clientCaFile === undefined)
    problems.push({
      setting: 'tls.clientNames',
      what: 'tls.clientNames: expected tls.clientCaFile besides: the CA that signs these names',
    });
  if (auth.audiences.length > 0 && !auth.kubernetes)
    problems.push({
      setting: 'auth.audiences',
      what: 'auth.audiences: expected auth.kubernetes: true besides: nobody else gives tokens for an audience',
    });
  const remote = listen.find(({ host }) => !isLoopback(host));
  if (remote === undefined) return problems;
  const missing = [
    ...(tls.certFile === undefined ? ['tls.certFile, the certificate to serve'] : []),
    ...(tls.keyFile === undefined ? ['tls.keyFile, its key'] : []),
    ...(tls.clientCaFile === undefined && auth.tokensFile === undefined && !auth.kubernetes
      ? ['at least one of auth.tokensFile, tls.clientCaFile and auth.kubernetes: true, by which clients show who they are']
      : []),
  ];
  if (missing.length === 0) return problems;
  const address = formatListen(remote);
  const what = `listen: ${JSON.stringify(address)} is not loopback, so other machines may come there with TLS and a credential only; missing: ${missing.join('; ')}. For probes and scrapes there is metrics.listen (docs/security.md)`;
  return [...problems, { setting: 'listen', what }];
}

const WITHOUT_EFFECT: readonly (readonly [name: string, isGiven: (settings: Settings) => boolean])[] = [
  ['tls.certFile', ({ tls }) => tls.certFile !== undefined],
  ['tls.clientCaFile', ({ tls }) => tls.clientCaFile !== undefined],
  ['auth.tokensFile', ({ auth }) => auth.tokensFile !== undefined],
  ['auth.kubernetes', ({ auth }) => auth.kubernetes],
];

/** Somebody who gives these may believe that loopback is closed. */
export function remoteWarnings(settings: Settings): readonly string[] {
  if (isRemote(settings)) return [];
  const given = WITHOUT_EFFECT.filter(([, isGiven]) => isGiven(settings)).map(([name]) => name);
  if (given.length === 0) return [];
  return [`${given.join(', ')} without effect: every address of listen is loopback, where everything is open to this machine`];
}
