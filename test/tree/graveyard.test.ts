// What is known of the dead: that they are, that they were told of, and no longer when that is too long ago.
import t from 'tap';
import { createGraveyard, type Mortal } from '../../src/tree/graveyard.ts';

const SECOND_NS = 1e9;
const mortal = (pid: number, startNs: number): Mortal => ({ pid, startNs, exactStartNs: startNs, forker: undefined });

t.test('whoever started before the last dead one with a pid is dead, but not therefore told of', async (t) => {
  const graveyard = createGraveyard<Mortal>({ maxDeaths: 4, maxKept: 2 });
  graveyard.add(mortal(7, 5 * SECOND_NS), true, 6 * SECOND_NS);
  t.equal(graveyard.isDead(7, 4 * SECOND_NS), true);
  t.equal(graveyard.isDead(7, 5 * SECOND_NS), true);
  t.equal(graveyard.isDead(7, 6 * SECOND_NS), false);
  t.equal(graveyard.isTold(7, 5 * SECOND_NS), true);
  t.equal(graveyard.isTold(7, 4 * SECOND_NS), false);
  graveyard.addUnseen(7, 4 * SECOND_NS, 7 * SECOND_NS);
  t.equal(graveyard.isTold(7, 4 * SECOND_NS), true);
  t.equal(graveyard.isDead(7, 5 * SECOND_NS), true, 'the later one stays dead');
  t.equal(graveyard.find(7, 5 * SECOND_NS)?.startNs, 5 * SECOND_NS);
});

t.test('beyond its bound it says that it does not know', async (t) => {
  const graveyard = createGraveyard<Mortal>({ maxDeaths: 4, maxKept: 2 });
  for (let pid = 1; pid <= 6; pid++) graveyard.add(mortal(pid, pid * SECOND_NS), false, (pid + 0.5) * SECOND_NS);
  t.equal(graveyard.size, 4);
  t.equal(graveyard.isTold(1, SECOND_NS), undefined, 'it was told, and that is forgotten');
  t.equal(graveyard.isTold(9, 2 * SECOND_NS), undefined, 'it may have been');
  t.equal(graveyard.isTold(9, 2.6 * SECOND_NS), false, 'all deaths since then are known');
  t.equal(graveyard.isTold(6, 6 * SECOND_NS), true);
  t.equal(graveyard.isTold(6, 6.5 * SECOND_NS), false);
});
