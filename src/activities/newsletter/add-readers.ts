import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Added } from '../../connectors/newsletter.ts';
import { noteNewsletter } from '../../store/newsletter.ts';
import { endPart, type NewsletterPart, notePartUnderWay, partsOf, peopleOfPart } from '../../store/newsletter-ends.ts';
import { count } from '../../workflows/newsletter/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import type { StepContext } from '../runtime/step.ts';
import { carryOut } from '../tools/carry-out.ts';
import { listName } from './campaign.ts';
import { AT_ONCE_MS, type NewsletterJob, openJob, REQUESTS_AT_ONCE } from './job.ts';

/** One bulk request; its people are the frozen ones of that part, which nothing changes any more. */
interface PartRequest {
  readonly list: string;
  readonly group?: string;
  readonly part: number;
  readonly people: number;
}

/**
 * Adds the next parts to the list, one bulk request each. What the tool says of single people is kept before the request counts as
 * done. A request that is refused as a whole ends the adding: the list is not there, or not for this key.
 */
export async function addReaders(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined || job.state.problem !== undefined) return { done: true };
  const open = (await partsOf(deps.database, deliveryId)).filter(({ state }) => state === 'open');
  const until = Date.now() + AT_ONCE_MS;
  for (const [index, part] of open.entries()) {
    if (!run.dryRun && (index === REQUESTS_AT_ONCE || Date.now() > until)) return { done: false };
    const problem = await addPart(deps, run, job, part);
    if (problem === undefined) continue;
    await noteNewsletter(deps.database, run, deliveryId, { problem: { code: 'list_refused', reason: `${deps.tool('newsletter', job.settings.tool).service} refused to add people to the list ${listName(job)}: ${problem}` } });
    return { done: true };
  }
  return { done: true };
}

/** Keeps what a tool said of a part. Throws a `rejected` ConnectorError when it gave up on the whole. */
export async function keepAdded(deps: ActivityDeps, run: RunInput, { deliveryId, settings }: NewsletterJob, part: number, said: Added): Promise<void> {
  switch (said.state) {
    case 'done': return endPart(deps.database, run, deliveryId, part, said);
    case 'under way': return notePartUnderWay(deps.database, run, deliveryId, part, said.job);
    case 'failed': throw new ConnectorError(settings.tool, 'rejected', said.says);
  }
}

async function addPart(deps: ActivityDeps, run: RunInput, job: NewsletterJob, { part, people, attempt }: NewsletterPart): Promise<string | undefined> {
  const { deliveryId, settings: { tool, list, group } } = job;
  const ask = async (request: PartRequest, context: StepContext): Promise<string | undefined> => {
    const frozen = await peopleOfPart(deps.database, deliveryId, request.part);
    const said = await deps.tool('newsletter', tool).add({ list: request.list, group: request.group, people: frozen.map((one) => ({ ...one, email: one.email! })) }, context);
    await keepAdded(deps, run, job, request.part, said);
    return said.state === 'under way' ? said.job : undefined;
  };
  const again = attempt === 0 ? '' : `, again ${String(attempt)}`;
  const [end] = await carryOut<PartRequest, void>(deps, run, {
    connection: tool,
    step: `add to the list, part ${String(part)}${again}`,
    changes: [{
      key: `${job.key}/list/${String(part)}${again}`, summary: `add ${people === 1 ? '1 person' : `${count(people)} people`} to the list ${listName(job)}`, members: [deliveryId],
      request: { list, ...(group === undefined ? {} : { group }), part, people },
    }],
    send: async (request, _key, context) => ({ outsideId: await ask(request, context), answer: undefined }),
    // Nobody knows any more what the tool said of each person: to ask again changes nothing and says it again.
    recall: async (request, context) => void (await ask(request, context)),
  });
  return end?.status === 'rejected' || end?.status === 'unknown' ? end.message : undefined;
}
