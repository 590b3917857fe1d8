import type { InvoicesActivities } from '../../activities/invoices/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * Deals that were won are read with company and contact and planned; what lacks data becomes a task for its owner and waits outside of
 * the run. The rest is billed: customer, draft, lines, finalised, sent where that is asked for, each step once for ever. The tool's news
 * of invoices come the same way. Then the deals show how their invoices stand, and finance is told.
 */
export async function invoices(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<InvoicesActivities>();
    const opened = await own.openInvoices.executeWithOptions(summary(run, 'Take up the deals and the news'), [run]);
    const twenty = steps<InvoicesActivities>(opened.connections.twenty);
    const tool = steps<InvoicesActivities>(opened.connections.tool);

    let toWrite = 0;
    if (opened.news > 0) toWrite += (await own.noteNews.executeWithOptions(summary(run, `Note ${count(opened.news, 'piece of news', 'pieces of news')}`), [run])).toWrite;

    const { read } = opened.deals === 0 ? { read: 0 } : await twenty.readDeals.executeWithOptions(summary(run, `Read ${deals(opened.deals)} with company and contact`), [run]);
    if (read > 0) {
      const planned = await own.planInvoices.executeWithOptions(summary(run, `Plan ${count(read, 'invoice', 'invoices')}`), [run]);
      if (planned.lacking > 0) {
        if (planned.tasks > 0) {
          const { made } = await twenty.makeMissingTasks.executeWithOptions(summary(run, `Create ${count(planned.tasks, 'task', 'tasks')} for what is missing`), [run]);
          if (made > 0) await twenty.linkMissingTasks.executeWithOptions(summary(run, 'Link the tasks to the deals'), [run]);
        }
        await own.awaitData.executeWithOptions(summary(run, 'Wait for the data'), [run]);
      }
      toWrite += planned.toWrite;
      if (planned.toBill > 0) {
        const { toCreate } = await tool.matchCustomers.executeWithOptions(summary(run, 'Find the customers'), [run]);
        if (toCreate > 0) await tool.createCustomers.executeWithOptions(summary(run, `Create ${count(toCreate, 'customer', 'customers')}`), [run]);
        const { lines } = await tool.draftInvoices.executeWithOptions(summary(run, `Draft ${count(planned.toBill, 'invoice', 'invoices')}`), [run]);
        if (lines > 0) await tool.addInvoiceLines.executeWithOptions(summary(run, `Add ${count(lines, 'line', 'lines')}`), [run]);
        if (opened.upTo !== 'draft') await tool.finaliseInvoices.executeWithOptions(summary(run, 'Finalise the invoices'), [run]);
        if (opened.upTo === 'sent') await tool.sendInvoices.executeWithOptions(summary(run, 'Have the invoices sent'), [run]);
        toWrite += planned.toBill;
      }
    }
    if (toWrite > 0) {
      await twenty.writeInvoices.executeWithOptions(summary(run, `Write ${count(toWrite, 'invoice', 'invoices')} to the deals`), [run]);
      if (opened.connections.mail !== undefined) {
        await steps<InvoicesActivities>(opened.connections.mail).mailFinance.executeWithOptions(summary(run, 'Mail finance'), [run]);
      }
    }
    return own.settleInvoices.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

function deals(n: number): string {
  return count(n, 'deal', 'deals');
}

function count(n: number, one: string, many: string): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
