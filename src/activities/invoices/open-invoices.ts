import type { RunInput } from '../../domain/run.ts';
import { type ClaimedDelivery, insertItems, type Item, loadDeliveries } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import type { InvoicesSettings } from '../../workflows/invoices/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type DealItem, invoicesOfRun, type NewsItem } from './deal-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedInvoices {
  readonly deals: number;
  readonly news: number;
  readonly connections: { readonly twenty: string; readonly tool: string; readonly mail?: string };
  readonly upTo: InvoicesSettings['upTo'];
}

/** Takes up the deals of the set, each once however many deliveries speak of it, and the tool's news. */
export async function openInvoices(deps: ActivityDeps, run: RunInput): Promise<OpenedInvoices> {
  const { twenty, tool, finance, upTo, webhook } = invoicesOfRun(deps, run).settings;
  const items: Item<DealItem | NewsItem>[] = [];
  const unreadable: DeliveryOutcome[] = [];
  for (const [position, delivery] of (await loadDeliveries(deps.database, run)).entries()) {
    const { deliveryId, recordId, action } = delivery;
    const data = recordId === undefined ? newsOf(delivery, webhook) : ({ kind: 'deal', recordId: recordId.toLowerCase(), ...(action === undefined ? {} : { action }) } satisfies DealItem);
    if ('problem' in data) unreadable.push({ deliveryId, outcome: { state: 'failed', code: 'unreadable', reason: data.problem } });
    else items.push({ deliveryId, position, data });
  }
  await insertItems(deps.database, run, items);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  return {
    deals: new Set(items.flatMap(({ data }) => (data.kind === 'deal' ? [data.recordId] : []))).size,
    news: items.filter(({ data }) => data.kind === 'news').length,
    connections: { twenty, tool, ...(finance === undefined ? {} : { mail: finance.mail }) },
    upTo,
  };
}

function newsOf({ contentType, headers, body, claims }: ClaimedDelivery, webhook: InvoicesSettings['webhook']): NewsItem | { readonly problem: string } {
  if (webhook === undefined) return { problem: 'The webhook is no longer configured. Configure it again, then retry.' };
  const reading = webhook.read({ contentType: contentType.split(';')[0]!.trim().toLowerCase(), contentTypeHeader: contentType, headers, body });
  if (reading.kind === 'refused') return { problem: `${reading.path}: ${reading.problem}` };
  if (reading.kind === 'ignored') return { problem: `It says nothing of an invoice: ${reading.what}` };
  const { invoiceId, integration, opportunityId, status, number, url } = reading.news;
  return {
    kind: 'news', recordId: opportunityId?.toLowerCase() ?? '', again: claims > 1,
    news: {
      invoiceId, status, ...(integration === undefined ? {} : { integration }), ...(opportunityId === undefined ? {} : { opportunityId: opportunityId.toLowerCase() }),
      ...(number === undefined ? {} : { number }), ...(url === undefined ? {} : { url }),
    },
  };
}
