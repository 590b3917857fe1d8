import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, type NewsletterRig, startNewsletterRig } from '../faults/rig/newsletters.ts';

let rig: NewsletterRig;
beforeAll(async () => void (rig = await startNewsletterRig()));
afterAll(() => rig.rig.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.slice(5, 6))('kill -9 of the worker while %s: everybody is on the list, and everything happened once', { timeout: 300_000 }, async (...moment) => dieAt(rig, moment));
