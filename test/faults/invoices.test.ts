import { afterAll, beforeAll, test } from 'vitest';
import { type BillingRig, dieAt, moments, startBillingRig } from './rig/invoices.ts';

let billing: BillingRig;
beforeAll(async () => void (billing = await startBillingRig()));
afterAll(() => billing.rig.close());

test.each(moments)('kill -9 of the worker while %s: one customer, one invoice for each deal with its own lines', async (...moment) => dieAt(billing, moment));
