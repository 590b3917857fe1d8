import { afterEach, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { startSandboxTwenty, type SandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { webForms } from '../../src/workflows/web-forms/index.ts';
import { startSync, type SyncStack } from './rig.ts';

let stack: SyncStack | undefined;
let vendor: SandboxTwenty | undefined;
afterEach(async () => {
  await stack?.close();
  await vendor?.close();
});

test('while a vendor is dead and its backlog waits, edits reach both sides as ever', { timeout: 180_000 }, async () => {
  vendor = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
  stack = await startSync({ firstLoad: 'write' }, {
    env: { VENDOR_KEY: vendor.apiKey },
    connections: { vendor: twenty({ url: vendor.url, apiKey: secret('VENDOR_KEY'), budget: 'off' }) },
    integrations: { partners: webForms({ source: jsonForm({ unauthenticated: true }), twenty: 'vendor' }) },
  });
  const { database, submit, sql } = stack;
  const openOf = async (integration: string): Promise<number> =>
    (await database.pool.query<{ open: number }>(`select count(*) as open from deliveries where integration = $1 and state in ('pending', 'running')`, [integration])).rows[0]!.open;
  await sql(`insert into contacts (email, title) values ('ann@acme.example', 'Buyer')`);
  await stack.job('first-load');
  const ann = String(stack.people()[0]!['id']);

  vendor.faults.add({ effect: { kind: 'status', status: 503 }, times: 1_000_000 });
  for (let n = 0; n < 40; n += 1) await submit({ name: `Partner ${String(n)}`, email: `p${String(n)}@acme.example`, message: 'Hello' }, 'partners');
  await stack.until(async () => (await database.pool.query(`select 1 from breakers where connection = 'vendor' and state = 'open'`)).rows.length > 0);
  stack.edit('people', ann, { jobTitle: 'Head of Purchasing' });
  await stack.until(async () => (await sql<{ title: string }>('select title from contacts'))[0]!.title === 'Head of Purchasing');
  await sql(`update contacts set title = 'Founder', updated_at = now()`);
  await fetch(`${stack.gatewayUrl}/triggers/contacts-sync`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: 'changes', input: { job: 'changes' } }) });
  await stack.until(() => stack!.record('people', ann)['jobTitle'] === 'Founder');

  expect(await openOf('partners')).toBe(40);
  expect(vendor.records('people')).toHaveLength(0);
});
