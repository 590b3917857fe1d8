import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, startMeetingRig } from '../faults/rig/meetings.ts';
import type { Rig } from '../faults/rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startMeetingRig()), 300_000);
afterAll(() => rig.close());

/** One moment out of the fault run, which tries them all: the note has no unique value by which a second one would be refused. */
test.each(moments.slice(2, 3))('kill -9 of the worker while %s: one note, each task once, everyone told once', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
