import { afterAll, beforeAll, test } from 'vitest';
import { type BillingRig, dieAt, moments, startBillingRig } from '../faults/rig/invoices.ts';

let billing: BillingRig;
beforeAll(async () => void (billing = await startBillingRig()));
afterAll(() => billing.rig.close());

/** One moment out of the fault run, which tries them all: an invoice that exists and that nobody knows of. */
test.each(moments.filter(([name]) => name === 'its draft is made and nobody has heard it'))('kill -9 of the worker while %s: one customer, one invoice for each deal with its own lines', { timeout: 300_000 }, async (...moment) => dieAt(billing, moment));
