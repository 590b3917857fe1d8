import { afterEach, test } from 'vitest';
import { recordHistories, recording } from '../harness/histories.ts';
import { type BillingStack, startBilling } from './rig.ts';

let stack: BillingStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: invoices', { timeout: 240_000 }, async () => {
  stack = await startBilling({ upTo: 'sent' }, {}, ['worker']);
  const { twenty, stripe } = stack;
  let billed = '';
  let bare = '';
  const start = async (requestId: string, ids: readonly string[], dryRun = false): Promise<void> => {
    const body = JSON.stringify({ requestId, selection: { ids }, dryRun });
    await fetch(`${stack!.gatewayUrl}/triggers/invoices`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  const scenarios: Record<string, () => Promise<unknown>> = {
    won: async () => {
      billed = stack!.deal();
      const other = stack!.deal();
      for (const id of [billed, other]) stack!.win(id);
      await twenty.settled();
    },
    lacking: async () => {
      bare = stack!.deal({ companyId: null, pointOfContactId: null });
      stack!.win(bare);
      await twenty.settled();
    },
    news: async () => {
      const invoice = stripe.invoices().find(({ metadata }) => metadata['twenty_opportunity_id'] === billed)!;
      stripe.pay(invoice.id);
      await stack!.post([stripe.events().at(-1)!]);
    },
    again: () => start('again', [billed]),
    plan: () => {
      const planned = stack!.deal({ stage: 'CUSTOMER', createdBy: { source: 'IMPORT', name: 'Ann' } });
      return start('plan', [planned], true);
    },
  };
  await recordHistories('invoices', stack, scenarios, (sets, scenario) => ({
    [scenario]: sets.find(({ integration, workflowType, isDryRun }) => integration === 'invoices' && workflowType === 'invoices' && isDryRun === (scenario === 'plan'))?.id,
  }));
});
