import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { ConnectorError } from '../../domain/failure.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { STRIPE_WEBHOOK_SECRET, type StripeStandIn, stripeStandIn } from '../../sandbox/tools/stripe/index.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { DraftRequest, InvoicingTool } from '../invoicing.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { microsOfStripe, stripeAmount } from './amounts.ts';
import { openStripe } from './client.ts';
import { countryCode } from './country.ts';
import { StripeSettings, stripeWebhook } from './index.ts';

const settings = (url: string) => StripeSettings.parse({ apiKey: secret('STRIPE_SECRET_KEY'), baseUrl: url });
const acme = { party: 'company:c1', name: 'Acme', email: 'ann@acme.example' };
const draftFor = (customerId: string): DraftRequest => ({
  integration: 'invoices', opportunityId: 'o1', round: 1, customerId, currency: 'EUR', daysUntilDue: 14, lines: [], customer: acme,
});

let keys = 0;
const newKey = (): string => `key-${String((keys += 1))}`;

keepsTheContract('Stripe', {
  standIn: stripeStandIn,
  open: openStripe,
  settings,
  act: (tool) => tool.invoicing!.createCustomer(acme, newKey(), freely),
  changes: true,
  refused: { act: (tool) => tool.invoicing!.createDraft(draftFor('cus_nobody'), newKey(), freely), says: /No such customer: 'cus_nobody'/ },
});

describe('an invoice', () => {
  let standIn: StripeStandIn;
  let sandbox: SandboxTools;
  let context: ReturnType<typeof toolContext>;
  let stripe: InvoicingTool;
  beforeAll(async () => {
    standIn = stripeStandIn();
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    stripe = openStripe(settings(sandbox.urlOf('stripe')), context).invoicing!;
  });
  afterAll(async () => {
    await context.close();
    await sandbox.close();
  });

  test('is drafted, filled, finalised and sent, and each step repeated with its key changes nothing', async () => {
    const { id: customerId } = await stripe.createCustomer({ ...acme, address: { street1: 'Main 1', city: 'Berlin', country: 'Deutschland' } }, 'c', freely);
    const request = draftFor(customerId);
    const draft = await stripe.createDraft(request, 'd', freely);
    const line = { invoiceId: draft.id, customerId, currency: 'EUR', place: 1, description: 'Licence', amountMicros: '1200500000' };
    const added = await stripe.addLine(line, 'l', freely);
    const finalised = await stripe.finalise({ invoiceId: draft.id, currency: 'EUR', totalMicros: line.amountMicros }, 'f', freely);
    await stripe.send({ invoiceId: draft.id }, 's', freely);
    const before = JSON.stringify([standIn.customers(), standIn.invoices(), standIn.items(), standIn.sent()]);

    await expect(stripe.createCustomer({ ...acme, address: { street1: 'Main 1', city: 'Berlin', country: 'Deutschland' } }, 'c', freely)).resolves.toEqual({ id: customerId });
    await expect(stripe.createDraft(request, 'd', freely)).resolves.toEqual(draft);
    await expect(stripe.addLine(line, 'l', freely)).resolves.toMatchObject(added);
    await expect(stripe.finalise({ invoiceId: draft.id, currency: 'EUR', totalMicros: line.amountMicros }, 'f', freely)).resolves.toEqual(finalised);
    await stripe.send({ invoiceId: draft.id }, 's', freely);
    expect(JSON.stringify([standIn.customers(), standIn.invoices(), standIn.items(), standIn.sent()])).toBe(before);

    expect(draft).toEqual({ id: draft.id, status: 'draft', number: undefined, url: undefined });
    expect(finalised).toMatchObject({ id: draft.id, status: 'open', number: expect.stringMatching(/^SLUICE-/) as string, url: expect.stringMatching(/^https:\/\/invoice\.stripe\.com/) as string });
    expect(standIn.customers()[0]).toMatchObject({ email: 'ann@acme.example', address: { line1: 'Main 1', city: 'Berlin', country: 'DE' }, metadata: { twenty_party: 'company:c1' } });
    expect(standIn.items()).toMatchObject([{ invoice: draft.id, amount: 120_050, currency: 'eur', description: 'Licence' }]);
    expect(standIn.sent()).toEqual([draft.id]);
  });

  test('is found again by our marks when the key is forgotten, at once and not only when search has it', async () => {
    const { id: customerId } = await stripe.createCustomer({ ...acme, party: 'company:c2', email: 'bo@acme.example' }, newKey(), freely);
    const request = { ...draftFor(customerId), opportunityId: 'o2' };
    await expect(stripe.findDraft(request, freely)).resolves.toBe('absent');
    const draft = await stripe.createDraft(request, newKey(), freely);
    const line = { invoiceId: draft.id, customerId, currency: 'EUR', place: 2, description: 'x', amountMicros: '1000000' };
    await expect(stripe.findLine(line, freely)).resolves.toBe('absent');
    const { id } = await stripe.addLine(line, newKey(), freely);

    await expect(stripe.findCustomer({ ...acme, party: 'company:c2', email: 'bo@acme.example' }, freely)).resolves.toEqual({ id: customerId });
    await expect(stripe.findDraft(request, freely)).resolves.toEqual(draft);
    await expect(stripe.findDraft({ ...request, round: 2 }, freely)).resolves.toBe('absent');
    await expect(stripe.findLine(line, freely)).resolves.toMatchObject({ id });
    await expect(stripe.hasCustomer('cus_gone', freely)).resolves.toBe(false);
  });

  test('a customer of the same address is taken unless it stands for somebody else', async () => {
    const other = await stripe.createCustomer({ party: 'company:other', name: 'Other', email: 'shared@acme.example' }, newKey(), freely);
    await expect(stripe.findCustomer({ party: 'company:mine', name: 'Mine', email: 'shared@acme.example' }, freely)).resolves.toBe('absent');
    await expect(stripe.findCustomer({ party: 'company:other', name: 'Other', email: 'shared@acme.example' }, freely)).resolves.toEqual(other);
  });

  test.each(['before', 'after'] as const)('a failure inside Stripe that its key repeats for ever (%s the effect) is looked up', async (when) => {
    const { id: customerId } = await stripe.createCustomer({ ...acme, party: `company:${when}`, email: `${when}@acme.example` }, newKey(), freely);
    const request = { ...draftFor(customerId), opportunityId: `o-${when}` };
    const key = newKey();
    standIn.failInside(when);
    await expect(stripe.createDraft(request, key, freely)).rejects.toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
    const second = await stripe.createDraft(request, key, freely).catch((error: unknown) => error);
    if (when === 'before') expect(second).toMatchObject({ kind: 'rejected', message: 'stripe: failed inside and made nothing; retry.' });
    else expect(second).toEqual({ id: standIn.invoices().find((one) => one.metadata['twenty_opportunity_id'] === 'o-after')!.id, status: 'draft', number: undefined, url: undefined });
  });

  test('a draft that somebody has changed is not finalised, and one that was deleted is told of', async () => {
    const { id: customerId } = await stripe.createCustomer({ ...acme, party: 'company:c5', email: 'c5@acme.example' }, newKey(), freely);
    const draft = await stripe.createDraft({ ...draftFor(customerId), opportunityId: 'o5' }, newKey(), freely);
    await stripe.addLine({ invoiceId: draft.id, customerId, currency: 'EUR', place: 1, description: 'x', amountMicros: '9000000' }, newKey(), freely);
    await expect(stripe.finalise({ invoiceId: draft.id, currency: 'EUR', totalMicros: '1000000' }, newKey(), freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('somebody has changed it') as string });
    standIn.deleteDraft(draft.id);
    await expect(stripe.readInvoice(draft.id, freely)).resolves.toBeUndefined();
    await expect(stripe.finalise({ invoiceId: draft.id, currency: 'EUR', totalMicros: '9000000' }, newKey(), freely)).rejects.toBeInstanceOf(ConnectorError);
  });

  test('is read back by its id and names none of the machine', async () => {
    const [first] = standIn.invoices();
    await expect(stripe.readInvoice(first!.id, freely)).resolves.toMatchObject({ id: first!.id, status: 'open' });
    expect(sandbox.ledger.every(({ status }) => typeof status === 'number')).toBe(true);
  });
});

describe('amounts', () => {
  const micros = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
  const currency = fc.constantFrom('USD', 'eur', 'JPY', 'KRW', 'ISK', 'UGX', 'MGA', 'KWD', 'BHD', 'TND', 'HUF', 'TWD');

  test('are exact or refused: what Stripe is told is what the deal says', () => {
    fc.assert(fc.property(micros, currency, (amountMicros, code) => {
      const told = stripeAmount(amountMicros, code);
      return !told.ok || microsOfStripe(told.amount, code) === amountMicros;
    }));
  });
  test('every whole number of cents, yen and hundredths of dinars is taken, and nothing between them', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.constantFrom(['EUR', 10_000n], ['JPY', 1_000_000n], ['ISK', 1_000_000n], ['UGX', 1_000_000n], ['KWD', 10_000n]), fc.bigInt({ min: 1n, max: 9_999n }), (count, [code, step], off) =>
      stripeAmount(BigInt(count) * step, code).ok && !stripeAmount(BigInt(count) * step + off, code).ok));
  });
  test.each([
    ['USD', 10_000_000n, 1_000], ['JPY', 500_000_000n, 500], ['ISK', 5_000_000n, 500], ['UGX', 5_000_000n, 500], ['MGA', 7_000_000n, 7], ['KWD', 5_120_000n, 5_120], ['HUF', 10_450_000n, 1_045],
  ])('%s %d millionths are %d', (code, amountMicros, amount) => {
    expect(stripeAmount(amountMicros, code)).toEqual({ ok: true, amount });
  });
  test.each([['JPY', 10_500_000n, 'JPY can be billed in whole units only'], ['KWD', 5_124_000n, 'KWD can be billed in steps of 0.01'], ['ISK', 10_500_000n, 'ISK can be billed in whole units only'], ['EUR', 1_005_000n, 'EUR can be billed with 2 decimals at most']])(
    '%s %d millionths are a problem in words', (code, amountMicros, problem) => {
      expect(stripeAmount(amountMicros, code)).toEqual({ ok: false, problem });
    });
});

test.each([['Germany', 'DE'], ['Deutschland', 'DE'], ['us', 'US'], ['United States', 'US'], ['Österreich', 'AT'], ['Atlantis', undefined], ['', undefined]])('the country “%s” is %s', (written, code) => {
  expect(countryCode(written)).toBe(code);
});

describe('webhooks', () => {
  const source = stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') });
  const event = (type: string, object: object) => jsonRequest({ id: 'evt_1', object: 'event', type, data: { object } });
  const own = { id: 'in_1', object: 'invoice', status: 'open', number: 'A-1', hosted_invoice_url: 'https://invoice.stripe.com/i/x', metadata: { sluice_integration: 'invoices', twenty_opportunity_id: 'o1' } };

  test.each([
    ['invoice.paid', 'paid', 'paid'], ['invoice.payment_failed', 'open', 'failed'], ['invoice.voided', 'void', 'void'], ['invoice.marked_uncollectible', 'uncollectible', 'uncollectible'],
    ['invoice.finalized', 'open', 'open'], ['invoice.payment_failed', 'paid', 'paid'], ['invoice.deleted', 'draft', 'void'],
  ])('%s of an invoice that is %s says %s', (type, status, said) => {
    expect(source.read(event(type, { ...own, status }))).toEqual({
      kind: 'news', news: { id: 'evt_1', invoiceId: 'in_1', integration: 'invoices', opportunityId: 'o1', status: said, number: 'A-1', url: 'https://invoice.stripe.com/i/x' },
    });
  });
  test('what is not about an invoice of ours is ignored, what makes no sense refused', () => {
    expect(source.read(event('charge.succeeded', { id: 'ch_1' }))).toEqual({ kind: 'ignored', what: 'charge.succeeded' });
    expect(source.read(event('invoice.paid', { ...own, metadata: {} }))).toEqual({ kind: 'ignored', what: 'invoice.paid' });
    expect(source.read(event('invoice.paid', { ...own, status: 'vanished' }))).toMatchObject({ kind: 'refused', path: 'data.object.status' });
    expect(source.read(jsonRequest({ type: 'invoice.paid' }))).toMatchObject({ kind: 'refused', path: 'id' });
  });
  test('they are checked by Stripe’s signature', () => {
    expect(source.verification).toEqual({ scheme: 'stripe', secrets: [secret('STRIPE_WEBHOOK_SECRET')] });
    expect(STRIPE_WEBHOOK_SECRET).toMatch(/^whsec_/);
  });
});
