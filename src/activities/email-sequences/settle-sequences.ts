import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { markSettled } from '../../store/sequences.ts';
import { resultOf } from '../../store/sets.ts';
import { stateWords } from '../../workflows/email-sequences/follow-up.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import { loadNews, loadPeople, type NewsItem, type PersonItem, placeAt } from './sequence-item.ts';

/** Ends what is left of the set as succeeded, or as a plan in a dry run; answers how all of the set ended. */
export async function settleSequences(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const people = (await loadPeople(deps, run)).filter(({ leader }) => leader.data.enrolled !== undefined);
  if (!run.dryRun) await markSettled(deps.database, run.integration, people.map(({ recordId, leader }) => ({ personId: recordId, sequence: leader.data.sequence! })));
  await endGroups<PersonItem | NewsItem>(deps, run, [
    ...people.map((group): GroupEnd<PersonItem> => ({ group, outcome: outcomeOf(run, group.leader.data), inputs: group.leader.data.inputs })),
    ...(await loadNews(deps, run)).map((group): GroupEnd<NewsItem> => ({ group, outcome: newsOutcome(run, group.leader.data) })),
  ]);
  return resultOf(deps.database, run);
}

function outcomeOf(run: RunInput, { enrolled, name, task }: PersonItem): Outcome {
  if (run.dryRun) return dryRun;
  const words = enrolled === 'already' ? `Was in “${name ?? ''}” already` : `Enrolled in “${name ?? ''}”`;
  return { state: 'succeeded', code: enrolled ?? 'enrolled', reason: task === undefined ? words : `${words}, ${task}` };
}

function newsOutcome(run: RunInput, data: NewsItem): Outcome {
  if (run.dryRun) return dryRun;
  const kinds = data.news.flatMap(({ kind }, n) => (placeAt(data, n) === undefined ? [] : [kind]));
  const words = [...new Set(kinds.map(stateWords))].join(', ');
  const name = data.news.map((_, n) => placeAt(data, n)).find((place) => place !== undefined)?.name ?? '';
  if (data.fresh !== true) return { state: 'skipped', code: 'known', reason: `“${name}”: ${words}. That, or something that counts for more, was known.` };
  return { state: 'succeeded', code: kinds.at(-1) ?? 'noted', reason: `“${name}”: ${words}` };
}

const dryRun: Outcome = { state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done.' };
