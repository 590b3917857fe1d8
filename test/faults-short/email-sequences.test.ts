import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, type EnrolmentRig, moments, startEnrolmentRig } from '../faults/rig/enrolments.ts';

let rig: EnrolmentRig;
beforeAll(async () => void (rig = await startEnrolmentRig()));
afterAll(() => rig.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.slice(1, 2))('kill -9 of the worker while %s: everybody is enrolled once, with one task', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
