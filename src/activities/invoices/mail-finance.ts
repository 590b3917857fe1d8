import { moneyWords } from '../../domain/money.ts';
import { recordName } from '../../domain/record-words.ts';
import type { RunInput } from '../../domain/run.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import { noteMailed } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import type { InvoicePlan } from '../../workflows/invoices/contract.ts';
import type { FinanceMail } from '../../workflows/invoices/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type Mail, sendMails } from '../mail/send-mails.ts';
import { membersOfGroup } from '../records/record-groups.ts';
import { type DealGroup, type DealItem, dealOf, invoiceKey, invoicesOfRun, loadDeals } from './deal-item.ts';

/** One mail to finance for each invoice that was made, with its details. */
export async function mailFinance(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const { finance, twenty } = settings;
  if (finance === undefined) return { mails: 0 };
  const groups = (await loadDeals(deps, run)).filter(({ leader: { data } }) => data.mail === true && data.invoice !== undefined && (data.complete === true || run.dryRun));
  const mails = groups.map((group) => {
    const { round = 1 } = group.leader.data;
    return { group, key: invoiceKey(run, group.recordId, round, 'mail'), members: membersOfGroup(group), mail: mailOf(group, finance, deps.twenty(twenty).recordUrl('opportunity', group.recordId)) };
  });
  const step = { connection: finance.mail, step: 'finance mail', before: 'The invoice is made', words: 'the mail about it' };
  const sent = await sendMails(deps, run, step, mails, async ({ group }, end) => {
    if (end !== 'refused') await noteMailed(deps.database, run.integration, group.recordId);
    if (end === 'sent') await patchItems(deps.database, run, [{ deliveryId: group.leader.deliveryId, data: { mail: false } satisfies Partial<DealItem> }]);
  });
  return { mails: sent };
}

function mailOf(group: DealGroup, finance: FinanceMail, recordUrl: string): Mail {
  const { invoice, plan } = group.leader.data;
  const deal = recordName(group.leader.data.opportunity) ?? 'a deal without a name';
  const company = plan?.name ?? recordName(dealOf(group).company) ?? deal;
  const number = invoice!.number ?? invoice!.id;
  const amount = plan === undefined ? '' : moneyWords(BigInt(plan.totalMicros), plan.currency);
  const subject = oneLine(fillIn(finance.subject, { number, company, amount, deal })).replace(/:$/, '');
  const text = [
    `Invoice ${number}${amount === '' ? '' : ` over ${amount}`} was made for ${company} (${deal}). It is ${invoice!.status}.`,
    ...(plan === undefined ? [] : [linesWords(plan), `To: ${plan.name}, ${plan.email}\nDue in ${String(plan.daysUntilDue)} days`]),
    ...(invoice!.url === undefined ? [] : [`Invoice: ${invoice!.url}`]),
    `Deal: ${recordUrl}`,
  ].join('\n\n');
  return { from: finance.from, to: finance.to, subject: normalised(subject), text: normalised(text) };
}

function linesWords({ lines, currency }: InvoicePlan): string {
  return lines.map(({ description, amountMicros }) => `- ${description}: ${moneyWords(BigInt(amountMicros), currency)}`).join('\n');
}
