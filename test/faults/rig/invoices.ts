import { expect } from 'vitest';
import { type StripeStandIn, stripeStandIn } from '../../../src/sandbox/tools/stripe/index.ts';
import { killWorkerAt } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

export interface BillingRig {
  readonly rig: Rig;
  readonly stripe: StripeStandIn;
}

/** A rig that bills in Stripe's stand-in, on a workspace that has the fields. */
export async function startBillingRig(): Promise<BillingRig> {
  const stripe = stripeStandIn();
  return { stripe, rig: await startRig({ config: 'invoices.config.ts', prepare: true, tools: [stripe] }) };
}

type Moment = readonly [name: string, gate: 'toolsGate' | 'twentyGate' | 'mailGate', at: 'request' | 'answer', match: (asked: Asked) => boolean];

const posts = (end: RegExp) => ({ method, path }: Asked): boolean => method === 'POST' && end.test(path);
const CUSTOMER = posts(/\/v1\/customers$/);
const DRAFT = posts(/\/v1\/invoices$/);
const LINE = posts(/\/v1\/invoiceitems$/);
const FINALISE = posts(/\/finalize$/);
const SEND = posts(/\/send$/);

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its customer has not arrived', 'toolsGate', 'request', CUSTOMER],
  ['its customer is made and nobody has heard it', 'toolsGate', 'answer', CUSTOMER],
  ['its draft has not arrived', 'toolsGate', 'request', DRAFT],
  ['its draft is made and nobody has heard it', 'toolsGate', 'answer', DRAFT],
  ['its line has not arrived', 'toolsGate', 'request', LINE],
  ['its line is added and nobody has heard it', 'toolsGate', 'answer', LINE],
  ['its second line is added and nobody has heard it', 'toolsGate', 'answer', ({ body, ...asked }) => LINE({ body, ...asked }) && body.includes('Support')],
  ['it has not been finalised', 'toolsGate', 'request', FINALISE],
  ['it is finalised and nobody has heard it', 'toolsGate', 'answer', FINALISE],
  ['it has not been sent', 'toolsGate', 'request', SEND],
  ['it is sent and nobody has heard it', 'toolsGate', 'answer', SEND],
  ['its deal shows it and nobody has heard it', 'twentyGate', 'answer', ({ body }) => body.includes('invoiceStatus') && body.includes('updateOpportunity')],
  ['finance has been told and nobody has heard it', 'mailGate', 'answer', ({ path }) => path === '/emails'],
];

/** Kills the worker at this moment and starts it again: one customer, an invoice for each deal with its own lines, each sent once. */
export async function dieAt({ rig, stripe }: BillingRig, [name, gate, at, match]: Moment): Promise<void> {
  const { twenty, mail } = rig;
  const make = (objects: string, fields: object): string => String(twenty.asUser.create(objects, fields as Record<string, unknown>)['id']);
  const slug = name.replaceAll(' ', '-');
  const companyId = make('companies', { name });
  const pointOfContactId = make('people', { emails: { primaryEmail: `${slug}@acme.example` } });
  const deals = ['first', 'second'].map((which) => `${which} deal, ${name}`).map((deal) => ({ deal, id: make('opportunities', { name: deal, stage: 'PROPOSAL', amount: { amountMicros: 1, currencyCode: 'EUR' }, companyId, pointOfContactId }) }));
  const ids = deals.map(({ id }) => id);
  await twenty.settled();
  await rig.settled();
  const before = rig.tools.ledger.length;
  await killWorkerAt(rig, { gate: rig[gate], at, match }, async () => {
    for (const id of ids) twenty.asUser.update('opportunities', id, { stage: 'CUSTOMER' });
    await twenty.settled();
  });

  const customers = stripe.customers().filter(({ metadata }) => metadata['twenty_party'] === `company:${companyId}`);
  const invoices = stripe.invoices().filter(({ metadata }) => ids.includes(metadata['twenty_opportunity_id'] ?? ''));
  expect(customers).toHaveLength(1);
  expect(invoices.map(({ status, customer }) => [status, customer])).toEqual([['open', customers[0]!.id], ['open', customers[0]!.id]]);
  for (const { deal, id } of deals) {
    const [invoice, ...others] = invoices.filter(({ metadata }) => metadata['twenty_opportunity_id'] === id);
    expect(others).toEqual([]);
    expect(stripe.items().filter((item) => item.invoice === invoice!.id).map(({ description }) => description)).toEqual([`Licence, ${deal}`, `Support, ${deal}`]);
    expect(stripe.sent().filter((one) => one === invoice!.id)).toHaveLength(1);
    expect(mail.mails().filter(({ subject }) => subject.includes(invoice!.number!))).toHaveLength(1);
    expect(twenty.records('opportunities').find((one) => one['id'] === id)).toMatchObject({ invoiceId: invoice!.id, invoiceNumber: invoice!.number, invoiceStatus: 'OPEN' });
  }
  // What was made and not heard of was asked for once more with its key, and made once.
  const keys = rig.tools.ledger.slice(before).flatMap(({ method, idempotencyKey }) => (method === 'POST' && idempotencyKey !== undefined ? [idempotencyKey] : []));
  if (gate === 'toolsGate' && at === 'answer' && match !== FINALISE) expect(keys.length).toBeGreaterThan(new Set(keys).size);
  // Nothing lies about that another invoice could take up.
  expect(stripe.items().filter(({ invoice }) => invoice === null)).toEqual([]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select record_id, code from deliveries where record_id = any($1::text[]) and state = 'succeeded'`, [ids])).toHaveLength(2);
}
