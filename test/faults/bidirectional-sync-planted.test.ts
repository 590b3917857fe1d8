import { expect, test } from 'vitest';
import type { PlantedBugName } from './rig/planted-bugs.ts';
import { findSyncFaults } from './rig/sync-checker.ts';
import { deathInACompleteRead, editInTwenty, editOnEachSideInTurn, editOutside, type SyncScene } from './rig/sync-scenes.ts';
import { startSyncRig } from './rig/sync.ts';

const scenes: readonly (readonly [scene: string, play: SyncScene, bug: PlantedBugName, seen: RegExp])[] = [
  ['an edit in Twenty', editInTwenty, 'an echo is carried back as if somebody had edited', /^writes go on although nobody edits/],
  ['an edit on each side in turn', editOnEachSideInTurn, 'what both sides hold is not kept', /: somebody is asked about title, which was edited on one side only$/],
  ['an edit outside', editOutside, 'the merge prefers one side', /: the edit of title to “Founder” outside is lost$/],
  ['a death in a complete read', deathInACompleteRead, 'a half read passes for a whole one and is believed', /: 1 people and 0 rows$/],
];

async function faultsOf(plays: readonly SyncScene[], plant?: PlantedBugName): Promise<readonly string[]> {
  const sync = await startSyncRig(plant === undefined ? {} : { plant });
  try {
    const faults: string[] = [];
    for (const play of plays) {
      await play(sync);
      faults.push(...(await findSyncFaults(sync)));
    }
    return faults;
  } finally {
    await sync.close();
  }
}

test('the scenes of a two-way sync: nothing is lost, doubled or deleted, and writes stop', async () => {
  expect(await faultsOf(scenes.map(([, play]) => play))).toEqual([]);
});

test.each(scenes)('%s: the checker sees a planted bug', async (_name, play, bug, seen) => {
  expect(await faultsOf([play], bug)).toContainEqual(expect.stringMatching(seen));
});
