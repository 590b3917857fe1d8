import { describe, expect, it } from 'vitest';
import type { UpdateResult } from './index.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';
import type { TestWorkspace } from './testing/workspace.ts';

const statuses = (results: readonly UpdateResult[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const { status } of results) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
};

const idsOf = ({ sandbox }: TestWorkspace): readonly string[] => sandbox.records('people').map(({ id }) => String(id));

function withPeople({ sandbox }: TestWorkspace, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    sandbox.asUser.create('people', { id: idOf(number), emails: { primaryEmail: `p${String(number)}@example.com` }, jobTitle: 'old' });
  }
}

describe('many updates', () => {
  it('are one read and one write, each row with its own values, and leave other fields alone', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx, calls } = workspace;
    withPeople(workspace, 200);
    const readAtMs = Date.now();
    const read = await twenty.rereadForUpdate('person', idsOf(workspace), ['createdAt'], ctx);
    const rows = read.map(({ id, createdAt }, index) => ({ id, createdAt, patch: { jobTitle: `new ${String(index)}` } }));
    const results = await twenty.upsertByIds('person', rows, readAtMs, ctx);
    expect(results.map((result) => (result.status === 'updated' ? [result.id, result.record.jobTitle] : result))).toEqual(rows.map(({ id, patch }) => [id, patch.jobTitle]));
    expect(sandbox.records('people')[4]).toMatchObject({ emails: { primaryEmail: 'p5@example.com' }, jobTitle: 'new 4' });
    expect(calls()).toEqual(['people', 'createPeople']);
  });

  it('never write a row without an id or without a change, nor the same record twice', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx, calls } = workspace;
    withPeople(workspace, 2);
    const results = await twenty.upsertByIds('person', [
      { id: '', patch: { jobTitle: 'x' } },
      { id: idOf(1), patch: {} },
      { id: idOf(1), patch: { id: idOf(2), jobTitle: 'x' } },
      { id: idOf(2), patch: { deletedAt: null } },
    ], Date.now(), ctx);
    expect(results.map((result) => (result.status === 'rejected' ? result.code : result.status))).toEqual(['invalid_id', 'empty_patch', 'field_not_allowed', 'field_not_allowed']);
    expect({ calls: calls(), people: sandbox.records('people').length }).toEqual({ calls: [], people: 2 });
    const twice = await twenty.upsertByIds('person', [{ id: idOf(1), patch: { jobTitle: 'a' } }, { id: idOf(1), patch: { jobTitle: 'b' } }], Date.now(), ctx);
    expect(twice).toMatchObject([{ status: 'updated' }, { status: 'rejected', code: 'same_record_twice' }]);
  });

  it('tell what is in the trash when read, so that it is left out', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx } = workspace;
    withPeople(workspace, 2);
    sandbox.asUser.softDelete('people', idOf(1));
    const read = await twenty.rereadForUpdate('person', [idOf(1), idOf(2), idOf(3)], [], ctx);
    expect(read.map(({ id, deletedAt }) => [id, deletedAt !== undefined])).toEqual([[idOf(1), true], [idOf(2), false]]);
  });
});

describe('a record destroyed between read and write', () => {
  it.each(['known', 'unknown'])('is not left behind as a ghost, its createdAt being %s', async (known) => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx, calls, midway } = workspace;
    withPeople(workspace, 3);
    const readAtMs = Date.now();
    const read = await twenty.rereadForUpdate('person', [idOf(1), idOf(2), idOf(3)], [], ctx);
    sandbox.asUser.destroy('people', idOf(2));
    const rows = read.map(({ id, createdAt }) => ({ id, patch: { jobTitle: 'new' }, ...(known === 'known' ? { createdAt } : {}) }));
    // The stand-in may live through all of this within one millisecond.
    expect(await twenty.upsertByIds('person', rows, readAtMs - 1, ctx)).toMatchObject([{ status: 'updated', id: idOf(1) }, { status: 'gone', id: idOf(2) }, { status: 'updated', id: idOf(3) }]);
    expect({ ids: sandbox.records('people').map(({ id }) => id), calls: calls() }).toEqual({ ids: [idOf(1), idOf(3)], calls: ['people', 'createPeople', 'destroyPerson'] });
    expect(midway()).toEqual([false, false, true]);
  });

  it('and whose ghost an interrupted attempt left behind is told by what was frozen with the change', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx } = workspace;
    withPeople(workspace, 1);
    const readAtMs = Date.now() - 1;
    const [read] = await twenty.rereadForUpdate('person', [idOf(1)], [], ctx);
    sandbox.asUser.destroy('people', idOf(1));
    const rows = [{ id: idOf(1), createdAt: read?.createdAt ?? '', patch: { jobTitle: 'new' } }];
    sandbox.faults.add({ effect: { kind: 'cut' }, operation: 'createPeople', when: 'after' });
    await expect(twenty.upsertByIds('person', rows, readAtMs, ctx)).rejects.toMatchObject({ outcomeUnknown: true });
    expect(await twenty.upsertByIds('person', rows, readAtMs, ctx)).toEqual([{ status: 'gone', id: idOf(1) }]);
    expect(sandbox.records('people')).toEqual([]);
  });

  it('is not mistaken for one that was created just before our read, even when the clocks differ', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx } = workspace;
    withPeople(workspace, 1);
    const [read] = await twenty.rereadForUpdate('person', [idOf(1)], [], ctx);
    const hourBehindMs = Date.now() - 3_600_000;
    expect(await twenty.upsertByIds('person', [{ id: idOf(1), createdAt: read?.createdAt ?? '', patch: { jobTitle: 'new' } }], hourBehindMs, ctx)).toMatchObject([{ status: 'updated' }]);
    expect(sandbox.ledger.written('destroyed')).toEqual([]);
  });
});

describe('of 200 updates', () => {
  it('one that Twenty refuses is rejected in its words, and 199 are written', async () => {
    const workspace = await testWorkspace();
    const { twenty, ctx, calls } = workspace;
    withPeople(workspace, 200);
    const rows = idsOf(workspace).map((id, index) => ({ id, patch: index === 20 ? { jobTitle: 5 } : { jobTitle: 'new' } }));
    const results = await twenty.upsertByIds('person', rows, Date.now(), ctx);
    expect({ ends: statuses(results), rejected: results[20], calls: calls().length }).toEqual({
      ends: { updated: 199, rejected: 1 }, rejected: { status: 'rejected', id: idOf(21), code: 'invalid', message: 'Invalid string value 5 for text field "jobTitle"' }, calls: 2,
    });
  });

  it('one that takes the unique value of another record is rejected, and 199 are written', async () => {
    const workspace = await testWorkspace();
    const { twenty, ctx, calls } = workspace;
    withPeople(workspace, 201);
    const rows = idsOf(workspace).slice(0, 200).map((id, index) => ({ id, patch: index === 20 ? { emails: { primaryEmail: 'p201@example.com' } } : { jobTitle: 'new' } }));
    const results = await twenty.upsertByIds('person', rows, Date.now(), ctx);
    expect({ ends: statuses(results), code: (results[20] as { code?: string }).code }).toEqual({ ends: { updated: 199, rejected: 1 }, code: 'conflict' });
    expect(calls().length).toBeLessThanOrEqual(3);
  });

  it('all refused cost at most twenty extra calls, and the rest is held', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx, calls } = workspace;
    withPeople(workspace, 200);
    sandbox.faults.refuse(() => 'Not today');
    const results = await twenty.upsertByIds('person', idsOf(workspace).map((id) => ({ id, patch: { jobTitle: 'new' } })), Date.now(), ctx);
    expect(calls().length).toBeLessThanOrEqual(21);
    expect(results.every(({ status }) => status === 'held' || status === 'rejected')).toBe(true);
  });
});

describe('one update', () => {
  it('changes its record by id, also in the trash, without reviving it', async () => {
    const workspace = await testWorkspace();
    const { sandbox, twenty, ctx, calls } = workspace;
    withPeople(workspace, 1);
    expect(await twenty.updateOne('person', idOf(1), { jobTitle: 'new' }, ctx)).toMatchObject({ status: 'updated', record: { jobTitle: 'new' } });
    sandbox.asUser.softDelete('people', idOf(1));
    expect(await twenty.updateOne('person', idOf(1), { jobTitle: 'newer' }, ctx)).toMatchObject({ status: 'updated', record: { deletedAt: expect.any(String) as unknown } });
    expect(calls()).toEqual(['updatePerson', 'updatePerson']);
  });

  it('of a destroyed record recreates nothing', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    expect(await twenty.updateOne('person', idOf(1), { jobTitle: 'new' }, ctx)).toEqual({ status: 'gone', id: idOf(1) });
    expect(sandbox.records('people')).toEqual([]);
  });

  it('that is empty, or takes what belongs to another, is rejected', async () => {
    const workspace = await testWorkspace();
    const { twenty, ctx, calls } = workspace;
    withPeople(workspace, 2);
    expect(await twenty.updateOne('person', idOf(1), {}, ctx)).toMatchObject({ status: 'rejected', code: 'empty_patch' });
    expect(await twenty.updateOne('person', idOf(1), { emails: { primaryEmail: 'p2@example.com' } }, ctx)).toMatchObject({
      status: 'rejected', code: 'duplicate', message: 'This Emails value is already in use. Please check your data and try again.',
    });
    expect(calls()).toEqual(['updatePerson']);
  });
});

it('a record comes back from the trash only when it is asked for, and what is not there says so', async () => {
  const workspace = await testWorkspace();
  const { sandbox, twenty, ctx, calls } = workspace;
  withPeople(workspace, 1);
  sandbox.asUser.softDelete('people', idOf(1));
  expect([await twenty.restore('person', idOf(1), ctx), await twenty.restore('person', idOf(2), ctx)]).toEqual([true, false]);
  expect({ people: sandbox.records('people'), calls: calls() }).toMatchObject({ people: [{ deletedAt: null }], calls: ['restorePerson', 'restorePerson'] });
});

it('a removal goes to the trash, and what is not there says so', async () => {
  const workspace = await testWorkspace();
  const { sandbox, twenty, ctx } = workspace;
  withPeople(workspace, 1);
  expect([await twenty.softDelete('person', idOf(1), ctx), await twenty.softDelete('person', idOf(2), ctx)]).toEqual([true, false]);
  expect(sandbox.records('people')).toMatchObject([{ id: idOf(1), deletedAt: expect.any(String) as unknown }]);
  expect(sandbox.ledger.written('destroyed')).toEqual([]);
});

it('there is no door to what destroys or reaches more than it names', async () => {
  const { twenty } = await testWorkspace();
  expect(Object.keys(twenty).sort()).toEqual([
    'acts', 'changes', 'close', 'createMany', 'findAlike', 'findByField', 'findByIds', 'findCompanies', 'findOpportunities', 'findPeopleByEmails', 'metadata', 'ping', 'planSelection', 'probes', 'recordUrl', 'related', 'rereadForUpdate', 'restore', 'selectionCount', 'selectionPage', 'selectionPages', 'softDelete', 'updateOne', 'upsertByIds', 'workspaceMembers',
  ]);
});
