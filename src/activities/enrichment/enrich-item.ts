import type { Integration } from '../../config/use-case.ts';
import type { Profile, Question } from '../../domain/profile.ts';
import type { RunInput } from '../../domain/run.ts';
import type { TwentyRecordView, Unasked } from '../../workflows/enrichment/contract.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadGroups, type RecordGroup, type RecordItem } from '../records/record-groups.ts';

/** What a run knows of one delivery; of several of one record only the first is filled in. */
export interface EnrichItem extends RecordItem {
  /** The record, and of a person the company, as read in this run. */
  readonly record?: TwentyRecordView;
  readonly company?: TwentyRecordView;
  /** Hash of the watched fields as they were read. */
  readonly inputs?: string;
  /** An effect of a lost run that brought a destroyed record back to life: to be finished first. */
  readonly ghostKey?: string | undefined;
  /** It is fresh; only what somebody is still to be told of it is left to be done. */
  readonly owedOnly?: boolean;
  readonly question?: Question;
  /** By which an answer to the question is known again. */
  readonly questionHash?: string;
  /** The request of the provider that is being asked which the question goes out with; null when it does not. */
  readonly chunk?: number | null;
  /** The connection that answered, what it is called, and what it said. */
  readonly provider?: string;
  readonly service?: string;
  readonly profile?: Profile;
  /** What the providers are called that know nothing of it. */
  readonly misses?: readonly string[];
  readonly unasked?: readonly Unasked[];
  /** In a dry run: whom it would be asked of. */
  readonly wouldAsk?: string;
  /** ISO 8601 instant. */
  readonly enrichedAt?: string;
  /** Fields that were written, `enrichedAt` aside. */
  readonly written?: readonly string[];
  /** In a dry run, which keeps nothing: why it is worth a call, and its signals. */
  readonly wouldTask?: string | undefined;
  readonly wouldTell?: readonly { readonly signal: string; readonly words: string }[];
  readonly taskId?: string;
  /** What came of the task and the mail, “task made for Ann Lee”. */
  readonly taskTold?: string;
  readonly mailTold?: string;
  /** What went wrong on the way without stopping it. */
  readonly remarks?: readonly string[];
}

export type EnrichGroup = RecordGroup<EnrichItem>;

/** The records of the set that have not ended. */
export function loadSubjects(deps: ActivityDeps, run: RunInput): Promise<readonly EnrichGroup[]> {
  return loadGroups<EnrichItem>(deps, run);
}

export function enrichmentOf(deps: ActivityDeps, run: RunInput): Integration<EnrichmentSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<EnrichmentSettings>;
}

/** A record is enriched again and again, so the effect is known by the run that did it. */
export function writeKey(run: RunInput, recordId: string): string {
  return `${run.integration}/${recordId}/enrichment/${run.setId}`;
}

/** A record gets one sales task, whichever run makes it. */
export function taskKey(run: RunInput, recordId: string): string {
  return `${run.integration}/${recordId}/high-value/task`;
}

export const WRITE_STEP = 'enrichment';

/** A delivery is asked about at several providers, each in a step of its own. */
export function askStep(connection: string): string {
  return `ask ${connection}`;
}
