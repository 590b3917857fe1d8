import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, dieWhileReading, moments, startDataRig } from './rig/data-rows.ts';
import type { Rig } from './rig/rig.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startDataRig()));
afterAll(() => rig.close());

test.each(moments)('kill -9 of the worker while %s: every row has come through once', async (...moment) => dieAt(rig, moment));

test('kill -9 of the worker in the midst of reading a long file: every row is kept once', () => dieWhileReading(rig));
