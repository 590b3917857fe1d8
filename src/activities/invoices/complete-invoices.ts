import type { RunInput } from '../../domain/run.ts';
import type { FinaliseRequest, Invoice, InvoicingTool, LineRequest } from '../../connectors/invoicing.ts';
import { noteInvoices } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { membersOfGroup } from '../records/record-groups.ts';
import { carryOut, type ToolEnd } from '../tools/carry-out.ts';
import { type Bill, type DealItem, invoiceKey, invoicesOfRun, loadBills, stepName } from './deal-item.ts';
import { endBills, WITHOUT_DRAFT } from './end-bills.ts';

/** Adds the lines to the drafts, one request each. */
export async function addInvoiceLines(deps: ActivityDeps, run: RunInput): Promise<{ added: number }> {
  const { connection, tool } = billingOf(deps, run);
  let added = 0;
  for (let place = 1, bills = await drafted(deps, run); bills.some(({ plan }) => plan.lines.length >= place); place += 1, bills = await drafted(deps, run)) {
    for (const [round, same] of Map.groupBy(bills.filter(({ plan }) => plan.lines.length >= place), (bill) => bill.round)) {
      const ends = await carryOut<LineRequest, { readonly id: string }>(deps, run, {
        connection,
        step: stepName(`invoice line ${String(place)}`, round),
        changes: same.map(({ group, plan, customerId, invoice }) => {
          const line = plan.lines[place - 1]!;
          return {
            key: invoiceKey(run, group.recordId, round, `line-${String(place)}`), summary: `add the line “${line.description}”`, members: membersOfGroup(group), forever: true,
            request: { invoiceId: invoice!.id, customerId: customerId ?? '', currency: plan.currency, place, ...line },
          };
        }),
        async send(request, key, context) {
          const { id } = await tool.addLine(request, key, context);
          return { outsideId: id, answer: { id } };
        },
        async lookUp(request, context) {
          const found = await tool.findLine(request, context);
          return typeof found === 'object' ? { outsideId: found.id, answer: found } : found;
        },
        ...lasting(tool),
      });
      added += ends.filter(({ status }) => status === 'done').length;
      await endBills(deps, run, same.map((bill, index) => ({ bill, end: ends[index]!, before: `The draft ${bill.invoice!.id} is made`, what: `its line ${String(place)}`, remedy: WITHOUT_DRAFT })));
    }
  }
  return { added };
}

/** Gives the invoices their numbers. What a draft comes to is compared with the deal before. */
export async function finaliseInvoices(deps: ActivityDeps, run: RunInput): Promise<{ finalised: number }> {
  const { connection, tool, settings } = billingOf(deps, run);
  let finalised = 0;
  for (const [round, bills] of Map.groupBy(await drafted(deps, run), (bill) => bill.round)) {
    const ends = await carryOut<FinaliseRequest, Invoice | undefined>(deps, run, {
      connection,
      step: stepName('finalise invoice', round),
      changes: bills.map(({ group, plan, invoice }) => ({
        key: invoiceKey(run, group.recordId, round, 'finalise'), summary: `finalise the invoice for ${plan.name}`, members: membersOfGroup(group), forever: true,
        request: { invoiceId: invoice!.id, currency: plan.currency, totalMicros: plan.totalMicros },
      })),
      async send(request, key, context) {
        return { outsideId: request.invoiceId, answer: await tool.finalise(request, key, context) };
      },
      async lookUp({ invoiceId }, context) {
        const found = await tool.readInvoice(invoiceId, context);
        return found === 'unknown' ? 'unknown' : found === undefined || found.status === 'draft' ? 'absent' : { outsideId: invoiceId, answer: found };
      },
      recall: (_request, context, outsideId) => known(tool.readInvoice(outsideId ?? '', context)),
      ...lasting(tool),
    });
    finalised += ends.filter(({ status }) => status === 'done').length;
    await keep(deps, run, bills, ends, settings.upTo === 'finalised');
    await endBills(deps, run, bills.map((bill, index) => ({ bill, end: ends[index]!, before: `The draft ${bill.invoice!.id} is filled`, what: 'finalising it', remedy: WITHOUT_DRAFT })));
  }
  return { finalised };
}

/** Has the tool mail the invoices to the customers. A mail of which nobody knows whether it went is not sent again. */
export async function sendInvoices(deps: ActivityDeps, run: RunInput): Promise<{ sent: number }> {
  const { connection, tool } = billingOf(deps, run);
  let sent = 0;
  for (const [round, bills] of Map.groupBy(await drafted(deps, run), (bill) => bill.round)) {
    const ends = await carryOut<{ readonly invoiceId: string }, Invoice | undefined>(deps, run, {
      connection,
      step: stepName('send invoice', round),
      changes: bills.map(({ group, plan, invoice }) => ({
        key: invoiceKey(run, group.recordId, round, 'send'), summary: `send the invoice to ${plan.name}`, members: membersOfGroup(group), forever: true, request: { invoiceId: invoice!.id },
      })),
      async send(request, key, context) {
        return { outsideId: request.invoiceId, answer: await tool.send(request, key, context) };
      },
      lookUp: () => Promise.resolve('unknown' as const),
      recall: (_request, context, outsideId) => known(tool.readInvoice(outsideId ?? '', context)),
      ...lasting(tool),
    });
    sent += ends.filter(({ status }) => status === 'done').length;
    await keep(deps, run, bills, ends, true);
    await endBills(deps, run, bills.map((bill, index) => ({ bill, end: ends[index]!, before: `The invoice ${bill.invoice!.number ?? bill.invoice!.id} is finalised`, what: 'sending it' })));
  }
  return { sent };
}

function billingOf(deps: ActivityDeps, run: RunInput) {
  const { settings } = invoicesOfRun(deps, run);
  return { settings, connection: settings.tool, tool: deps.tool('invoicing', settings.tool) };
}

function lasting({ keyLastsMs }: InvoicingTool): { readonly keyLastsMs?: number } {
  return keyLastsMs === undefined ? {} : { keyLastsMs };
}

async function drafted(deps: ActivityDeps, run: RunInput): Promise<readonly Bill[]> {
  return (await loadBills(deps, run)).filter(({ invoice }) => invoice !== undefined);
}

async function known(reading: Promise<Invoice | 'unknown' | undefined>): Promise<Invoice | undefined> {
  const found = await reading;
  return found === 'unknown' ? undefined : found;
}

/** Notes how the invoices stand now; in a dry run how they would. */
async function keep(deps: ActivityDeps, run: RunInput, bills: readonly Bill[], ends: readonly ToolEnd<Invoice | undefined>[], isLast: boolean): Promise<void> {
  const stand = bills.flatMap((bill, index): { readonly bill: Bill; readonly invoice: Invoice }[] => {
    const end = ends[index]!;
    if (end.status === 'planned') return [{ bill, invoice: { ...bill.invoice!, status: 'open' } }];
    if (end.status !== 'done') return [];
    const { status = 'open', number = bill.invoice!.number, url = bill.invoice!.url } = end.answer ?? {};
    return [{ bill, invoice: { id: bill.invoice!.id, status, number, url } }];
  });
  await patchItems(deps.database, run, stand.map(({ bill, invoice }) => ({ deliveryId: bill.group.leader.deliveryId, data: { invoice, complete: isLast } satisfies Partial<DealItem> })));
  if (run.dryRun) return;
  await noteInvoices(deps.database, run.integration, invoicesOfRun(deps, run).settings.tool, stand.map(({ bill, invoice }) => ({
    opportunityId: bill.group.recordId, invoiceId: invoice.id, status: invoice.status, number: invoice.number, url: invoice.url, complete: isLast,
  })));
}
