import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { type Side, type Value, type Values } from '../../domain/sync.ts';
import { patchItems } from '../../store/items.ts';
import { addLinks, changeLinks, linksOf, type LinkChange, planWrites, type StoredLink } from '../../store/links.ts';
import { openConflicts } from '../../store/sync-conflicts.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import { hasWrites, isIdle, planPair, type Resolution } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, loadPairs, type Pair, type PairEnd, type PairItem, syncOf } from './pair-item.ts';
import { relationRules } from './relations.ts';

export interface MergedPairs {
  /** Records to be written or made over there, and in Twenty. */
  readonly toExternal: number;
  readonly toTwenty: number;
}

/** A merge in Twenty destroys its losers before it writes the winner: what seems destroyed is looked at once more after this time. */
const MERGE_MS = 30_000;

/**
 * Decides what is to be done about each pair of the set: links what belongs together, plans fields, and ends what is gone, ambiguous
 * or not to be made. Nothing outside is touched.
 */
export async function mergePairs(deps: ActivityDeps, run: RunInput): Promise<MergedPairs> {
  const { settings } = syncOf(deps, run);
  const pairs = await relink(deps, run, await loadPairs(deps, run));
  const ends: PairEnd[] = [];
  const patches = new Map<Pair, Partial<PairItem>>();
  const changes: LinkChange[] = [];

  const both = pairs.filter(({ data }) => isThere(data.twenty) && isThere(data.external));
  const unlinked = both.filter(({ data }) => data.link === undefined);
  const linked = run.dryRun ? new Map<Pair, StoredLink>() : await linkNew(deps, run, unlinked);
  const resolutions = await decisionsOf(deps, both.flatMap(({ data }) => (data.link === undefined ? [] : [data.link.id])));
  const rulesFor = await relationRules(deps, settings, both);
  for (const pair of both) {
    const link = pair.data.link ?? linked.get(pair);
    if (link === undefined && !run.dryRun) {
      ends.push({ pair, outcome: again('One of the two records was linked with another one just now.') });
      continue;
    }
    const decided = link === undefined ? {} : (resolutions.get(link.id) ?? {});
    const base = link?.state === 'new' && Object.keys(link.base.twenty).length === 0 ? undefined : link?.base;
    const plan = planPair(rulesFor(pair), base, { twenty: pair.data.twenty!, external: pair.data.external! }, decided, link?.pending);
    patches.set(pair, { plan, resolutions: decided, ...(link === undefined ? {} : { link }) });
  }

  for (const pair of pairs.filter((one) => !both.includes(one))) {
    const { twenty, external, link } = pair.data;
    if (link !== undefined) {
      const missing = isThere(twenty) ? 'external' : 'twenty';
      const first = link.missingSide !== missing;
      if (first) changes.push({ ...link, state: 'missing', missingSide: missing });
      const policy = missing === 'twenty' ? settings.deletes.inTwenty : settings.deletes.outside;
      if (link.missingConfirmed && !first) {
        const survivor = missing === 'twenty' ? external : twenty;
        if (policy !== 'ignore' && isThere(survivor)) {
          patches.set(pair, { remove: missing === 'twenty' ? 'external' : 'twenty' });
          continue;
        }
        changes.push({ ...link, state: 'ended', missingSide: missing, endedReason: 'deleted' });
        ends.push({ pair, outcome: { state: 'succeeded', code: 'unlinked', reason: 'The record was deleted on one side. What is left on the other is not kept in step any more.' } });
        continue;
      }
      const isDestroyed = missing === 'twenty' && (twenty === null || twenty === undefined);
      ends.push({ pair, outcome: first && isDestroyed ? again('The record is gone from Twenty; it may have been merged into another one.', MERGE_MS) : missingOutcome(missing, settings.external.object) });
      continue;
    }
    const alone: Side | undefined = isThere(twenty) ? 'twenty' : isThere(external) ? 'external' : undefined;
    if (alone === undefined) ends.push({ pair, outcome: { state: 'skipped', code: 'deleted', reason: 'The record is gone, and nothing is linked with it.' } });
    else if (settings.create !== 'both' && settings.create === alone) ends.push({ pair, outcome: notMade(alone) });
    else if (settings.create === 'none') ends.push({ pair, outcome: notMade(alone) });
    else patches.set(pair, { make: alone === 'twenty' ? 'external' : 'twenty' });
  }
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

/** What is about to be written is noted first; a link that another run has changed meanwhile is looked at again. */
async function noteWrites(deps: ActivityDeps, run: RunInput, patches: Map<Pair, Partial<PairItem>>): Promise<readonly PairEnd[]> {
  const writing = [...patches].flatMap(([pair, { plan, link = pair.data.link }]) =>
    plan !== undefined && link !== undefined && hasWrites(plan) ? [{ pair, link, pending: plan.writes }] : []);
  const revisions = await planWrites(deps.database, run, writing.map(({ link, pending }) => ({ id: link.id, revision: link.revision, pending })));
  return writing.flatMap(({ pair, link }): PairEnd[] => {
    const revision = revisions.get(link.id);
    if (revision !== undefined) patches.set(pair, { ...patches.get(pair), link: { ...link, revision } });
    else patches.delete(pair);
    return revision === undefined ? [{ pair, outcome: again('Another run works on the same pair.') }] : [];
  });
}

/** Links whose record was merged into another one, on either side, stand for that one from now on. */
async function relink(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const moved = pairs.filter(({ data: { link, twentyId, externalId } }) => link !== undefined && (twentyId !== link.twentyId || externalId !== link.externalId));
  if (moved.length === 0 || run.dryRun) return pairs;
  const others = await linksOf(deps.database, run.integration, { twenty: moved.map(({ data }) => data.twentyId!), external: moved.map(({ data }) => data.externalId!) });
  const ends: PairEnd[] = [];
  for (const pair of moved) {
    const { link, twentyId, externalId } = pair.data;
    const rival = others.find((one) => one.id !== link!.id && (one.twentyId === twentyId || one.externalId === externalId));
    const change: LinkChange = rival === undefined
      ? { ...link!, state: link!.state === 'missing' ? 'in-step' : link!.state, missingSide: undefined, twentyId: twentyId!, externalId: externalId! }
      : { ...link!, state: 'ended', endedReason: 'merged' };
    const stored = await changeLinks(deps.database, run, [change]);
    if (rival === undefined) continue;
    const reason = 'Its record was merged into one that is linked with another record already. That link stays; nothing was deleted.';
    ends.push({ pair, outcome: stored.size > 0 ? { state: 'succeeded', code: 'merged', reason } : again('The link changed just now.') });
  }
  await endPairs(deps, run, ends);
  const gone = new Set(ends.map(({ pair }) => pair));
  const fresh = new Map((await linksOf(deps.database, run.integration, { twenty: moved.map(({ data }) => data.twentyId!) })).map((link) => [link.id, link]));
  return pairs.filter((pair) => !gone.has(pair)).map((pair) => {
    const link = pair.data.link === undefined ? undefined : (fresh.get(pair.data.link.id) ?? pair.data.link);
    return link === undefined ? pair : { ...pair, data: { ...pair.data, link } };
  });
}

async function linkNew(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, StoredLink>> {
  const added = await addLinks(deps.database, run, run.integration, pairs.map(({ data }) => ({ twentyId: data.twenty!.id, externalId: data.external!.id, state: 'new', externalVersion: data.external!.version })));
  // An attempt before this one may have linked them.
  const known = await linksOf(deps.database, run.integration, { twenty: pairs.map(({ data }) => data.twenty!.id) });
  const byTwenty = new Map([...known, ...added].map((link) => [link.twentyId, link]));
  return new Map(pairs.flatMap((pair) => {
    const link = byTwenty.get(pair.data.twenty!.id);
    return link === undefined || link.externalId !== pair.data.external!.id ? [] : [[pair, link] as const];
  }));
}

async function decisionsOf(deps: ActivityDeps, linkIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, Resolution>>>> {
  const byLink = new Map<string, Record<string, Resolution>>();
  for (const { linkId, field, resolution } of await openConflicts(deps.database, linkIds)) {
    if (resolution !== undefined) byLink.set(linkId, { ...byLink.get(linkId), [field]: resolution });
  }
  return byLink;
}

export function isThere(side: SideRead | null | undefined): side is SideRead {
  return side !== null && side !== undefined && !side.hidden;
}

function missingOutcome(side: Side, object: string): Outcome {
  const where = side === 'twenty' ? 'in Twenty' : `in ${object}`;
  return { state: 'succeeded', code: 'missing', reason: `The record is not there any more ${where}. The next complete read decides what follows.` };
}

function notMade(alone: Side): Outcome {
  return { state: 'skipped', code: 'not_created', reason: `It stands alone ${alone === 'twenty' ? 'in Twenty' : 'on the other side'}, and the configuration makes none for it.` };
}

/** What a new record starts with: everything that the mapping carries that way. */
export function valuesForNew(side: Side, from: SideRead, rules: readonly { readonly name: string; readonly direction: string; toExternal(value: Value): Value; toTwenty(value: Value): Value }[]): Values {
  const barred = side === 'external' ? 'from-external' : 'to-external';
  return Object.fromEntries(rules.filter(({ direction }) => direction !== barred).flatMap((rule) => {
    const value = from.values[rule.name] ?? null;
    const made = side === 'external' ? rule.toExternal(value) : rule.toTwenty(value);
    return made === null || made === '' ? [] : [[rule.name, made]];
  }));
}
