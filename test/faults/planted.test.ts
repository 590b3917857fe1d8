import { expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import type { PlantedBugName } from './rig/planted-bugs.ts';
import { startRig } from './rig/rig.ts';
import { mailWithoutAnswer, runLostDuringItsMail, type Scene, secondFormOfABusyLane, stepGoesOnAfterTheLossOfItsRun } from './rig/scenes.ts';

const scenes: readonly (readonly [scene: string, play: Scene, bug: PlantedBugName, seen: RegExp])[] = [
  ['a mail whose answer is lost', mailWithoutAnswer, 'the idempotency key is another one at each attempt', /^2 mails that tell of one$/],
  ['a run lost during its mail', runLostDuringItsMail, 'an effect is not frozen before the call', /^2 mails that tell of one$/],
  ['a step that goes on after the loss of its run', stepGoesOnAfterTheLossOfItsRun, 'outcomes are written without regard to the epoch', /^one: ended as failed/],
  ['a second form of a busy lane', secondFormOfABusyLane, 'a claim does not hold its lanes', /^second: its task came before the one of first$|^first: its task came/],
];

async function faultsOf(play: Scene, plant?: PlantedBugName): Promise<readonly string[]> {
  const rig = await startRig({ plant });
  try {
    await play(rig);
    return await findFaults(rig);
  } finally {
    await rig.close();
  }
}

test.each(scenes)('%s: nothing is lost and nothing happens twice', async (_name, play) => {
  expect(await faultsOf(play)).toEqual([]);
});

test.each(scenes)('%s: the checker sees a planted bug', async (_name, play, bug, seen) => {
  expect(await faultsOf(play, bug)).toContainEqual(expect.stringMatching(seen));
});
