import { describe, expect, it } from 'vitest';
import { companyDomainForWrite } from './company-host.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';

describe('a person is found by an address', () => {
  it('that is the primary or an additional one, in upper or lower case, in one call', async () => {
    const { sandbox, twenty, ctx, calls, tokens } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), emails: { primaryEmail: 'ann@example.com' } });
    sandbox.asUser.create('people', { id: idOf(2), emails: { primaryEmail: 'bob@example.com', additionalEmails: ['other@example.com', 'b.o.b@example.com'] } });
    sandbox.asUser.create('people', { id: idOf(3), emails: { primaryEmail: 'cleo@example.com' } });
    const found = await twenty.findPeopleByEmails([' ANN@example.com', 'B.O.B@Example.com'], ctx);
    expect({ ids: found.map(({ id }) => id).sort(), calls: calls(), tokens: tokens() }).toEqual({ ids: [idOf(1), idOf(2)], calls: ['people'], tokens: 1 });
  });

  it('but not by one that is only part of another, or fits a wildcard', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), emails: { primaryEmail: 'x@example.com', additionalEmails: ['joann@example.com', 'axb@example.com', 'ann@example.community'] } });
    expect(await twenty.findPeopleByEmails(['ann@example.com', 'a_b@example.com', '%@example.com'], ctx)).toEqual([]);
  });

  it.each(["o'brien@example.com", 'plus+tag@example.com', 'a_b%c@example.com', 'jérôme@example.com', 'x{y}@example.com', 'back`tick@example.com'])('with awkward characters, primary and additional: %s', async (address) => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), emails: { primaryEmail: address } });
    sandbox.asUser.create('people', { id: idOf(2), emails: { primaryEmail: 'second@example.com', additionalEmails: [address] } });
    expect((await twenty.findPeopleByEmails([address], ctx)).map(({ id }) => id).sort()).toEqual([idOf(1), idOf(2)]);
  });

  it('also in the trash, marked as such', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), emails: { primaryEmail: 'ann@example.com' } });
    sandbox.asUser.softDelete('people', idOf(1));
    expect(await twenty.findPeopleByEmails(['ann@example.com'], ctx)).toMatchObject([{ id: idOf(1), deletedAt: expect.any(String) as unknown }]);
  });

  it('200 addresses at a time, and 201 in two calls', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    const addresses = Array.from({ length: 201 }, (_none, index) => `p${String(index)}@example.com`);
    for (const [index, primaryEmail] of addresses.entries()) sandbox.asUser.create('people', { id: idOf(index + 1), emails: { primaryEmail } });
    expect(await twenty.findPeopleByEmails(addresses.slice(0, 200), ctx)).toHaveLength(200);
    expect(await twenty.findPeopleByEmails(addresses, ctx)).toHaveLength(201);
    expect(calls()).toEqual(['people', 'people', 'people']);
  });

  it('and without an address nobody is asked', async () => {
    const { twenty, ctx, calls } = await testWorkspace();
    expect({ found: await twenty.findPeopleByEmails(['', '  '], ctx), calls: calls() }).toEqual({ found: [], calls: [] });
  });

  it('with the fields that were asked for beside the usual ones', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), name: { firstName: 'Ann' }, emails: { primaryEmail: 'ann@example.com' }, avatarUrl: 'https://example.com/a.png' });
    const [found] = await twenty.findPeopleByEmails(['ann@example.com'], ctx, ['avatarUrl', 'createdBy{source}']);
    expect(found).toMatchObject({ name: { firstName: 'Ann', lastName: '' }, jobTitle: '', companyId: undefined, deletedAt: undefined, avatarUrl: 'https://example.com/a.png', createdBy: { source: 'MANUAL' } });
  });

  it('and a field name that is more than a name is refused', async () => {
    const { twenty, ctx, calls } = await testWorkspace();
    await expect(twenty.findPeopleByEmails(['ann@example.com'], ctx, ['id} people{edges'])).rejects.toMatchObject({ kind: 'rejected' });
    expect(calls()).toEqual([]);
  });
});

describe('a company is found', () => {
  it.each(['dup.test', 'DUP.test', 'www.dup.test', 'http://dup.test', 'https://dup.test', 'https://www.dup.test', 'https://dup.test/about', 'dup.test/', 'dup.test:8080'])(
    'by its host, when Twenty holds %s', async (primaryLinkUrl) => {
      const { sandbox, twenty, ctx, calls } = await testWorkspace();
      sandbox.asUser.create('companies', { id: idOf(1), name: 'Dup', domainName: { primaryLinkUrl } });
      sandbox.asUser.create('companies', { id: idOf(2), name: 'Other', domainName: { primaryLinkUrl: 'https://notdup.test' } });
      sandbox.asUser.create('companies', { id: idOf(3), name: 'Third', domainName: { primaryLinkUrl: 'https://dup.test.example' } });
      const found = await twenty.findCompanies({ domains: ['https://WWW.dup.test/'], names: [] }, ctx);
      expect({ ids: found.map(({ id }) => id), calls: calls() }).toEqual({ ids: [idOf(1)], calls: ['companies'] });
    },
  );

  it.each(['e.co', 'e.co/x', 'www.e.co', 'https://e.co', 'http://www.e.co', 'E.CO'])('by a short host, when Twenty holds %s', async (primaryLinkUrl) => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('companies', { id: idOf(1), domainName: { primaryLinkUrl } });
    sandbox.asUser.create('companies', { id: idOf(2), domainName: { primaryLinkUrl: 'https://the.co' } });
    expect((await twenty.findCompanies({ domains: ['e.co'], names: [] }, ctx)).map(({ id }) => id)).toEqual([idOf(1)]);
  });

  it('in the form in which we write it', async () => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    await twenty.createMany('company', [{ id: idOf(1), name: 'Exämple', domainName: companyDomainForWrite('exämple.test') }], ctx);
    sandbox.asUser.create('companies', { id: idOf(2), domainName: { primaryLinkUrl: 'exämple.test' } });
    expect((await twenty.findCompanies({ domains: ['EXÄMPLE.test'], names: [] }, ctx)).map(({ id }) => id).sort()).toEqual([idOf(1), idOf(2)]);
  });

  it.each(['Acme', "O'Neill, Sons & Co.", '100% Fun_ctional', 'Quote "Q" Ltd', 'Back\\slash', 'Éclair GmbH'])('by its exact name, whatever the case: %s', async (name) => {
    const { sandbox, twenty, ctx } = await testWorkspace();
    sandbox.asUser.create('companies', { id: idOf(1), name });
    sandbox.asUser.create('companies', { id: idOf(2), name: `${name} Holding` });
    sandbox.asUser.create('companies', { id: idOf(3), name: name.replaceAll(/[%_]/g, 'x') === name ? 'Else' : name.replaceAll(/[%_]/g, 'x') });
    expect((await twenty.findCompanies({ domains: [], names: [` ${name.toUpperCase()} `] }, ctx)).map(({ id }) => id)).toEqual([idOf(1)]);
  });

  it('by domain or by name in one call, the trash included', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    sandbox.asUser.create('companies', { id: idOf(1), name: 'Acme', domainName: { primaryLinkUrl: 'https://acme.example' } });
    sandbox.asUser.create('companies', { id: idOf(2), name: 'Beta' });
    sandbox.asUser.softDelete('companies', idOf(2));
    const found = await twenty.findCompanies({ domains: ['acme.example'], names: ['beta', 'acme'] }, ctx);
    expect({ found: found.map(({ id, deletedAt }) => [id, deletedAt !== undefined]), calls: calls() }).toEqual({ found: [[idOf(1), false], [idOf(2), true]], calls: ['companies'] });
  });
});

it('records are found by id, the trash included, and what is not there is absent', async () => {
  const { sandbox, twenty, ctx, calls } = await testWorkspace();
  sandbox.asUser.create('tasks', { id: idOf(1), title: 'One' });
  sandbox.asUser.create('tasks', { id: idOf(2), title: 'Two' });
  sandbox.asUser.softDelete('tasks', idOf(2));
  const found = await twenty.findByIds('task', [idOf(1), idOf(2), idOf(3), 'no id', idOf(1).toUpperCase()], ctx);
  expect(found.map(({ id, title, deletedAt }) => [id, title, deletedAt !== undefined])).toEqual([[idOf(1), 'One', false], [idOf(2), 'Two', true]]);
  expect(calls()).toEqual(['tasks']);
});

it('a find with more matches than one answer holds is walked to its end', async () => {
  const { sandbox, twenty, ctx, calls } = await testWorkspace();
  for (let number = 1; number <= 1_001; number += 1) {
    sandbox.asUser.create('people', { id: idOf(number), emails: { primaryEmail: `p${String(number)}@example.com`, additionalEmails: ['shared@example.com'] } });
  }
  expect({ found: (await twenty.findPeopleByEmails(['shared@example.com'], ctx)).length, calls: calls() }).toEqual({ found: 1_001, calls: ['people', 'people'] });
});

it('the workspace members come with name and address', async () => {
  const { twenty, ctx } = await testWorkspace();
  expect(await twenty.workspaceMembers(ctx)).toContainEqual({ id: expect.any(String) as unknown, firstName: 'Ada', lastName: 'Sales', email: 'ada@example.com' });
});

it('each request is announced with its root field and the number of its keys', async () => {
  const { twenty, ctx } = await testWorkspace();
  const told: object[] = [];
  await twenty.findPeopleByEmails(['ann@example.com', 'bob@example.com'], { ...ctx, onRequest: (info) => told.push(info) });
  expect(told).toEqual([{ rootField: 'people', records: 2 }]);
});

it('a record has an address that a person can open', async () => {
  const { twenty } = await testWorkspace({ frontUrl: 'https://crm.example.com/' });
  expect(twenty.recordUrl('person', idOf(1))).toBe(`https://crm.example.com/object/person/${idOf(1)}`);
});

it('a ping costs no token and minds the key', async () => {
  const { sandbox, twenty } = await testWorkspace({}, { bucket: { capacity: 100, refillMs: 600 } });
  await twenty.ping();
  sandbox.faults.keyRevoked = true;
  await expect(twenty.ping()).rejects.toMatchObject({ kind: 'unauthorized' });
  expect(sandbox.availableTokens()).toBe(100);
});
