import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findEvent } from '../../src/store/views.ts';
import { testWorkflowBundle } from '../harness/servers.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { greeting } from './greeting/index.ts';
import { paperForm } from './paper-form/index.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

async function post(stack: Stack, integration: string, body: string): Promise<string> {
  const response = await fetch(`${stack.gatewayUrl}/hooks/${integration}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  return ((await response.json()) as { eventId: string }).eventId;
}

test('a new form source is one folder, named in the configuration', async () => {
  stack = await startStack({ form: { source: paperForm() } });
  await post(stack, 'contact-form', 'ann@acme.example|Ann Lee|Please call');
  await stack.settled();
  expect(stack.twenty.records('people')).toMatchObject([{ name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } }]);
  expect(JSON.stringify(stack.twenty.records('tasks'))).toContain('Please call');
});

test('a new use case is one folder and one line in the list of workflows', { timeout: 90_000 }, async () => {
  const list = path.join(import.meta.dirname, 'workflows.ts');
  expect(readFileSync(list, 'utf8').trim().split('\n')).toHaveLength(2); // what there is, and the new line
  stack = await startStack({ integrations: { hello: greeting({ word: 'Hello' }) }, bundle: await testWorkflowBundle(list) });
  const eventId = await post(stack, 'hello', 'world');
  await stack.settled();
  expect((await findEvent(stack.database, eventId))!.deliveries[0]).toMatchObject({ state: 'succeeded', code: 'greeted', reason: 'Hello, world' });
});
