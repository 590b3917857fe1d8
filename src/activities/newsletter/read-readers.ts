import { personName } from '../../domain/record-words.ts';
import { normalised, oneLine } from '../../domain/text.ts';
import type { RunInput } from '../../domain/run.ts';
import { keepPeople, type NewsletterPerson } from '../../store/newsletter.ts';
import { listFields, readReader } from '../../workflows/newsletter/reader.ts';
import type { NewsletterSettings } from '../../workflows/newsletter/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { AT_ONCE_MS, openJob, REQUESTS_AT_ONCE } from './job.ts';

/** Reads the next pages of the view, each kept with where the next begins before that is asked for. */
export async function readReaders(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
  const job = await openJob(deps, run, deliveryId);
  if (job?.state.plan === undefined || job.state.isRead) return { done: true };
  const { settings, state: { plan: { plan } } } = job;
  const fields = ['name', 'emails', settings.optOut.field, ...Object.values(settings.fields)];
  const until = Date.now() + AT_ONCE_MS;
  let from = job.state.cursor;
  for (let pages = 0; pages < REQUESTS_AT_ONCE && Date.now() < until; pages += 1) {
    const { records, next } = await onConnection(deps, run, settings.twenty, (context) => deps.twenty(settings.twenty).selectionPage(plan, from, context, fields));
    await keepPeople(deps.database, run, deliveryId, { from, people: records.map((record) => personOf(record, settings)), next });
    if (next === undefined) return { done: true };
    from = next;
  }
  return { done: false };
}

function personOf(record: Readonly<Record<string, unknown>> & { readonly id: string }, settings: NewsletterSettings): NewsletterPerson {
  const { firstName, lastName } = (record['name'] ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  const { state, email, says } = readReader(record, settings.optOut);
  return { recordId: record.id, name: personName(record), email: email === undefined ? undefined : normalised(email), firstName: textOf(firstName), lastName: textOf(lastName), fields: listFields(record, settings.fields), state, says };
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? oneLine(value) : '';
  return text === '' ? undefined : normalised(text);
}
