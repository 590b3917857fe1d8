import { expect, it } from 'vitest';
import { idOf, testWorkspace } from './testing/workspace.ts';

it('opportunities are found by company and by point of contact, each once, in one call; those in the trash are not', async () => {
  const { sandbox, twenty, ctx, calls, tokens } = await testWorkspace();
  sandbox.asUser.create('companies', { id: idOf(1), name: 'Acme' });
  sandbox.asUser.create('people', { id: idOf(2), emails: { primaryEmail: 'ann@acme.example' } });
  sandbox.asUser.create('opportunities', { id: idOf(11), name: 'Both', stage: 'MEETING', companyId: idOf(1), pointOfContactId: idOf(2), closeDate: '2026-01-31T00:00:00.000Z' });
  sandbox.asUser.create('opportunities', { id: idOf(12), name: 'Hers', pointOfContactId: idOf(2) });
  sandbox.asUser.create('opportunities', { id: idOf(13), name: 'Gone', companyId: idOf(1) });
  sandbox.asUser.create('opportunities', { id: idOf(14), name: 'Other' });
  sandbox.asUser.softDelete('opportunities', idOf(13));
  const found = await twenty.findOpportunities({ companies: [idOf(1), idOf(1)], contacts: [idOf(2)] }, ctx);
  expect(found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: idOf(11), name: 'Both', stage: 'MEETING', companyId: idOf(1), pointOfContactId: idOf(2), closeDate: '2026-01-31T00:00:00.000Z', createdAt: expect.any(String) as string, updatedAt: expect.any(String) as string },
    { id: idOf(12), name: 'Hers', stage: 'NEW', companyId: undefined, pointOfContactId: idOf(2), closeDate: undefined, createdAt: expect.any(String) as string, updatedAt: expect.any(String) as string },
  ]);
  expect({ calls: calls(), tokens: tokens() }).toEqual({ calls: ['opportunities'], tokens: 1 });
});

it('and of nobody nothing is asked', async () => {
  const { twenty, ctx, calls } = await testWorkspace();
  expect({ found: await twenty.findOpportunities({ companies: [], contacts: [] }, ctx), calls: calls() }).toEqual({ found: [], calls: [] });
});
