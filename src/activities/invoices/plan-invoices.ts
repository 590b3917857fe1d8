import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import type { Invoice } from '../../connectors/invoicing.ts';
import { begunEffects } from '../../store/effects.ts';
import { takeHourly } from '../../store/hourly-caps.ts';
import { type InvoiceRow, invoicesOf, keepPlans } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import type { InvoicePlan } from '../../workflows/invoices/contract.ts';
import { type Planned, planInvoice } from '../../workflows/invoices/plan.ts';
import { isNews } from '../../workflows/invoices/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import { type DealGroup, type DealItem, dealOf, invoiceKey, invoicesOfRun, loadDeals } from './deal-item.ts';

export interface PlannedInvoices {
  readonly toBill: number;
  /** Deals that lack something, and how many of their owners are to be told. */
  readonly lacking: number;
  readonly tasks: number;
  /** Deals that were billed before: they are shown how their invoice stands once more. */
  readonly toWrite: number;
}

interface Weighed {
  readonly group: DealGroup;
  readonly row: InvoiceRow<InvoicePlan> | undefined;
  readonly planned: Planned;
  /** What an earlier run began with; nothing else is billed for this deal. */
  readonly frozen: InvoicePlan | undefined;
}

/**
 * Decides what happens to each deal. What is billed is frozen here, before anything is made of it: a run that goes on with it later bills
 * the same, whatever was edited meanwhile. Above the hourly cap the rest wait.
 */
export async function planInvoices(deps: ActivityDeps, run: RunInput): Promise<PlannedInvoices> {
  const { settings } = invoicesOfRun(deps, run);
  const groups = await loadDeals(deps, run);
  const rows = await invoicesOf<InvoicePlan>(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  const begun = await begunEffects(deps.database, groups.map(({ recordId }) => invoiceKey(run, recordId, rows.get(recordId)?.round ?? 1, '')));
  const amountProblem = deps.tool('invoicing', settings.tool).amountProblem;

  const ends: GroupEnd<DealItem>[] = [];
  const before: DealGroup[] = [];
  const weighed: Weighed[] = [];
  for (const group of groups) {
    const row = rows.get(group.recordId);
    const reason = notWon(group, settings.stages);
    const hasBegun = begun.has(invoiceKey(run, group.recordId, row?.round ?? 1, ''));
    // An invoice that only the tool's news told of is there all the same.
    if (row !== undefined && (row.complete || (row.invoiceId !== undefined && !hasBegun))) before.push(group);
    else if (reason !== undefined) ends.push({ group, outcome: reason });
    else {
      weighed.push({ group, row, planned: planInvoice(dealOf(group), settings, amountProblem), frozen: hasBegun ? row?.plan : undefined });
    }
  }
  for (const { group, planned, frozen } of weighed) {
    if (planned.kind !== 'failed' || frozen !== undefined) continue;
    ends.push({ group, outcome: { state: 'failed', code: 'lines_failed', reason: normalised(`The lines function in the configuration failed: ${planned.problem}`) } });
  }
  await endGroups(deps, run, ends);

  const ready = weighed.filter(({ planned, frozen }) => frozen !== undefined || planned.kind === 'plan');
  const bills = await withinCap(deps, run, ready);
  if (!run.dryRun) {
    const plans = bills.flatMap(({ group, row, planned, frozen }) => (frozen === undefined && planned.kind === 'plan' ? [{ opportunityId: group.recordId, round: row?.round ?? 1, plan: planned.plan }] : []));
    await keepPlans(deps.database, run, run.integration, settings.tool, plans);
  }
  const plannedAt = new Date().toISOString();
  const lacking = weighed.filter(({ planned, frozen }) => frozen === undefined && planned.kind === 'lacking');
  const patches = [
    ...before.map((group) => patchOf(group, { before: true, complete: true, invoice: invoiceOf(rows.get(group.recordId)!), mail: settings.finance !== undefined && !rows.get(group.recordId)!.mailed })),
    ...bills.map(({ group, row, planned, frozen }) => {
      const fresh = planned.kind === 'plan' ? planned.plan : undefined;
      return patchOf(group, { plan: frozen ?? fresh!, ...(fresh === undefined ? {} : { fresh }), round: row?.round ?? 1, mail: settings.finance !== undefined && row?.mailed !== true });
    }),
    ...lacking.map(({ group, row, planned }) => {
      const lacks = planned.kind === 'lacking' ? planned.lacks : [];
      const tells = isNews(row?.told ?? [], lacks.map(({ code }) => code));
      return patchOf(group, { lacks, plannedAt, ...(tells ? { task: (row?.tasks ?? 0) + 1 } : {}) });
    }),
  ];
  await patchItems(deps.database, run, patches);
  return { toBill: bills.length, lacking: lacking.length, tasks: patches.filter(({ data }) => data.task !== undefined).length, toWrite: before.length };
}

function patchOf(group: DealGroup, data: Partial<DealItem>): { readonly deliveryId: string; readonly data: Partial<DealItem> } {
  return { deliveryId: group.leader.deliveryId, data };
}

function notWon({ leader: { data }, members }: DealGroup, stages: readonly string[]): Outcome | undefined {
  const stage = data.opportunity?.['stage'];
  if (typeof stage !== 'string' || !stages.includes(stage)) {
    return { state: 'skipped', code: 'not_won', reason: `The deal is at ${typeof stage === 'string' && stage !== '' ? stage : 'no stage'}, not at ${stages.join(' or ')}.` };
  }
  const { source } = (data.opportunity?.['createdBy'] ?? {}) as { readonly source?: unknown };
  // An import of old deals is no sale; whoever means it starts the integration by hand.
  if (source === 'IMPORT' && members.every(({ data: { action } }) => action === 'created')) {
    return { state: 'skipped', code: 'imported', reason: 'The deal was imported as won, so it may have been billed elsewhere. Start the integration by hand to bill it.' };
  }
  return undefined;
}

/** A deal whose plan was kept has its place within the hour. */
async function withinCap(deps: ActivityDeps, run: RunInput, ready: readonly Weighed[]): Promise<readonly Weighed[]> {
  const fresh = ready.filter(({ row }) => row?.plan === undefined);
  if (run.dryRun || fresh.length === 0) return ready;
  const perHour = deps.integrations.get(run.integration)!.hourly.invoices;
  const { granted, nextAt } = await takeHourly(deps.database, run.integration, 'invoices', fresh.length, perHour);
  const over = fresh.slice(granted);
  const reason = `The invoice waits, since ${String(perHour)} were made within an hour.`;
  await endGroups(deps, run, over.map(({ group }) => ({ group, outcome: { state: 'waiting', code: 'hourly_cap', reason, waitingFor: 'hour', ...(nextAt === undefined ? {} : { untilMs: nextAt.getTime() }) } })));
  return ready.filter((one) => !over.includes(one));
}

function invoiceOf({ invoiceId, status, number, url }: InvoiceRow): Invoice {
  return { id: invoiceId ?? '', status: (status ?? 'draft') as Invoice['status'], number, url };
}
