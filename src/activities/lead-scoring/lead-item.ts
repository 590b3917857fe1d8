import type { Integration } from '../../config/use-case.ts';
import type { ScorerAnswer } from '../../connectors/scorer.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Behaviour, LeadScore, TwentyRecordView } from '../../workflows/lead-scoring/contract.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadGroups, type RecordGroup, type RecordItem } from '../records/record-groups.ts';

/** What a run knows of one delivery; of several of one record only the first is filled in. */
export interface LeadItem extends RecordItem {
  /** The record and its company as read in this run. */
  readonly person?: TwentyRecordView;
  readonly company?: TwentyRecordView;
  /** Meetings and e-mails, where they count. */
  readonly acts?: readonly Behaviour[];
  /** Hash of the watched fields as they were read. */
  readonly inputs?: string;
  /** An effect of a lost run that brought a destroyed record back to life: to be finished first. */
  readonly ghostKey?: string;
  /** What the tool that scores said; undefined until it was asked. */
  readonly answer?: KeptAnswer;
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

/** How a question to the scoring tool ended. */
export type KeptAnswer =
  | (ScorerAnswer & { readonly kind: 'known' })
  | { readonly kind: 'unknown' }
  /** It refuses this lead, or answers what nobody understands. */
  | { readonly kind: 'refused'; readonly message: string };

export type LeadGroup = RecordGroup<LeadItem>;

/** The records of the set that have not ended. */
export function loadLeads(deps: ActivityDeps, run: RunInput): Promise<readonly LeadGroup[]> {
  return loadGroups<LeadItem>(deps, run);
}

export function scoringOf(deps: ActivityDeps, run: RunInput): Integration<LeadScoringSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<LeadScoringSettings>;
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
