import type { RunInput } from '../../domain/run.ts';
import type { DraftRequest, Invoice, InvoicingTool } from '../../connectors/invoicing.ts';
import { keepPlans, noteInvoices } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, membersOfGroup } from '../records/record-groups.ts';
import { carryOut, type ToolEnd } from '../tools/carry-out.ts';
import { type Bill, type DealItem, invoiceKey, invoicesOfRun, loadBills, PLANNED_INVOICE, stepName } from './deal-item.ts';
import { endBills } from './end-bills.ts';

/** A draft as it is now, or that it is there no more. */
type Drafted = Invoice | 'gone';

/**
 * Makes the draft of each invoice before anything that belongs on it, so that an interrupted run leaves no line that another invoice
 * could take up. A draft that was deleted in the tool is made anew, with what the deal says now. Answers how many lines are to be added.
 */
export async function draftInvoices(deps: ActivityDeps, run: RunInput): Promise<{ drafted: number; lines: number }> {
  const { tool: connection } = invoicesOfRun(deps, run).settings;
  const tool = deps.tool('invoicing', connection);
  const bills = (await loadBills(deps, run)).filter(({ invoice }) => invoice === undefined);
  const gone: Bill[] = [];
  for (const [round, same] of Map.groupBy(bills, (bill) => bill.round)) gone.push(...(await draftRound(deps, run, tool, round, same)));
  if (gone.length > 0) {
    const again = gone.flatMap((bill): Bill[] => {
      const { fresh } = bill.group.leader.data;
      return fresh === undefined ? [] : [{ ...bill, plan: fresh, round: bill.round + 1 }];
    });
    await endGroups(deps, run, gone.filter(({ group }) => group.leader.data.fresh === undefined).map(({ group }) => ({
      group, outcome: { state: 'failed', code: 'draft_deleted', reason: 'The draft was deleted in the billing tool, and the deal lacks data for another one. Fill it in, then retry.' },
    })));
    await keepPlans(deps.database, run, run.integration, connection, again.map(({ group, plan, round }) => ({ opportunityId: group.recordId, round, plan })));
    await patchItems(deps.database, run, again.map(({ group, plan, round }) => ({ deliveryId: group.leader.deliveryId, data: { plan, round } satisfies Partial<DealItem> })));
    for (const [round, same] of Map.groupBy(again, (bill) => bill.round)) await draftRound(deps, run, tool, round, same);
  }
  const drafted = (await loadBills(deps, run)).filter(({ invoice }) => invoice !== undefined);
  return { drafted: drafted.length, lines: tool.lines === 'apart' ? drafted.reduce((sum, { plan }) => sum + plan.lines.length, 0) : 0 };
}

/** Answers those whose draft was made before and is gone. */
async function draftRound(deps: ActivityDeps, run: RunInput, tool: InvoicingTool, round: number, bills: readonly Bill[]): Promise<readonly Bill[]> {
  const { tool: connection } = invoicesOfRun(deps, run).settings;
  const ends = await carryOut<DraftRequest, Drafted>(deps, run, {
    connection,
    step: stepName('draft invoice', round),
    changes: bills.map(({ group, plan, customerId }) => ({
      key: invoiceKey(run, group.recordId, round, ''), summary: `draft an invoice for ${plan.name}`, members: membersOfGroup(group), forever: true,
      request: requestOf(run, group.recordId, round, plan, customerId ?? ''),
    })),
    async send(request, key, context) {
      const draft = await tool.createDraft(request, key, context);
      return { outsideId: draft.id, answer: draft };
    },
    async lookUp(request, context) {
      const found = await tool.findDraft(request, context);
      return typeof found === 'object' ? { outsideId: found.id, answer: found } : found;
    },
    async recall(_request, context, outsideId) {
      const found = await tool.readInvoice(outsideId ?? '', context);
      return found === 'unknown' ? { id: outsideId ?? '', status: 'draft' } : (found ?? 'gone');
    },
    ...(tool.keyLastsMs === undefined ? {} : { keyLastsMs: tool.keyLastsMs }),
  }, (end, index) => {
    const invoice = draftIn(end);
    return invoice === undefined ? [] : [{ deliveryId: bills[index]!.group.leader.deliveryId, data: { invoice } satisfies Partial<DealItem> }];
  });
  if (!run.dryRun) {
    await noteInvoices(deps.database, run.integration, connection, bills.flatMap(({ group, customerId }, index) => {
      const invoice = draftIn(ends[index]!);
      return invoice === undefined ? [] : [{ opportunityId: group.recordId, customerId, invoiceId: invoice.id, status: invoice.status, number: invoice.number, url: invoice.url }];
    }));
  }
  await endBills(deps, run, bills.map((bill, index) => ({ bill, end: ends[index]!, before: 'Nothing was billed', what: 'the draft of the invoice' })));
  return bills.filter((_bill, index) => {
    const end = ends[index]!;
    return end.status === 'done' && end.answer === 'gone';
  });
}

function draftIn(end: ToolEnd<Drafted>): Invoice | undefined {
  if (end.status === 'planned') return { id: PLANNED_INVOICE, status: 'draft' };
  return end.status === 'done' && end.answer !== 'gone' ? end.answer : undefined;
}

function requestOf(run: RunInput, opportunityId: string, round: number, plan: Bill['plan'], customerId: string): DraftRequest {
  const { currency, daysUntilDue, memo, footer, lines, party, name, email, address } = plan;
  return {
    integration: run.integration, opportunityId, round, customerId, currency, daysUntilDue, lines,
    ...(memo === undefined ? {} : { memo }), ...(footer === undefined ? {} : { footer }),
    customer: { party, name, email, ...(address === undefined ? {} : { address }) },
  };
}
