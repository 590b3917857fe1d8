import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { StartBody } from '../../domain/start.ts';
import { type ClaimedDelivery, insertItems, type Item, loadDeliveries } from '../../store/items.ts';
import { linksOf, type StoredLink, syncCursor } from '../../store/links.ts';
import { settle } from '../../store/settle.ts';
import { type SeenState, tells } from '../../workflows/bidirectional-sync/overwritten.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { evidenceOf } from './evidence.ts';
import { JOB, type PairItem, syncOf } from './pair-item.ts';

/** Work over many pairs that a delivery stands for. */
export type Job = 'changes' | 'drift' | 'complete-read' | 'first-load';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedPairs {
  readonly pairs: number;
  readonly jobs: readonly { readonly deliveryId: string; readonly job: Job; /** Whether the plan of a first load is carried out at once. */ readonly write: boolean }[];
  readonly connections: { readonly twenty: string; readonly external: string };
}

const EXTERNAL = 'external:';

/** Takes up the pairs of the set, each once however many deliveries speak of it, and the work over many that is among them. */
export async function openPairs(deps: ActivityDeps, run: RunInput): Promise<OpenedPairs> {
  const { settings } = syncOf(deps, run);
  const { twenty, external } = settings;
  const deliveries = (await loadDeliveries(deps.database, run)).map((delivery, position) => ({ delivery, position, about: aboutOf(delivery, settings.workspaces?.external) }));
  const links = await linksOf(deps.database, run.integration, {
    twenty: deliveries.flatMap(({ about }) => ('twentyId' in about ? [about.twentyId] : [])),
    external: deliveries.flatMap(({ about }) => ('externalId' in about ? [about.externalId] : [])),
  });
  const byTwenty = new Map(links.map((link) => [link.twentyId, link]));
  const byExternal = new Map(links.map((link) => [link.externalId, link]));
  const linkOf = (about: About): StoredLink | undefined => ('job' in about ? undefined : 'twentyId' in about ? byTwenty.get(about.twentyId) : byExternal.get(about.externalId));
  const seen = await evidenceOf(deps, run, settings, deliveries.flatMap(({ delivery, about }) => {
    const link = linkOf(about);
    return link === undefined ? [] : [{ delivery, link }];
  }));
  const jobs = deliveries.flatMap(({ delivery: { deliveryId }, about }) => ('job' in about ? [{ deliveryId, ...about }] : []));
  const toDo = jobs.filter(({ job }, index) => job !== undefined && jobs.findIndex((one) => one.job === job) === index);
  const items = deliveries.map(({ delivery: { deliveryId, claims }, position, about }): Item<PairItem> => {
    if ('job' in about) return { deliveryId, position, data: { pair: JOB } };
    const states = seen.get(deliveryId);
    return { deliveryId, position, data: { ...itemOf(about, linkOf(about)), ...(states === undefined ? {} : { seen: states }), ...(claims > 1 ? { claims } : {}) } };
  });
  const known = run.dryRun ? [] : deliveries.filter(({ delivery, about }) => isKnown(delivery, linkOf(about), seen.get(delivery.deliveryId) ?? [], settings)).map(({ delivery }) => delivery.deliveryId);
  // Before the first load nothing is read for an event: the load takes up every record anyway.
  const early = !run.dryRun && (await syncCursor(deps.database, run.integration)) === undefined ? items.filter(({ data }) => data.pair !== JOB) : [];
  const idle = jobs.filter((one) => !toDo.includes(one));
  const open = items.filter((item) => !early.includes(item) && !known.includes(item.deliveryId) && !idle.some(({ deliveryId }) => deliveryId === item.deliveryId));
  await insertItems(deps.database, run, open);
  const ends = [
    ...early.map(({ deliveryId }) => ({ deliveryId, outcome: NOT_LOADED })),
    ...known.filter((id) => !early.some(({ deliveryId }) => deliveryId === id)).map((deliveryId) => ({ deliveryId, outcome: KNOWN })),
    ...idle.map(({ deliveryId, job, asked }) => ({ deliveryId, outcome: job === undefined ? notUnderstood(asked) : DONE_ONCE })),
  ];
  if (ends.length > 0) await settle(deps.database, run, ends);
  return {
    pairs: new Set(open.flatMap(({ data }) => (data.pair === JOB ? [] : [data.pair]))).size,
    jobs: toDo.map(({ deliveryId, job, write }) => ({ deliveryId, job: job!, write })),
    connections: { twenty, external: external.connection },
  };
}

const NOT_LOADED: Outcome = { state: 'skipped', code: 'first_load_pending', reason: 'The first load has not been carried out: it links this record with the others. “sluice sync” shows how it stands.' };

const DONE_ONCE: Outcome = { state: 'skipped', code: 'done_once', reason: 'The same was asked for more than once at the same time: it was done once.' };

function notUnderstood(asked: unknown): Outcome {
  return { state: 'skipped', code: 'not_understood', reason: `There is no job ${JSON.stringify(asked)}: write { "job": "${JOBS.join('" }, { "job": "')}" }.` };
}

const KNOWN: Outcome = { state: 'skipped', code: 'known', reason: 'The other side tells of what was read or written there already.' };

/** News of a second workspace that brings the record in exactly the version that is known, and as it is known: mostly the echo of a write. With news of what a write may have covered, it is looked at. */
function isKnown({ source, action, body }: ClaimedDelivery, link: StoredLink | undefined, seen: readonly SeenState[], { workspaces }: BidirectionalSyncSettings): boolean {
  if (source !== `twenty:${workspaces?.external ?? ''}` || (action !== 'created' && action !== 'updated')) return false;
  if (link?.externalVersion === undefined || link.state === 'missing' || seen.length > 1) return false;
  const { base } = link;
  if (!seen.every((state) => tells(state, base.external))) return false;
  const { record } = JSON.parse(Buffer.from(body).toString('utf8')) as { readonly record?: { readonly updatedAt?: unknown } };
  return record?.updatedAt === link.externalVersion;
}

type About = { readonly twentyId: string } | { readonly externalId: string } | AskedJob;

interface AskedJob {
  /** Undefined when nobody knows what is meant by `asked`. */
  readonly job: Job | undefined;
  readonly asked?: unknown;
  /** The plan of a first load is carried out at once. */
  readonly write: boolean;
}

/** A delivery without a record is a start by the clock or by hand, or news of the other side, which says that there are changes to be read. */
function aboutOf({ recordId, source, body }: ClaimedDelivery, otherWorkspace: string | undefined): About {
  if (recordId?.startsWith(EXTERNAL) === true) return { externalId: recordId.slice(EXTERNAL.length) };
  if (recordId !== undefined) return source === `twenty:${otherWorkspace ?? ''}` ? { externalId: recordId } : { twentyId: recordId.toLowerCase() };
  if (!source.startsWith('schedule:') && !source.startsWith('manual:')) return { job: 'changes', write: false };
  const { schedule, input } = JSON.parse(Buffer.from(body).toString('utf8')) as StartBody;
  const given = typeof input === 'object' && input !== null ? (input as { readonly job?: unknown; readonly write?: unknown }) : {};
  const asked = schedule ?? given.job ?? 'changes';
  return { job: JOBS.find((job) => job === asked), asked, write: given.write === true };
}

const JOBS: readonly Job[] = ['changes', 'first-load', 'complete-read', 'drift'];

function itemOf(about: Exclude<About, AskedJob>, link: StoredLink | undefined): PairItem {
  const outside = 'externalId' in about ? { outside: true } : {};
  if (link !== undefined) return { pair: `twenty:${link.twentyId}`, twentyId: link.twentyId, externalId: link.externalId, link, ...outside };
  return 'twentyId' in about ? { pair: `twenty:${about.twentyId}`, twentyId: about.twentyId } : { pair: `${EXTERNAL}${about.externalId}`, externalId: about.externalId, ...outside };
}
