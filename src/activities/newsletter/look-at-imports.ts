import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Added } from '../../connectors/newsletter.ts';
import { noteNewsletter } from '../../store/newsletter.ts';
import { partsOf, reopenPart } from '../../store/newsletter-ends.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection, type StepContext } from '../runtime/step.ts';
import { keepAdded } from './add-readers.ts';
import { openJob } from './job.ts';

/** Asks for the requests that the tool works off by itself. At the `last` look what is still under way is given up on; a retry looks again. */
export async function lookAtImports(deps: ActivityDeps, run: RunInput, deliveryId: string, last: boolean): Promise<{ underWay: boolean }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined || run.dryRun) return { underWay: false };
  const parts = (await partsOf(deps.database, deliveryId)).filter(({ state }) => state === 'under way');
  const tool = deps.tool('newsletter', job.settings.tool);
  let left = 0;
  for (const { part, job: import_ } of parts) {
    const said = await onConnection(deps, run, job.settings.tool, (context) => progressOf(tool.progress?.bind(tool), import_ ?? '', context));
    if (said.state === 'under way') left += 1;
    else if (said.state === 'done') await keepAdded(deps, run, job, part, said);
    else {
      await reopenPart(deps.database, run, deliveryId, part);
      await noteNewsletter(deps.database, run, deliveryId, { problem: { code: 'import_failed', reason: `${tool.service} gave up on adding part ${String(part)}: ${said.says}. A retry makes it anew.` } });
    }
  }
  if (left > 0 && last) await noteNewsletter(deps.database, run, deliveryId, { problem: { code: 'import_stuck', reason: `${tool.service} has not finished adding people after two hours. A retry looks again.` } });
  return { underWay: left > 0 && !last };
}

/** A job that the tool does not know any more has come to nothing. */
async function progressOf(progress: ((job: string, call: StepContext) => Promise<Added>) | undefined, job: string, context: StepContext): Promise<Added> {
  try {
    return (await progress?.(job, context)) ?? { state: 'failed', says: 'it cannot be asked how far it is' };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return { state: 'failed', says: error.message };
  }
}
