import type { Integration } from '../../config/use-case.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Invoice } from '../../connectors/invoicing.ts';
import { type Item, loadItems } from '../../store/items.ts';
import type { Deal, InvoicePlan, Lack, TwentyRecordView } from '../../workflows/invoices/contract.ts';
import type { InvoicesSettings } from '../../workflows/invoices/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import type { RecordGroup, RecordItem } from '../records/record-groups.ts';

/** What a run knows of one deal that is to be billed; of several deliveries of one deal only the first is filled in. */
export interface DealItem extends RecordItem {
  readonly kind: 'deal';
  /** As read in this run. */
  readonly opportunity?: TwentyRecordView;
  readonly company?: TwentyRecordView;
  readonly contact?: TwentyRecordView;
  /** What is billed: frozen in the run that began it. */
  readonly plan?: InvoicePlan;
  /** What would be billed now; counts when the draft of the frozen plan was deleted in the tool. */
  readonly fresh?: InvoicePlan;
  readonly round?: number;
  /** What keeps it from being billed. */
  readonly lacks?: readonly Lack[];
  /** The number of the task that tells its owner; undefined when there is nothing new to tell. */
  readonly task?: number;
  readonly taskId?: string;
  readonly customerId?: string;
  readonly invoice?: Invoice;
  /** It was complete before this run. */
  readonly before?: boolean;
  readonly complete?: boolean;
  readonly mail?: boolean;
  readonly written?: boolean;
  /** ISO 8601 instant at which it was planned; tasks are due from then. */
  readonly plannedAt?: string;
}

/** What a run knows of a piece of news about an invoice. */
export interface NewsItem {
  readonly kind: 'news';
  /** The deal; empty until it is known. */
  readonly recordId: string;
  /** Delivered before: an invoice that is still unknown will stay so. */
  readonly again: boolean;
  readonly news: { readonly invoiceId: string; readonly integration?: string; readonly opportunityId?: string; readonly status: Invoice['status']; readonly number?: string; readonly url?: string };
  readonly invoice?: Invoice;
  readonly written?: boolean;
}

export type DealGroup = RecordGroup<DealItem>;

/** The deals of the set that have not ended, in the order in which they came. */
export async function loadDeals(deps: ActivityDeps, run: RunInput): Promise<readonly DealGroup[]> {
  const items = (await loadItems<DealItem | NewsItem>(deps.database, run)).filter((item): item is Item<DealItem> => item.data.kind === 'deal');
  return [...Map.groupBy(items, ({ data }) => data.recordId)].map(([recordId, members]) => ({
    recordId, leader: members[0]!, members, isNew: members.some(({ data }) => data.action === 'created'),
  }));
}

export async function loadNews(deps: ActivityDeps, run: RunInput): Promise<readonly Item<NewsItem>[]> {
  return (await loadItems<DealItem | NewsItem>(deps.database, run)).filter((item): item is Item<NewsItem> => item.data.kind === 'news');
}

/** The deals that are being billed in this run. */
export async function loadBills(deps: ActivityDeps, run: RunInput): Promise<readonly Bill[]> {
  return (await loadDeals(deps, run)).flatMap((group): Bill[] => {
    const { plan, round = 1, before, customerId, invoice } = group.leader.data;
    return plan === undefined || before === true ? [] : [{ group, plan, round, customerId, invoice }];
  });
}

export interface Bill {
  readonly group: DealGroup;
  readonly plan: InvoicePlan;
  readonly round: number;
  readonly customerId: string | undefined;
  readonly invoice: Invoice | undefined;
}

export function invoicesOfRun(deps: ActivityDeps, run: RunInput): Integration<InvoicesSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<InvoicesSettings>;
}

export function dealOf({ recordId, leader: { data } }: DealGroup): Deal {
  const { opportunity = { id: recordId }, company, contact } = data;
  return { opportunity, ...(company === undefined ? {} : { company }), ...(contact === undefined ? {} : { contact }) };
}

/** The key of a step of an invoice: the deal's, once for ever; another when the draft before it was deleted in the tool. */
export function invoiceKey(run: RunInput, recordId: string, round: number, step: string): string {
  return `${run.integration}/${recordId}/invoice${round === 1 ? '' : `-${String(round)}`}${step === '' ? '' : `/${step}`}`;
}

/** A delivery is a member of one effect of a step; further rounds are steps of their own. */
export function stepName(step: string, round: number): string {
  return round === 1 ? step : `${step} ${String(round)}`;
}

/** What stands in a plan for what only a live run brings forth. */
export const PLANNED_CUSTOMER = 'the new customer';
export const PLANNED_INVOICE = 'the new invoice';
