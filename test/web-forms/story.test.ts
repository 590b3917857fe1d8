import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';
import { findEvent } from '../../src/store/views.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

test('a form becomes a person, a company, a linked task and a mail', async () => {
  stack = await startStack();
  const { status, eventId } = await stack.submit({ name: 'Ann Lee', email: 'Ann@Acme.example', company: 'Acme', phone: '030 123456', message: 'Please call me' });
  await stack.settled();

  expect(status).toBe(202);
  expect((await findEvent(stack.database, eventId))!.deliveries).toMatchObject([{ state: 'succeeded', code: 'created' }]);
  expect(stack.twenty.records('people')).toMatchObject([{ name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } }]);
  expect(stack.twenty.records('companies')).toHaveLength(1);
  expect(stack.twenty.records('tasks')).toHaveLength(1);
  expect(stack.twenty.records('taskTargets')).toHaveLength(2);
  expect(stack.mail.mails()).toHaveLength(1);
});
