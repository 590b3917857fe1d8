import { afterAll, beforeAll, expect, test } from 'vitest';
import { converge } from './rig/sync-converge.ts';
import { startSyncRig, type SyncRig } from './rig/sync.ts';

let sync: SyncRig;
beforeAll(async () => {
  sync = await startSyncRig();
});
afterAll(() => sync.close());

test.each([1, 2, 3])('whatever people do on both sides and whatever dies, after the last edit both sides agree or ask, nothing kept is lost, and writes stop (%i)', { timeout: 900_000 }, async (n) => {
  const { faults, unheard, story, inGaps } = await converge(sync, `world-${String(n)}`, 60);
  console.log(`${String(story.length)} steps; ${String(inGaps)} edits between a read and a write of ours, of which no event told of ${String(unheard.length)}\n${unheard.join('\n')}`);

  expect(faults, story.join('\n')).toEqual([]);
});
