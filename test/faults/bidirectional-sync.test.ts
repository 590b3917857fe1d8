import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments } from './rig/sync-deaths.ts';
import { startSyncRig, type SyncRig } from './rig/sync.ts';

let sync: SyncRig;
beforeAll(async () => {
  sync = await startSyncRig();
  await sync.work('first-load');
});
afterAll(() => sync.close());

test.each(moments)('kill -9 of the worker while %s: both sides agree or ask, nothing is lost or doubled, and writes stop', async (...moment) => dieAt(sync, moment));
