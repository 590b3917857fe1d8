import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';
import { acceptEvents } from '../../src/store/accept.ts';
import { findEvent } from '../../src/store/views.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

function trashedPerson(stack: Stack): string {
  const person = stack.twenty.asUser.create('people', { emails: { primaryEmail: 'ann@acme.example' } });
  stack.twenty.asUser.softDelete('people', String(person['id']));
  return String(person['id']);
}

const form = { name: 'Ann Lee', email: 'ann@acme.example', company: 'Acme', message: 'Hi' };

test('a person in the trash who owns the address is brought back and completed', async () => {
  stack = await startStack({ form: { trash: 'restore' } });
  const id = trashedPerson(stack);
  await stack.submit(form);
  await stack.settled();
  expect(stack.twenty.records('people')).toMatchObject([{ id, deletedAt: null, name: { firstName: 'Ann', lastName: 'Lee' } }]);
});

test('or is left in the trash while a task tells a person', async () => {
  stack = await startStack({ form: { trash: 'task' } });
  trashedPerson(stack);
  await stack.submit(form);
  await stack.settled();
  expect(stack.twenty.records('people')[0]!['deletedAt']).not.toBeNull();
  expect(stack.twenty.records('tasks')).toHaveLength(1);
  expect(JSON.stringify(stack.twenty.records('tasks'))).toContain('is in the trash');
});

test('or makes the form end as skipped', async () => {
  stack = await startStack({ form: { trash: 'skip' } });
  trashedPerson(stack);
  const { eventId } = await stack.submit(form);
  await stack.settled();
  expect((await findEvent(stack.database, eventId))!.deliveries[0]).toMatchObject({ state: 'skipped', code: 'in_trash' });
  expect(stack.twenty.records('tasks')).toEqual([]);
});

test('a company link that Twenty’s own workflow overwrites is set again once, where the configuration wants it', { timeout: 90_000 }, async () => {
  stack = await startStack({ twenty: { standardWorkflow: { delayMs: 500 } }, form: { companyLink: 'restore' } });
  const { twenty } = stack;
  const holding = twenty.asUser.create('companies', { name: 'Holding', domainName: { primaryLinkUrl: 'https://holding.example' } });
  await stack.submit({ name: 'Ann Lee', email: 'ann@brand.example', website: 'https://holding.example', message: 'Hi' });
  await stack.settled(80_000);
  expect(twenty.records('people')).toMatchObject([{ companyId: holding['id'] }]);
  expect(twenty.records('companies')).toHaveLength(2);
});

test('tasks go to several members by turns, and the turns go on where they stood', async () => {
  stack = await startStack({ form: { task: { assignee: { turns: ['ada@example.com', 'ben@example.com', 'cleo@example.com'] } } } });
  for (const n of [1, 2, 3, 4]) {
    await stack.submit({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, message: String(n) });
    await stack.settled();
  }
  const byTitle = new Map(stack.twenty.records('tasks').map((task) => [task['title'], task['assigneeId']]));
  const [a, b, c, d] = [1, 2, 3, 4].map((n) => byTitle.get(`Follow up: P ${String(n)}`));
  expect(new Set([a, b, c]).size).toBe(3);
  expect(d).toBe(a);
});

test('a dry run plans every write and mail, writes nothing, and the live run afterwards does it all', async () => {
  stack = await startStack();
  const event = (key: string, dryRun: boolean) => ({
    source: 'test', dedupe: { key }, contentType: 'application/json', headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(form)), verdict: 'test',
    deliveries: [{ integration: 'contact-form', laneKey: 'ann@acme.example', urgency: 'urgent' as const, dryRun }],
  });
  const [planned] = await acceptEvents(stack.database, [event('dry', true)]);
  await stack.settled();
  const view = (await findEvent(stack.database, planned!.eventId))!.deliveries[0]!;
  expect(view).toMatchObject({ state: 'skipped', code: 'dry_run' });
  expect(view.effects.map(({ summary, state }) => [summary, state]).sort()).toEqual([
    ['create company Acme', 'planned'],
    ['create person Ann Lee', 'planned'],
    ['create task “Follow up: Ann Lee”', 'planned'],
    ['link the task to the company', 'planned'],
    ['link the task to the person', 'planned'],
    ['mail “New enquiry: Ann Lee (Acme)” to sales@acme.example', 'planned'],
  ]);
  expect(stack.twenty.ledger.recordCalls().map(({ operation }) => operation)).toEqual(['people', 'companies']);
  expect(stack.mail.mails()).toEqual([]);

  await acceptEvents(stack.database, [event('live', false)]);
  await stack.settled();
  expect(stack.twenty.records('people')).toHaveLength(1);
  expect(stack.mail.mails()).toHaveLength(1);
});

test('above the hourly cap mails wait, and go out together in one when the hour allows', async () => {
  stack = await startStack({ form: { hourly: { mails: 1 } } });
  for (const n of [1, 2, 3]) {
    await stack.submit({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, message: String(n) });
    await stack.settled();
  }
  const waiting = async () => (await stack!.database.pool.query<{ code: string }>(`select code from deliveries where state = 'waiting'`)).rows;
  expect(stack.mail.mails()).toHaveLength(1);
  expect(await waiting()).toEqual([{ code: 'hourly_cap' }, { code: 'hourly_cap' }]);

  await stack.database.pool.query(`update hourly_counts set minute = minute - interval '61 minutes'`);
  await stack.database.pool.query(`update deliveries set waiting_until = clock_timestamp() where state = 'waiting'`);
  await stack.until(() => stack!.mail.mails().length === 2);
  await stack.settled();

  expect(await waiting()).toEqual([]);
  expect(stack.twenty.records('tasks')).toHaveLength(3);
  expect(stack.mail.mails()[1]!.text).toMatch(/P 2[^]*P 3/);
});

test('a mail that may have been sent too long ago for its key to be known is not sent again, and waits for a person', async () => {
  stack = await startStack();
  stack.mail.faults.next('error', 3);
  const { eventId } = await stack.submit(form);
  const age = async (): Promise<number | null> =>
    (await stack!.database.pool.query(`update effects set attempted_at = attempted_at - interval '24 hours' where step = 'mail'`)).rowCount;
  while ((await age()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await stack.settled();
  expect((await findEvent(stack.database, eventId))!.deliveries[0]).toMatchObject({ state: 'held', code: 'mail_unknown' });
  expect(stack.mail.mails()).toEqual([]);
});
