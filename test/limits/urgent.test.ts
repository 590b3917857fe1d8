import { afterEach, expect, test } from 'vitest';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { temporalClient } from '../../src/worker/temporal.ts';
import { webForms } from '../../src/workflows/web-forms/index.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => stack?.close());

const INTEGRATIONS = 60;
/** More than ten due at once make a bulk run. */
const FORMS = 11;

test('a form beside 99 bulk runs and an empty budget gets every next token, and no call costs more than two attempts', { timeout: 180_000 }, async () => {
  const source = jsonForm({ unauthenticated: true });
  const storms = Object.fromEntries(Array.from({ length: INTEGRATIONS }, (_, n) => [`storm-${String(n)}`, webForms({ source, twenty: 'twenty' })]));
  stack = await startStack({ budget: { perMinute: 100 }, integrations: storms, twenty: { bucket: { capacity: 100, refillMs: 600 } } }, []);
  const { database, submit, twenty, env } = stack;
  twenty.setTokens(0);
  const count = async (sql: string): Promise<number> => (await database.pool.query<{ n: number }>(`select count(*) as n from ${sql}`)).rows[0]!.n;
  const holds = async (fact: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 120_000; !(await fact()); ) {
      if (Date.now() > deadline) throw new Error('It did not come true in time.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  // Claimed while nothing is known of a budget, so that all of them wait for it together.
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(Object.keys(storms).flatMap((name) =>
      Array.from({ length: FORMS }, (_, n) => submit({ name: 'Bulk', email: `${name}-${String(round)}-${String(n)}@acme.example`, message: 'Hi' }, name))));
    if (round === 0) await stack.start('dispatcher');
    await holds(async () => (await count(`sets where state = 'started'`)) >= (round === 0 ? INTEGRATIONS : 99));
  }
  await stack.start('worker');
  await holds(async () => (await count('budget_waiters')) >= 90);
  const { eventId } = await submit({ name: 'Ann Lee', email: 'ann@globex.example', company: 'Globex', website: 'https://globex.example', message: 'Call me' });
  await holds(async () => (await count(`deliveries where event_id = '${eventId}' and state = 'succeeded'`)) === 1);

  const calls = twenty.ledger.recordCalls();
  const link = calls.findIndex(({ operation }) => operation === 'createTaskTargets');
  const own = calls.slice(link - 5, link + 1).map(({ operation }) => operation);
  expect(own.sort()).toEqual(['companies', 'createCompanies', 'createPeople', 'createTaskTargets', 'createTasks', 'people']);
  expect(twenty.ledger.refusals()).toEqual([]);

  const temporal = temporalClient(env);
  const { rows: sets } = await database.pool.query<{ id: string }>('select id from sets');
  const attempts: number[] = [];
  for (const { id } of sets) {
    const run = await temporal.client.workflow.getHandle(id).describe();
    for (const { attempt } of run.raw.pendingActivities ?? []) attempts.push(attempt ?? 0);
    const { events } = await temporal.client.workflow.getHandle(id).fetchHistory();
    for (const event of events ?? []) if (event.activityTaskStartedEventAttributes) attempts.push(event.activityTaskStartedEventAttributes.attempt ?? 0);
  }
  await temporal.close();
  expect(sets.length).toBeGreaterThanOrEqual(99);
  expect(Math.max(...attempts)).toBeLessThanOrEqual(2);
});
