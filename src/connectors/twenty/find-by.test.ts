import { describe, expect, it } from 'vitest';
import { idOf, testWorkspace } from './testing/workspace.ts';

describe('records are found by the value of a field', () => {
  it('by a part of a composite, addresses in upper or lower case, the trash included', async () => {
    const { sandbox, twenty, ctx, calls, tokens } = await testWorkspace();
    sandbox.asUser.create('people', { id: idOf(1), emails: { primaryEmail: 'ann@example.com' } });
    sandbox.asUser.create('people', { id: idOf(2), emails: { primaryEmail: "o'brien@example.com" } });
    sandbox.asUser.create('people', { id: idOf(3), emails: { primaryEmail: 'cleo@example.com' } });
    sandbox.asUser.softDelete('people', idOf(2));
    const found = await twenty.findByField('person', 'emails.primaryEmail', ['ANN@example.com', "o'brien@example.com"], ctx, ['jobTitle']);
    expect({ found: found.map(({ id, deletedAt }) => [id, deletedAt !== undefined]).sort(), calls: calls(), tokens: tokens() }).toEqual({
      found: [[idOf(1), false], [idOf(2), true]], calls: ['people'], tokens: 1,
    });
  });

  it('by a custom text field: all that hold the same value, 200 values in one call', async () => {
    const { sandbox, twenty, ctx, calls } = await testWorkspace();
    const company = (await twenty.metadata.objects()).find(({ nameSingular }) => nameSingular === 'company')!;
    await twenty.metadata.createField({ objectMetadataId: company.id, name: 'externalId', type: 'TEXT', label: 'External id' });
    for (const [index, externalId] of ['a-1', 'a-1', 'a-2', 'A-1'].entries()) sandbox.asUser.create('companies', { id: idOf(index + 1), name: `c${String(index)}`, externalId });
    const values = ['a-1', 'a-2', '', ...Array.from({ length: 199 }, (_none, index) => `x${String(index)}`)];
    const found = await twenty.findByField('company', 'externalId', values, ctx);
    expect({ found: found.map(({ id }) => id).sort(), values: found.map((record) => record['externalId']).sort(), calls: calls() }).toEqual({
      found: [idOf(1), idOf(2), idOf(3)], values: ['a-1', 'a-1', 'a-2'], calls: ['companies', 'companies'],
    });
  });

  it('a field that the workspace has not, and a text that is no field, are refused; without values nobody is asked', async () => {
    const { twenty, ctx, calls } = await testWorkspace();
    await expect(twenty.findByField('company', 'externalId', ['a'], ctx)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(twenty.findByField('company', 'id}{x', ['a'], ctx)).rejects.toMatchObject({ kind: 'rejected' });
    const before = calls().length;
    expect(await twenty.findByField('company', 'name', [''], ctx)).toEqual([]);
    expect(calls()).toHaveLength(before);
  });
});
