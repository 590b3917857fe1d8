import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RecordAction, RecordEvent } from '../../src/domain/record-event.ts';
import { bundleWitness, type CatchUpStack, startCatchUpStack } from './catch-up-stack.ts';
import { edit } from './edits.ts';
import { witness } from './witness/index.ts';

let bundle: Awaited<ReturnType<typeof bundleWitness>>;
let stack: CatchUpStack | undefined;
beforeAll(async () => void (bundle = await bundleWitness()));
afterAll(() => bundle.drop());
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const EDITS = Number(process.env['CATCH_UP_EDITS'] ?? 5_000);
const THERE_ALREADY = 200;
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();
const actions: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored'];

test('with 30 % of the webhooks lost and the others late and out of order, one catch-up brings every latest state, creation and deletion, none twice', { timeout: 240_000 }, async () => {
  const seen: RecordEvent[] = [];
  const watch = ['emails', 'jobTitle'];
  stack = await startCatchUpStack(bundle.path, {
    people: witness({ interest: { object: 'person', connection: 'twenty', actions, watch }, sees: (event) => seen.push(event) }),
  });
  const { twenty } = stack;
  for (let n = 0; n < THERE_ALREADY; n += 1) {
    twenty.asUser.create('people', { emails: { primaryEmail: `there${String(n)}@acme.example` }, jobTitle: 'Buyer', createdAt: HOUR_AGO, updatedAt: HOUR_AGO });
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
  await edit(twenty, EDITS, 7);
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
  const touched = people.filter(({ id, updatedAt }) => !there.has(id as string) || updatedAt !== HOUR_AGO);
  const wrong = touched.filter((record) => {
    const { id, jobTitle, deletedAt } = record as { id: string; jobTitle: string; deletedAt: string | null };
    const event = latest.get(id);
    // A record that was there may have come back to what it was at the baseline without anybody hearing of it.
    if (event === undefined) return there.get(id) !== jobTitle || deletedAt !== null;
    return (deletedAt ?? undefined) !== event.record['deletedAt'] || event.record['jobTitle'] !== jobTitle;
  });
  expect(await Promise.all(wrong.map(({ id, jobTitle, deletedAt }) => storyOf(id as string, [jobTitle, deletedAt])))).toEqual([]);
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
  console.log(`${String(EDITS)} edits of ${String(people.length)} people: ${String(lost)} of ${String(twenty.deliveries.length)} webhooks lost; catch-up found ${String(result.objects['person']?.events)} things in ${String(calls)} calls; ${String(seen.length)} events processed`);
  const { rows } = await stack.database.pool.query<{ state: string; code: string | null; n: number }>(`select state, code, count(*) as n from deliveries group by 1, 2 order by 1, 2`);
  console.log(rows.map(({ state, code, n }) => `${state} ${code ?? ''} ${String(n)}`).join(', '));
});

test('a transition fires for what has come to match, and not for what was like that at the baseline and was merely touched', { timeout: 120_000 }, async () => {
  const won: string[] = [];
  const interest = { object: 'person', connection: 'twenty', actions: ['created', 'updated', 'restored'] as const, watch: [], transition: { field: 'jobTitle', to: ['won'] } };
  stack = await startCatchUpStack(bundle.path, { won: witness({ interest, sees: ({ recordId }) => won.push(recordId) }) });
  const { asUser } = stack.twenty;
  const ids = Array.from({ length: 40 }, (_, n) =>
    asUser.create('people', { emails: { primaryEmail: `deal${String(n)}@acme.example` }, jobTitle: n % 2 === 0 ? 'won' : 'open', createdAt: HOUR_AGO, updatedAt: HOUR_AGO })['id'] as string);
  await stack.catchUp();
  for (const id of ids) asUser.update('people', id, { linkedinLink: { primaryLinkUrl: `https://links.example/${id}` } });
  for (const id of ids.slice(0, 10)) asUser.update('people', id, { jobTitle: 'won' });
  asUser.softDelete('people', ids[0]!);
  asUser.restore('people', ids[0]!);
  const made = asUser.create('people', { emails: { primaryEmail: 'new@acme.example' }, jobTitle: 'won' })['id'] as string;
  await stack.catchUp();
  await stack.settled();
  expect(won.toSorted()).toEqual([...ids.slice(0, 10).filter((_, n) => n % 2 === 1), made].toSorted());
});

test('two catch-ups at once are one', { timeout: 60_000 }, async () => {
  const interest = { object: 'person', connection: 'twenty', actions, watch: ['jobTitle'] };
  stack = await startCatchUpStack(bundle.path, { people: witness({ interest, sees: () => undefined }) });
  let calls = 0;
  stack.twenty.beforeOperation = async () => {
    calls += 1;
    if (calls > 1) return;
    const firing = await stack!.client.workflow.start('catchUp', { workflowId: `firing-${stack!.env['SLUICE_TASK_QUEUE']!}`, taskQueue: stack!.env['SLUICE_TASK_QUEUE']!, args: [stack!.catchUpInput] });
    expect(await firing.result()).toEqual({ ended: 'busy', objects: {} });
  };
  expect(await stack.catchUp()).toEqual({ ended: 'complete', objects: { person: { records: 0, events: 0 } } });
  const firing = await stack.client.workflow.start('catchUp', { workflowId: `again-${stack.env['SLUICE_TASK_QUEUE']!}`, taskQueue: stack.env['SLUICE_TASK_QUEUE']!, args: [stack.catchUpInput] });
  expect(await firing.result()).toMatchObject({ ended: 'complete' });
  expect(calls).toBe(3); // the baseline and two walks
});

/** What the inbox made of a record, for who looks into a failure. */
async function storyOf(id: string, end: readonly unknown[]): Promise<readonly unknown[]> {
  const { rows } = await stack!.database.pool.query<{ line: string }>(
    `select concat_ws(' ', d.action, convert_from(e.body, 'utf8')::jsonb -> 'record' ->> 'updatedAt', convert_from(e.body, 'utf8')::jsonb -> 'record' ->> 'jobTitle',
       coalesce(convert_from(e.body, 'utf8')::jsonb ->> 'origin', 'webhook'), d.state, d.code, to_char(d.created_at, 'SS.MS'), to_char(d.ended_at, 'SS.MS')) as line
     from deliveries d join events e on e.id = d.event_id where d.record_id = $1 and d.integration = 'people' order by d.seq`, [id]);
  return [...end, ...rows.map(({ line }) => line)];
}
