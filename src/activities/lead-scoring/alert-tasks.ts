import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { markAlerted } from '../../store/lead-scores.ts';
import { alertBody, alertTitle, ownerOf } from '../../workflows/lead-scoring/alert.ts';
import type { TaskAlert } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import type { CreateEnd } from '../twenty/create-records.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { alertKey, type LeadGroup, type LeadItem, loadLeads, scoringOf } from './lead-item.ts';
import { leadOf } from './score-leads.ts';

/** Makes one task for each lead that crossed the threshold, for its owner, with the reasons as its body. */
export async function makeAlertTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = scoringOf(deps, run);
  const groups = await dueAlerts(deps, run);
  const task = settings.onThreshold?.task;
  if (groups.length === 0 || task === undefined) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const tasks = groups.map((group) => ({ group, ...taskOf(run, group, task, members, settings.fields.owner) }));
  const step = { connection: settings.twenty, step: 'lead task' };
  const ends = await makeTasks(deps, run, step, tasks.map(({ task: one }) => one), (all) =>
    tasks.flatMap(({ group, told }, index) => {
      const end = all[index]!;
      return end.status === 'done' ? [{ deliveryId: group.leader.deliveryId, data: { taskId: end.id, told } satisfies Partial<LeadItem> }] : [];
    }));
  await endRefused(deps, run, tasks.map(({ group }, index) => ({ group, end: ends[index]! })), 'The task');
  return { made: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to its person and company; then the alert has been made. */
export async function linkAlertTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const groups = (await dueAlerts(deps, run)).filter(({ leader }) => leader.data.taskId !== undefined);
  const links = groups.map((group): RecordLink => ({
    key: alertKey(run, group, 'task'), members: membersOfGroup(group), id: group.leader.data.taskId!, to: { person: group.recordId, company: group.leader.data.company?.id },
  }));
  const step = { connection: scoringOf(deps, run).settings.twenty, object: 'taskTarget', step: 'lead task link' } as const;
  const ends = await linkRecords(deps, run, step, links);
  if (!run.dryRun) await markAlerted(deps.database, run.integration, groups.map(({ recordId: id }) => id));
  await endRefused(deps, run, groups.map((group, index) => ({ group, end: ends[index]! })), 'Linking the task');
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

/** The leads of the set whose crossing nobody has been told of. */
export async function dueAlerts(deps: ActivityDeps, run: RunInput): Promise<readonly LeadGroup[]> {
  return (await loadLeads(deps, run)).filter(({ leader: { data } }) => data.crossing !== undefined && data.result !== undefined);
}

function taskOf(run: RunInput, group: LeadGroup, task: TaskAlert, members: readonly WorkspaceMember[], ownerField: string | undefined): { readonly task: NewTask; readonly told: string } {
  const { result, scoredAt } = group.leader.data;
  const lead = leadOf(group, new Map(), Date.parse(scoredAt!));
  const assignee = assigneeOf(members, ownerOf(lead, ownerField), task.otherwise);
  const { title, remark } = alertTitle(task.title, lead, result!);
  const remarks = [remark, assignee.remark].filter((one) => one !== undefined);
  return {
    task: {
      key: alertKey(run, group, 'task'), members: membersOfGroup(group), title: normalised(title), body: alertBody(result!, remarks),
      dueAt: dueAt(Date.parse(scoredAt!), task), assigneeId: assignee.id,
    },
    told: `task made${assignee.name === undefined ? '' : ` for ${assignee.name}`}`,
  };
}

/** A refused link means that the person or company was destroyed meanwhile: the task stays. */
async function endRefused(deps: ActivityDeps, run: RunInput, ended: readonly { readonly group: LeadGroup; readonly end: CreateEnd<'task' | 'taskTarget'> }[], what: string): Promise<void> {
  await endGroups(deps, run, ended.flatMap(({ group, end }): GroupEnd[] => {
    if (end.status === 'done' || end.status === 'exists') return [];
    if (end.status === 'rejected' && end.code === 'missing_reference' && what !== 'The task') {
      return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: `${what}: the person or company was deleted in Twenty meanwhile; the task stays.` } }];
    }
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The score is in Twenty. ${what}: ${end.message}` } }];
  }));
}
