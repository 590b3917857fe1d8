import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startUsageRig, type UsageRig } from '../faults/rig/usage.ts';

let rig: UsageRig;
beforeAll(async () => void (rig = await startUsageRig()));
afterAll(() => rig.rig.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.slice(1, 2))('kill -9 of the worker while %s: every company holds its sum, and nothing is made, told or asked twice', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
