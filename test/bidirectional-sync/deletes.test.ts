import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSync, type SyncStack } from './rig.ts';

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({ firstLoad: 'write', deletes: { inTwenty: 'propagate', outside: 'archive', brake: { share: 1, count: 2 } } });
  await stack.sql(`insert into contacts (email, first_name) select 'p' || n || '@acme.example', 'P' || n from generate_series(1, 8) as n`);
  await stack.job('first-load');
});
afterAll(() => stack.close());

const idOf = (email: string) => String(stack.people().find((one) => (one['emails'] as { primaryEmail: string }).primaryEmail === email)?.['id']);
const emails = async () => (await stack.contacts()).map(({ email }) => email!.split('@')[0]);
const alive = () => stack.people().filter(({ deletedAt }) => deletedAt === null).map((one) => (one['emails'] as { primaryEmail: string }).primaryEmail.split('@')[0]).sort();

test('a delete is applied on the other side after a complete read, and not before', { timeout: 120_000 }, async () => {
  stack.twenty.asUser.softDelete('people', idOf('p1@acme.example'));
  await stack.sql(`delete from contacts where email = 'p2@acme.example'`);
  await stack.round();
  const before = [await emails(), alive()];
  await stack.job('complete-read');

  expect(before).toEqual([['p1', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'], ['p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']]);
  expect([await emails(), alive()]).toEqual([['p3', 'p4', 'p5', 'p6', 'p7', 'p8'], ['p3', 'p4', 'p5', 'p6', 'p7', 'p8']]);
});

test('more deletes than the brake allows wait for a person', { timeout: 120_000 }, async () => {
  for (const n of [3, 4, 5]) stack.twenty.asUser.softDelete('people', idOf(`p${String(n)}@acme.example`));
  await stack.quiet();
  await stack.job('complete-read');
  const held = (await stack.endings('contacts-sync')).filter(({ state }) => state === 'held');
  const before = await emails();
  await fetch(`${stack.gatewayUrl}/api/deliveries/release`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: 'delete_brake' }) });
  await stack.quiet();

  expect(held).toMatchObject([{ code: 'delete_brake', reason: expect.stringContaining('3 of 6 pairs have lost a side') as string }]);
  expect(before).toEqual(['p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
  expect(await emails()).toEqual(['p6', 'p7', 'p8']);
});

test('a record merged into another one in Twenty takes its link along, and nothing is deleted or made anew', { timeout: 120_000 }, async () => {
  const loser = idOf('p6@acme.example');
  const winner = stack.person({ name: { firstName: 'W' }, emails: { primaryEmail: 'winner@acme.example' } });
  await stack.quiet();
  await stack.sql(`delete from contacts where email = 'winner@acme.example'`);
  await stack.database.pool.query(`delete from links where twenty_id = $1`, [winner]);
  stack.twenty.asUser.destroy('people', loser);
  stack.edit('people', winner, { emails: { primaryEmail: 'winner@acme.example', additionalEmails: ['p6@acme.example'] } });
  await stack.quiet();
  await stack.job('complete-read');

  const { rows } = await stack.database.pool.query<{ twenty_id: string; state: string }>(`select twenty_id, state from links where external_id = '6'`);
  expect(rows).toEqual([{ twenty_id: winner, state: 'in-step' }]);
  expect((await stack.contacts()).map(({ id }) => id)).toContain(6);
});

test('the full compare counts what differs, and has it mended', { timeout: 120_000 }, async () => {
  await stack.job('drift');
  // Behind everybody's back: neither side says that anything changed.
  await stack.sql(`update contacts set title = 'Secret' where email = 'p7@acme.example'`);
  await stack.job('drift');
  const ends = (await stack.endings('contacts-sync')).filter(({ code }) => code === 'drift' || code === 'no_drift').map(({ reason }) => reason);

  expect(ends).toEqual(['3 pairs compared, 0 differ.', '3 pairs compared, 1 differs.']);
  expect(stack.record('people', idOf('p7@acme.example'))).toMatchObject({ jobTitle: 'Secret' });
});
