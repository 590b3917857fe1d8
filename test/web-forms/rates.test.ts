import { afterEach, expect, test } from 'vitest';
import { findEvent } from '../../src/store/views.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const form = (n: number) => ({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, message: String(n) });

test('a service whose quota is used up parks the run, alerts once however often it is found so, and its deliveries go on when it serves again', { timeout: 120_000 }, async () => {
  stack = await startStack({ alerts: true });
  const { database, mail, submit } = stack;
  const rows = async <T extends object>(sql: string): Promise<readonly T[]> => (await database.pool.query<T>(sql)).rows;
  const parked = async (): Promise<number> => (await rows<{ n: number }>(`select count(*) as n from sets where state = 'returned'`))[0]!.n;
  const parkings = async (count: number): Promise<void> => {
    while ((await parked()) < count) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  mail.faults.next('quota');
  const { eventId } = await submit(form(1));
  await parkings(1);
  const [before] = await rows<{ state: string; open: number; waits: boolean; told: string }>(
    `select d.state, (select count(*) from sets where state in ('claimed', 'started')) as open,
       b.retry_at > clock_timestamp() + interval '50 minutes' as waits, b.reason as told
     from deliveries d, breakers b where b.connection = 'mail'`);
  expect(before).toMatchObject({ state: 'pending', open: 0, waits: true });
  expect(before!.told).toMatch(/^resend: its credits or its quota are used up \(429\); it is asked again at \d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
  const alerts = () => mail.mails().filter(({ subject }) => subject.startsWith('Sluice:')).map(({ subject }) => subject);
  await database.pool.query(`update breakers set opened_at = opened_at - interval '2 minutes'`);
  await stack.until(() => alerts().length === 1);

  // An hour later it is tried again, and is still out; another hour later it serves.
  const anHourPasses = async (): Promise<void> => {
    await database.pool.query(`update budgets set blocked_until = clock_timestamp()`);
    await database.pool.query(`update breakers set retry_at = clock_timestamp()`);
  };
  mail.faults.next('quota');
  await anHourPasses();
  await parkings(2);
  await anHourPasses();
  await stack.settled();
  await stack.until(() => alerts().length === 2);
  expect((await findEvent(database, eventId))!.deliveries[0]!.state).toBe('succeeded');
  expect(alerts()).toEqual(['Sluice: contact-form cannot reach what it needs', 'Sluice: contact-form runs again']);
  expect(mail.mails().filter(({ subject }) => !subject.startsWith('Sluice:'))).toHaveLength(1);
  expect(stack.twenty.records('tasks')).toHaveLength(1);
});

test('over its own hourly limit a run is given back at once, without an alert, and claimed when a call can be made', { timeout: 120_000 }, async () => {
  stack = await startStack({ mailLimits: { perHour: 1 } }, ['dispatcher']);
  const { database, mail, submit, twenty } = stack;
  const sets = async (state: string): Promise<number> => (await database.pool.query<{ n: number }>('select count(*) as n from sets where state = $1', [state])).rows[0]!.n;
  const reached = async (state: string, count: number): Promise<void> => {
    while ((await sets(state)) < count) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  // Before a worker has spent the hour's only call, two runs are open.
  await submit(form(1));
  await reached('started', 1);
  await submit(form(2));
  await reached('started', 2);
  await stack.start('worker');
  await reached('returned', 1);
  await reached('ended', 1);
  expect([mail.mails().length, twenty.records('people').length, await sets('started')]).toEqual([1, 2, 0]);
  expect((await database.pool.query('select state from deliveries order by state')).rows).toEqual([{ state: 'pending' }, { state: 'succeeded' }]);
  expect((await database.pool.query('select 1 from breakers')).rows).toEqual([]);

  // The hour passes.
  await database.pool.query('update budget_windows set first_cell = first_cell - 70 where length_ms = 3600000');
  await stack.settled();
  expect([mail.mails().length, twenty.records('people').length, twenty.records('tasks').length]).toEqual([2, 2, 2]);
});
