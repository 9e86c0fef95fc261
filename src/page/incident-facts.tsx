// Who ended a pause, from where and started by whom; which memory limit was hit; what else was found.
import type { Cause, Sender } from '../cause/cause.ts';
import { byImportance, FINDING_GUIDE, type FindingGuide } from '../history/finding-guide.ts';
import { loginText } from '../history/login.ts';
import { formatBytes } from '../history/memory-limit.ts';
import { escapeText } from '../terminal/escape.ts';
import { chainText, placeText, userText } from '../terminal/sender.ts';
import { Text } from './text.tsx';

export function IncidentFacts({ cause }: { readonly cause: Cause }) {
  const facts = [...(cause.sender === undefined ? [] : senderFacts(cause.sender)), ...memoryFacts(cause)].filter(([, text]) => text !== '');
  if (facts.length === 0) return null;
  return (
    <dl class="who">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          {/* Escaped where it was put together. */}
          <dd class="mono">
            <bdi>{text}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Fact = readonly [label: string, text: string];

function senderFacts(sender: Sender): readonly Fact[] {
  const { comm, pid, uid, exe, parents } = sender;
  const user = (id: number): string => userText(id, undefined);
  const executable = exe === undefined || exe === comm ? '' : `, executable ${escapeText(exe)}`;
  return [
    ['who', `${escapeText(comm)} pid ${pid}, ${user(uid)}${executable}`],
    ['login', loginText(sender, user, escapeText).replace(/^logged in as /, '')],
    ['where', placeText(sender)],
    ['started by', chainText(parents)],
  ];
}

function memoryFacts({ oom }: Cause): readonly Fact[] {
  if (oom === undefined) return [];
  const { limitBytes, usageBytes, cgroup, allocatorComm, allocatorPid } = oom;
  const use = [
    usageBytes === undefined ? '' : `${formatBytes(usageBytes)} in use`,
    limitBytes === undefined ? '' : `limit ${formatBytes(limitBytes)}`,
    `asked for by ${escapeText(allocatorComm)} pid ${allocatorPid}`,
  ];
  return [
    ['memory', use.filter((part) => part !== '').join(', ')],
    ['limit of', cgroup === undefined ? '' : escapeText(cgroup)],
  ];
}

/** What was found, the most telling first, each with what it means and what can be done about it. */
export function Findings({ cause }: { readonly cause: Cause }) {
  const findings = byImportance(cause);
  if (findings.length === 0) return null;
  return (
    <ul class="findings plain">
      {findings.map(({ code, text }) => {
        // Of an agent that is newer than this page.
        const guide: FindingGuide | undefined = FINDING_GUIDE[code];
        return (
          <li key={code}>
            <p class="is-warn">
              <Text of={text} max={400} />
            </p>
            {guide === undefined ? null : (
              <details>
                <summary>what that means</summary>
                <p>{guide.meaning}</p>
                <p class="soft">{guide.advice}</p>
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
