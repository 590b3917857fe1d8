import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type StandIn, startSandboxTools, type ToolRequest } from '../../sandbox/tools/index.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { DraftRequest, InvoicingTool } from '../invoicing.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericInvoicing } from './client.ts';
import { type GenericInvoicingInput, GenericInvoicingSettings, genericInvoicingWebhook } from './index.ts';

/** A billing tool of one's own. */
function ownBilling(answer: (body: Readonly<Record<string, unknown>>, request: ToolRequest) => unknown = () => ({ id: 7, status: 'Draft', number: null }), changed?: string): StandIn {
  return {
    name: 'own-billing',
    stands: 'billing.acme.example',
    env: () => ({ OWN_BILLING_KEY: 'own-billing-key' }),
    answer: (request) => {
      if (request.headers['x-api-key'] !== 'own-billing-key') return { status: 401, body: { message: 'who are you' } };
      const body = (request.json() ?? {}) as Readonly<Record<string, unknown>>;
      if (body['currency'] === 'XXX') return { status: 422, body: { detail: 'no such currency' } };
      const said = answer(body, request);
      return said === undefined ? { status: 404, body: {} } : { status: 200, body: said, ...(changed === undefined ? {} : { changed }) };
    },
    tooMany: () => ({ status: 429, headers: { 'retry-after': '2' }, body: {} }),
  };
}

const settings = (url: string, more: Partial<GenericInvoicingInput> = {}): GenericInvoicingSettings => GenericInvoicingSettings.parse({
  url, auth: { header: 'X-API-Key', secret: secret('OWN_BILLING_KEY') },
  createInvoice: { path: '/invoices', body: { ref: '{reference}', to: '{customer.email}', currency: '{currency}', lines: '{lines}', total: '{total}', cents: '{totalMinor}' } }, ...more,
});
const request: DraftRequest = {
  integration: 'invoices', opportunityId: 'o1', round: 1, customerId: 'c1', currency: 'EUR', daysUntilDue: 14,
  lines: [{ description: 'Licence', amountMicros: '1200500000' }, { description: 'Reduction', amountMicros: '-500000' }],
  customer: { party: 'company:c', name: 'Acme', email: 'ann@acme.example' },
};

keepsTheContract<GenericInvoicingSettings>('a generic billing tool', {
  standIn: () => ownBilling(),
  open: openGenericInvoicing,
  settings: (url) => settings(url),
  act: (tool) => tool.invoicing!.createDraft(request, 'key', freely),
  changes: true,
  refused: { act: (tool) => tool.invoicing!.createDraft({ ...request, currency: 'XXX' }, 'key', freely), says: /^generic-invoicing: no such currency \(422\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(answer: Parameters<typeof ownBilling>[0], more?: Partial<GenericInvoicingInput>): Promise<InvoicingTool> {
  const sandbox = await startSandboxTools([ownBilling(answer)]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return openGenericInvoicing(settings(sandbox.urlOf('own-billing'), more), context).invoicing!;
}

test('an invoice is made with its lines, each amount as text, as cents and in millionths, and its words for statuses are read', async () => {
  const bodies: unknown[] = [];
  const tool = await opened((body, { path }) => {
    bodies.push([path, body]);
    return path.endsWith('/issue') ? {} : { id: 7, status: 'Neu' };
  }, { statuses: { neu: 'draft' }, finalise: { path: '/invoices/{invoiceId}/issue' } });
  await expect(tool.createDraft(request, 'key', freely)).resolves.toEqual({ id: '7', status: 'draft', number: undefined, url: undefined });
  await expect(tool.finalise({ invoiceId: '7', currency: 'EUR', totalMicros: '1200000000' }, 'key', freely)).resolves.toEqual({ id: '7', status: 'open', number: undefined, url: undefined });
  expect(bodies).toEqual([
    ['/invoices', {
      ref: 'invoices-o1', to: 'ann@acme.example', currency: 'EUR', total: '1200.00', cents: 120_000,
      lines: [{ description: 'Licence', amountMicros: '1200500000', amount: '1200.50', amountMinor: 120_050 }, { description: 'Reduction', amountMicros: '-500000', amount: '-0.50', amountMinor: -50 }],
    }],
    ['/invoices/7/issue', {}],
  ]);
  expect([tool.lines, tool.keyLastsMs, tool.amountProblem(1_005_000n, 'EUR'), tool.amountProblem(1_500_000n, 'JPY')]).toEqual(['with-draft', undefined, 'EUR has 2 decimals', 'JPY has no decimals']);
});

test('without a key or a look-up nobody can say what was made; with them it is asked', async () => {
  const blind = await opened(() => ({ id: 'i1' }));
  const keyed = await opened(() => ({ id: 'i1' }), { createInvoice: { path: '/invoices', idempotencyHeader: 'Idempotency-Key' }, keysLastHours: 12 });
  const asked = await opened((_body, { path }) => (path === '/by-ref/invoices-o1' ? { data: { id: 'i1', state: 'paid' } } : undefined), { findInvoice: { path: '/by-ref/{reference}', answer: { id: 'data.id', status: 'data.state' } }, readInvoice: { path: '/invoices/{invoiceId}' } });
  await expect(blind.findDraft(request, freely)).resolves.toBe('unknown');
  await expect(blind.readInvoice('i1', freely)).resolves.toBe('unknown');
  expect(keyed.keyLastsMs).toBe(12 * 3_600_000);
  await expect(asked.findDraft(request, freely)).resolves.toMatchObject({ id: 'i1', status: 'paid' });
  await expect(asked.findDraft({ ...request, round: 2 }, freely)).resolves.toBe('absent');
  await expect(asked.readInvoice('i9', freely)).resolves.toBeUndefined();
});

test('where the tool takes the customer with the invoice there is none to be made, else it is found or made', async () => {
  const without = await opened(() => ({ id: 'x' }));
  const own = await opened((_body, { path, method }) => (method === 'POST' ? { id: 41 } : path === '/customers/company%3Aknown' ? { id: 40 } : undefined), { findCustomer: { path: '/customers/{party}' }, createCustomer: { path: '/customers' } });
  await expect(without.findCustomer(request.customer, freely)).resolves.toEqual({ id: 'company:c' });
  await expect(own.findCustomer({ ...request.customer, party: 'company:known' }, freely)).resolves.toEqual({ id: '40' });
  await expect(own.findCustomer(request.customer, freely)).resolves.toBe('absent');
  await expect(own.createCustomer(request.customer, 'k', freely)).resolves.toEqual({ id: '41' });
});

test('a status that nobody knows is no status, and sending needs to be configured', async () => {
  const tool = await opened(() => ({ id: 'i1', status: 'hibernating' }));
  await expect(tool.createDraft(request, 'key', freely)).rejects.toMatchObject({ kind: 'malformed', message: 'generic-invoicing: nobody knows the status “hibernating”; say under statuses what it means' });
  await expect(tool.send({ invoiceId: 'i1' }, 'key', freely)).rejects.toMatchObject({ kind: 'rejected' });
});

test('its webhooks are read by paths; what says nothing of a status is ignored', () => {
  const source = genericInvoicingWebhook({ secret: secret('TOOL_WEBHOOK_SECRET'), secretIn: 'header', read: { invoiceId: 'invoice.id', status: 'invoice.state', id: 'event', opportunityId: 'invoice.ref' }, statuses: { beglichen: 'paid' } });
  expect(source.read(jsonRequest({ event: 'e1', invoice: { id: 7, state: 'Beglichen', ref: 'o1' } }))).toEqual({ kind: 'news', news: { id: 'e1', invoiceId: '7', opportunityId: 'o1', status: 'paid', number: undefined, url: undefined } });
  expect(source.read(jsonRequest({ event: 'e1', invoice: { id: 7, state: 'thinking' } }))).toEqual({ kind: 'ignored', what: 'thinking' });
  expect(source.read(jsonRequest({ event: 'e1' }))).toMatchObject({ kind: 'refused', path: 'invoice.id' });
  expect(source.verification).toEqual({ scheme: 'header-secret', secrets: [secret('TOOL_WEBHOOK_SECRET')], options: { header: 'x-webhook-secret' } });
});
