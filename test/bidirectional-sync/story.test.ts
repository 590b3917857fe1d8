import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSync, type SyncStack } from './rig.ts';

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({ firstLoad: 'write' });
});
afterAll(() => stack.close());

const titles = async () => (await stack.contacts()).map(({ email, title }) => [email, title]);
const idOf = (email: string) => String(stack.people().find((one) => (one['emails'] as { primaryEmail: string }).primaryEmail === email)?.['id']);

test('the first load links what belongs together, makes what is missing on either side, and a second look changes nothing', { timeout: 120_000 }, async () => {
  await stack.sql(`insert into contacts (email, first_name, last_name, title) values ('ann@acme.example', 'Ann', 'Lee', 'Buyer'), ('bo@acme.example', 'Bo', 'Kim', null)`);
  stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } });
  stack.person({ name: { firstName: 'Cy', lastName: 'Ray' }, emails: { primaryEmail: 'cy@acme.example' }, jobTitle: 'CEO' });
  await stack.quiet();
  await stack.job('first-load');
  const written = stack.twenty.ledger.written('updated').length;
  await stack.round();

  expect(await titles()).toEqual([['ann@acme.example', 'Buyer'], ['bo@acme.example', null], ['cy@acme.example', 'CEO']]);
  expect(stack.people().map((one) => [(one['emails'] as { primaryEmail: string }).primaryEmail, one['jobTitle'], one['syncStatus']]).sort()).toEqual([
    ['ann@acme.example', 'Buyer', 'IN_STEP'], ['bo@acme.example', '', 'IN_STEP'], ['cy@acme.example', 'CEO', 'IN_STEP'],
  ]);
  expect(stack.twenty.ledger.written('updated').length).toBe(written);
});

test('an edit on either side reaches the other, edits of different fields keep both, and echoes write nothing', { timeout: 120_000 }, async () => {
  const ann = idOf('ann@acme.example');
  stack.edit('people', ann, { jobTitle: 'Head of Purchasing' });
  await stack.quiet();
  await stack.sql(`update contacts set title = 'Founder', updated_at = now() where email = 'cy@acme.example'`);
  await stack.round();
  stack.edit('people', ann, { name: { firstName: 'Anna', lastName: 'Lee' } });
  await stack.sql(`update contacts set title = 'Director', updated_at = now() where email = 'ann@acme.example'`);
  await stack.round();
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.round();

  expect(stack.record('people', ann)).toMatchObject({ jobTitle: 'Director', name: { firstName: 'Anna', lastName: 'Lee' } });
  expect(await stack.contacts()).toMatchObject([{ first_name: 'Anna', title: 'Director' }, { first_name: 'Bo' }, { title: 'Founder' }]);
  expect(stack.record('people', idOf('cy@acme.example'))).toMatchObject({ jobTitle: 'Founder' });
  expect(stack.twenty.ledger.recordCalls().length - before).toBe(0);
});

test('an edit of one field on both sides is a conflict that keeps both values, and ends when both are equal', { timeout: 120_000 }, async () => {
  const bo = idOf('bo@acme.example');
  stack.edit('people', bo, { jobTitle: 'Engineer' });
  await stack.sql(`update contacts set title = 'Developer', updated_at = now() where email = 'bo@acme.example'`);
  await stack.round();
  const conflicts = await stack.database.pool.query('select field, twenty, external from sync_conflicts where closed_at is null');
  const status = stack.record('people', bo)['syncStatus'];
  await stack.sql(`update contacts set title = 'Engineer', updated_at = now() where email = 'bo@acme.example'`);
  await stack.round();

  expect(conflicts.rows).toEqual([{ field: 'title', twenty: 'Engineer', external: 'Developer' }]);
  expect(status).toBe('CONFLICT');
  expect(stack.record('people', bo)).toMatchObject({ jobTitle: 'Engineer', syncStatus: 'IN_STEP' });
  expect((await stack.database.pool.query('select closed_because from sync_conflicts')).rows).toEqual([{ closed_because: 'equal' }]);
});
