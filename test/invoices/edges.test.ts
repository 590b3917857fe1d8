import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { genericInvoicing } from '../../src/connectors/generic-invoicing/index.ts';
import type { StandIn } from '../../src/sandbox/tools/index.ts';
import { applyAction } from '../../src/store/hand.ts';
import { invoices } from '../../src/workflows/invoices/index.ts';
import { type BillingStack, EUR, startBilling, webhook } from './rig.ts';

/** A billing tool of one's own, which takes an invoice at once. */
const ownBills: unknown[] = [];
const ownBilling: StandIn = {
  name: 'own-billing', stands: 'billing.acme.example', env: (url) => ({ OWN_BILLING_URL: url, OWN_BILLING_KEY: 'own-billing-key' }),
  answer(request) {
    ownBills.push(request.json());
    return { status: 201, body: { id: `own-${String(ownBills.length)}`, status: 'issued', number: 'A-1', url: 'https://billing.acme.example/a-1' } };
  },
  tooMany: () => ({ status: 429 }),
};

const settle = { quietSeconds: 0, maxSeconds: 0 };
let stack: BillingStack;
beforeAll(async () => {
  stack = await startBilling({ finance: undefined }, {
    tools: [ownBilling],
    connections: (env) => ({
      own: genericInvoicing({
        url: env['OWN_BILLING_URL']!, auth: { bearer: secret('OWN_BILLING_KEY') },
        createInvoice: { path: '/invoices', idempotencyHeader: 'Idempotency-Key', body: { ref: '{reference}', to: '{customer.email}', currency: '{currency}', lines: '{lines}', total: '{total}' } },
      }),
    }),
    integrations: {
      // Each waits for a stage of its own, so that one stack shows them all.
      drafts: invoices({ settle, stages: ['MEETING'], upTo: 'draft', webhook }),
      capped: invoices({ settle, stages: ['SCREENING'], hourly: { invoices: 1 } }),
      elsewhere: invoices({ settle, stages: ['NEW'], tool: 'own' }),
    },
  });
}, 120_000);
afterAll(() => stack?.close());

const billsOf = (id: string) => stack.stripe.invoices().filter(({ metadata }) => metadata['twenty_opportunity_id'] === id);
const retry = async (integration: string, code: string): Promise<void> => {
  await applyAction(stack.database, 'retry', { integration, code }, 'Ann');
  await stack.quiet();
};

test('a dry run plans every step and changes nothing anywhere', { timeout: 120_000 }, async () => {
  const id = stack.deal({ name: 'Planned deal' });
  await stack.database.pool.query(`insert into integrations (name, mode) values ('invoices', 'dry-run') on conflict (name) do update set mode = 'dry-run'`);
  stack.win(id);
  await stack.quiet();
  await stack.database.pool.query(`update integrations set mode = 'live' where name = 'invoices'`);

  expect((await stack.endings('invoices', id)).at(-1)).toMatchObject({ state: 'skipped', code: 'dry_run' });
  expect(stack.tools.changesOf('stripe')).toEqual([]);
  expect(stack.twenty.ledger.written('updated')).toEqual([]);
  const { rows } = await stack.database.pool.query<{ step: string; state: string }>(`select step, state from effects where integration = 'invoices' order by created_at, step`);
  expect(rows.map(({ step, state }) => `${step} ${state}`)).toEqual(['customer planned', 'draft invoice planned', 'invoice line 1 planned', 'finalise invoice planned', 'show invoice planned']);
  expect((await stack.database.pool.query('select 1 from invoices')).rows).toEqual([]);

  await applyAction(stack.database, 'replay', { integration: 'invoices', code: 'dry_run' }, 'Ann');
  await stack.quiet();
  expect(billsOf(id)).toHaveLength(1);
  expect(stack.shown(id)['status']).toBe('OPEN');
});

test('deals of one company share a customer, and one that was deleted in Stripe is made anew', { timeout: 120_000 }, async () => {
  const companyId = stack.company();
  const [first, second, third] = ['one', 'two', 'three'].map((name) => stack.deal({ companyId, name })) as [string, string, string];
  for (const id of [first, second]) stack.win(id);
  await stack.quiet();
  const [own, ...more] = stack.stripe.customers().filter(({ metadata }) => metadata['twenty_party'] === `company:${companyId}`);
  stack.stripe.deleteCustomer(own!.id);
  stack.win(third);
  await stack.quiet();

  expect(more).toEqual([]);
  expect([first, second].map((id) => billsOf(id).map(({ customer }) => customer))).toEqual([[own!.id], [own!.id]]);
  expect(billsOf(third)).toMatchObject([{ status: 'open' }]);
  expect(billsOf(third)[0]!.customer).not.toBe(own!.id);
});

test('what Stripe refuses is told with what to do; put right it is billed once, also after its keys are forgotten and the draft is deleted', { timeout: 120_000 }, async () => {
  const unknown = stack.deal({ name: 'Odd currency', amount: { amountMicros: 5_000_000, currencyCode: 'XYZ' } });
  const small = stack.deal({ name: 'Too small', ...EUR(100_000) });
  for (const id of [unknown, small]) stack.win(id);
  await stack.quiet();
  const reasonOf = async (id: string): Promise<string> => (await stack.endings('invoices', id)).at(-1)?.reason ?? '';
  expect(await reasonOf(unknown)).toMatch(/^Nothing was billed, and the draft of the invoice was refused: stripe: Invalid currency: xyz.* Put it right, then retry\.$/);
  expect(await reasonOf(small)).toMatch(/^The draft in_\w+ is filled, and finalising it was refused: stripe: Amount must be at least 50 eur \(amount_too_small, 400\)\. Delete the draft there, put the deal right, then retry\.$/);
  const [draft] = billsOf(small);

  stack.edit('opportunities', unknown, EUR(5_000_000));
  await stack.quiet();
  // The run that goes on cannot rely on a key of the day before yesterday: the draft is looked up.
  await stack.database.pool.query(`update effects set state = 'attempting', attempted_at = now() - interval '2 days' where key like $1 and step in ('draft invoice', 'invoice line 1')`, [`invoices/${small}/%`]);
  await retry('invoices', 'tool_rejected');
  expect(billsOf(unknown)).toMatchObject([{ status: 'open', currency: 'eur' }]);
  expect(billsOf(small)).toEqual([draft]);
  expect(stack.stripe.items().filter(({ invoice }) => invoice === draft!.id)).toHaveLength(1);
  const { rows } = await stack.database.pool.query(`select 1 from effects where state in ('attempting', 'unknown')`);
  expect(rows).toEqual([]);

  stack.stripe.deleteDraft(draft!.id);
  stack.edit('opportunities', small, EUR(7_000_000));
  await stack.quiet();
  await retry('invoices', 'tool_rejected');
  const [again, ...more] = billsOf(small);
  expect([again!.id === draft!.id, again!.status, more]).toEqual([false, 'open', []]);
  expect(stack.stripe.items().filter(({ invoice }) => invoice === again!.id)).toMatchObject([{ amount: 700 }]);
  expect(stack.shown(small)).toMatchObject({ id: again!.id, status: 'OPEN' });
});

test('a frozen invoice is finished as it was begun, whatever was edited meanwhile', { timeout: 120_000 }, async () => {
  const id = stack.deal({ name: 'Edited', ...EUR(10_000_000) });
  stack.tools.faults.next('stripe', 'cut', { path: /\/invoiceitems$/ });
  stack.tools.faults.next('stripe', 'error', { count: 2, path: /\/finalize$/ });
  stack.win(id);
  await stack.until(() => stack.tools.ledger.some(({ status, path }) => status === 500 && path.endsWith('/finalize')));
  stack.edit('opportunities', id, EUR(99_000_000));
  await stack.quiet();
  expect(billsOf(id)).toMatchObject([{ status: 'open' }]);
  expect(stack.stripe.items().filter(({ invoice }) => invoice === billsOf(id)[0]!.id)).toMatchObject([{ amount: 1_000 }]);
});

test('a draft stays one where that is asked for, and shows when a person finalises it', { timeout: 120_000 }, async () => {
  const id = stack.deal({ name: 'For review' });
  stack.edit('opportunities', id, { stage: 'MEETING' });
  await stack.quiet();
  expect(billsOf(id)).toMatchObject([{ status: 'draft' }]);
  expect(stack.shown(id)).toMatchObject({ id: billsOf(id)[0]!.id, status: 'DRAFT' });
  expect((await stack.endings('drafts', id)).at(-1)).toMatchObject({ state: 'succeeded', code: 'drafted' });
  stack.stripe.finalise(billsOf(id)[0]!.id);
  await stack.post([stack.stripe.events().at(-1)!], 'drafts');
  await stack.quiet();
  expect(stack.shown(id)).toMatchObject({ status: 'OPEN', number: billsOf(id)[0]!.number });
});

test('a billing tool that nobody has heard of is used as well', { timeout: 120_000 }, async () => {
  const id = stack.deal({ name: 'Elsewhere' });
  stack.edit('opportunities', id, { stage: 'NEW' });
  await stack.quiet();
  expect(ownBills).toEqual([{ ref: `elsewhere-${id}`, to: expect.stringContaining('@acme.example') as string, currency: 'EUR', total: '1200.50', lines: [{ description: 'Elsewhere', amount: '1200.50', amountMinor: 120_050, amountMicros: '1200500000' }] }]);
  expect(stack.shown(id)).toEqual({ id: 'own-1', number: 'A-1', url: 'https://billing.acme.example/a-1', status: 'OPEN' });
});

test('a company in the trash is not replaced by its contact: the deal waits until it is back', { timeout: 120_000 }, async () => {
  const companyId = stack.company();
  const id = stack.deal({ name: 'Trashed firm', companyId });
  stack.twenty.asUser.softDelete('companies', companyId);
  stack.win(id);
  await stack.quiet();
  expect((await stack.endings('invoices', id)).at(-1)).toMatchObject({ state: 'waiting', reason: 'The deal lacks its company, which is in the trash. Fill it in, and the invoice is made.' });
  stack.twenty.asUser.restore('companies', companyId);
  await stack.until(() => billsOf(id).length === 1);
  await stack.quiet();
  expect(stack.stripe.customers().find(({ id: customer }) => customer === billsOf(id)[0]!.customer)?.metadata).toEqual({ twenty_party: `company:${companyId}` });
});

test('above the hourly cap invoices wait for the hour', { timeout: 120_000 }, async () => {
  const ids = ['a', 'b'].map((name) => stack.deal({ name }));
  for (const id of ids) stack.edit('opportunities', id, { stage: 'SCREENING' });
  await stack.quiet();
  const ends = await Promise.all(ids.map(async (id) => (await stack.endings('capped', id)).at(-1)));
  expect(ends.map((end) => `${String(end?.state)} ${String(end?.code)}`).sort()).toEqual(['succeeded invoiced', 'waiting hourly_cap']);
  expect(ids.flatMap(billsOf)).toHaveLength(1);
});

test('deals imported as won are billed only by hand, and open ones not even then', { timeout: 120_000 }, async () => {
  const imported = stack.deal({ name: 'Old', stage: 'CUSTOMER', createdBy: { source: 'IMPORT', name: 'Ann' } });
  const open = stack.deal({ name: 'Not yet' });
  await stack.quiet();
  expect((await stack.endings('invoices', imported)).map(({ code }) => code)).toEqual(['imported']);
  await stack.run('invoices', { ids: [imported, open] });
  await stack.quiet();
  expect(billsOf(imported)).toHaveLength(1);
  expect(billsOf(open)).toEqual([]);
  expect((await stack.endings('invoices', open)).at(-1)).toMatchObject({ state: 'skipped', code: 'not_won', reason: 'The deal is at PROPOSAL, not at CUSTOMER.' });
  await stack.run('invoices', { ids: [imported] });
  await stack.quiet();
  expect((await stack.endings('invoices', imported)).at(-1)).toMatchObject({ state: 'skipped', code: 'already_invoiced' });
  expect(billsOf(imported)).toHaveLength(1);
});

test('news that nobody signed or that are not ours change nothing', { timeout: 120_000 }, async () => {
  const id = stack.deal({ name: 'Target' });
  stack.win(id);
  await stack.quiet();
  const [invoice] = billsOf(id);
  stack.stripe.pay(invoice!.id);
  const paid = stack.stripe.events().at(-1)!;
  const url = `${stack.gatewayUrl}/hooks/invoices`;
  const object = paid.data.object as Readonly<Record<string, unknown>>;
  const forged = (changes: object, evt: string) => ({ ...paid, id: evt, data: { object: { ...object, ...changes } } });
  expect(await stack.stripe.post(paid, url, 'whsec_wrong')).toBe(401);
  expect(await stack.post([forged({ metadata: {} }, 'evt_a'), forged({ status: 'vanished' }, 'evt_b'), forged({ id: 'in_other' }, 'evt_c'), forged({ metadata: { sluice_integration: 'drafts', twenty_opportunity_id: id } }, 'evt_d')])).toEqual([200, 400, 202, 202]);
  await stack.quiet();
  expect(stack.shown(id)['status']).toBe('OPEN');
  const { rows } = await stack.database.pool.query<{ state: string; code: string }>(`select state, code from deliveries where integration = 'invoices' and record_id is null and code = 'not_ours'`);
  expect(rows).toHaveLength(2);
  expect(await stack.post([paid])).toEqual([202]);
  await stack.quiet();
  expect(stack.shown(id)['status']).toBe('PAID');
});
