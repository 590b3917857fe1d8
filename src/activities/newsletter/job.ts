import type { Integration } from '../../config/use-case.ts';
import type { SelectionPlan } from '../../connectors/twenty/index.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { StartBody } from '../../domain/start.ts';
import { fillIn, oneLine } from '../../domain/text.ts';
import { loadDeliveries } from '../../store/items.ts';
import { type NewsletterState, newsletterState } from '../../store/newsletter.ts';
import { peopleCounts } from '../../store/newsletter-ends.ts';
import { settle } from '../../store/settle.ts';
import { NewsletterStart, type Tally } from '../../workflows/newsletter/contract.ts';
import type { NewsletterSettings } from '../../workflows/newsletter/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** What the view came to mean, and how many people it shows. */
export interface CountedPlan {
  readonly plan: SelectionPlan;
  readonly counted: number;
}

/** One newsletter: a start and what it means under the configuration. */
export interface NewsletterJob {
  readonly deliveryId: string;
  /** All that is made for it bears the event's id: one start, one campaign. */
  readonly key: string;
  readonly settings: NewsletterSettings;
  readonly view: string;
  readonly name: string;
  /** `2026-01-31`. */
  readonly day: string;
  readonly startedAt: string;
  readonly state: NewsletterState<CountedPlan>;
}

export function newsletterOf(deps: ActivityDeps, run: RunInput): Integration<NewsletterSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<NewsletterSettings>;
}

/** The newsletters of the set that have not ended, in order. */
export async function openJobs(deps: ActivityDeps, run: RunInput): Promise<readonly NewsletterJob[]> {
  const { settings } = newsletterOf(deps, run);
  const jobs: NewsletterJob[] = [];
  for (const { deliveryId, eventId, receivedAt, body } of await loadDeliveries(deps.database, run)) {
    const state = await newsletterState<CountedPlan>(deps.database, deliveryId);
    const { nominalAt, input } = JSON.parse(Buffer.from(body).toString('utf8')) as StartBody;
    const start = NewsletterStart.safeParse(input ?? {});
    if (state === undefined || !start.success) continue;
    const startedAt = nominalAt ?? receivedAt.toISOString();
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: settings.timeZone ?? 'UTC' }).format(new Date(startedAt));
    const name = oneLine(fillIn(start.data.name ?? settings.name, { integration: run.integration, day }));
    jobs.push({ deliveryId, key: `${run.integration}/${eventId}`, settings, view: start.data.view ?? settings.view, name, day, startedAt, state });
  }
  return jobs;
}

/** Undefined when it has ended. */
export async function openJob(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<NewsletterJob | undefined> {
  return (await openJobs(deps, run)).find((job) => job.deliveryId === deliveryId);
}

/** In a dry run everybody who would be added counts as on the list. */
export async function tallyOf(deps: ActivityDeps, run: RunInput, { deliveryId }: NewsletterJob): Promise<Tally> {
  const counts = await peopleCounts(deps.database, deliveryId);
  const selected = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const { no_address: noAddress = 0, invalid = 0, duplicate = 0, opted_out: optedOut = 0, unsubscribed = 0, refused = 0, listed = 0, added = 0 } = counts;
  return { selected, onList: run.dryRun ? listed : added, noAddress, invalid, duplicate, optedOut, unsubscribed, refused };
}

export async function endJob(deps: ActivityDeps, run: RunInput, deliveryId: string, outcome: Outcome): Promise<void> {
  await settle(deps.database, run, [{ deliveryId, outcome }]);
}

/** After so many requests or so long, an activity ends and the next one goes on. */
export const REQUESTS_AT_ONCE = 20;
export const AT_ONCE_MS = 60_000;
