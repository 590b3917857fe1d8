import type { RunInput } from '../../domain/run.ts';
import { personName, recordName } from '../../domain/record-words.ts';
import { oneLine } from '../../domain/text.ts';
import type { Value } from '../../domain/sync.ts';
import { noteConflictTask, noteTasksDone, openConflicts, type OpenConflict, tasksToClose } from '../../store/sync-conflicts.ts';
import type { ActivityDeps } from '../deps.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { type RecordUpdate, updateRecords } from '../twenty/update-records.ts';
import { recordId } from '../twenty/create-records.ts';
import { loadPairs, membersOfPair, type Pair, syncOf } from './pair-item.ts';

/** A pair with conflicts that nobody has been asked about. */
interface Asked {
  readonly pair: Pair;
  readonly conflicts: readonly OpenConflict[];
}

/** Makes one task for each pair with new conflicts, with both values in its text. */
export async function makeConflictTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = syncOf(deps, run);
  const asked = await toAsk(deps, run);
  if (asked.length === 0) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const assignee = assigneeOf(members, undefined, settings.conflictTask.assignee);
  const tasks = asked.map(({ pair, conflicts }): NewTask => ({
    key: taskKey(run, conflicts), members: membersOfPair(pair), title: oneLine(`Decide: ${nameOf(pair)} differs in ${settings.external.object}`),
    body: [...conflicts.map((one) => bodyOf(one, settings.external.object)), ...(assignee.remark === undefined ? [] : [assignee.remark])].join('\n\n'),
    dueAt: dueAt(conflicts[0]!.openedAt.getTime(), settings.conflictTask), assigneeId: assignee.id,
  }));
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'sync conflict task' }, tasks);
  const made = asked.filter((_one, index) => ends[index]!.status === 'done');
  await noteConflictTask(deps.database, made.flatMap(({ conflicts }) => conflicts.map(({ id }) => ({ id, taskId: recordId(taskKey(run, conflicts)) }))));
  return { made: made.length };
}

/** Links the tasks to what they are about. */
export async function linkConflictTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { settings } = syncOf(deps, run);
  const target = TARGETS.find((one) => one === settings.object);
  if (target === undefined) return { linked: 0 };
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.link !== undefined && (data.plan?.conflicts.length ?? 0) > 0);
  const known = await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id));
  const links = pairs.flatMap((pair): RecordLink[] => {
    const tasks = [...new Set(known.filter(({ linkId, taskId }) => linkId === pair.data.link!.id && taskId !== undefined).map(({ taskId }) => taskId!))];
    return tasks.map((id) => ({ key: `${run.integration}/conflict-task/${id}`, members: membersOfPair(pair), id, to: { [target]: pair.data.twentyId } }));
  });
  const ends = await linkRecords(deps, run, { connection: settings.twenty, object: 'taskTarget', step: 'sync conflict link' }, links);
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

/** Closes the tasks of conflicts that a decision, or the sides themselves, have settled. */
export async function closeConflictTasks(deps: ActivityDeps, run: RunInput): Promise<{ closed: number }> {
  const { settings } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.link !== undefined);
  const open = await tasksToClose(deps.database, pairs.map(({ data }) => data.link!.id));
  const byTask = Map.groupBy(open, ({ taskId }) => taskId);
  const updates = [...byTask].map(([taskId, conflicts]): RecordUpdate<'task'> => ({
    key: `${run.integration}/conflict-task/${taskId}/done/${run.setId}`, summary: 'close the task', id: taskId,
    members: membersOfPair(pairs.find(({ data }) => data.link!.id === conflicts[0]!.linkId)!),
    plan: (task) => ((task as Readonly<Record<string, unknown>>)['status'] === 'DONE' ? undefined : { status: 'DONE' }),
  }));
  const ends = await updateRecords(deps, run, { connection: settings.twenty, object: 'task', step: 'sync conflict done', fields: ['status'], updates });
  const done = [...byTask.values()].filter((_one, index) => typeof ends[index] !== 'object');
  await noteTasksDone(deps.database, done.flat().map(({ id }) => id));
  return { closed: done.length };
}

const TARGETS = ['person', 'company', 'opportunity'] as const;

async function toAsk(deps: ActivityDeps, run: RunInput): Promise<readonly Asked[]> {
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.link !== undefined && (data.plan?.conflicts.length ?? 0) > 0);
  const known = (await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id))).filter(({ taskId }) => taskId === undefined);
  return pairs.map((pair) => ({ pair, conflicts: known.filter(({ linkId }) => linkId === pair.data.link!.id) })).filter(({ conflicts }) => conflicts.length > 0);
}

function taskKey(run: RunInput, conflicts: readonly OpenConflict[]): string {
  return `${run.integration}/conflict/${conflicts.map(({ id }) => id).sort()[0]!}/task`;
}

function bodyOf({ id, field, twenty, external, base }: OpenConflict, object: string): string {
  const before = base === undefined ? [] : [`- Both held before: ${shown(base.twenty)}`];
  return [`**${field}** was changed on both sides.`, `- In Twenty: ${shown(twenty)}\n- In ${object}: ${shown(external)}`, ...before, `Make both equal, or decide with \`sluice sync resolve ${id} --keep twenty\` (or external, or --value).`].join('\n');
}

function shown(value: Value): string {
  if (value === null || value === '') return '(nothing)';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function nameOf({ data }: Pair): string {
  const values = data.twenty?.values ?? {};
  const texts = Object.values(values).filter((value): value is string => typeof value === 'string' && value !== '');
  return recordName(values) ?? (texts.length === 0 ? personName({}) : texts.slice(0, 2).join(' '));
}
