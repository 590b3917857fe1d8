import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { StartBody } from '../../domain/start.ts';
import { type ClaimedDelivery, insertItems, type Item, loadDeliveries } from '../../store/items.ts';
import { linksOf, type StoredLink, syncCursor } from '../../store/links.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { JOB, type PairItem, syncOf } from './pair-item.ts';

/** Work over many pairs that a delivery stands for. */
export type Job = 'changes' | 'drift' | 'complete-read' | 'first-load';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedPairs {
  readonly pairs: number;
  readonly jobs: readonly { readonly deliveryId: string; readonly job: Job }[];
  readonly connections: { readonly twenty: string; readonly external: string };
}

const EXTERNAL = 'external:';

/** Takes up the pairs of the set, each once however many deliveries speak of it, and the work over many that is among them. */
export async function openPairs(deps: ActivityDeps, run: RunInput): Promise<OpenedPairs> {
  const { twenty, external } = syncOf(deps, run).settings;
  const deliveries = (await loadDeliveries(deps.database, run)).map((delivery, position) => ({ delivery, position, about: aboutOf(delivery, external.connection) }));
  const links = await linksOf(deps.database, run.integration, {
    twenty: deliveries.flatMap(({ about }) => ('twentyId' in about ? [about.twentyId] : [])),
    external: deliveries.flatMap(({ about }) => ('externalId' in about ? [about.externalId] : [])),
  });
  const byTwenty = new Map(links.map((link) => [link.twentyId, link]));
  const byExternal = new Map(links.map((link) => [link.externalId, link]));
  const items = deliveries.map(({ delivery: { deliveryId }, position, about }): Item<PairItem> => {
    if ('job' in about) return { deliveryId, position, data: { pair: JOB } };
    const link = 'twentyId' in about ? byTwenty.get(about.twentyId) : byExternal.get(about.externalId);
    return { deliveryId, position, data: itemOf(about, link) };
  });
  // Before the first load nothing is read for an event: the load takes up every record anyway.
  const early = !run.dryRun && (await syncCursor(deps.database, run.integration)) === undefined ? items.filter(({ data }) => data.pair !== JOB) : [];
  await insertItems(deps.database, run, items.filter((item) => !early.includes(item)));
  if (early.length > 0) await settle(deps.database, run, early.map(({ deliveryId }) => ({ deliveryId, outcome: NOT_LOADED })));
  return {
    pairs: early.length > 0 ? 0 : new Set(items.flatMap(({ data }) => (data.pair === JOB ? [] : [data.pair]))).size,
    jobs: deliveries.flatMap(({ delivery: { deliveryId }, about }) => ('job' in about ? [{ deliveryId, job: about.job }] : [])),
    connections: { twenty, external: external.connection },
  };
}

const NOT_LOADED: Outcome = { state: 'skipped', code: 'first_load_pending', reason: 'The first load has not been carried out: it links this record with the others. “sluice sync” shows how it stands.' };

type About = { readonly twentyId: string } | { readonly externalId: string } | { readonly job: Job };

/** A delivery without a record is a start by the clock or by hand, or news of the other side, which says that there are changes to be read. */
function aboutOf({ recordId, source, body }: ClaimedDelivery, counterpart: string): About {
  if (recordId?.startsWith(EXTERNAL) === true) return { externalId: recordId.slice(EXTERNAL.length) };
  if (recordId !== undefined) return source === `twenty:${counterpart}` ? { externalId: recordId } : { twentyId: recordId.toLowerCase() };
  if (!source.startsWith('schedule:') && !source.startsWith('manual:')) return { job: 'changes' };
  const { schedule, input } = JSON.parse(Buffer.from(body).toString('utf8')) as StartBody;
  const asked = schedule ?? (typeof input === 'object' && input !== null ? (input as { readonly job?: unknown }).job : undefined);
  return { job: JOBS.find((job) => job === asked) ?? 'first-load' };
}

const JOBS: readonly Job[] = ['changes', 'drift', 'complete-read', 'first-load'];

function itemOf(about: Exclude<About, { job: Job }>, link: StoredLink | undefined): PairItem {
  if (link !== undefined) return { pair: `twenty:${link.twentyId}`, twentyId: link.twentyId, externalId: link.externalId, link };
  return 'twentyId' in about ? { pair: `twenty:${about.twentyId}`, twentyId: about.twentyId } : { pair: `${EXTERNAL}${about.externalId}`, externalId: about.externalId };
}
