import { normalised } from '../../domain/text.ts';
import type { RunInput } from '../../domain/run.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { markTasked } from '../../store/enrichment.ts';
import type { HighValueSettings } from '../../workflows/enrichment/settings.ts';
import { taskTitle } from '../../workflows/enrichment/wording.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import type { CreateEnd } from '../twenty/create-records.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { type EnrichGroup, type EnrichItem, enrichmentOf, taskKey } from './enrich-item.ts';
import { type DueTask, dueTasks } from './owed.ts';
import { enrichedOf } from './weigh-answers.ts';

/** Makes one task for each record that is worth a call, for the owner of the company, with the reasons as its body. */
export async function makeSalesTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = enrichmentOf(deps, run);
  const due = await dueTasks(deps, run);
  if (due.length === 0 || settings.highValue === undefined) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const tasks = due.map((one) => taskOf(run, one, settings.object, settings.highValue!.task, members));
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'sales task' }, tasks.map(({ task }) => task), (all) =>
    tasks.flatMap(({ group, told }, index) => {
      const end = all[index]!;
      return end.status === 'done' ? [{ deliveryId: group.leader.deliveryId, data: { taskId: end.id, taskTold: told } satisfies Partial<EnrichItem> }] : [];
    }));
  await endRefused(deps, run, tasks.map(({ group }, index) => ({ group, end: ends[index]! })), 'The sales task');
  return { made: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to its record, and of a person to the company; then it has been made. */
export async function linkSalesTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { settings } = enrichmentOf(deps, run);
  const groups = (await dueTasks(deps, run)).map(({ group }) => group).filter(({ leader }) => leader.data.taskId !== undefined);
  const links = groups.map((group): RecordLink => ({
    key: taskKey(run, group.recordId), members: membersOfGroup(group), id: group.leader.data.taskId!,
    to: settings.object === 'company' ? { company: group.recordId } : { person: group.recordId, company: group.leader.data.company?.id },
  }));
  const ends = await linkRecords(deps, run, { connection: settings.twenty, object: 'taskTarget', step: 'sales task link' }, links);
  if (!run.dryRun) await markTasked(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  await endRefused(deps, run, groups.map((group, index) => ({ group, end: ends[index]! })), 'Linking the sales task');
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

function taskOf(run: RunInput, { group, words }: DueTask, object: 'person' | 'company', settings: HighValueSettings['task'], members: readonly WorkspaceMember[]): { readonly group: EnrichGroup; readonly task: NewTask; readonly told: string } {
  const enriched = enrichedOf(group);
  const reasons = words.split('\n');
  const ownerId = (object === 'company' ? enriched.record : enriched.company)?.['accountOwnerId'];
  const assignee = assigneeOf(members, typeof ownerId === 'string' ? ownerId : undefined, settings.otherwise);
  const { title, remark } = taskTitle(settings.title, object, enriched, reasons);
  const remarks = [remark, assignee.remark].filter((one) => one !== undefined);
  return {
    group,
    task: {
      key: taskKey(run, group.recordId), members: membersOfGroup(group), title: normalised(title),
      body: [reasons.map((reason) => `- ${reason}`).join('\n'), ...remarks].join('\n\n'), dueAt: dueAt(Date.now(), settings), assigneeId: assignee.id,
    },
    told: `task made${assignee.name === undefined ? '' : ` for ${assignee.name}`}`,
  };
}

/** A refused link means that the record was destroyed meanwhile: the task stays. */
async function endRefused(deps: ActivityDeps, run: RunInput, ended: readonly { readonly group: EnrichGroup; readonly end: CreateEnd<'task' | 'taskTarget'> }[], what: string): Promise<void> {
  await endGroups(deps, run, ended.flatMap(({ group, end }): GroupEnd[] => {
    if (end.status === 'done' || end.status === 'exists') return [];
    if (end.status === 'rejected' && end.code === 'missing_reference' && what !== 'The sales task') {
      return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: `${what}: the record was deleted in Twenty meanwhile; the task stays.` } }];
    }
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The record has been enriched. ${what}: ${end.message}` } }];
  }));
}
