import type { RunInput } from '../../domain/run.ts';
import { freezePeople } from '../../store/newsletter.ts';
import { tallyWords } from '../../workflows/newsletter/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { endJob, openJob, tallyOf } from './job.ts';

/** Freezes who is added, in requests as large as the tool takes them. With nobody left the newsletter ends here. */
export async function freezeReaders(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ requests: number }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined) return { requests: 0 };
  const requests = await freezePeople(deps.database, run, deliveryId, deps.tool('newsletter', job.settings.tool).most);
  if (requests === 0) await endJob(deps, run, deliveryId, { state: 'skipped', code: 'nobody_left', reason: `Nobody is left to be added: ${tallyWords(await tallyOf(deps, run, job))}.` });
  return { requests };
}
