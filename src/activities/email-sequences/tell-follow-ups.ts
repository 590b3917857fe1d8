import type { RunInput } from '../../domain/run.ts';
import { type Enrolment, enrolmentsOf, markNoted } from '../../store/sequences.ts';
import { newsLine, stateWords } from '../../workflows/email-sequences/follow-up.ts';
import type { FollowUp } from '../../workflows/email-sequences/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, membersOfGroup } from '../records/record-groups.ts';
import { type RecordUpdate, updateRecords } from '../twenty/update-records.ts';
import { enrolKey, loadNews, sequencesOf } from './sequence-item.ts';
import { personsOf } from './write-states.ts';

/** Adds to the follow-up tasks what became of the people, and completes those with which there is nothing left to do. A task that is done or gone is left alone. */
export async function tellFollowUps(deps: ActivityDeps, run: RunInput): Promise<{ told: number }> {
  const { settings } = sequencesOf(deps, run);
  const { followUp, twenty } = settings;
  const groups = await loadNews(deps, run);
  if (followUp === false || run.dryRun || groups.length === 0) return { told: 0 };
  const known = await enrolmentsOf(deps.database, run.integration, [...new Set(groups.flatMap(({ leader }) => personsOf(leader.data)))]);
  const taken = new Set<string>();
  const toTell = known.filter(({ taskId, rank, notedRank }) => taskId !== undefined && notedRank < rank).map((enrolment) => {
    const own = groups.filter(({ leader }) => personsOf(leader.data).includes(enrolment.personId));
    const members = own.flatMap(membersOfGroup).filter((id) => !taken.has(id));
    members.forEach((id) => taken.add(id));
    return { enrolment, own, update: updateOf(run, followUp, enrolment, members) };
  });
  const ends = await updateRecords(deps, run, { connection: twenty, object: 'task', step: 'follow-up news', fields: [], updates: toTell.map(({ update }) => update) });
  await markNoted(deps.database, run.integration, toTell.filter((_, index) => typeof ends[index] !== 'object').map(({ enrolment }) => enrolment));
  await endGroups(deps, run, toTell.flatMap(({ enrolment, own }, index) => {
    const end = ends[index]!;
    if (typeof end !== 'object') return [];
    return own.map((group) => ({ group, outcome: { state: end.held ? 'held' as const : 'failed' as const, code: end.code, reason: `Noted (${stateWords(enrolment.state)}), but the follow-up task was not told: ${end.message}` } }));
  }));
  return { told: ends.filter((end) => end === 'updated').length };
}

function updateOf(run: RunInput, { doneWhen, timeZone }: FollowUp, { personId, sequence, name, state, stateAt, taskId }: Enrolment, members: readonly string[]): RecordUpdate<'task'> {
  const line = newsLine(state, stateAt, timeZone ?? 'UTC');
  const isDone = (doneWhen as readonly string[]).includes(state);
  return {
    key: enrolKey(run, personId, sequence, `told-${state}`), summary: `${isDone ? 'complete' : 'add to'} the follow-up task of “${name}”: ${stateWords(state)}`, members, id: taskId!,
    plan: (current) => {
      const { status, bodyV2 } = current as { readonly status?: unknown; readonly bodyV2?: { readonly markdown?: unknown } | null };
      const text = typeof bodyV2?.markdown === 'string' ? bodyV2.markdown : '';
      if (status === 'DONE' || text.includes(line)) return undefined;
      return { bodyV2: { markdown: text === '' ? line : `${text.trimEnd()}\n\n${line}` }, ...(isDone ? { status: 'DONE' } : {}) };
    },
  };
}
