import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BillingStack, EUR, startBilling } from './rig.ts';

let stack: BillingStack;
beforeAll(async () => void (stack = await startBilling()), 120_000);
afterAll(() => stack?.close());

test('a deal that is won is billed once, shows its invoice, finance is told, and Stripe’s news arrive in any order', { timeout: 120_000 }, async () => {
  const id = stack.deal();
  stack.win(id);
  await stack.quiet();

  const [invoice] = stack.stripe.invoices();
  expect(stack.stripe.invoices()).toMatchObject([{ status: 'open', currency: 'eur', collection_method: 'send_invoice', days_until_due: 30, metadata: { twenty_opportunity_id: id, sluice_integration: 'invoices' } }]);
  expect(stack.stripe.items()).toMatchObject([{ invoice: invoice!.id, amount: 120_050, description: 'Forty seats' }]);
  expect(stack.shown(id)).toEqual({ id: invoice!.id, number: invoice!.number, url: invoice!.hosted_invoice_url, status: 'OPEN' });
  expect(await stack.ends(id)).toEqual(['skipped no_transition', 'succeeded invoiced']);
  expect(stack.mail.mails().map(({ to, subject }) => [to, subject])).toEqual([[['finance@acme.example'], `Invoice ${invoice!.number!} for Acme 1: EUR 1,200.50`]]);

  // Its echo, a further edit, and a way back and forth: nothing is billed twice.
  stack.edit('opportunities', id, { stage: 'MEETING' });
  await stack.quiet();
  stack.win(id);
  await stack.quiet();
  expect((await stack.ends(id)).at(-1)).toBe('skipped already_invoiced');

  stack.stripe.failPayment(invoice!.id);
  stack.stripe.pay(invoice!.id);
  const told = stack.stripe.events().filter(({ type }) => type !== 'invoice.created');
  expect(told.map(({ type }) => type)).toEqual(['invoice.finalized', 'invoice.payment_failed', 'invoice.paid']);
  const [finalized, failed, paid] = told;
  expect(await stack.post([failed!])).toEqual([202]);
  await stack.quiet();
  expect(stack.shown(id)['status']).toBe('PAYMENT_FAILED');
  await stack.post([paid!, finalized!, failed!, paid!]);
  await stack.quiet();
  expect(stack.shown(id)['status']).toBe('PAID');
  expect(stack.stripe.invoices()).toHaveLength(1);
  expect(stack.stripe.customers()).toHaveLength(1);
  expect(stack.mail.mails()).toHaveLength(1);
});

test('what a deal lacks is a task for its owner, and filling it in makes the invoice', { timeout: 120_000 }, async () => {
  const before = stack.stripe.invoices().length;
  const contact = stack.person({ name: { firstName: 'Bo', lastName: 'Ray' } });
  const [owner] = stack.twenty.records('workspaceMembers');
  const id = stack.deal({ pointOfContactId: contact, amount: { amountMicros: null, currencyCode: '' }, ownerId: owner!['id'], name: 'Ten seats' });
  stack.win(id);
  await stack.quiet();
  const tasks = (): readonly Readonly<Record<string, unknown>>[] => stack.twenty.records('tasks').filter(({ title }) => String(title).includes('Ten seats'));
  expect(await stack.ends(id)).toEqual(['skipped no_transition', 'waiting data_missing']);
  expect(tasks()).toMatchObject([{ title: 'The invoice for Ten seats waits for an e-mail address of Bo Ray, an amount and a currency', assigneeId: owner!['id'] }]);
  expect(stack.twenty.records('taskTargets').map((one) => one['targetOpportunityId'])).toEqual([id]);

  stack.edit('opportunities', id, EUR(99_000_000));
  await stack.until(async () => (await stack.endings('invoices', id)).some(({ reason }) => reason?.startsWith('The deal lacks an e-mail address of Bo Ray.') === true));
  expect(tasks()).toHaveLength(1);
  stack.edit('people', contact, { emails: { primaryEmail: 'bo@ray.example' } });
  await stack.until(() => stack.shown(id)['status'] === 'OPEN');
  await stack.quiet();

  expect(stack.stripe.invoices()).toHaveLength(before + 1);
  expect(stack.stripe.items().at(-1)).toMatchObject({ amount: 9_900, invoice: stack.shown(id)['id'] });
  expect(tasks()).toHaveLength(1);
  expect(await stack.endings('invoices', contact)).toMatchObject([{ state: 'skipped', code: 'noted', reason: 'What waited for this goes on.' }]);
});
