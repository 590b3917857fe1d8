import type { Integration } from '../../config/use-case.ts';
import type { RecordAction } from '../../domain/record-event.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Behaviour, LeadScore, TwentyRecordView } from '../../workflows/lead-scoring/contract.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import { type Item, loadItems } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { ActivityDeps } from '../deps.ts';

/** What a run knows of one delivery; of several of one record only the first is filled in. */
export interface LeadItem {
  readonly recordId: string;
  /** Undefined for a start by hand or by the clock. */
  readonly action?: RecordAction;
  /** The record and its company as read in this run. */
  readonly person?: TwentyRecordView;
  readonly company?: TwentyRecordView;
  /** Meetings and e-mails, where they count. */
  readonly acts?: readonly Behaviour[];
  /** Hash of the watched fields as they were read. */
  readonly inputs?: string;
  /** An effect of a lost run that brought a destroyed record back to life: to be finished first. */
  readonly ghostKey?: string;
  readonly result?: LeadScore;
  /** ISO 8601 instant. */
  readonly scoredAt?: string;
  readonly changed?: boolean;
  readonly written?: boolean;
  /** The number of the crossing that somebody is to be told of. */
  readonly crossing?: number;
  readonly taskId?: string;
  /** Whom to write to. */
  readonly to?: readonly string[];
  /** What came of the alert, “task made for Ann Lee”. */
  readonly told?: string;
}

export type LeadMember = Item<LeadItem>;

/** All deliveries of one record in the set: it is scored once. The first one leads. */
export interface LeadGroup {
  readonly recordId: string;
  readonly leader: LeadMember;
  readonly members: readonly LeadMember[];
  /** One of them says that the record was made just now. */
  readonly isNew: boolean;
}

export async function loadLeads(deps: ActivityDeps, run: RunInput): Promise<readonly LeadGroup[]> {
  const groups = new Map<string, LeadMember[]>();
  for (const item of await loadItems<LeadItem>(deps.database, run)) {
    const group = groups.get(item.data.recordId);
    if (group === undefined) groups.set(item.data.recordId, [item]);
    else group.push(item);
  }
  return [...groups].map(([recordId, members]) => ({ recordId, leader: members[0]!, members, isNew: members.some(({ data }) => data.action === 'created') }));
}

export function scoringOf(deps: ActivityDeps, run: RunInput): Integration<LeadScoringSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<LeadScoringSettings>;
}

/** How all deliveries of a record end. */
export interface LeadEnd {
  readonly group: LeadGroup;
  readonly outcome: Outcome;
  /** Of a success: the hash of what it rests on. */
  readonly inputs?: string;
}

/** Ends all deliveries of these records, each with an outcome of its own; they leave the flow and the others go on. */
export async function endLeads(deps: ActivityDeps, run: RunInput, ends: readonly LeadEnd[]): Promise<void> {
  const outcomes = ends.flatMap(({ group, ...end }): DeliveryOutcome[] => group.members.map(({ deliveryId }) => ({ deliveryId, ...end })));
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}

/** A score is written again and again, so its effect is known by the run that made it. */
export function scoreKey(run: RunInput, recordId: string): string {
  return `${run.integration}/${recordId}/score/${run.setId}`;
}

/** An alert happens once for each crossing, whichever run makes it. */
export function alertKey(run: RunInput, { recordId, leader }: LeadGroup, step: string): string {
  return `${run.integration}/${recordId}/crossing-${String(leader.data.crossing ?? 0)}/${step}`;
}

export const SCORE_STEP = 'lead score';
