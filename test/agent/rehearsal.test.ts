// What is rehearsed is what happens: else the first real death would be as slow as without.
import t from 'tap';
import { rehearse } from '../../agent/rehearsal.ts';
import { DEFAULT_RULES } from '../../src/alert/rule.ts';

const identity = {
  bootId: '6a1f0a34-1111-4a2b-8c3d-0123456789ab',
  nodeName: 'node-1',
  namespaces: [4026531833, 4026531836, 4026531839, 4026531838, 4026531832, 4026531837, 4026531835],
} as const;

t.test('a rehearsal is a death with its killer, and the alert about it, each time', async (t) => {
  for (const _round of [1, 2]) {
    const told = rehearse({ identity, rules: DEFAULT_RULES }).flatMap(({ event }) => event ?? []);
    const death = told.find(({ type }) => type === 'pause.exited');
    t.match(death, { cause: { kind: 'signal', signal: 'SIGKILL', sender: { pid: 20, comm: 'sh' } }, pod: { name: 'rehearsal' } });
    t.match(death, { cascade: { containerCount: 1 } });
    const alert = told.find(({ type }) => type === 'alert.firing');
    t.match(alert, { alert: { name: 'PauseRestarted' }, pod: { name: 'rehearsal' } });
  }
});
