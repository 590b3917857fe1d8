import type { RunInput } from '../../domain/run.ts';
import { personName } from '../../domain/record-words.ts';
import { enrolmentsOf, keepTasks } from '../../store/sequences.ts';
import { followUpBody, followUpTitle, ownerOf } from '../../workflows/email-sequences/follow-up.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import type { CreateEnd } from '../twenty/create-records.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { candidateOf, enrolKey, loadPeople, type PersonGroup, type PersonItem, sequencesOf } from './sequence-item.ts';

const STEP = 'follow-up';

/** Makes one follow-up task for each person who was enrolled, for their owner. */
export async function makeFollowUps(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = sequencesOf(deps, run);
  const { followUp, twenty } = settings;
  const groups = await enrolledPeople(deps, run);
  if (followUp === false || groups.length === 0) return { made: 0 };
  const members = await membersOf(deps, run, twenty);
  const known = await enrolmentsOf(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  const tasks = groups.map((group) => {
    const { sequence, name } = group.leader.data;
    const candidate = candidateOf(group);
    const enrolledAt = known.find((one) => one.personId === group.recordId && one.sequence === sequence)?.begunAt ?? new Date();
    const assignee = assigneeOf(members, ownerOf(candidate, settings.owner), followUp.otherwise);
    const { title, remark } = followUpTitle(followUp, candidate, name!);
    const remarks = [remark, assignee.remark].filter((one) => one !== undefined);
    const task: NewTask = {
      key: enrolKey(run, group.recordId, sequence!, STEP), members: membersOfGroup(group), title,
      body: followUpBody(name!, enrolledAt, followUp.timeZone ?? 'UTC', remarks), dueAt: dueAt(enrolledAt.getTime(), followUp), assigneeId: assignee.id,
    };
    return { group, task, told: `task made${assignee.name === undefined ? '' : ` for ${assignee.name}`}` };
  });
  const ends = await makeTasks(deps, run, { connection: twenty, step: STEP }, tasks.map(({ task }) => task), (all) =>
    tasks.flatMap(({ group: { leader }, told }, index) => {
      const end = all[index]!;
      return end.status === 'done' ? [{ deliveryId: leader.deliveryId, data: { taskId: end.id, task: told } satisfies Partial<PersonItem> }] : [];
    }));
  if (!run.dryRun) {
    await keepTasks(deps.database, run.integration, tasks.flatMap(({ group: { recordId, leader } }, index) => {
      const end = ends[index]!;
      return end.status === 'done' ? [{ personId: recordId, sequence: leader.data.sequence!, taskId: end.id }] : [];
    }));
  }
  await endRefused(deps, run, tasks.map(({ group }, index) => ({ group, end: ends[index]! })), 'the follow-up task was not made');
  return { made: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to its person and company. */
export async function linkFollowUps(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { twenty } = sequencesOf(deps, run).settings;
  const groups = (await enrolledPeople(deps, run)).filter(({ leader }) => leader.data.taskId !== undefined);
  const links = groups.map((group): RecordLink => ({
    key: enrolKey(run, group.recordId, group.leader.data.sequence!, STEP), members: membersOfGroup(group), id: group.leader.data.taskId!,
    to: { person: group.recordId, company: group.leader.data.company?.id },
  }));
  const ends = await linkRecords(deps, run, { connection: twenty, object: 'taskTarget', step: 'follow-up link' }, links);
  await endRefused(deps, run, groups.map((group, index) => ({ group, end: ends[index]! })), 'the follow-up task could not be linked');
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

async function enrolledPeople(deps: ActivityDeps, run: RunInput): Promise<readonly PersonGroup[]> {
  return (await loadPeople(deps, run)).filter(({ leader }) => leader.data.enrolled !== undefined);
}

/** A refused link means that the person or company was destroyed meanwhile: the task stays. */
async function endRefused(deps: ActivityDeps, run: RunInput, ended: readonly { readonly group: PersonGroup; readonly end: CreateEnd<'task' | 'taskTarget'> }[], what: string): Promise<void> {
  await endGroups(deps, run, ended.flatMap(({ group, end }): GroupEnd<PersonItem>[] => {
    if (end.status === 'done' || end.status === 'exists') return [];
    const done = `${personName(candidateOf(group).person)} is enrolled, but ${what}`;
    if (end.status === 'rejected' && end.code === 'missing_reference') return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: `${done}: the person, the company or the owner was deleted in Twenty meanwhile.` } }];
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `${done}: ${end.message}` } }];
  }));
}
