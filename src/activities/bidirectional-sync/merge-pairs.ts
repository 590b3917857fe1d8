import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { PendingWrites, Side } from '../../domain/sync.ts';
import { patchItems } from '../../store/items.ts';
import { changeLinks, endedLinks, type LinkChange, planWrites, type StoredLink } from '../../store/links.ts';
import { type OpenConflict, openConflicts } from '../../store/sync-conflicts.ts';
import { decidePair } from '../../workflows/bidirectional-sync/decide.ts';
import { type Fate, fateOf } from '../../workflows/bidirectional-sync/fate.ts';
import { hasWrites, isIdle, pendingOf } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { type MadeBefore, madeBefore, pendingFrom } from './made-before.ts';
import { again, endPairs, loadPairs, type Pair, type PairEnd, type PairItem, syncOf } from './pair-item.ts';
import { relationsOf } from './relations.ts';
import { linkNew, relink } from './relink.ts';

export interface MergedPairs {
  /** Records to be written or made over there, and in Twenty. */
  readonly toExternal: number;
  readonly toTwenty: number;
}

/** A merge in Twenty destroys its losers before it writes the winner: what seems destroyed is looked at once more after this time. */
const MERGE_MS = 30_000;

interface Decided {
  readonly patches: Map<Pair, Partial<PairItem>>;
  readonly changes: LinkChange[];
  readonly ends: PairEnd[];
}

/**
 * Decides what is to be done about each pair of the set: links what belongs together, plans fields, and ends what is gone, ambiguous
 * or not to be made. Nothing outside is touched.
 */
export async function mergePairs(deps: ActivityDeps, run: RunInput): Promise<MergedPairs> {
  const { settings } = syncOf(deps, run);
  const pairs = await relink(deps, run, await loadPairs(deps, run));
  const fates = new Map(pairs.map((pair) => [pair, fateOf({ twenty: pair.data.twenty, external: pair.data.external, link: pair.data.link }, settings)]));
  const of = (kind: Fate['kind']): readonly Pair[] => pairs.filter((pair) => fates.get(pair)!.kind === kind);
  const decided: Decided = { patches: new Map(), changes: [], ends: [] };
  await planMerges(deps, run, of('merge'), decided);
  const orphans = await orphansAmong(deps, run, of('make'), fates);
  for (const [pair, fate] of fates) decideFate(pair, orphans.has(pair) ? { kind: 'orphan' } : fate, settings.external.object, decided);

  const { patches, changes, ends } = decided;
  if (!run.dryRun) {
    await changeLinks(deps.database, run, changes);
    ends.push(...(await noteWrites(deps, run, patches)));
  }
  await endPairs(deps, run, ends);
  await patchItems(deps.database, run, [...patches].map(([pair, data]) => ({ deliveryId: pair.leader.deliveryId, data })));
  const planned = [...patches.values()];
  return {
    toExternal: planned.filter(({ plan, make, remove }) => make === 'external' || remove === 'external' || (plan !== undefined && Object.keys(plan.writes.external).length > 0)).length,
    toTwenty: planned.filter(({ plan, make, remove }) => make !== undefined || remove === 'twenty' || (plan !== undefined && !isIdle(plan))).length,
  };
}

/** Links and plans the pairs of which both sides are there. */
async function planMerges(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], { patches, ends }: Decided): Promise<void> {
  if (pairs.length === 0) return;
  const { settings } = syncOf(deps, run);
  const unlinked = pairs.filter(({ data }) => data.link === undefined);
  const linked = run.dryRun ? new Map<Pair, StoredLink>() : await linkNew(deps, run, unlinked);
  const linkOf = (pair: Pair): StoredLink | undefined => pair.data.link ?? linked.get(pair);
  const isNew = (pair: Pair): boolean => linkOf(pair) === undefined || (linkOf(pair)!.state === 'new' && Object.keys(linkOf(pair)!.base.twenty).length === 0);
  const lostCreates = await createsOfLostRuns(deps, run, pairs.filter(isNew));
  const open = Map.groupBy(await openConflicts(deps.database, pairs.flatMap((pair) => linkOf(pair)?.id ?? [])), ({ linkId }) => linkId) as ReadonlyMap<string, readonly OpenConflict[]>;
  const { rulesFor } = await relationsOf(deps, settings, pairs.map(({ data }) => data));
  for (const pair of pairs) {
    const link = linkOf(pair);
    if (link === undefined && !run.dryRun) {
      ends.push({ pair, outcome: { state: 'skipped', code: 'duplicate', reason: 'It means the same as a record that is linked with another one already. Merge the two where they are; until then this one is left alone.' } });
      continue;
    }
    const { plan, judged } = decidePair({
      rules: rulesFor(pair.data), base: isNew(pair) ? undefined : link!.base, pending: link?.pending ?? lostCreates.get(pair), written: link?.written ?? [],
      now: { twenty: pair.data.twenty!, external: pair.data.external! }, conflicts: link === undefined ? [] : (open.get(link.id) ?? []),
      seen: pair.members.flatMap(({ data }) => data.seen ?? []),
    });
    patches.set(pair, { plan, judged, ...(link === undefined ? {} : { link }) });
  }
}

/** What a lost run sent when it made one record of a pair for the other: it is not an edit of anybody. */
async function createsOfLostRuns(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, PendingWrites>> {
  const { settings } = syncOf(deps, run);
  const there = await madeBefore(deps, run, settings, 'external', pairs.map(({ data }) => data.twenty!.id));
  const here = await madeBefore(deps, run, settings, 'twenty', pairs.map(({ data }) => data.external!.id));
  return new Map(pairs.flatMap((pair) => {
    const [made, side]: [MadeBefore | undefined, Side] = there.has(pair.data.twenty!.id) ? [there.get(pair.data.twenty!.id), 'external'] : [here.get(pair.data.external!.id), 'twenty'];
    return made === undefined ? [] : [[pair, pendingFrom(side, made)] as const];
  }));
}

/** Records whose other one was deleted: nobody wants it made again. */
async function orphansAmong(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], fates: ReadonlyMap<Pair, Fate>): Promise<ReadonlySet<Pair>> {
  if (pairs.length === 0) return new Set();
  const { settings } = syncOf(deps, run);
  const idsFor = (side: Side): readonly string[] => pairs.filter((pair) => (fates.get(pair) as { readonly side: Side }).side === side).map(({ data }) => (side === 'external' ? data.twentyId! : data.externalId!));
  const ended = await endedLinks(deps.database, run.integration, { twenty: idsFor('external'), external: idsFor('twenty') });
  const made = { external: await madeBefore(deps, run, settings, 'external', idsFor('external')), twenty: await madeBefore(deps, run, settings, 'twenty', idsFor('twenty')) };
  return new Set(pairs.filter((pair) => {
    const { side } = fates.get(pair) as { readonly side: Side };
    const id = side === 'external' ? pair.data.twentyId! : pair.data.externalId!;
    return ended[side === 'external' ? 'twenty' : 'external'].has(id) || made[side].get(id)?.id !== undefined;
  }));
}

/** What follows of the fates that need no merge. */
function decideFate(pair: Pair, fate: Fate | { readonly kind: 'orphan' }, object: string, { patches, changes, ends }: Decided): void {
  const { link } = pair.data;
  const end = (outcome: Outcome): void => void ends.push({ pair, outcome });
  switch (fate.kind) {
    case 'merge':
      return;
    case 'make':
      return void patches.set(pair, { make: fate.side });
    case 'remove':
      return void patches.set(pair, { remove: fate.side });
    case 'gone':
      return end({ state: 'skipped', code: 'deleted', reason: 'The record is gone, and nothing is linked with it.' });
    case 'orphan':
      return end({ state: 'skipped', code: 'unlinked', reason: 'The record that it was linked with has been deleted, or merged into another one. It is not made again; restore it, and the two are linked anew.' });
    case 'not-made':
      return end({ state: 'skipped', code: 'not_created', reason: `It stands alone ${fate.alone === 'twenty' ? 'in Twenty' : 'on the other side'}, and the configuration makes none for it.` });
    case 'unlink':
      changes.push({ ...link!, state: 'ended', missingSide: fate.missing, endedReason: 'deleted' });
      return end({ state: 'succeeded', code: 'unlinked', reason: 'The record was deleted on one side. What is left on the other is not kept in step any more.' });
    case 'missing': {
      if (fate.news) changes.push({ ...link!, state: 'missing', missingSide: fate.side });
      if (fate.news && fate.isDestroyed && fate.side === 'twenty') return end(again('The record is gone from Twenty; it may have been merged into another one.', MERGE_MS));
      const where = fate.side === 'twenty' ? 'in Twenty' : `in ${object}`;
      return end({ state: 'succeeded', code: 'missing', reason: `The record is not there any more ${where}. The next complete read decides what follows.` });
    }
  }
}

/** What is about to be written is noted first; a link that another run has changed meanwhile is looked at again. */
async function noteWrites(deps: ActivityDeps, run: RunInput, patches: Map<Pair, Partial<PairItem>>): Promise<readonly PairEnd[]> {
  const writing = [...patches].flatMap(([pair, { plan, link = pair.data.link }]) =>
    plan !== undefined && link !== undefined && hasWrites(plan) ? [{ pair, link, pending: pendingOf(plan, { twenty: pair.data.twenty!, external: pair.data.external! }) }] : []);
  const revisions = await planWrites(deps.database, run, writing.map(({ link, pending }) => ({ id: link.id, revision: link.revision, pending })));
  return writing.flatMap(({ pair, link }): PairEnd[] => {
    const revision = revisions.get(link.id);
    if (revision !== undefined) patches.set(pair, { ...patches.get(pair), link: { ...link, revision } });
    else patches.delete(pair);
    return revision === undefined ? [{ pair, outcome: again('Another run works on the same pair.') }] : [];
  });
}
