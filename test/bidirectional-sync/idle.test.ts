import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { twentyWorkspaces } from '../../src/config/workspaces.ts';
import { catchUpInput, catchUpNow } from '../../src/dispatcher/catch-up.ts';
import { scheduleRealm } from '../../src/worker/schedules.ts';
import { startSync, type SyncStack } from './rig.ts';

/** What fires in ten minutes: both read every five, unless the configuration says otherwise. */
const FIRINGS = 2;
const EACH = 30;

let stack: SyncStack;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  stack = await startSync({ firstLoad: 'write' });
  connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
});
afterAll(async () => {
  await connection.close();
  await stack.close();
});

const rowsOf = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> => (await stack.database.pool.query<R>(text, [...values])).rows;

/** What webhooks have not told. */
async function catchUp(): Promise<void> {
  const realm = scheduleRealm(stack.config, stack.env);
  await catchUpNow(client, realm, catchUpInput(realm, twentyWorkspaces(stack.config)[0]!, 'off'));
  await stack.quiet();
}

/** Edits on both sides of the same and of different fields, new records on each, deletes, all at once. */
async function storm(): Promise<void> {
  const people = stack.people();
  const emailsOf = (every: number): readonly string[] => people.filter((_one, n) => n % every === 0).map((one) => (one['emails'] as { readonly primaryEmail: string }).primaryEmail);
  await stack.sql(`update contacts set title = 'Director ' || id, updated_at = now() where email = any($1::text[])`, [emailsOf(6)]);
  await stack.sql(`update contacts set first_name = 'F' || id, updated_at = now() where email = any($1::text[])`, [emailsOf(5)]);
  people.forEach(({ id, name }, n) => {
    if (n % 3 === 0) stack.edit('people', String(id), { jobTitle: `Founder ${String(n)}` });
    if (n % 4 === 0) stack.edit('people', String(id), { name: { ...(name as object), lastName: `Lee ${String(n)}` } });
  });
  await stack.sql(`insert into contacts (email, first_name) select 'new' || n || '@acme.example', 'New' from generate_series(1, 5) as n`);
  for (let n = 0; n < 5; n += 1) stack.person({ name: { firstName: 'Made' }, emails: { primaryEmail: `made${String(n)}@acme.example` } });
  stack.twenty.asUser.softDelete('people', String(people[0]!['id']));
  await stack.sql('delete from contacts where id = 7');
}

test('ten idle minutes after a storm cost the reads that are scheduled, and leave nothing that would fire later', { timeout: 120_000 }, async () => {
  await catchUp();
  await stack.sql(`insert into contacts (email, first_name, title) select 'p' || n || '@acme.example', 'P', 'Buyer' from generate_series(1, $1::int) as n`, [EACH]);
  await stack.job('first-load');
  await storm();
  await stack.round();
  await stack.round();
  await catchUp();

  const versions = (): Promise<readonly object[]> => stack.sql('select id, xmin::text from contacts order by id');
  const before = { calls: stack.twenty.ledger.entries.length, webhooks: stack.twenty.deliveries.length, rows: await versions(), people: JSON.stringify(stack.people()), conflicts: await rowsOf('select id from sync_conflicts where closed_at is null') };
  const [{ at }] = await rowsOf<{ at: Date }>('select clock_timestamp() as at') as [{ at: Date }];
  for (let n = 0; n < FIRINGS; n += 1) {
    await catchUp();
    await stack.round();
  }

  expect(before.conflicts.length).toBeGreaterThan(0);
  // Twenty is asked once for what changed, and nothing is sent.
  expect(stack.twenty.ledger.since(before.calls).map(({ operation, writes }) => [operation, writes])).toEqual(Array.from({ length: FIRINGS }, () => ['people', undefined]));
  expect(stack.twenty.deliveries.length).toBe(before.webhooks);
  expect([await versions(), JSON.stringify(stack.people())]).toEqual([before.rows, before.people]);
  // The other side is asked once for what changed: the runs have taken no other step that leaves the house.
  const runs = await rowsOf<{ id: string }>('select id from sets where claimed_at > $1 order by claimed_at', [at]);
  expect(await Promise.all(runs.map(({ id }) => stepsOf(id)))).toEqual(Array.from({ length: FIRINGS }, () => ['takeChanges']));
  expect(await rowsOf('select code, reason from deliveries where created_at > $1', [at])).toEqual(Array.from({ length: FIRINGS }, () => ({ code: 'changes', reason: 'Nothing changed on the other side.' })));

  expect(await rowsOf(`select state, code from deliveries where state in ('pending', 'running', 'waiting')`)).toEqual([]);
  expect(await rowsOf(`select key, state, due_at from lanes where state <> 'idle'`)).toEqual([]);
  expect(await rowsOf(`select key, state from effects where state in ('attempting', 'unknown')`)).toEqual([]);
  expect(await rowsOf(`select key from natural_keys where locked_by is not null and locked_until > now()`)).toEqual([]);
  expect(await rowsOf('select waiter from budget_waiters union all select holder from budget_leases')).toEqual([]);
  // What takes signals is always there, and has no timer.
  await expect.poll(openRuns, { timeout: 10_000 }).toEqual([{ workflowType: 'trigger', timers: 0 }]);
});

/** The activities that a run has scheduled, those that touch nothing but Sluice's own database apart. */
async function stepsOf(workflowId: string): Promise<readonly (string | null | undefined)[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => (scheduled == null ? [] : [scheduled.activityType?.name]));
}

async function openRuns(): Promise<readonly { readonly workflowType: string; readonly timers: number }[]> {
  const open: { workflowType: string; timers: number }[] = [];
  for await (const run of client.workflow.list({ query: `TaskQueue = '${stack.env['SLUICE_TASK_QUEUE']!}' and ExecutionStatus = 'Running'` })) {
    const events = (await client.workflow.getHandle(run.workflowId).fetchHistory()).events ?? [];
    const timers = events.filter((event) => event.timerStartedEventAttributes != null).length - events.filter((event) => event.timerFiredEventAttributes != null || event.timerCanceledEventAttributes != null).length;
    open.push({ workflowType: run.type, timers });
  }
  return open;
}
