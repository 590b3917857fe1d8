import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';
import { findEvent } from '../../src/store/views.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const form = (n: number) => ({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, message: String(n) });

test('while a key is revoked the work waits with one alert, and goes on by itself when it is valid again', { timeout: 120_000 }, async () => {
  stack = await startStack({ alerts: true });
  const { twenty, mail, submit } = stack;
  const alerts = () => mail.mails().filter(({ subject }) => subject.startsWith('Sluice:')).map(({ subject }) => subject);
  twenty.faults.keyRevoked = true;
  const first = await submit(form(1));
  await stack.until(() => alerts().length === 1);
  const second = await submit(form(2));
  expect((await findEvent(stack.database, first.eventId))!.deliveries[0]!.state).toMatch(/pending|running/);

  twenty.faults.keyRevoked = false;
  await stack.settled(90_000);
  await stack.until(() => alerts().length === 2);
  for (const { eventId } of [first, second]) expect((await findEvent(stack.database, eventId))!.deliveries[0]!.state).toBe('succeeded');
  expect(alerts()).toEqual(['Sluice: contact-form cannot reach what it needs', 'Sluice: contact-form runs again']);
  expect(twenty.records('people')).toHaveLength(2);
});

test('calls that fail, hang up before or after the write, or answer nonsense end in each thing once', { timeout: 120_000 }, async () => {
  stack = await startStack();
  const { twenty, mail, submit } = stack;
  twenty.faults.add({ effect: { kind: 'status', status: 502 }, operation: 'people' });
  twenty.faults.add({ effect: { kind: 'cut' }, operation: 'createPeople', when: 'after' });
  twenty.faults.add({ effect: { kind: 'cut' }, operation: 'createTasks', when: 'before' });
  twenty.faults.add({ effect: { kind: 'cut' }, operation: 'createTasks', when: 'after' });
  twenty.faults.add({ effect: { kind: 'status', status: 500 }, operation: 'createTaskTargets', when: 'after' });
  mail.faults.next('cut');
  mail.faults.next('error');
  const { eventId } = await submit({ ...form(1), company: 'Acme' });
  await stack.settled(110_000);
  expect((await findEvent(stack.database, eventId))!.deliveries[0]!.state).toBe('succeeded');
  expect([twenty.records('people').length, twenty.records('companies').length, twenty.records('tasks').length, twenty.records('taskTargets').length]).toEqual([1, 1, 1, 2]);
  expect(mail.mails()).toHaveLength(1);
  expect(twenty.faults.left).toBe(0);
});
