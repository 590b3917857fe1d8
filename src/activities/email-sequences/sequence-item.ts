import type { Integration } from '../../config/use-case.ts';
import type { SequenceNews } from '../../connectors/sequence-news.ts';
import type { SequenceLead } from '../../connectors/sequencer.ts';
import type { RunInput } from '../../domain/run.ts';
import { type Item, loadItems } from '../../store/items.ts';
import type { Candidate, TwentyRecordView } from '../../workflows/email-sequences/contract.ts';
import type { EmailSequencesSettings } from '../../workflows/email-sequences/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadGroups, type RecordGroup, type RecordItem } from '../records/record-groups.ts';

/** What a run knows of one delivery about a person; of several of one person only the first is filled in. */
export interface PersonItem extends RecordItem {
  readonly kind: 'person';
  readonly person?: TwentyRecordView;
  readonly company?: TwentyRecordView;
  /** Hash of the watched fields as they were read. */
  readonly inputs?: string;
  /** The sequence that was chosen, as the tool knows it and as people call it. */
  readonly sequence?: string;
  readonly name?: string;
  readonly lead?: SequenceLead;
  readonly enrolled?: 'enrolled' | 'already';
  readonly taskId?: string;
  /** What came of the follow-up, “task made for Ann Lee”. */
  readonly task?: string;
}

/** What a run knows of one call of the tool. */
export interface NewsItem extends RecordItem {
  readonly kind: 'news';
  readonly news: readonly SequenceNews[];
  /** Whom and which sequence each is about, in the order of the news; null where nobody knows. */
  readonly places?: readonly (NewsPlace | null)[];
  /** One of them told something new. */
  readonly fresh?: boolean;
}

export interface NewsPlace {
  readonly personId: string;
  readonly sequence: string;
  readonly name: string;
  readonly email: string;
}

export type PersonGroup = RecordGroup<PersonItem>;
export type NewsGroup = RecordGroup<NewsItem>;

/** The people of the set that have not ended. */
export async function loadPeople(deps: ActivityDeps, run: RunInput): Promise<readonly PersonGroup[]> {
  return (await loadGroups<PersonItem | NewsItem>(deps, run)).filter((group): group is PersonGroup => group.leader.data.kind === 'person');
}

/** The calls of the tool that have not ended, each for itself. */
export async function loadNews(deps: ActivityDeps, run: RunInput): Promise<readonly NewsGroup[]> {
  const items = (await loadItems<PersonItem | NewsItem>(deps.database, run)).filter((item): item is Item<NewsItem> => item.data.kind === 'news');
  return items.map((item) => ({ recordId: item.data.recordId, leader: item, members: [item], isNew: false }));
}

/** Whom one piece of news is about; undefined where nobody knows. */
export function placeAt({ places }: NewsItem, n: number): NewsPlace | undefined {
  return places?.[n] ?? undefined;
}

export function sequencesOf(deps: ActivityDeps, run: RunInput): Integration<EmailSequencesSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<EmailSequencesSettings>;
}

export function candidateOf({ recordId, leader: { data } }: PersonGroup): Candidate {
  return { person: data.person ?? { id: recordId }, ...(data.company === undefined ? {} : { company: data.company }) };
}

/** A person is enrolled in a sequence once and for ever, whichever run does it. */
export function enrolKey(run: RunInput, personId: string, sequence: string, step: string): string {
  return `${run.integration}/${personId}/sequence-${sequence}/${step}`;
}

/** What people call a sequence. */
export function nameOf({ names }: EmailSequencesSettings, sequence: string, told?: string): string {
  return names[sequence] ?? told ?? sequence;
}

export const ENROL_STEP = 'enrol';
export const STATE_STEP = 'sequence state';
