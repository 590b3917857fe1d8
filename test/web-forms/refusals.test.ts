import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const form = (n: number) => ({ name: `Person ${String(n)}`, email: `p${String(n)}@firm.example`, message: `Question ${String(n)}` });

async function submitAll(stack: Stack, forms: readonly Record<string, unknown>[]): Promise<void> {
  await Promise.all(forms.map((one) => stack.submit(one)));
}

async function states(stack: Stack): Promise<Record<string, number>> {
  const { rows } = await stack.database.pool.query<{ state: string; n: number }>('select state, count(*) as n from deliveries group by state');
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

test('of 200 submissions with one that Twenty refuses, 199 succeed and one is failed with its reason in plain words', async () => {
  stack = await startStack({}, ['worker']);
  stack.twenty.faults.refuse({ object: 'person', path: 'emails.primaryEmail', equals: 'p77@firm.example', message: 'The job title is not allowed here' });
  await submitAll(stack, Array.from({ length: 200 }, (_, n) => form(n)));
  await stack.start('dispatcher');
  await stack.settled();

  expect(await states(stack)).toEqual({ succeeded: 199, failed: 1 });
  const { rows } = await stack.database.pool.query(`select reason from deliveries where state = 'failed'`);
  expect(rows[0].reason).toContain('The job title is not allowed here');
  expect(stack.twenty.records('people')).toHaveLength(199);
  expect(stack.twenty.records('tasks')).toHaveLength(199);
});

test('of 200 submissions that Twenty refuses, taking the batch apart costs at most 20 extra calls and every one has an end', async () => {
  stack = await startStack({}, ['worker']);
  stack.twenty.faults.refuse((object) => (object === 'person' ? 'Not today' : undefined));
  await submitAll(stack, Array.from({ length: 200 }, (_, n) => form(n)));
  await stack.start('dispatcher');
  await stack.settled();

  const ends = await states(stack);
  expect((ends['failed'] ?? 0) + (ends['held'] ?? 0)).toBe(200);
  const creates = stack.twenty.ledger.recordCalls().filter(({ operation }) => operation === 'createPeople');
  expect(creates.length).toBeLessThanOrEqual(21);
  expect(stack.twenty.records('people')).toEqual([]);
});

test('a person trashed between find and write is not revived, one destroyed is not recreated, and the form says so', async () => {
  stack = await startStack({}, ['worker']);
  const { twenty } = stack;
  const people = ['trashed', 'destroyed', 'kept'].map((name) => twenty.asUser.create('people', { emails: { primaryEmail: `${name}@firm.example` } }));
  let done = false;
  twenty.beforeOperation = (operation) => {
    if (done || operation !== 'companies') return;
    done = true;
    twenty.asUser.softDelete('people', String(people[0]!['id']));
    twenty.asUser.destroy('people', String(people[1]!['id']));
  };
  await submitAll(stack, ['trashed', 'destroyed', 'kept'].map((name) => ({ name: 'New Name', email: `${name}@firm.example`, company: 'Firm', message: 'hello' })));
  await stack.start('dispatcher');
  await stack.settled();

  const after = new Map(twenty.records('people').map((record) => [(record['emails'] as { primaryEmail: string }).primaryEmail, record]));
  expect(after.get('trashed@firm.example')!['deletedAt']).not.toBeNull();
  expect(after.has('destroyed@firm.example')).toBe(false);
  expect(after.get('kept@firm.example')!['name']).toMatchObject({ firstName: 'New', lastName: 'Name' });
  expect(await states(stack)).toEqual({ succeeded: 1, skipped: 2 });
});

test('a person made by somebody else between find and create is filled, not overwritten', async () => {
  stack = await startStack({}, ['worker']);
  const { twenty } = stack;
  let done = false;
  twenty.beforeOperation = (operation) => {
    if (done || operation !== 'createPeople') return;
    done = true;
    twenty.asUser.create('people', { emails: { primaryEmail: 'p1@firm.example' }, name: { firstName: 'Their', lastName: 'Name' } });
  };
  await submitAll(stack, [{ ...form(1), jobTitle: 'Buyer' }, form(2)]);
  await stack.start('dispatcher');
  await stack.settled();

  const people = twenty.records('people').map(({ name, jobTitle, emails }) => ({ name, jobTitle, email: (emails as { primaryEmail: string }).primaryEmail }));
  expect(people.sort((a, b) => (a.email < b.email ? -1 : 1))).toEqual([
    { name: { firstName: 'Their', lastName: 'Name' }, jobTitle: 'Buyer', email: 'p1@firm.example' },
    { name: { firstName: 'Person', lastName: '2' }, jobTitle: '', email: 'p2@firm.example' },
  ]);
  expect(await states(stack)).toEqual({ succeeded: 2 });
});

test('an event that makes a step fail for its whole set is found by halving, and only it fails, with the reason', { timeout: 120_000 }, async () => {
  stack = await startStack({ form: { notify: { to: 'sales@acme.example', from: 'sluice@acme.example', subject: (entries) => {
    if (entries.some(({ lead }) => lead.email.startsWith('p3@'))) throw new Error('the subject function cannot cope with p3');
    return 'New';
  } } } }, ['worker']);
  await submitAll(stack, Array.from({ length: 5 }, (_, n) => form(n)));
  await stack.start('dispatcher');
  await stack.settled(110_000);

  const { rows } = await stack.database.pool.query(`select state, code, reason from deliveries where state <> 'succeeded'`);
  expect(rows).toEqual([{ state: 'failed', code: 'unexpected', reason: 'the subject function cannot cope with p3' }]);
  expect(stack.twenty.records('people')).toHaveLength(5);
  expect(stack.twenty.records('tasks')).toHaveLength(5);
});
