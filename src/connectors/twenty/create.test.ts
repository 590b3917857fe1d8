import { describe, expect, it } from 'vitest';
import { companyDomainForWrite } from './company-host.ts';
import type { CreateResult, TwentyRecordInput } from './index.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';

const person = (number: number, more: object = {}): TwentyRecordInput => ({ id: idOf(number), emails: { primaryEmail: `p${String(number)}@example.com` }, ...more });
const people = (count: number): TwentyRecordInput[] => Array.from({ length: count }, (_none, index) => person(index + 1));
const statuses = (results: readonly CreateResult[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const { status } of results) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
};

describe('new records', () => {
  it('are created in one call and answered in the order given', async () => {
    const { twenty, ctx, calls } = await testWorkspace();
    const results = await twenty.createMany('person', people(200).reverse(), ctx);
    expect(results.map((result) => (result.status === 'created' ? [result.id, result.record.emails.primaryEmail] : result))).toEqual(
      people(200).reverse().map(({ id }, index) => [id, `p${String(200 - index)}@example.com`]),
    );
    expect(calls()).toEqual(['createPeople']);
  });

  it('go out in batches of the configured size', async () => {
    const { twenty, ctx, calls } = await testWorkspace({ maxBatch: 60 }, { maxBatch: 60 });
    expect(statuses(await twenty.createMany('person', people(130), ctx))).toEqual({ created: 130 });
    expect(calls()).toEqual(['createPeople', 'createPeople', 'createPeople']);
  });

  it('of every kind can be created and linked', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    const created = [
      ...(await twenty.createMany('company', [{ id: idOf(1), name: "O'Neill, Sons", domainName: companyDomainForWrite('oneill.example') }], ctx)),
      ...(await twenty.createMany('person', [person(2, { name: { firstName: 'Ann' }, phones: { primaryPhoneNumber: '+33612345699' }, companyId: idOf(1) })], ctx)),
      ...(await twenty.createMany('opportunity', [{ id: idOf(3), name: 'Deal', amount: { amountMicros: 1_000_000, currencyCode: 'EUR' }, stage: 'NEW', pointOfContactId: idOf(2) }], ctx)),
      ...(await twenty.createMany('task', [{ id: idOf(4), title: 'Call back', bodyV2: { markdown: 'say "hello", 100 %' }, dueAt: '2026-01-02T09:00:00Z', status: 'TODO' }], ctx)),
      ...(await twenty.createMany('taskTarget', [{ id: idOf(5), taskId: idOf(4), targetPersonId: idOf(2) }], ctx)),
      ...(await twenty.createMany('note', [{ id: idOf(6), title: 'Note', bodyV2: { markdown: 'text' } }], ctx)),
      ...(await twenty.createMany('noteTarget', [{ id: idOf(7), noteId: idOf(6), targetCompanyId: idOf(1) }], ctx)),
    ];
    expect(statuses(created)).toEqual({ created: 7 });
    expect(sandbox.records('companies')).toMatchObject([{ name: "O'Neill, Sons", domainName: { primaryLinkUrl: 'https://oneill.example', primaryLinkLabel: 'oneill.example' } }]);
    expect(sandbox.records('tasks')).toMatchObject([{ bodyV2: { markdown: 'say "hello", 100 %' } }]);
  });
});

describe('a create that is repeated', () => {
  it('finds its own records and writes nothing twice', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    await twenty.createMany('person', people(3), ctx);
    const results = await twenty.createMany('person', people(5), ctx);
    expect(statuses(results)).toEqual({ created: 5 });
    expect(sandbox.records('people')).toHaveLength(5);
    expect(calls()).toEqual(['createPeople', 'createPeople', 'people', 'createPeople']);
  });

  it('after its answer was lost counts as created', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.faults.add({ effect: { kind: 'cut' }, operation: 'createTasks', when: 'after' });
    const tasks = [{ id: idOf(1), title: 'Once' }];
    await expect(twenty.createMany('task', tasks, ctx)).rejects.toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
    expect(await twenty.createMany('task', tasks, ctx)).toMatchObject([{ status: 'created', id: idOf(1) }]);
    expect(sandbox.ledger.written('created')).toEqual([idOf(1)]);
  });

  it('knows its record in the trash as its own and does not revive it', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    await twenty.createMany('person', [person(1)], ctx);
    sandbox.asUser.softDelete('people', idOf(1));
    expect(await twenty.createMany('person', [person(1)], ctx)).toMatchObject([{ status: 'created', record: { deletedAt: expect.any(String) as unknown } }]);
    expect(sandbox.ledger.written('revived')).toEqual([]);
  });

  it('goes on after a fault in the middle', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace({ maxBatch: 60 }, { maxBatch: 60 });
    const cut = { count: 0 };
    sandbox.beforeOperation = (operation) => {
      if (operation === 'createPeople' && (cut.count += 1) === 1) sandbox.faults.add({ effect: { kind: 'status', status: 502 }, operation: 'createPeople' });
    };
    await expect(twenty.createMany('person', people(100), ctx)).rejects.toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
    expect(statuses(await twenty.createMany('person', people(100), ctx))).toEqual({ created: 100 });
    expect(sandbox.ledger.written('created')).toHaveLength(100);
  });
});

describe('a record that somebody else holds', () => {
  it('is answered with theirs, and the others are created', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(900), emails: { primaryEmail: 'p2@example.com' }, jobTitle: 'CEO' });
    sandbox.asUser.create('people', { id: idOf(901), emails: { primaryEmail: 'p4@example.com' } });
    sandbox.asUser.softDelete('people', idOf(901));
    const results = await twenty.createMany('person', [person(1), person(2, { emails: { primaryEmail: 'P2@Example.com' } }), person(3), person(4)], ctx);
    expect(results).toMatchObject([
      { status: 'created', id: idOf(1) },
      { status: 'exists', id: idOf(900), trashed: false, record: { jobTitle: 'CEO' } },
      { status: 'created', id: idOf(3) },
      { status: 'exists', id: idOf(901), trashed: true },
    ]);
    expect(calls()).toEqual(['createPeople', 'people', 'createPeople']);
    expect(sandbox.records('people').find(({ id }) => id === idOf(900))).toMatchObject({ jobTitle: 'CEO' });
  });

  it('is found by the domain as Twenty stores it', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('companies', { id: idOf(900), name: 'Acme', domainName: { primaryLinkUrl: 'HTTPS://Acme.Example/' } });
    expect(await twenty.createMany('company', [{ id: idOf(1), domainName: companyDomainForWrite('acme.example') }], ctx)).toMatchObject([{ status: 'exists', id: idOf(900) }]);
  });

  it('and that appears between the refusal and the second try is found too', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(900), emails: { primaryEmail: 'p1@example.com' } });
    let tries = 0;
    sandbox.beforeOperation = (operation) => {
      if (operation === 'createPeople' && (tries += 1) === 2) sandbox.asUser.create('people', { id: idOf(901), emails: { primaryEmail: 'p2@example.com' } });
    };
    expect(await twenty.createMany('person', people(3), ctx)).toMatchObject([{ status: 'exists', id: idOf(900) }, { status: 'exists', id: idOf(901) }, { status: 'created' }]);
  });

  it('twice in one batch leads to one new record', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    const results = await twenty.createMany('person', [person(1), person(2, { emails: { primaryEmail: 'P1@example.com' } }), person(1)], ctx);
    expect(results).toMatchObject([{ status: 'created', id: idOf(1) }, { status: 'exists', id: idOf(1), trashed: false }, { status: 'created', id: idOf(1) }]);
    expect({ people: sandbox.records('people').length, calls: calls() }).toEqual({ people: 1, calls: ['createPeople'] });
  });
});

describe('of 200 records', () => {
  it('one with a value that Twenty refuses is rejected in its words, and 199 are created with one extra call', async () => {
    const { twenty, ctx, calls } = await testWorkspace();
    const results = await twenty.createMany('task', Array.from({ length: 200 }, (_none, index) => ({ id: idOf(index + 1), title: 'T', status: index === 66 ? 'DOING' : 'TODO' })), ctx);
    expect(results[66]).toEqual({ status: 'rejected', code: 'invalid', message: 'Invalid value "DOING" for field "status". Valid values are: TODO, IN_PROGRESS, DONE' });
    expect({ ends: statuses(results), calls: calls().length }).toEqual({ ends: { created: 199, rejected: 1 }, calls: 2 });
  });

  it('one refused without a word about which is found, and 199 are created', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    sandbox.faults.refuse((_object, data) => (data['id'] === idOf(123) ? 'Something is wrong with one of them' : undefined));
    const results = await twenty.createMany('person', people(200), ctx);
    expect({ ends: statuses(results), rejected: results[122] }).toEqual({
      ends: { created: 199, rejected: 1 }, rejected: { status: 'rejected', code: 'invalid', message: 'Something is wrong with one of them' },
    });
    expect(calls().length).toBeLessThanOrEqual(21);
  });

  it.each([
    ['a phone number without its country', { phones: { primaryPhoneNumber: '612345699' } }, 2],
    ['a field nobody knows', { nope: 1 }, 2],
    ['a text where an object belongs', { name: "O'Jane" }, 2],
    ['a country that does not fit its number, which Twenty does not quote', { phones: { primaryPhoneNumber: '+33612345699', primaryPhoneCountryCode: 'US' } }, 21],
  ])('one with %s is rejected, and 199 are created', async (_what, bad, mostCalls) => {
    const { twenty, ctx, calls } = await testWorkspace();
    const results = await twenty.createMany('person', people(200).map((record, index) => (index === 150 ? { ...record, ...bad } : record)), ctx);
    expect({ ends: statuses(results), status: results[150]?.status }).toEqual({ ends: { created: 199, rejected: 1 }, status: 'rejected' });
    expect(calls().length).toBeLessThanOrEqual(mostCalls);
  });

  it('those that point at what is gone are found with one look', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    sandbox.asUser.create('tasks', { id: idOf(500) });
    const targets = Array.from({ length: 200 }, (_none, index) => ({ id: idOf(index + 1), taskId: index % 50 === 7 ? idOf(999) : idOf(500) }));
    const results = await twenty.createMany('taskTarget', targets, ctx);
    expect(results[7]).toEqual({ status: 'rejected', code: 'missing_reference', message: `The task it should be linked to (${idOf(999)}) is not in Twenty any more.` });
    expect({ ends: statuses(results), calls: calls() }).toEqual({ ends: { created: 196, rejected: 4 }, calls: ['createTaskTargets', 'tasks', 'createTaskTargets'] });
  });

  it('all refused cost at most twenty extra calls, and the rest is held', async () => {
    const { sandbox, twenty, ctx, calls, tokens } = await testWorkspace();
    sandbox.faults.refuse(() => 'Not today');
    const results = await twenty.createMany('person', people(200), ctx);
    expect(calls().length).toBeLessThanOrEqual(21);
    expect(tokens()).toBe(calls().length);
    expect(results.every(({ status }) => status === 'held' || status === 'rejected')).toBe(true);
    expect(results.find(({ status }) => status === 'held')).toMatchObject({ code: 'batch_refused' });
  });

  it('all taken by others cost one look', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    for (let number = 1; number <= 200; number += 1) sandbox.asUser.create('people', { id: idOf(1_000 + number), emails: { primaryEmail: `p${String(number)}@example.com` } });
    expect({ ends: statuses(await twenty.createMany('person', people(200), ctx)), calls: calls() }).toEqual({ ends: { exists: 200 }, calls: ['createPeople', 'people'] });
  });
});

describe('a record that Twenty is certain to refuse never leaves', () => {
  it.each([
    ['invalid_id', { id: '01890a5d-ac96-774b-bcce-b302099a8057' }],
    ['invalid_id', { id: 'abc' }],
    ['invalid_id', { id: idOf(1), companyId: 'abc' }],
    ['invalid_text', { id: idOf(1), jobTitle: 'a\0b' }],
    ['invalid_text', { id: idOf(1), name: { firstName: 'half \ud83d' } }],
    ['invalid_email', { id: idOf(1), emails: { primaryEmail: 'nope nope' } }],
    ['invalid_email', { id: idOf(1), emails: { additionalEmails: ['bad'] } }],
    ['invalid_link', { id: idOf(1), linkedinLink: { primaryLinkUrl: 'not a url' } }],
    ['field_not_allowed', { id: idOf(1), deletedAt: '2026-01-01T00:00:00Z' }],
    ['too_large', { id: idOf(1), jobTitle: 'x'.repeat(5_000_000) }],
  ])('%s', async (code, record) => {
    const { twenty, ctx, calls } = await testWorkspace();
    expect(await twenty.createMany('person', [record], ctx)).toEqual([{ status: 'rejected', code, message: expect.any(String) as unknown }]);
    expect(calls()).toEqual([]);
  });
});

it('a refusal by the budget is rate_limited, and nothing is taken apart', async () => {
  const { sandbox, twenty, ctx, calls } = await testWorkspace({}, { bucket: { capacity: 100, refillMs: 600 } });
  sandbox.setTokens(0);
  await expect(twenty.createMany('person', people(2), ctx)).rejects.toMatchObject({ kind: 'rate_limited', outcomeUnknown: false });
  expect(calls()).toHaveLength(1);
});
