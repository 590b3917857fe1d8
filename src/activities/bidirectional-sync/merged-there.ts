import type { CounterpartRecord } from '../../connectors/counterpart.ts';
import type { RunInput } from '../../domain/run.ts';
import { linksOf } from '../../store/links.ts';
import { createNotifier } from '../../store/notify.ts';
import { addSelected } from '../../store/selection.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, type Pair, type PairEnd } from './pair-item.ts';

/**
 * A record of the other side that has no link, but came to be by a merge of records that have: it must neither be matched nor made anew. The
 * pairs of those are looked at instead, each in its lane, and take their links along to it. Answers the pairs that were ended so.
 */
export async function leaveToMerged(deps: ActivityDeps, run: RunInput, found: readonly { readonly pair: Pair; readonly record: CounterpartRecord | undefined }[]): Promise<readonly Pair[]> {
  const merged = found.filter(({ pair, record }) => pair.data.link === undefined && (record?.standsFor ?? []).length > 0);
  if (merged.length === 0) return [];
  const links = new Map((await linksOf(deps.database, run.integration, { external: merged.flatMap(({ record }) => record!.standsFor!) })).map((link) => [link.externalId, link.twentyId]));
  const left: Pair[] = [];
  const ends: PairEnd[] = [];
  for (const { pair, record } of merged) {
    const recordIds = record!.standsFor!.flatMap((id) => links.get(id) ?? []);
    if (recordIds.length === 0) continue;
    await addSelected(deps.database, run, { deliveryId: pair.leader.deliveryId, recordIds, urgent: run.urgent, progress: {} });
    left.push(pair);
    ends.push({ pair, outcome: pair.data.twentyId === undefined ? { state: 'succeeded', code: 'merged', reason: 'It came to be by a merge of a record that is linked; that pair goes on with it.' } : again('The record on the other side was merged just now.') });
  }
  if (left.length > 0) createNotifier(deps.database)();
  await endPairs(deps, run, ends);
  return left;
}
