import { expect, test } from 'vitest';
import { inputsHash } from '../../config/record-routing.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';

test('a record that is read has the inputs that a webhook of it has, composites and relations included', async () => {
  const { sandbox, twenty, ctx } = await testWorkspace();
  sandbox.asUser.create('companies', { id: idOf(9), name: 'Acme' });
  sandbox.asUser.create('people', {
    id: idOf(1), name: { firstName: 'Ann' }, emails: { primaryEmail: 'ann@acme.example', additionalEmails: ['a@acme.example'] }, companyId: idOf(9),
    phones: { primaryPhoneNumber: '+49301234567' }, linkedinLink: { primaryLinkUrl: 'https://links.example/ann' },
  });
  const fields = ['company', 'emails', 'jobTitle', 'linkedinLink', 'name', 'phones'];
  const { records } = await twenty.changes.changedSince('person', fields, '2020-01-01T00:00:00.000Z', undefined, ctx);
  const asWebhooksCarryIt = sandbox.records('people')[0]!;
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ id: idOf(1), companyId: idOf(9), createdBy: { source: 'MANUAL' } });
  for (const field of fields) expect(inputsHash('', [field], records[0]!)).toBe(inputsHash('', [field], asWebhooksCarryIt));
});

test('live records and those in the trash come in one call, in pages, each with a cursor to the next', async () => {
  const { sandbox, twenty, ctx, calls } = await testWorkspace({ maxBatch: 2 });
  for (const n of [1, 2, 3]) sandbox.asUser.create('tasks', { id: idOf(n), updatedAt: '2026-01-01T00:00:00.000Z' });
  sandbox.asUser.softDelete('tasks', idOf(2));
  const since = '2020-01-01T00:00:00.000Z';
  const first = await twenty.changes.changedSince('task', ['title'], since, undefined, ctx);
  const second = await twenty.changes.changedSince('task', ['title'], since, first.next, ctx);
  expect([...first.records, ...second.records].map(({ id }) => id)).toEqual([idOf(1), idOf(3), idOf(2)]);
  expect(second).toMatchObject({ next: undefined, records: [{ deletedAt: expect.any(String) }] });
  expect(calls()).toEqual(['tasks', 'tasks']);
  expect(Date.parse(first.askedAt!)).toBeLessThanOrEqual(Date.now());
});

test('of ids, those that exist are told, the trash included', async () => {
  const { sandbox, twenty, ctx } = await testWorkspace({ maxBatch: 2 });
  for (const n of [1, 2]) sandbox.asUser.create('tasks', { id: idOf(n) });
  sandbox.asUser.softDelete('tasks', idOf(2));
  expect(await twenty.changes.existing('task', [idOf(1), idOf(2), idOf(3)], ctx)).toEqual(new Set([idOf(1), idOf(2)]));
});

test('an object that the workspace does not have, and a field that leads to many records, are refused', async () => {
  const { twenty, ctx } = await testWorkspace();
  await expect(twenty.changes.all('campaign', [], undefined, ctx)).rejects.toMatchObject({ kind: 'rejected', message: 'twenty: the workspace has no object campaign' });
  await expect(twenty.changes.all('person', ['noteTargets'], undefined, ctx)).rejects.toMatchObject({ kind: 'rejected' });
  expect((await twenty.changes.all('person', ['notThereYet'], undefined, ctx)).records).toEqual([]);
});
