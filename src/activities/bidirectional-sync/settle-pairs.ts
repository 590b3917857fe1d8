import type { RunInput } from '../../domain/run.ts';
import { settleNaturalKeys } from '../../store/natural-keys.ts';
import { resultOf } from '../../store/sets.ts';
import { hasWrites } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, loadPairs, type Pair, type PairEnd } from './pair-item.ts';

/** Ends what is left of the set, and answers how all of it ended. */
export async function settlePairs(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const pairs = await loadPairs(deps, run);
  await endPairs(deps, run, pairs.map((pair): PairEnd => ({ pair, ...(run.dryRun ? { outcome: { state: 'skipped', code: 'dry_run', reason: `Dry run: ${wordsOf(pair)}` } } : endOf(pair)) })));
  await settleNaturalKeys(deps.database, run.setId, []);
  return resultOf(deps.database, run);
}

function endOf(pair: Pair): Omit<PairEnd, 'pair'> {
  const { again: why, plan, inputs } = pair.data;
  if (why !== undefined) return { outcome: again(why) };
  if ((plan?.conflicts.length ?? 0) > 0) return { outcome: { state: 'succeeded', code: 'conflict', reason: wordsOf(pair) }, inputs };
  return { outcome: { state: 'succeeded', code: plan === undefined || hasWrites(plan) ? 'synced' : 'in_step', reason: wordsOf(pair) }, inputs };
}

function wordsOf({ data: { make, plan } }: Pair): string {
  if (make !== undefined) return make === 'twenty' ? 'Made in Twenty.' : 'Made on the other side.';
  if (plan === undefined) return 'Nothing to do.';
  const parts = [
    ...(Object.keys(plan.writes.external).length === 0 ? [] : [`wrote ${Object.keys(plan.writes.external).join(', ')} to the other side`]),
    ...(Object.keys(plan.writes.twenty).length === 0 ? [] : [`wrote ${Object.keys(plan.writes.twenty).join(', ')} to Twenty`]),
    ...(plan.conflicts.length === 0 ? [] : [`${plan.conflicts.map(({ field }) => field).join(', ')} changed on both sides and waits for a decision`]),
  ];
  const text = parts.length === 0 ? 'both sides are the same' : parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
