import type { RunInput } from '../../domain/run.ts';
import type { StartBody } from '../../domain/start.ts';
import { loadDeliveries } from '../../store/items.ts';
import { openNewsletter } from '../../store/newsletter.ts';
import { NewsletterStart } from '../../workflows/newsletter/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { endJob, newsletterOf } from './job.ts';

/** What the workflow needs to know of its set. */
export interface OpenedNewsletters {
  readonly open: readonly string[];
  readonly twenty: string;
  readonly tool: string;
  readonly mail: string;
  readonly mailing: 'none' | 'draft' | 'send';
}

/** Takes up the starts of the set; one that says something nobody understands ends as failed. */
export async function openNewsletters(deps: ActivityDeps, run: RunInput): Promise<OpenedNewsletters> {
  const { settings } = newsletterOf(deps, run);
  const open: string[] = [];
  for (const { deliveryId, body } of await loadDeliveries(deps.database, run)) {
    const { input } = JSON.parse(Buffer.from(body).toString('utf8')) as StartBody;
    const start = NewsletterStart.safeParse(input ?? {});
    if (start.success) {
      await openNewsletter(deps.database, run, deliveryId, run.dryRun);
      open.push(deliveryId);
      continue;
    }
    const problems = start.error.issues.map(({ path, message }) => `${['input', ...path.map(String)].join('.')}: ${message}`).join('; ');
    await endJob(deps, run, deliveryId, { state: 'failed', code: 'not_understood', reason: `The start was not understood: ${problems}. Write { "input": { "view": "…", "name": "…" } }, or leave it out.` });
  }
  const { twenty, tool, confirm, mailing } = settings;
  return { open, twenty, tool, mail: confirm.mail, mailing: mailing === undefined ? 'none' : mailing.send ? 'send' : 'draft' };
}
