import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startLeadRig } from '../faults/rig/leads.ts';
import type { Rig } from '../faults/rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startLeadRig()));
afterAll(() => rig.close());

/** Two moments out of the fault run, which tries them all: one of the model's scores, one of a tool's. */
test.each([moments[1]!, moments[5]!])('kill -9 of the worker while %s: every score is right and every owner told once', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
