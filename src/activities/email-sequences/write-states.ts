import type { RunInput } from '../../domain/run.ts';
import { type Enrolment, enrolmentsOf, markWritten } from '../../store/sequences.ts';
import { optionOf } from '../../workflows/email-sequences/fields.ts';
import { stateWords } from '../../workflows/email-sequences/follow-up.ts';
import { rankOf } from '../../workflows/email-sequences/rules.ts';
import type { EmailSequencesSettings } from '../../workflows/email-sequences/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import { type RecordUpdate, updateRecords } from '../twenty/update-records.ts';
import { enrolKey, loadNews, loadPeople, type NewsItem, type PersonGroup, type PersonItem, sequencesOf, STATE_STEP } from './sequence-item.ts';

/** Writes sequence, state and time of everybody whose last enrolment is not in Twenty yet as it stands, on what the records hold at this moment. */
export async function writeStates(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings } = sequencesOf(deps, run);
  const people = (await loadPeople(deps, run)).filter(({ leader }) => leader.data.enrolled !== undefined);
  const news = await loadNews(deps, run);
  const groupsOf = Map.groupBy(
    [...people.map((group) => [group.recordId, group] as const), ...news.flatMap((group) => personsOf(group.leader.data).map((personId) => [personId, group] as const))],
    ([personId]) => personId,
  );
  const known = Map.groupBy(run.dryRun ? people.map(plannedEnrolment) : await enrolmentsOf(deps.database, run.integration, [...groupsOf.keys()]), ({ personId }) => personId);
  const last = [...known.values()].flatMap((own) => own.findLast(({ state }) => state !== 'begun') ?? []);

  // A call of the tool may tell of several people, but a delivery belongs to one effect of a step only.
  const taken = new Set<string>();
  const toWrite = last.filter(({ owed }) => owed).map((enrolment) => {
    const members = (groupsOf.get(enrolment.personId) ?? []).flatMap(([, group]) => membersOfGroup(group)).filter((id) => !taken.has(id));
    members.forEach((id) => taken.add(id));
    return { enrolment, update: updateOf(run, settings, enrolment, members) };
  });
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty, object: 'person', step: STATE_STEP, fields: Object.values(settings.write), updates: toWrite.map(({ update }) => update),
  });
  if (run.dryRun) return { written: ends.length };

  const refused = new Set(toWrite.filter((_, index) => typeof ends[index] === 'object').map(({ enrolment }) => enrolment.personId));
  // Of who was enrolled again since, the earlier sequences are shown no more.
  await markWritten(deps.database, run.integration, [...known.values()].flat().filter(({ owed, personId, state }) => owed && state !== 'begun' && !refused.has(personId)));
  await endGroups<PersonItem | NewsItem>(deps, run, toWrite.flatMap(({ enrolment }, index) => {
    const end = ends[index]!;
    const groups = (groupsOf.get(enrolment.personId) ?? []).map(([, group]) => group);
    const done = `${enrolment.state === 'enrolled' ? 'Enrolled' : `Noted (${stateWords(enrolment.state)})`} in “${enrolment.name}”`;
    if (end === 'gone') return groups.map((group): GroupEnd<PersonItem | NewsItem> => ({ group, outcome: { state: 'skipped', code: 'deleted', reason: `${done}, but the person was deleted in Twenty meanwhile.` } }));
    if (typeof end !== 'object') return [];
    return groups.map((group): GroupEnd<PersonItem | NewsItem> => ({ group, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `${done}, but Twenty did not take the state: ${end.message}` } }));
  }));
  return { written: ends.filter((end) => end === 'updated').length };
}

/** Each state of each enrolment is written once, whichever run does it. */
function updateOf(run: RunInput, { write }: EmailSequencesSettings, { personId, sequence, name, state, stateAt }: Enrolment, members: readonly string[]): RecordUpdate<'person'> {
  const wanted = { [write.sequence]: name, [write.state]: optionOf(state), [write.at]: stateAt.toISOString() };
  return {
    key: enrolKey(run, personId, sequence, `state-${state}`), summary: `write “${name}”: ${stateWords(state)}`, members, id: personId,
    plan: (current) => {
      const now = current as Readonly<Record<string, unknown>>;
      return now[write.sequence] === name && now[write.state] === optionOf(state) ? undefined : wanted;
    },
  };
}

function plannedEnrolment({ recordId, leader: { data } }: PersonGroup): Enrolment {
  const now = new Date();
  return { personId: recordId, sequence: data.sequence!, name: data.name!, email: data.lead!.email, state: 'enrolled', rank: rankOf('enrolled'), stateAt: now, begunAt: now, owed: true, notedRank: 0, settled: false };
}

/** Whom a call of the tool is about. */
export function personsOf({ places = [] }: NewsItem): readonly string[] {
  return [...new Set(places.flatMap((place) => place?.personId ?? []))];
}
