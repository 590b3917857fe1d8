import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startLeadRig } from './rig/leads.ts';
import type { Rig } from './rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startLeadRig()));
afterAll(() => rig.close());

test.each(moments)('kill -9 of the worker while %s: every score is right and every owner told once', async (...moment) => dieAt(rig, moment));
