import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startUsageRig, type UsageRig } from './rig/usage.ts';

let rig: UsageRig;
beforeAll(async () => void (rig = await startUsageRig()));
afterAll(() => rig.rig.close());

test.each(moments)('kill -9 of the worker while %s: every company holds its sum, and nothing is made, told or asked twice', async (...moment) => dieAt(rig, moment));
