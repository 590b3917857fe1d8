import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { droppedPeople } from '../../store/newsletter-ends.ts';
import { resultOf } from '../../store/sets.ts';
import { tallyWords } from '../../workflows/newsletter/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { endJob, type NewsletterJob, openJobs, tallyOf } from './job.ts';
import { droppedWords, mailingWords } from './wording.ts';

/** As many names of each kind stand in the outcome; all of them can be looked up. */
const NAMED = 3;

/** Ends what is left of the set, each with who is on the list and who is not; answers how all of the set ended. */
export async function settleNewsletters(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  for (const job of await openJobs(deps, run)) await endJob(deps, run, job.deliveryId, await outcomeOf(deps, run, job));
  return resultOf(deps.database, run);
}

async function outcomeOf(deps: ActivityDeps, run: RunInput, job: NewsletterJob): Promise<Outcome> {
  const { problem, mailing } = job.state;
  const names = droppedWords(await droppedPeople(deps.database, job.deliveryId, NAMED + 1), NAMED).map((line) => ` ${line}.`).join('');
  const words = `${tallyWords(await tallyOf(deps, run, job))}.${names}`;
  if (run.dryRun) return { state: 'skipped', code: 'dry_run', reason: problem === undefined ? `Dry run: this is what would have been done. ${words}` : problem.reason };
  if (problem !== undefined) return { state: 'failed', code: problem.code, reason: problem.reason };
  return { state: 'succeeded', code: mailing === undefined ? 'added' : mailing.state, reason: mailing === undefined ? words : `${words} The mailing ${mailingWords(mailing)}.` };
}
