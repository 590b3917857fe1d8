import type { RunInput } from '../../domain/run.ts';
import { noteNewsletter } from '../../store/newsletter.ts';
import type { CampaignStatus, Tally } from '../../workflows/newsletter/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, recordId } from '../twenty/create-records.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { endJob, type NewsletterJob, openJob, tallyOf } from './job.ts';

/** Makes the campaign record before anybody is added, so that what is under way can be seen. Without it nothing goes on. */
export async function createCampaign(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ made: boolean }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined) return { made: false };
  const { settings, name, startedAt } = job;
  const status: CampaignStatus = 'ADDING';
  const record = {
    id: campaignId(job), name, status, tool: deps.tool('newsletter', settings.tool).service, list: listName(job), viewName: job.state.plan?.plan.view?.name ?? job.view, startedAt,
    ...fieldsOf(await tallyOf(deps, run, job), false),
  };
  const [end] = await createRecords(deps, run, { connection: settings.twenty, object: 'campaign', step: 'campaign', creates: [{ key: campaignKey(job), summary: `create campaign “${name}”`, members: [deliveryId], record }] });
  if (end?.status === 'done' || end?.status === 'exists') return { made: true };
  await endJob(deps, run, deliveryId, { state: 'failed', code: 'campaign_refused', reason: `Twenty did not take the campaign record, so nobody was added: ${end?.message ?? ''} Run sluice setup if the object or a field is missing.` });
  return { made: false };
}

/** Writes how it went to the record. One that somebody deleted is left so. */
export async function finishCampaign(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<void> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined || run.dryRun) return;
  const { mailing, problem } = job.state;
  const status: CampaignStatus = problem !== undefined ? 'FAILED' : mailing === undefined ? 'ADDED' : mailing.state === 'sent' ? 'SENT' : 'DRAFTED';
  const wanted: Readonly<Record<string, unknown>> = { status, ...fieldsOf(await tallyOf(deps, run, job), problem === undefined), mailingId: mailing?.id ?? '', problem: problem?.reason ?? '' };
  const [end] = await updateRecords(deps, run, {
    connection: job.settings.twenty, object: 'campaign', step: 'campaign result', fields: [...Object.keys(wanted), 'finishedAt'],
    updates: [{
      key: `${campaignKey(job)}/result/${run.setId}`, summary: `write the result of the campaign “${job.name}”: ${status}`, members: [deliveryId], id: campaignId(job),
      plan: (current) => {
        const now = current as Readonly<Record<string, unknown>>;
        return Object.entries(wanted).every(([field, value]) => (now[field] ?? '') === value) ? undefined : { ...wanted, finishedAt: new Date().toISOString() };
      },
    }],
  });
  if (problem === undefined && typeof end === 'object') await noteNewsletter(deps.database, run, deliveryId, { problem: { code: 'campaign_refused', reason: `Everybody is on the list, but the campaign record was not taken: ${end.message}` } });
}

export function campaignId(job: NewsletterJob): string {
  return recordId(campaignKey(job));
}

/** `a6b5da1054`, `a6b5da1054 (49377)`. */
export function listName({ settings: { list, group } }: NewsletterJob): string {
  return group === undefined ? list : `${list} (${group})`;
}

function campaignKey({ key }: NewsletterJob): string {
  return `${key}/campaign`;
}

/** Before it is done nobody is on the list for sure. */
function fieldsOf(tally: Tally, isDone: boolean): Readonly<Record<string, number>> {
  return {
    peopleSelected: tally.selected, peopleOnList: isDone ? tally.onList : 0, peopleWithoutAddress: tally.noAddress, peopleInvalid: tally.invalid, peopleDuplicate: tally.duplicate,
    peopleOptedOut: tally.optedOut, peopleUnsubscribed: tally.unsubscribed, peopleRefused: tally.refused,
  };
}
