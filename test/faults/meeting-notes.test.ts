import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startMeetingRig } from './rig/meetings.ts';
import type { Rig } from './rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startMeetingRig()));
afterAll(() => rig.close());

test.each(moments)('kill -9 of the worker while %s: one note, each task once, everyone told once', async (...moment) => dieAt(rig, moment));
