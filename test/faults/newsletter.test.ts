import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, moments, type NewsletterRig, startNewsletterRig } from './rig/newsletters.ts';

let rig: NewsletterRig;
beforeAll(async () => void (rig = await startNewsletterRig()));
afterAll(() => rig.rig.close());

test.each(moments)('kill -9 of the worker while %s: everybody is on the list, and everything happened once', async (...moment) => dieAt(rig, moment));
