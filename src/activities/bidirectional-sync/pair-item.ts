import type { Integration } from '../../config/use-case.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Side, SyncWrite, Values } from '../../domain/sync.ts';
import { type Item, loadItems, patchItems } from '../../store/items.ts';
import type { StoredLink } from '../../store/links.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import { refuseDecisions } from '../../store/sync-conflicts.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import type { SeenState } from '../../workflows/bidirectional-sync/overwritten.ts';
import type { PairPlan } from '../../workflows/bidirectional-sync/plan.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** What a run knows of a delivery; of several of one pair only the first is filled in. */
export interface PairItem {
  /** The same for all deliveries of a pair: `twenty:<id>` where Twenty's record is known, else `external:<id>`. */
  readonly pair: string;
  readonly twentyId?: string;
  readonly externalId?: string;
  readonly link?: StoredLink;
  /** The delivery stands in the lane of the other side's record: Twenty's fields say nothing of what that one's next event brings. */
  readonly outside?: boolean;
  /** As read; null when it is not there. */
  readonly twenty?: SideRead | null;
  readonly external?: SideRead | null;
  /** How often the delivery has been taken up; left out the first time. */
  readonly claims?: number;
  /** What the delivery's events tell of a pair that was written to lately. */
  readonly seen?: readonly SeenState[];
  readonly plan?: PairPlan;
  /** Fields of which a covered edit has been judged, by side; their writes need no more watching. */
  readonly judged?: readonly { readonly side: Side; readonly field: string }[];
  /** Which side gets a new record. */
  readonly make?: Side;
  /** Which side loses its record, since the other one has. */
  readonly remove?: Side;
  /** The written fields as each side returned them. */
  readonly returned?: Readonly<Partial<Record<Side, Values>>>;
  /** The writes that were made without a condition. */
  readonly wroteTwenty?: SyncWrite | undefined;
  readonly wroteExternal?: SyncWrite | undefined;
  /** A write that came too late for what was read: the pair is looked at again. */
  readonly again?: string;
  /** The hash of Twenty's watched fields as they are now. */
  readonly inputs?: string;
  readonly externalVersion?: string;
}

/** A pair of the set with all deliveries that speak of it. The first one leads and carries the data. */
export interface Pair {
  readonly key: string;
  readonly leader: Item<PairItem>;
  readonly members: readonly Item<PairItem>[];
  readonly data: PairItem;
}

export async function loadPairs(deps: ActivityDeps, run: RunInput): Promise<readonly Pair[]> {
  const groups = Map.groupBy(await loadItems<PairItem>(deps.database, run), ({ data }) => data.pair);
  return [...groups].filter(([key]) => key !== JOB).map(([key, members]) => ({ key, leader: members[0]!, members, data: members[0]!.data }));
}

/** Notes something of each of these pairs. */
export async function notePairs(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], data: (pair: Pair) => Partial<PairItem>): Promise<void> {
  await patchItems(deps.database, run, pairs.map((pair) => ({ deliveryId: pair.leader.deliveryId, data: data(pair) })));
}

/** A delivery that stands for work over many pairs. */
export const JOB = 'job';

export function syncOf(deps: ActivityDeps, run: RunInput): Integration<BidirectionalSyncSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<BidirectionalSyncSettings>;
}

export interface PairEnd {
  readonly pair: Pair;
  readonly outcome: Outcome;
  readonly inputs?: string | undefined;
}

/** Ends all deliveries of these pairs, each with an outcome of its own; they leave the flow and the others go on. */
export async function endPairs(deps: ActivityDeps, run: RunInput, ends: readonly PairEnd[]): Promise<void> {
  const outcomes = ends.flatMap(({ pair, outcome, inputs }): DeliveryOutcome[] =>
    pair.members.map(({ deliveryId, data }) => ({ deliveryId, outcome: calmed(outcome, data), ...(inputs === undefined || data.outside === true ? {} : { inputs }) })));
  // A decision that a side does not take would be tried again by every run of the pair, and nothing else of it would go through.
  await refuseDecisions(deps.database, run, ends.flatMap(({ pair: { data: { link, plan } }, outcome }) => {
    if (link === undefined || plan === undefined || (outcome.state !== 'failed' && outcome.state !== 'held')) return [];
    return [...new Set([...Object.keys(plan.writes.twenty), ...Object.keys(plan.writes.external)])].map((field) => ({ linkId: link.id, field, reason: outcome.reason }));
  }));
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}

export function membersOfPair({ members }: Pair): readonly string[] {
  return members.map(({ deliveryId }) => deliveryId);
}

/** So often a pair is looked at for one event; by then it is no edit in passing that keeps it from coming to rest. */
const MOST_LOOKS = 20;

function calmed(outcome: Outcome, { claims = 1 }: PairItem): Outcome {
  if (outcome.code !== 'again' || claims < MOST_LOOKS) return outcome;
  return { state: 'held', code: 'restless', reason: `After ${String(claims)} looks it has not come to rest: ${outcome.reason ?? ''} Find out what keeps it moving, then retry.` };
}

/** Looked at again soon: something moved while it was worked on, which the next run sees. */
export function again(reason: string, inMs = 2_000): Outcome {
  return { state: 'waiting', code: 'again', reason, waitingFor: 'hour', untilMs: Date.now() + inMs };
}
