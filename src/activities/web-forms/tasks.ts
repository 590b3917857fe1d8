import type { RunInput } from '../../domain/run.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { taskDueAt } from '../../workflows/web-forms/due.ts';
import { taskInput, taskTargets, taskTitle } from '../../workflows/web-forms/plan.ts';
import { findMember, goesByTurns, wantedAssignee } from '../../workflows/web-forms/lookups.ts';
import type { WebFormsSettings } from '../../workflows/web-forms/settings.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import { takeTurns } from '../../store/turns.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, recordId } from '../twenty/create-records.ts';
import { membersOf } from '../twenty/members.ts';
import { effectKey, type FormItem, type FormMember, formSettings, loadForms } from './form-item.ts';

/** Makes one follow-up task per submission, with the message as its body. */
export async function createTasks(deps: ActivityDeps, run: RunInput): Promise<{ created: number }> {
  const settings = formSettings(deps, run);
  const items = await loadForms(deps, run);
  const assignees = await assigneesOf(deps, run, settings, items);
  const tasks = items.map((item, index) => {
    const { lead, receivedAt } = item.data;
    const key = effectKey(run, item.deliveryId, 'task');
    const { title, remark } = safeTitle(lead, settings);
    const assignee = assignees[index]!;
    const dueAt = taskDueAt(settings.task, Date.parse(receivedAt));
    const remarks = [remark, assignee.remark, trashRemark(item)].filter((text) => text !== undefined);
    const record = taskInput({ ...lead, remarks: [...lead.remarks, ...remarks] }, title, recordId(key), dueAt, assignee.member?.id);
    const task: FormItem['task'] = { id: record.id, title, dueAt, assignee: assignee.member === undefined ? undefined : nameOf(assignee.member) };
    return { item, task, create: { key, summary: `create task “${title}”`, members: [item.deliveryId], record } };
  });
  const ends = await createRecords(
    deps,
    run,
    { connection: settings.twenty, object: 'task', step: 'task', creates: tasks.map(({ create }) => create) },
    (all) => tasks.flatMap(({ item, task }, index) => (all[index]!.status === 'done' ? [{ deliveryId: item.deliveryId, data: { task } }] : [])),
  );
  await endRefused(deps, run, tasks.map(({ item }, index) => ({ item, end: ends[index]! })), 'The follow-up task');
  return { created: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to its person and company. */
export async function linkTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const settings = formSettings(deps, run);
  const items = (await loadForms(deps, run)).filter(({ data }) => data.task !== undefined);
  const links = items.flatMap((item) => {
    const { task, person, company } = item.data;
    const companyId = company?.id ?? person?.companyId;
    const targets = person === undefined || person.how === 'trashed' ? [] : taskTargets(task!.id, person.id, companyId);
    return targets.map((target) => {
      const to = 'targetPersonId' in target ? 'person' : 'company';
      const key = effectKey(run, item.deliveryId, `task-${to}`);
      return { item, to, create: { key, summary: `link the task to the ${to}`, members: [item.deliveryId], record: { ...target, id: recordId(key) } } };
    });
  });
  const people = links.filter(({ to }) => to === 'person');
  const companies = links.filter(({ to }) => to === 'company');
  // Both kinds go into one call; each has its own step, since a submission has at most one effect per step.
  const ends = await createRecords(deps, run, {
    connection: settings.twenty, object: 'taskTarget', step: 'task link', creates: [...people, ...companies].map(({ create, to }) => ({ ...create, step: `task link to ${to}` })),
  });
  await endRefused(deps, run, [...people, ...companies].map(({ item }, index) => ({ item, end: ends[index]! })), 'Linking the task');
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

/** A refused link means that what it leads to was destroyed meanwhile: the task stays, and the submission says so. */
async function endRefused(deps: ActivityDeps, run: RunInput, ended: readonly { item: FormMember; end: CreateEnd<'task' | 'taskTarget'> }[], what: string): Promise<void> {
  const outcomes = ended.flatMap(({ item, end }): DeliveryOutcome[] => {
    if (end.status === 'done' || end.status === 'exists') return [];
    if (end.status === 'rejected' && end.code === 'missing_reference') {
      const reason = `${what}: the person or company was deleted in Twenty while this form was worked off; it stays deleted.`;
      return [{ deliveryId: item.deliveryId, outcome: { state: 'skipped', code: 'deleted', reason } }];
    }
    return [{ deliveryId: item.deliveryId, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `${what}: ${end.message}` } }];
  });
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}

interface Assigned {
  readonly member?: WorkspaceMember;
  readonly remark?: string;
}

async function assigneesOf(deps: ActivityDeps, run: RunInput, settings: WebFormsSettings, items: readonly FormMember[]): Promise<readonly Assigned[]> {
  const { assignee } = settings.task;
  if (assignee === undefined || items.length === 0) return items.map(() => ({}));
  const members = await membersOf(deps, run, settings.twenty);
  // A plan takes nobody's turn.
  const turns = goesByTurns(assignee) && !run.dryRun ? await takeTurns(deps.database, run.integration, items.map(({ deliveryId }) => deliveryId)) : undefined;
  return Promise.all(items.map(async ({ deliveryId, data }, index) => {
    try {
      const wanted = await wantedAssignee(assignee, data.lead, turns?.get(deliveryId) ?? index);
      if (wanted === undefined) return {};
      const member = findMember(members, wanted);
      return member === undefined ? { remark: `Nobody in the workspace is called ${wanted}, so the task has no assignee.` } : { member };
    } catch (error) {
      return { remark: `The assignee function in the configuration failed: ${(error as Error).message}` };
    }
  }));
}

function safeTitle(lead: FormItem['lead'], settings: WebFormsSettings): { title: string; remark?: string } {
  try {
    return { title: taskTitle(lead, settings.task) };
  } catch (error) {
    const title = taskTitle(lead, { ...settings.task, title: 'Follow up: {name}' });
    return { title, remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

function trashRemark({ data }: FormMember): string | undefined {
  return data.person?.how === 'trashed' ? `The person with the address ${data.lead.email} is in the trash of Twenty.` : undefined;
}

function nameOf(member: WorkspaceMember): string {
  return `${member.firstName} ${member.lastName}`.trim();
}
