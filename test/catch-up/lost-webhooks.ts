import { expect } from 'vitest';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import type { RecordAction, RecordEvent } from '../../src/domain/record-event.ts';
import type { CatchUpStack } from './catch-up-stack.ts';
import { edit } from './edits.ts';
import { witness } from './witness/index.ts';

const THERE_ALREADY = 200;
const actions: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored'];

/**
 * Loses 30 % of the webhooks of so many edits, delays and reorders the rest, catches up once, and checks what came of every
 * record. Answers the figures in a sentence.
 */
export async function loseWebhooks(start: (integrations: Readonly<Record<string, IntegrationInput>>) => Promise<CatchUpStack>, edits: number): Promise<string> {
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const seen: RecordEvent[] = [];
  const watch = ['emails', 'jobTitle'];
  const stack = await start({
    people: witness({ interest: { object: 'person', connection: 'twenty', actions, watch }, sees: (event) => seen.push(event) }),
  });
  const { twenty } = stack;
  for (let n = 0; n < THERE_ALREADY; n += 1) {
    twenty.asUser.create('people', { emails: { primaryEmail: `there${String(n)}@acme.example` }, jobTitle: 'Buyer', createdAt: hourAgo, updatedAt: hourAgo });
  }
  const there = new Map(twenty.records('people').map(({ id, jobTitle }) => [id as string, jobTitle as string]));
  await stack.catchUp();
  await stack.listen();

  let reading = false;
  let calls = 0;
  twenty.beforeOperation = (_operation, { filter }) => {
    if (reading && JSON.stringify(filter).includes('"gte"')) calls += 1;
  };
  twenty.disturbWebhooks({ lost: 0.3, delayMs: 3_000, seed: 11 });
  await edit(twenty, edits, 7);
  await twenty.settled();
  await stack.settled(120_000);
  reading = true;
  const result = await stack.catchUp();
  reading = false;
  await stack.settled(120_000);
  const again = await stack.catchUp();
  await stack.settled();

  const people = twenty.records('people');
  const latest = new Map(seen.map((event) => [event.recordId, event]));
  const touched = people.filter(({ id, updatedAt }) => !there.has(id as string) || updatedAt !== hourAgo);
  const wrong = touched.filter((record) => {
    const { id, jobTitle, deletedAt } = record as { id: string; jobTitle: string; deletedAt: string | null };
    const event = latest.get(id);
    // A record that was there may have come back to what it was at the baseline without anybody hearing of it.
    if (event === undefined) return there.get(id) !== jobTitle || deletedAt !== null;
    return (deletedAt ?? undefined) !== event.record['deletedAt'] || event.record['jobTitle'] !== jobTitle;
  });
  expect(await Promise.all(wrong.map(({ id, jobTitle, deletedAt }) => storyOf(stack, id as string, [jobTitle, deletedAt])))).toEqual([]);
  const { rows: creations } = await stack.database.pool.query<{ record_id: string; n: number }>(
    `select record_id, count(*) as n from deliveries where integration = 'people' and action = 'created' and (state = 'succeeded' or code = 'unchanged') group by 1`);
  // One that is in the trash by the time it is found is not worth a creation.
  const made = people.filter(({ id, deletedAt }) => !there.has(id as string) && deletedAt === null).map(({ id }) => id as string);
  const created = new Set(creations.map(({ record_id }) => record_id));
  expect(made.filter((id) => !created.has(id))).toEqual([]);
  expect(creations.filter(({ record_id, n }) => n > 1 || there.has(record_id))).toEqual([]);
  const told = seen.map(({ recordId, action, updatedAt }) => `${recordId} ${action} ${updatedAt}`);
  expect(new Set(told).size).toBe(told.length);
  expect(Object.values(again.objects)).toEqual([expect.objectContaining({ events: 0 })]);
  expect(calls).toBeLessThanOrEqual(Math.ceil(touched.length / 200));

  const lost = twenty.deliveries.filter(({ outcome }) => outcome === 'lost on the way').length;
  expect(lost).toBeGreaterThan(0.2 * twenty.deliveries.length);
  return `${String(edits)} edits of ${String(people.length)} people: ${String(lost)} of ${String(twenty.deliveries.length)} webhooks lost; catch-up found ${String(result.objects['person']?.events)} things in ${String(calls)} calls; ${String(seen.length)} events processed`;
}

/** What the inbox made of a record, for who looks into a failure. */
async function storyOf(stack: CatchUpStack, id: string, end: readonly unknown[]): Promise<readonly unknown[]> {
  const { rows } = await stack.database.pool.query<{ line: string }>(
    `select concat_ws(' ', d.action, convert_from(e.body, 'utf8')::jsonb -> 'record' ->> 'updatedAt', convert_from(e.body, 'utf8')::jsonb -> 'record' ->> 'jobTitle',
       coalesce(convert_from(e.body, 'utf8')::jsonb ->> 'origin', 'webhook'), d.state, d.code, to_char(d.created_at, 'SS.MS'), to_char(d.ended_at, 'SS.MS')) as line
     from deliveries d join events e on e.id = d.event_id where d.record_id = $1 and d.integration = 'people' order by d.seq`, [id]);
  return [...end, ...rows.map(({ line }) => line)];
}
