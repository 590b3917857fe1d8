import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startDataRig } from '../faults/rig/data-rows.ts';
import type { Rig } from '../faults/rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startDataRig()));
afterAll(() => rig.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.slice(2, 3))('kill -9 of the worker while %s: every row has come through once', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
