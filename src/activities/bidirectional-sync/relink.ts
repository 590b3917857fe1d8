import type { RunInput } from '../../domain/run.ts';
import { addLinks, changeLinks, type LinkChange, linksOf, type StoredLink } from '../../store/links.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, type Pair, type PairEnd } from './pair-item.ts';

/** Links whose record was merged into another one, on either side, stand for that one from now on; answers the pairs that go on. */
export async function relink(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const moved = pairs.filter(({ data: { link, twentyId, externalId } }) => link !== undefined && (twentyId !== link.twentyId || externalId !== link.externalId));
  if (moved.length === 0 || run.dryRun) return pairs;
  const others = await linksOf(deps.database, run.integration, { twenty: moved.map(({ data }) => data.twentyId!), external: moved.map(({ data }) => data.externalId!) });
  const ends: PairEnd[] = [];
  // Two pairs of one set may have been merged into the same record: the first one goes on with it.
  const moving = new Set<string>();
  for (const pair of moved) {
    const { link, twentyId, externalId } = pair.data;
    const rival = others.some((one) => one.id !== link!.id && (one.twentyId === twentyId || one.externalId === externalId)) || moving.has(`twenty:${twentyId!}`) || moving.has(`external:${externalId!}`);
    moving.add(`twenty:${twentyId!}`).add(`external:${externalId!}`);
    const change: LinkChange = !rival
      ? { ...link!, state: link!.state === 'missing' ? 'in-step' : link!.state, missingSide: undefined, twentyId: twentyId!, externalId: externalId! }
      : { ...link!, state: 'ended', endedReason: 'merged' };
    const stored = await changeLinks(deps.database, run, [change]);
    if (!rival) continue;
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

/** Links records that belong together and are not linked yet; a pair that is missing in the answer has lost a record to another link. */
export async function linkNew(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, StoredLink>> {
  if (pairs.length === 0) return new Map();
  const added = await addLinks(deps.database, run, run.integration, pairs.map(({ data }) => ({ twentyId: data.twenty!.id, externalId: data.external!.id, state: 'new', externalVersion: data.external!.version })));
  // An attempt before this one may have linked them.
  const known = await linksOf(deps.database, run.integration, { twenty: pairs.map(({ data }) => data.twenty!.id) });
  const byTwenty = new Map([...known, ...added].map((link) => [link.twentyId, link]));
  return new Map(pairs.flatMap((pair) => {
    const link = byTwenty.get(pair.data.twenty!.id);
    return link === undefined || link.externalId !== pair.data.external!.id ? [] : [[pair, link] as const];
  }));
}
