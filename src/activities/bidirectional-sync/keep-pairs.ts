import type { RunInput } from '../../domain/run.ts';
import { type Both, same } from '../../domain/sync.ts';
import { patchItems } from '../../store/items.ts';
import { addLinks, changeLinks, type LinkChange, type NewLink } from '../../store/links.ts';
import { settleNaturalKeys } from '../../store/natural-keys.ts';
import { resultOf } from '../../store/sets.ts';
import { closeConflicts, keepConflicts, type NewConflict, openConflicts } from '../../store/sync-conflicts.ts';
import { baseAfter, hasWrites } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, loadPairs, type Pair, type PairEnd, type PairItem } from './pair-item.ts';

/**
 * Stores what both sides hold now that the writes are through: bases, new links, conflicts that opened, conflicts that are settled. A
 * link that another run has changed meanwhile is left as that one stored it, and the pair is looked at again.
 */
export async function keepPairs(deps: ActivityDeps, run: RunInput): Promise<{ opened: number; closed: number }> {
  if (run.dryRun) return { opened: 0, closed: 0 };
  const pairs = await loadPairs(deps, run);
  await keepNewLinks(deps, run, pairs.filter(({ data }) => data.make !== undefined && data.again === undefined));
  const planned = pairs.filter(({ data }) => data.plan !== undefined && data.link !== undefined);
  const changes = planned.map(({ data }): LinkChange => {
    const link = data.link!;
    const base = baseAfter(link.base, data.plan!, { twenty: data.twenty!, external: data.external! }, { twenty: data.returned?.twenty ?? {}, external: data.returned?.external ?? {} });
    return { ...link, base, state: data.plan!.conflicts.length > 0 ? 'conflict' : 'in-step', missingSide: undefined, externalVersion: data.externalVersion ?? data.external?.version };
  });
  const moved = changes.filter((change, index) => hasNews(change, planned[index]!));
  const stored = await changeLinks(deps.database, run, moved);
  const lost = planned.filter(({ data }) => moved.some(({ id }) => id === data.link!.id) && !stored.has(data.link!.id));
  await patchItems(deps.database, run, lost.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { again: 'Another run worked on the same pair.' } satisfies Partial<PairItem> })));
  return keepOpenConflicts(deps, run, planned.filter((pair) => !lost.includes(pair)));
}

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

function hasNews(change: LinkChange, { data }: Pair): boolean {
  const link = data.link!;
  return link.state !== change.state || !same(link.base as never, change.base as never) || (change.externalVersion !== undefined && change.externalVersion !== link.externalVersion);
}

async function keepNewLinks(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<void> {
  const made = pairs.filter(({ data }) => data.twentyId !== undefined && data.externalId !== undefined && data.twenty != null && data.external != null);
  const links = made.map(({ data }): NewLink => ({
    twentyId: data.twentyId!, externalId: data.externalId!, state: 'in-step', base: { twenty: data.twenty!.values, external: data.external!.values }, externalVersion: data.external!.version,
  }));
  const added = new Set((await addLinks(deps.database, run, run.integration, links)).map(({ twentyId }) => twentyId));
  const taken = made.filter(({ data }) => !added.has(data.twentyId!));
  await patchItems(deps.database, run, taken.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { again: 'It was linked by another run.' } satisfies Partial<PairItem> })));
}

async function keepOpenConflicts(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<{ opened: number; closed: number }> {
  const known = await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id));
  const wanted = pairs.flatMap(({ data }) => data.plan!.conflicts.map(({ field, base, now }): NewConflict => ({
    linkId: data.link!.id, field, base, twenty: now.twenty, external: now.external, twentyAtMs: data.twenty!.changedAtMs, externalAtMs: data.external!.changedAtMs,
  })));
  const isOpen = (linkId: string, field: string): boolean => wanted.some((one) => one.linkId === linkId && one.field === field);
  const closed = known.filter(({ linkId, field }) => !isOpen(linkId, field));
  await closeConflicts(deps.database, run, closed.map(({ id, resolution }) => ({ id, because: resolution === undefined ? 'equal' : 'decided' })));
  const news = wanted.filter(({ linkId, field, twenty, external }) => !known.some((one) => one.linkId === linkId && one.field === field && sameBoth(one, { twenty, external })));
  const opened = await keepConflicts(deps.database, run, run.integration, news);
  return { opened: opened.filter(({ taskId }) => taskId === undefined).length, closed: closed.filter(({ taskId }) => taskId !== undefined).length };
}

function sameBoth(a: Both, b: Both): boolean {
  return same(a.twenty, b.twenty) && same(a.external, b.external);
}
