import type { RunInput } from '../../domain/run.ts';
import { insertItems, type Item, loadDeliveries } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import { wantedNews } from '../../workflows/email-sequences/hook.ts';
import type { ActivityDeps } from '../deps.ts';
import { type NewsItem, type PersonItem, sequencesOf } from './sequence-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedSequences {
  readonly people: number;
  readonly news: number;
  readonly connections: { readonly twenty: string; readonly tool: string };
  readonly followUp: boolean;
}

/** Tells the people of the set from the calls of the tool, and reads those with the configuration of now. */
export async function openSequences(deps: ActivityDeps, run: RunInput): Promise<OpenedSequences> {
  const { settings } = sequencesOf(deps, run);
  const items: Item<PersonItem | NewsItem>[] = [];
  const unreadable: DeliveryOutcome[] = [];
  for (const [position, { deliveryId, recordId, action, body, headers }] of (await loadDeliveries(deps.database, run)).entries()) {
    if (recordId !== undefined) {
      items.push({ deliveryId, position, data: { kind: 'person', recordId: recordId.toLowerCase(), ...(action === undefined ? {} : { action }) } });
      continue;
    }
    const reading = settings.webhook === undefined ? undefined : wantedNews(settings, settings.webhook.read({ body, headers }));
    if (reading?.kind === 'news') items.push({ deliveryId, position, data: { kind: 'news', recordId: `news:${deliveryId}`, news: reading.news } });
    else unreadable.push({ deliveryId, outcome: { state: 'skipped', code: 'no_news', reason: 'As it is configured now, this call tells nothing of a person.' } });
  }
  await insertItems(deps.database, run, items);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  const people = items.filter(({ data }) => data.kind === 'person');
  const { twenty, tool, followUp } = settings;
  return { people: new Set(people.map(({ data }) => data.recordId)).size, news: items.length - people.length, connections: { twenty, tool }, followUp: followUp !== false };
}
