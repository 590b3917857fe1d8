import type { RunInput } from '../../domain/run.ts';
import { recordName } from '../../domain/record-words.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import { type Awaiting, awaitRecords } from '../../store/awaited.ts';
import { noteTold } from '../../store/invoices.ts';
import { lackWords } from '../../workflows/invoices/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { type DealGroup, type DealItem, invoicesOfRun, loadDeals } from './deal-item.ts';

/** Makes a task for the owner of each deal that lacks something, which says all that it lacks; again only when something new is lacking. */
export async function makeMissingTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const groups = await untold(deps, run);
  if (groups.length === 0) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const tasks = groups.map((group): NewTask => {
    const { opportunity, company, lacks = [], task = 1, plannedAt } = group.leader.data;
    const deal = recordName(opportunity) ?? 'a deal without a name';
    const assignee = assigneeOf(members, idIn(opportunity?.['ownerId']) ?? idIn(company?.['accountOwnerId']), settings.missing.otherwise);
    const body = [
      'The deal is won, but it cannot be billed yet. Missing:', lacks.map(({ words }) => `- ${words}`).join('\n'),
      'Fill it in, and the invoice is made by itself.', ...(assignee.remark === undefined ? [] : [assignee.remark]),
    ].join('\n\n');
    return {
      key: taskKey(run, group), step: `missing data ${String(task)}`, members: membersOfGroup(group), body,
      title: normalised(oneLine(fillIn(settings.missing.title, { deal, missing: lackWords(lacks) }))), assigneeId: assignee.id,
      dueAt: dueAt(Date.parse(plannedAt!), settings.missing),
    };
  });
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'missing data' }, tasks, (all) =>
    groups.flatMap(({ leader }, index) => {
      const end = all[index]!;
      return end.status === 'done' ? [{ deliveryId: leader.deliveryId, data: { taskId: end.id } satisfies Partial<DealItem> }] : [];
    }));
  await endGroups(deps, run, groups.flatMap((group, index): GroupEnd[] => {
    const end = ends[index]!;
    if (end.status === 'done' || end.status === 'exists') return [];
    const { lacks = [] } = group.leader.data;
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The deal lacks ${lackWords(lacks)}, and the task that says so was refused: ${end.message}` } }];
  }));
  return { made: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to its deal. */
export async function linkMissingTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const groups = (await untold(deps, run)).filter(({ leader }) => leader.data.taskId !== undefined);
  const links = groups.map((group) => ({ key: taskKey(run, group), members: membersOfGroup(group), id: group.leader.data.taskId!, to: { opportunity: group.recordId } }));
  // The link's step carries the number of the task, too: one call for all that have the same.
  let linked = 0;
  for (const [task, same] of Map.groupBy(links.map((link, index) => ({ link, task: groups[index]!.leader.data.task ?? 1 })), (one) => one.task)) {
    const ends = await linkRecords(deps, run, { connection: settings.twenty, object: 'taskTarget', step: `missing data ${String(task)} link` }, same.map(({ link }) => link));
    linked += ends.filter(({ status }) => status === 'done').length;
  }
  return { linked };
}

/** Lets the deals wait outside of any run; a change of the deal, its company or its contact lets them go on. */
export async function awaitData(deps: ActivityDeps, run: RunInput): Promise<{ waiting: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const groups = (await loadDeals(deps, run)).filter(({ leader }) => leader.data.lacks !== undefined);
  if (run.dryRun) return { waiting: groups.length };
  await awaitRecords(deps.database, run, run.integration, groups.flatMap(({ members, leader: { data } }) => {
    return members.map(({ deliveryId }) => ({ deliveryId, records: recordsOf(data) }));
  }));
  await noteTold(deps.database, run, run.integration, settings.tool, groups.flatMap(({ recordId, leader: { data } }) =>
    data.task === undefined ? [] : [{ opportunityId: recordId, missing: data.lacks!.map(({ code }) => code), tasks: data.task }]));
  await endGroups(deps, run, groups.map((group) => ({ group, outcome: { state: 'waiting', code: 'data_missing', waitingFor: 'data', reason: `The deal lacks ${lackWords(group.leader.data.lacks!)}. Fill it in, and the invoice is made.` } })));
  return { waiting: groups.length };
}

/** The deal and those that it is linked to, which may lie in the trash. */
function recordsOf({ recordId, opportunity, company, contact }: DealItem): Awaiting['records'] {
  const related = [[idIn(opportunity?.['companyId']), company], [idIn(opportunity?.['pointOfContactId']), contact]] as const;
  return [
    { id: recordId, updatedAt: idIn(opportunity?.['updatedAt']) },
    ...related.flatMap(([id, record]) => (id === undefined ? [] : [{ id, updatedAt: idIn(record?.['updatedAt']) }])),
  ];
}

async function untold(deps: ActivityDeps, run: RunInput): Promise<readonly DealGroup[]> {
  return (await loadDeals(deps, run)).filter(({ leader: { data } }) => data.lacks !== undefined && data.task !== undefined);
}

function taskKey(run: RunInput, { recordId, leader }: DealGroup): string {
  return `${run.integration}/${recordId}/missing-${String(leader.data.task ?? 1)}`;
}

function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
