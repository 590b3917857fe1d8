import type { Outcome } from '../../domain/delivery.ts';
import { moneyWords } from '../../domain/money.ts';
import type { RunInput } from '../../domain/run.ts';
import { resultOf } from '../../store/sets.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups } from '../records/record-groups.ts';
import { type DealItem, loadDeals, loadNews, type NewsItem } from './deal-item.ts';

const DRY_RUN = { state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done.' } as const;

/** Ends what is left of the set; answers how all of it ended. */
export async function settleInvoices(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  await endGroups(deps, run, (await loadDeals(deps, run)).map((group) => ({ group, outcome: run.dryRun ? dryRun(group.leader.data) : outcomeOf(group.leader.data) })));
  const news = await loadNews(deps, run);
  if (news.length > 0) await settle(deps.database, run, news.map(({ deliveryId, data }) => ({ deliveryId, outcome: run.dryRun ? DRY_RUN : newsOutcome(data) })));
  return resultOf(deps.database, run);
}

function dryRun({ lacks }: DealItem): Outcome {
  return lacks === undefined ? DRY_RUN : { ...DRY_RUN, reason: `Dry run: the deal lacks ${lacks.map(({ words }) => words).join(', ')}, so its owner would have been told.` };
}

function outcomeOf({ before, invoice, plan, written }: DealItem): Outcome {
  const name = invoice?.number ?? invoice?.id ?? '';
  if (before === true && written === true) return { state: 'succeeded', code: 'shown', reason: `The deal was billed before, by ${name}; it shows again how that stands.` };
  if (before === true) return { state: 'skipped', code: 'already_invoiced', reason: `The deal was billed before, by ${name}, which is ${invoice?.status ?? 'there'}. A deal is billed once.` };
  const amount = plan === undefined ? '' : ` over ${moneyWords(BigInt(plan.totalMicros), plan.currency)}`;
  return { state: 'succeeded', code: invoice?.status === 'draft' ? 'drafted' : 'invoiced', reason: `Invoice ${name}${amount} is ${invoice?.status ?? 'made'}` };
}

function newsOutcome({ invoice, written }: NewsItem): Outcome {
  const words = `Invoice ${invoice?.number ?? invoice?.id ?? ''} is ${invoice?.status ?? 'unknown'}`;
  return written === true ? { state: 'succeeded', code: 'status_shown', reason: words } : { state: 'skipped', code: 'nothing_new', reason: `${words}, as the deal shows already.` };
}
