import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { patchCompanies } from '../../store/product-companies.ts';
import { markTold } from '../../store/product-metrics.ts';
import { fallBody, fallTitle } from '../../workflows/product-data-sync/fall.ts';
import { labelOf } from '../../workflows/product-data-sync/fields.ts';
import type { Fall, ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { assigneeOf, dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { type FallenMetric, openedPage, type PageCompany, type Sync, syncSettings } from './sync-state.ts';

/** Makes one task for each metric of the page that has fallen, for the account's owner. */
export async function makeFallTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { settings } = syncSettings(deps, run);
  const { sync, companies } = await openedPage(deps, run);
  const due = dueFalls(companies);
  if (due.length === 0) return { made: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'fall task' }, due.map(({ company, fall }) => taskOf(run, sync, company, fall, settings, members)));
  const ids = new Map(due.flatMap(({ company, fall }, index) => {
    const end = ends[index]!;
    return end.status === 'done' ? [[taskKey(run, company, fall), end.id] as const] : [];
  }));
  await patchCompanies(deps.database, run, sync.deliveryId, [...new Set(due.map(({ company }) => company))].map((company) => {
    const falls = company.data.falls!.map((fall) => ({ ...fall, taskId: ids.get(taskKey(run, company, fall)) }));
    const isRefused = falls.some(({ taskId }) => taskId === undefined);
    return { key: company.key, data: { falls }, ...(isRefused ? { reason: 'Twenty did not take the task about a metric that has fallen.' } : {}) };
  }));
  // What Twenty refuses today it refuses tomorrow; it is listed instead.
  if (!run.dryRun) await markTold(deps.database, run.integration, due.flatMap(({ company, fall }) => (ids.has(taskKey(run, company, fall)) ? [] : [{ companyId: company.companyId!, ...fall }])));
  return { made: ids.size };
}

/** Links each task to its company; then the fall has been told. */
export async function linkFallTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { settings } = syncSettings(deps, run);
  const { sync, companies } = await openedPage(deps, run);
  const made = dueFalls(companies).filter(({ fall }) => fall.taskId !== undefined);
  const links = made.map(({ company, fall }): RecordLink => ({ key: taskKey(run, company, fall), members: [sync.deliveryId], id: fall.taskId!, to: { company: company.companyId } }));
  const step = { connection: settings.twenty, object: 'taskTarget', step: `fall task link, page ${String(sync.companyPage)}` } as const;
  const ends = await linkRecords(deps, run, step, links);
  if (!run.dryRun) await markTold(deps.database, run.integration, made.map(({ company, fall }) => ({ companyId: company.companyId!, ...fall })));
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

interface DueFall {
  readonly company: PageCompany;
  readonly fall: FallenMetric;
}

function dueFalls(companies: readonly PageCompany[]): readonly DueFall[] {
  return companies.filter(({ state }) => state !== 'deleted').flatMap((company) => (company.data.falls ?? []).map((fall) => ({ company, fall })));
}

/** A task is made once for each fall, whichever sync makes it. */
function taskKey({ integration }: RunInput, { companyId }: PageCompany, { metric, fall }: FallenMetric): string {
  return `${integration}/${companyId!}/${metric}/fall-${String(fall)}/task`;
}

function taskOf(run: RunInput, sync: Sync, company: PageCompany, fallen: FallenMetric, { metrics, onFall }: ProductDataSyncSettings, members: readonly WorkspaceMember[]): NewTask {
  const fall: Fall = { ...fallen, company: company.name, metric: metrics[fallen.metric]?.label ?? labelOf(fallen.metric) };
  const assignee = assigneeOf(members, company.data.ownerId, onFall.otherwise);
  const { title, remark } = fallTitle(onFall.title, fall);
  return {
    key: taskKey(run, company, fallen), step: `fall task ${String(company.position)} ${fallen.metric}`, members: [sync.deliveryId],
    title: normalised(title), body: fallBody(fall, [remark, assignee.remark].filter((one) => one !== undefined)), dueAt: dueAt(Date.parse(sync.startedAt), onFall), assigneeId: assignee.id,
  };
}
