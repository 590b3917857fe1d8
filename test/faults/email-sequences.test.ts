import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, dieTelling, type EnrolmentRig, moments, startEnrolmentRig } from './rig/enrolments.ts';

let rig: EnrolmentRig;
beforeAll(async () => void (rig = await startEnrolmentRig()));
afterAll(() => rig.close());

test.each(moments)('kill -9 of the worker while %s: everybody is enrolled once, with one task', async (...moment) => dieAt(rig, moment));

test('kill -9 of the worker while what the tool tells is written and nobody has heard it: it is told once, and stays', async () => dieTelling(rig));
