import { ConnectorError } from '../../domain/failure.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { noteNewsletter } from '../../store/newsletter.ts';
import { count } from '../../workflows/newsletter/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { type CountedPlan, endJob, type NewsletterJob, openJob } from './job.ts';
import { fieldProblem } from './person-fields.ts';

/** Somebody may be added between the two counts: a difference has to stay to count. */
const LOOKS = 3;

/**
 * Makes the view definite and counts its people twice: as Sluice reads the view, and as Twenty itself does. When they differ nothing is
 * added to anything. Answers 0 when the newsletter has ended with that, or with another reason.
 */
export async function countReaders(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ people: number }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined) return { people: 0 };
  if (job.state.plan !== undefined) return { people: job.state.plan.counted };
  const found = await onConnection(deps, run, job.settings.twenty, (context) => countOnce(deps, job, context));
  if ('state' in found) {
    await endJob(deps, run, deliveryId, found);
    return { people: 0 };
  }
  await noteNewsletter(deps.database, run, deliveryId, { plan: found });
  return { people: found.counted };
}

async function countOnce(deps: ActivityDeps, { settings, view }: NewsletterJob, context: StepContext): Promise<CountedPlan | Outcome> {
  const client = deps.twenty(settings.twenty);
  const problem = fieldProblem(await client.metadata.objects({ signal: context.signal }), settings);
  if (problem !== undefined) return { state: 'failed', code: 'field_missing', reason: problem };
  try {
    for (let look = 1; ; look += 1) {
      const plan = await client.planSelection('person', { view }, { signal: context.signal });
      const { selected, countedByServer = selected } = await client.selectionCount(plan, look === 1 ? context : midway(context));
      const name = plan.view?.name ?? view;
      if (selected === countedByServer) {
        return selected === 0 ? { state: 'skipped', code: 'nobody', reason: `The view “${name}” shows nobody.` } : { plan, counted: selected };
      }
      if (look === LOOKS) {
        const reason = `Sluice reads the view “${name}” as ${count(selected)} people, Twenty itself counts ${count(countedByServer)}. Nobody was added to any list: one of its conditions is read otherwise than Twenty reads it. Express it by other conditions, and tell the makers of Sluice.`;
        return { state: 'failed', code: 'view_differs', reason };
      }
    }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return { state: 'failed', code: 'view_refused', reason: error.message };
  }
}
