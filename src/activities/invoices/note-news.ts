import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Invoice } from '../../connectors/invoicing.ts';
import type { InvoiceStatus } from '../../domain/invoice-status.ts';
import { dealOfInvoice, type InvoiceRow, invoicesOf, noteInvoices } from '../../store/invoices.ts';
import { type Item, patchItems } from '../../store/items.ts';
import { settle } from '../../store/settle.ts';
import { statusAfter } from '../../workflows/invoices/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { invoicesOfRun, loadNews, type NewsItem } from './deal-item.ts';

/** News of an invoice whose making may not have been noted yet comes back after this time, once. */
const COMES_BACK_MS = 60_000;

/** Notes what the tool says of invoices: what is further on counts, whatever came last. News of invoices that were not made here end. */
export async function noteNews(deps: ActivityDeps, run: RunInput): Promise<{ toWrite: number }> {
  const { settings } = invoicesOfRun(deps, run);
  let toWrite = 0;
  for (const item of await loadNews(deps, run)) {
    const found = await dealFor(deps, run, item);
    if ('outcome' in found) {
      await settle(deps.database, run, [{ deliveryId: item.deliveryId, outcome: found.outcome }]);
      continue;
    }
    const { opportunityId, row } = found;
    const invoice = afterNews(row, item.data);
    if (!run.dryRun) await noteInvoices(deps.database, run.integration, settings.tool, [{ opportunityId, invoiceId: invoice.id, status: invoice.status, number: invoice.number, url: invoice.url }]);
    await patchItems(deps.database, run, [{ deliveryId: item.deliveryId, data: { recordId: opportunityId, invoice } satisfies Partial<NewsItem> }]);
    toWrite += 1;
  }
  return { toWrite };
}

/** What is known of an invoice with the news of it. */
function afterNews(row: InvoiceRow | undefined, { news }: NewsItem): Invoice {
  return {
    id: news.invoiceId, status: statusAfter(row?.status as InvoiceStatus | undefined, news.status), number: news.number ?? row?.number, url: news.url ?? row?.url,
  };
}

async function dealFor(deps: ActivityDeps, run: RunInput, { data: { news, again } }: Item<NewsItem>): Promise<{ readonly opportunityId: string; readonly row: InvoiceRow | undefined } | { readonly outcome: Outcome }> {
  const notOurs = (reason: string): { readonly outcome: Outcome } => ({ outcome: { state: 'skipped', code: 'not_ours', reason } });
  if (news.integration !== undefined && news.integration !== run.integration) return notOurs(`The invoice was made by ${news.integration}.`);
  const opportunityId = news.opportunityId ?? (await dealOfInvoice(deps.database, run.integration, news.invoiceId));
  if (opportunityId === undefined) {
    if (again) return notOurs('Sluice made no such invoice.');
    return { outcome: { state: 'waiting', code: 'invoice_unknown', reason: 'The invoice may be in the making: this is looked at again in a minute.', waitingFor: 'data', untilMs: Date.now() + COMES_BACK_MS } };
  }
  const row = (await invoicesOf(deps.database, run.integration, [opportunityId])).get(opportunityId);
  if (row?.invoiceId !== undefined && row.invoiceId !== news.invoiceId) return notOurs(`The deal is billed by the invoice ${row.number ?? row.invoiceId}, not by this one.`);
  return { opportunityId, row };
}
