import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CatchUp, openCatchUp } from '../catch-up/catch-up-stack.ts';
import { type BillingStack, EUR, startBilling } from './rig.ts';

let stack: BillingStack;
let catching: CatchUp & { close(): Promise<void> };
let wonBefore = '';
beforeAll(async () => {
  stack = await startBilling({}, {
    model: (twenty) => {
      const dayAgo = new Date(Date.now() - 86_400_000).toISOString();
      const { id: companyId } = twenty.asUser.create('companies', { name: 'Acme of old' });
      const { id: pointOfContactId } = twenty.asUser.create('people', { emails: { primaryEmail: 'old@acme.example' } });
      wonBefore = String(twenty.asUser.create('opportunities', { name: 'Won long ago', stage: 'CUSTOMER', companyId, pointOfContactId, ...EUR(1_000_000), createdAt: dayAgo, updatedAt: dayAgo })['id']);
      return Promise.resolve();
    },
  });
  catching = await openCatchUp(stack);
}, 120_000);
afterAll(async () => {
  await catching?.close();
  await stack?.close();
});

test('a deal that was won before Sluice was switched on is not billed when somebody touches it, but by hand; one that is won later is', { timeout: 120_000 }, async () => {
  await catching.catchUp();
  await stack.quiet();
  const atStart = await stack.ends(wonBefore);
  stack.edit('opportunities', wonBefore, { name: 'Won long ago, renamed', ...EUR(2_000_000) });
  const wonLater = stack.deal();
  stack.win(wonLater);
  await catching.catchUp();
  await stack.quiet();
  const billed = () => stack.stripe.invoices().map(({ metadata }) => metadata['twenty_opportunity_id']);
  const byItself = billed();
  const touched = await stack.ends(wonBefore);
  await stack.run('invoices', { ids: [wonBefore] });
  await stack.quiet();

  expect([atStart, touched]).toEqual([[], ['skipped no_transition']]);
  expect(byItself).toEqual([wonLater]);
  expect(billed().toSorted()).toEqual([wonBefore, wonLater].toSorted());
});
