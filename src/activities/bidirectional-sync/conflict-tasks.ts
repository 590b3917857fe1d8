import type { RunInput } from '../../domain/run.ts';
import { personName, recordName } from '../../domain/record-words.ts';
import { normalised, oneLine } from '../../domain/text.ts';
import { noteConflictTask, noteTasksDone, openConflicts, type OpenConflict, tasksToClose } from '../../store/sync-conflicts.ts';
import type { ActivityDeps } from '../deps.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { type RecordUpdate, updateRecords } from '../twenty/update-records.ts';
import { recordId } from '../twenty/create-records.ts';
import { conflictWords } from './conflict-words.ts';
import { loadPairs, membersOfPair, type Pair, syncOf } from './pair-item.ts';

/** A pair with conflicts of which people do not know yet. */
interface Asked {
  readonly pair: Pair;
  /** Nobody has been asked about these. */
  readonly fresh: readonly OpenConflict[];
  /** Open tasks of the pair that tell of values which are no longer so, by their ids, with all that each is about. */
  readonly outdated: ReadonlyMap<string, readonly OpenConflict[]>;
}

/** Makes one task for each pair with new conflicts, with both values in its text; tasks whose values are no longer so are brought up to date. */
export async function makeConflictTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = syncOf(deps, run);
  const asked = await toAsk(deps, run);
  await retell(deps, run, asked);
  const unasked = asked.filter(({ fresh }) => fresh.length > 0);
  if (unasked.length === 0) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const assignee = assigneeOf(members, undefined, settings.conflictTask.assignee);
  const tasks = unasked.map(({ pair, fresh }): NewTask => ({
    key: taskKey(run, fresh), members: membersOfPair(pair), title: oneLine(`Decide: ${nameOf(pair)} differs in ${settings.external.object}`),
    body: [bodyOf(fresh, settings), ...(assignee.remark === undefined ? [] : [assignee.remark])].join('\n\n'),
    dueAt: dueAt(fresh[0]!.openedAt.getTime(), settings.conflictTask), assigneeId: assignee.id,
  }));
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'sync conflict task' }, tasks);
  const made = unasked.filter((_one, index) => ends[index]!.status === 'done');
  await noteConflictTask(deps.database, made.flatMap(({ fresh }) => fresh.map(({ id }) => ({ id, taskId: recordId(taskKey(run, fresh)) }))));
  return { made: made.length };
}

/** Writes the values as they are now into tasks that tell others. */
async function retell(deps: ActivityDeps, run: RunInput, asked: readonly Asked[]): Promise<void> {
  const { settings } = syncOf(deps, run);
  const tasks = asked.flatMap(({ pair, outdated }) => [...outdated].map(([taskId, conflicts], n) => ({ pair, taskId, conflicts, n })));
  const updates = tasks.map(({ pair, taskId, conflicts, n }): RecordUpdate<'task'> => ({
    key: `${run.integration}/conflict-task/${taskId}/text/${run.setId}`, summary: 'say in the task what both sides hold now', id: taskId, members: membersOfPair(pair), step: ordinal('sync conflict text', n),
    plan: () => ({ bodyV2: { markdown: normalised(bodyOf(conflicts, settings)) } }),
  }));
  await updateRecords(deps, run, { connection: settings.twenty, object: 'task', step: 'sync conflict text', fields: [], updates });
  await noteConflictTask(deps.database, tasks.flatMap(({ taskId, conflicts }) => conflicts.map(({ id }) => ({ id, taskId }))));
}

/** Links the tasks to what they are about. */
export async function linkConflictTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { settings } = syncOf(deps, run);
  if (NO_TARGETS.includes(settings.object)) return { linked: 0 };
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.link !== undefined && (data.plan?.conflicts.length ?? 0) > 0);
  const known = await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id));
  const links = pairs.flatMap((pair): RecordLink[] => {
    const tasks = [...new Set(known.filter(({ linkId, taskId }) => linkId === pair.data.link!.id && taskId !== undefined).map(({ taskId }) => taskId!))];
    return tasks.map((id) => ({ key: `${run.integration}/conflict-task/${id}`, members: membersOfPair(pair), id, to: { [settings.object]: pair.data.twentyId } }));
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
  const counted = new Map<string, number>();
  const updates = [...byTask].map(([taskId, conflicts]): RecordUpdate<'task'> => {
    const { linkId } = conflicts[0]!;
    const n = counted.get(linkId) ?? 0;
    counted.set(linkId, n + 1);
    return {
      key: `${run.integration}/conflict-task/${taskId}/done/${run.setId}`, summary: 'close the task', id: taskId, step: ordinal('sync conflict done', n),
      members: membersOfPair(pairs.find(({ data }) => data.link!.id === linkId)!),
      plan: (task) => ((task as Readonly<Record<string, unknown>>)['status'] === 'DONE' ? undefined : { status: 'DONE' }),
    };
  });
  const ends = await updateRecords(deps, run, { connection: settings.twenty, object: 'task', step: 'sync conflict done', fields: ['status'], updates });
  const done = [...byTask.values()].filter((_one, index) => typeof ends[index] !== 'object');
  await noteTasksDone(deps.database, done.flat().map(({ id }) => id));
  return { closed: done.length };
}

/** Records that no task can be linked to. */
const NO_TARGETS: readonly string[] = ['task', 'note', 'taskTarget', 'noteTarget', 'workspaceMember'];

async function toAsk(deps: ActivityDeps, run: RunInput): Promise<readonly Asked[]> {
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.link !== undefined && (data.plan?.conflicts.length ?? 0) > 0);
  const known = Map.groupBy(await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id)), ({ linkId }) => linkId);
  return pairs.map((pair): Asked => {
    const own = known.get(pair.data.link!.id) ?? [];
    const tasks = Map.groupBy(own.filter(({ taskId }) => taskId !== undefined), ({ taskId }) => taskId!);
    return { pair, fresh: own.filter(({ taskId }) => taskId === undefined), outdated: new Map([...tasks].filter(([, conflicts]) => conflicts.some(({ told }) => !told))) };
  });
}

/** A delivery is a member of one effect of a step: what else it has of the kind is a step of its own. */
function ordinal(step: string, n: number): string {
  return n === 0 ? step : `${step} ${String(n + 1)}`;
}

function taskKey(run: RunInput, conflicts: readonly OpenConflict[]): string {
  return `${run.integration}/conflict/${conflicts.map(({ id }) => id).sort()[0]!}/task`;
}

function bodyOf(conflicts: readonly OpenConflict[], { external, conflictTask }: ReturnType<typeof syncOf>['settings']): string {
  return conflicts.map((one) => conflictWords(one, external.object, conflictTask.timeZone)).join('\n\n');
}

function nameOf({ data }: Pair): string {
  const values = data.twenty?.values ?? {};
  const texts = Object.values(values).filter((value): value is string => typeof value === 'string' && value !== '');
  return recordName(values) ?? (texts.length === 0 ? personName({}) : texts.slice(0, 2).join(' '));
}
