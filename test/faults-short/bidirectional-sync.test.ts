import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments } from '../faults/rig/sync-deaths.ts';
import { startSyncRig, type SyncRig } from '../faults/rig/sync.ts';

let sync: SyncRig;
beforeAll(async () => {
  sync = await startSyncRig();
  await sync.work('first-load');
});
afterAll(() => sync.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.filter(([name]) => name === 'its row is written and nobody has heard it'))('kill -9 of the worker while %s: both sides agree, and nothing is lost or written again', { timeout: 300_000 }, async (...moment) => dieAt(sync, moment));
