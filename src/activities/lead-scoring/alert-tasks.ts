import type { RunInput } from '../../domain/run.ts';
import { findMember, memberName } from '../../domain/member.ts';
import { normalised } from '../../domain/text.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { dueAfterWorkingDays } from '../../normalise/working-days.ts';
import { markAlerted } from '../../store/lead-scores.ts';
import { alertBody, alertTitle, ownerOf } from '../../workflows/lead-scoring/alert.ts';
import type { TaskAlert } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, type RecordCreate, recordId } from '../twenty/create-records.ts';
import { membersOf } from '../twenty/members.ts';
import { alertKey, endLeads, type LeadEnd, type LeadGroup, type LeadItem, loadLeads, scoringOf } from './lead-item.ts';
import { leadOf } from './score-leads.ts';

/** Makes one task for each lead that crossed the threshold, for its owner, with the reasons as its body. */
export async function makeAlertTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = scoringOf(deps, run);
  const groups = await dueAlerts(deps, run);
  const task = settings.onThreshold?.task;
  if (groups.length === 0 || task === undefined) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const tasks = groups.map((group) => {
    const key = alertKey(run, group, 'task');
    const { record, told } = taskOf(group, recordId(key), task, members, settings.fields.owner);
    const create: RecordCreate = { key, summary: `create task “${String(record['title'])}”`, members: group.members.map(({ deliveryId }) => deliveryId), record };
    return { group, told, create };
  });
  const ends = await createRecords(deps, run, { connection: settings.twenty, object: 'task', step: 'lead task', creates: tasks.map(({ create }) => create) }, (all) =>
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
  const links = groups.flatMap((group) => {
    const { taskId, company } = group.leader.data;
    const targets = [{ to: 'person', link: { targetPersonId: group.recordId } }, ...(company === undefined ? [] : [{ to: 'company', link: { targetCompanyId: company.id } }])];
    return targets.map(({ to, link }) => {
      const key = alertKey(run, group, `task-${to}`);
      const create: RecordCreate = {
        key, step: `lead task link to ${to}`, summary: `link the task to the ${to}`, members: group.members.map(({ deliveryId }) => deliveryId), record: { id: recordId(key), taskId, ...link },
      };
      return { group, create };
    });
  });
  const ends = await createRecords(deps, run, { connection: scoringOf(deps, run).settings.twenty, object: 'taskTarget', step: 'lead task link', creates: links.map(({ create }) => create) });
  if (!run.dryRun) await markAlerted(deps.database, run.integration, groups.map(({ recordId: id }) => id));
  await endRefused(deps, run, links.map(({ group }, index) => ({ group, end: ends[index]! })), 'Linking the task');
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

/** The leads of the set whose crossing nobody has been told of. */
export async function dueAlerts(deps: ActivityDeps, run: RunInput): Promise<readonly LeadGroup[]> {
  return (await loadLeads(deps, run)).filter(({ leader: { data } }) => data.crossing !== undefined && data.result !== undefined);
}

function taskOf(group: LeadGroup, id: string, task: TaskAlert, members: readonly WorkspaceMember[], ownerField: string | undefined): { readonly record: RecordCreate['record']; readonly told: string } {
  const { result, scoredAt } = group.leader.data;
  const lead = leadOf(group, new Map(), Date.parse(scoredAt!));
  const owner = members.find((member) => member.id === ownerOf(lead, ownerField));
  const assignee = owner ?? (task.otherwise === undefined ? undefined : findMember(members, task.otherwise));
  const unknown = assignee === undefined && task.otherwise !== undefined ? [`Nobody in the workspace is called ${task.otherwise}, so the task has no assignee.`] : [];
  const { title, remark } = alertTitle(task.title, lead, result!);
  const dueAt = dueAfterWorkingDays(Date.parse(scoredAt!), task.dueInWorkingDays, { ...task, timeZone: task.timeZone ?? 'UTC' });
  const record = {
    id, title: normalised(title), bodyV2: { markdown: normalised(alertBody(result!, [...(remark === undefined ? [] : [remark]), ...unknown])) }, dueAt, status: 'TODO',
    ...(assignee === undefined ? {} : { assigneeId: assignee.id }),
  };
  return { record, told: `task made${assignee === undefined ? '' : ` for ${memberName(assignee)}`}` };
}

/** A refused link means that the person or company was destroyed meanwhile: the task stays. */
async function endRefused(deps: ActivityDeps, run: RunInput, ended: readonly { readonly group: LeadGroup; readonly end: CreateEnd<'task' | 'taskTarget'> }[], what: string): Promise<void> {
  await endLeads(deps, run, ended.flatMap(({ group, end }): LeadEnd[] => {
    if (end.status === 'done' || end.status === 'exists') return [];
    if (end.status === 'rejected' && end.code === 'missing_reference' && what !== 'The task') {
      return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: `${what}: the person or company was deleted in Twenty meanwhile; the task stays.` } }];
    }
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The score is in Twenty. ${what}: ${end.message}` } }];
  }));
}
