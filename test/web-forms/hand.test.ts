import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';
import { findEvent } from '../../src/store/views.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

async function post(stack: Stack, path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${stack.gatewayUrl}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a failed delivery can be planned, retried and then succeeds, and what was done before is not done again', async () => {
  stack = await startStack();
  stack.twenty.faults.refuse((object) => (object === 'task' ? 'Tasks are closed today' : undefined));
  const { eventId } = await stack.submit({ name: 'Ann Lee', email: 'ann@acme.example', company: 'Acme', message: 'Hi' });
  await stack.settled();
  const failed = (await findEvent(stack.database, eventId))!.deliveries[0]!;
  expect(failed).toMatchObject({ state: 'failed' });
  expect(failed.reason).toContain('Tasks are closed today');

  const plan = await post(stack, '/api/deliveries/plan', { action: 'retry', deliveryId: failed.id });
  expect(plan.body).toMatchObject({ action: 'retry', count: 1 });
  stack.twenty.faults.clear();
  await post(stack, '/api/deliveries/retry', { deliveryId: failed.id });
  await stack.settled();

  expect((await findEvent(stack.database, eventId))!.deliveries[0]).toMatchObject({ state: 'succeeded' });
  expect(stack.twenty.records('people')).toHaveLength(1);
  expect(stack.twenty.records('companies')).toHaveLength(1);
  expect(stack.twenty.records('tasks')).toHaveLength(1);
  expect(stack.mail.mails()).toHaveLength(1);
});

test('an older submission sent again after a newer one succeeded fills blanks and overwrites nothing', async () => {
  stack = await startStack({ form: { policy: { default: 'overwrite' } } });
  stack.twenty.faults.refuse((object, data) => (object === 'task' && JSON.stringify(data).includes('Old') ? 'no' : undefined));
  const old = await stack.submit({ name: 'Old Name', email: 'ann@acme.example', jobTitle: 'Buyer', message: 'Old' });
  await stack.settled();
  await stack.submit({ name: 'New Name', email: 'ann@acme.example', message: 'New' });
  await stack.settled();
  stack.twenty.faults.clear();
  const delivery = (await findEvent(stack.database, old.eventId))!.deliveries[0]!;
  await post(stack, '/api/deliveries/retry', { deliveryId: delivery.id });
  await stack.settled();

  expect(stack.twenty.records('people')).toMatchObject([{ name: { firstName: 'New', lastName: 'Name' }, jobTitle: 'Buyer' }]);
  expect(stack.twenty.records('tasks')).toHaveLength(2);
});

test('a discarded delivery stays discarded, and an action that names nothing touches nothing', async () => {
  stack = await startStack();
  const { eventId } = await stack.submit({ name: 'No Address', message: 'Hi' });
  await stack.settled();
  const delivery = (await findEvent(stack.database, eventId))!.deliveries[0]!;
  expect(delivery).toMatchObject({ state: 'failed', code: 'no-email' });

  expect((await post(stack, '/api/deliveries/discard', {})).status).toBe(400);
  await post(stack, '/api/deliveries/discard', { code: 'no-email', by: 'ops' });
  expect((await findEvent(stack.database, eventId))!.deliveries[0]).toMatchObject({ state: 'discarded' });
});

test('one alert goes out when an integration starts to need a person and one when it recovers, however often it fails between', { timeout: 90_000 }, async () => {
  stack = await startStack({ alerts: true });
  const { mail, submit } = stack;
  const alerts = () => mail.mails().filter(({ subject }) => subject.startsWith('Sluice:')).map(({ subject }) => subject);
  await submit({ name: 'One', message: 'no address' });
  await submit({ name: 'Two', message: 'no address either' });
  await stack.until(() => alerts().length === 1);
  await submit({ name: 'Three', message: 'none again' });
  await stack.settled();
  await post(stack, '/api/deliveries/discard', { code: 'no-email' });
  await stack.until(() => alerts().length === 2);
  expect(alerts()).toEqual(['Sluice: contact-form needs a person', 'Sluice: contact-form runs again']);
});
