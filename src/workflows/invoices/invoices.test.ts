import { expect, test } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import type { ConfigError } from '../../config/problems.ts';
import { createRecordRouter } from '../../config/record-routing.ts';
import { secret } from '../../config/secret.ts';
import { jsonRequest } from '../../connectors/form-request.fixture.ts';
import { genericInvoicingWebhook } from '../../connectors/generic-invoicing/index.ts';
import { resend } from '../../connectors/resend/settings.ts';
import { stripe, stripeWebhook } from '../../connectors/stripe/index.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { readRecordEvent, type RecordEvent } from '../../domain/record-event.ts';
import { invoices, type InvoicesInput, invoicesUseCase } from './index.ts';
import { InvoicesSettings } from './settings.ts';

const connections = {
  twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') }), mail: resend({ apiKey: secret('RESEND_API_KEY') }), stripe: stripe({ apiKey: secret('STRIPE_SECRET_KEY') }),
};
const problems = (input: InvoicesInput): readonly string[] => {
  try {
    defineConfig({ connections, integrations: { invoices: invoices(input) } });
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

test('the defaults are a whole configuration, and a tool that cannot bill is refused', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ tool: 'mail' })).toEqual(['integrations.invoices.tool: The connection “mail” is resend({…}), which cannot be used as a billing tool. Name one that can: “stripe”.']);
  expect(problems({ webhook: stripeWebhook({} as never) })).toEqual(["integrations.invoices.webhook.secret: Is missing. Write secret('STRIPE_WEBHOOK_SECRET'), or a list of them while a secret is being changed."]);
});

test('it listens to deals that come to a won stage, and to companies and people only for those that wait', () => {
  const { integrations } = defineConfig({ connections, integrations: { invoices: invoices({ stages: ['CLOSED_WON', 'CUSTOMER'], billingEmail: 'billingEmail' }) } });
  const route = createRecordRouter({ workspace: 'main', connection: 'twenty' }, Object.values(integrations));
  const event = (object: string, updatedFields: readonly string[], record: object = {}) => route(readRecordEvent({ eventName: `${object}.updated`, updatedFields, record: { id: 'r1', updatedAt: '2026-01-05T09:30:00.000Z', ...record } }) as RecordEvent)?.deliveries.map((one) => one.record?.rule);
  expect(event('opportunity', ['stage'], { stage: 'CLOSED_WON' })).toEqual([{ kind: 'transition', inputs: '"CLOSED_WON"', matches: true }]);
  expect(event('opportunity', ['amount'], { stage: 'NEW' })).toEqual([{ kind: 'transition', inputs: '"NEW"', matches: false }]);
  expect(event('opportunity', ['invoiceStatus', 'updatedBy'])).toBeUndefined();
  expect(event('person', ['emails'])).toEqual([{ kind: 'awaited' }]);
  expect(event('company', ['billingEmail'])).toEqual([{ kind: 'awaited' }]);
  expect(event('person', ['jobTitle'])).toBeUndefined();
});

test('what it needs of the workspace are its four fields and the stages', () => {
  const needs = invoicesUseCase.needs!(InvoicesSettings.parse({ stages: 'CLOSED_WON' }));
  expect(needs.fields?.map(({ object, name, type }) => `${object}.${name} ${type}`)).toEqual(['opportunity.invoiceId TEXT', 'opportunity.invoiceNumber TEXT', 'opportunity.invoiceUrl LINKS', 'opportunity.invoiceStatus SELECT']);
  expect(needs.options).toEqual([{ object: 'opportunity', field: 'stage', options: [{ value: 'CLOSED_WON', label: 'Closed won' }] }]);
});

test('news stand in the lane of their deal, each once; of an invoice alone where the tool says no more', async () => {
  const hook = (webhook: InvoicesInput['webhook']) => invoicesUseCase.hook!(InvoicesSettings.parse({ webhook }))!;
  const paid = { id: 'evt_1', type: 'invoice.paid', data: { object: { id: 'in_1', status: 'paid', metadata: { sluice_integration: 'invoices', twenty_opportunity_id: 'o1' } } } };
  const fromStripe = hook(stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') }));
  const generic = hook(genericInvoicingWebhook({ secret: secret('TOOL_WEBHOOK_SECRET'), read: { invoiceId: 'id', status: 'state', id: 'event' } }));
  expect(await fromStripe.read(jsonRequest(paid))).toEqual({ kind: 'event', dedupe: { key: 'evt_1' }, laneKey: 'o1' });
  expect(await fromStripe.read(jsonRequest({ id: 'evt_2', type: 'charge.updated' }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'charge.updated' } });
  expect(await generic.read(jsonRequest({ id: 7, state: 'Paid', event: 'x y' }))).toMatchObject({ kind: 'event', laneKey: 'invoice:7', dedupe: { key: expect.stringMatching(/^hash:/) as string } });
  expect(invoicesUseCase.hook!(InvoicesSettings.parse({}))).toBeUndefined();
});
