import type { RunInput } from '../../domain/run.ts';
import type { Invoice } from '../../connectors/invoicing.ts';
import { invoicesOf, noteInvoices } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import { optionOf } from '../../workflows/invoices/rules.ts';
import type { InvoicesSettings } from '../../workflows/invoices/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { closeLost } from '../records/leftovers.ts';
import type { RecordGroup, RecordItem } from '../records/record-groups.ts';
import { updateRecords, type UpdateEnd } from '../twenty/update-records.ts';
import { invoicesOfRun, loadDeals, loadNews, PLANNED_INVOICE } from './deal-item.ts';

interface Shown {
  readonly recordId: string;
  readonly invoice: Invoice;
  readonly members: readonly string[];
  /** Of the deal as it was read in this run. */
  readonly createdAt: string | undefined;
}

const SHOW_STEP = 'show invoice';

/** Shows on the deals how their invoices stand, by what is known of them by now. */
export async function writeInvoices(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const { twenty, tool, write } = settings;
  if (settings.upTo === 'draft' && !run.dryRun) await noteDrafts(deps, run, tool);
  const shown = await toShow(deps, run);
  const ghosts = await closeLost(deps, run, SHOW_STEP, shown.map(groupOf), new Map(shown.flatMap(({ recordId, createdAt }) => (createdAt === undefined ? [] : [[recordId, createdAt] as const]))));
  const ends = await updateRecords(deps, run, {
    connection: twenty,
    object: 'opportunity',
    step: SHOW_STEP,
    fields: [write.id, write.number, `${write.url}{primaryLinkUrl}`, write.status],
    updates: shown.map(({ recordId, invoice, members }) => ({
      key: ghosts.get(recordId) ?? `${run.integration}/${recordId}/show/${run.setId}`,
      summary: `show on the deal that its invoice is ${invoice.status}`,
      members, id: recordId,
      plan: (current) => fieldsOf(current as Readonly<Record<string, unknown>>, invoice, write),
    })),
  });
  await patchItems(deps.database, run, shown.flatMap(({ members }, index) => (ends[index] === 'updated' ? members.map((deliveryId) => ({ deliveryId, data: { written: true } })) : [])));
  await endUnwritten(deps, run, shown, ends);
  return { written: ends.filter((end) => end === 'updated').length };
}

/** Invoices that stay drafts are complete when all their lines are on them. */
async function noteDrafts(deps: ActivityDeps, run: RunInput, tool: string): Promise<void> {
  const drafts = (await loadDeals(deps, run)).filter(({ leader: { data } }) => data.plan !== undefined && data.invoice !== undefined && data.complete !== true);
  await noteInvoices(deps.database, run.integration, tool, drafts.map(({ recordId, leader: { data } }) => ({ opportunityId: recordId, invoiceId: data.invoice!.id, status: data.invoice!.status, complete: true })));
  await patchItems(deps.database, run, drafts.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { complete: true } })));
}

/** One entry for each deal, however many deliveries speak of it. What the ledger knows counts: news of another run may have come in between. */
async function toShow(deps: ActivityDeps, run: RunInput): Promise<readonly Shown[]> {
  const deals = (await loadDeals(deps, run)).flatMap(({ recordId, leader: { data }, members }): Shown[] =>
    data.invoice === undefined ? [] : [{ recordId, invoice: data.invoice, members: members.map(({ deliveryId }) => deliveryId), createdAt: data.opportunity?.['createdAt'] as string | undefined }]);
  const news = (await loadNews(deps, run)).flatMap(({ deliveryId, data: { recordId, invoice } }): Shown[] => (invoice === undefined ? [] : [{ recordId, invoice, members: [deliveryId], createdAt: undefined }]));
  const all = Map.groupBy([...deals, ...news], ({ recordId }) => recordId);
  const rows = run.dryRun ? new Map<string, never>() : await invoicesOf(deps.database, run.integration, [...all.keys()]);
  return [...all].map(([recordId, shown]) => {
    const last = shown.at(-1)!.invoice;
    const row = rows.get(recordId);
    const invoice = row?.invoiceId === undefined ? last : { id: row.invoiceId, status: (row.status ?? last.status) as Invoice['status'], number: row.number, url: row.url };
    return { recordId, invoice, members: shown.flatMap(({ members }) => members), createdAt: shown.find(({ createdAt }) => createdAt !== undefined)?.createdAt };
  });
}

function groupOf({ recordId, members }: Shown): RecordGroup<RecordItem> {
  const items = members.map((deliveryId, position) => ({ deliveryId, position, data: { recordId } }));
  return { recordId, leader: items[0]!, members: items, isNew: false };
}

function fieldsOf(current: Readonly<Record<string, unknown>>, invoice: Invoice, write: InvoicesSettings['write']): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && current[name] !== value) patch[name] = value;
  };
  put(write.id, invoice.id === PLANNED_INVOICE ? undefined : invoice.id);
  put(write.number, invoice.number);
  put(write.status, optionOf(invoice.status));
  const shown = (current[write.url] as { readonly primaryLinkUrl?: unknown } | null | undefined)?.primaryLinkUrl;
  if (invoice.url !== undefined && invoice.url !== '' && shown !== invoice.url) patch[write.url] = { primaryLinkUrl: invoice.url, primaryLinkLabel: invoice.number ?? '' };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

async function endUnwritten(deps: ActivityDeps, run: RunInput, shown: readonly Shown[], ends: readonly UpdateEnd[]): Promise<void> {
  const outcomes = shown.flatMap(({ members, invoice }, index): DeliveryOutcome[] => {
    const end = ends[index]!;
    const words = `The invoice ${invoice.number ?? invoice.id} is ${invoice.status}`;
    if (end === 'gone') return members.map((deliveryId) => ({ deliveryId, outcome: { state: 'skipped', code: 'deleted', reason: `${words}, but the deal was deleted in Twenty.` } }));
    if (typeof end !== 'object') return [];
    return members.map((deliveryId) => ({ deliveryId, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `${words}, but the deal cannot show it: ${end.message}` } }));
  });
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}
