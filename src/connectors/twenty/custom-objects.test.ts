import { beforeEach, describe, expect, it } from 'vitest';
import { type ObjectName, patchOf, wholly, type WritableObject } from './index.ts';
import { makeRockets } from './testing/rockets.ts';
import { idOf, testWorkspace, type TestWorkspace } from './testing/workspace.ts';

const ROCKET = 'rocket' as WritableObject;
const WHOLE = ['code', 'price', 'phase', 'address', 'companyId'].map(wholly);

describe('records of a custom object', () => {
  let place: TestWorkspace;
  beforeEach(async () => {
    place = await testWorkspace();
    await makeRockets(place.twenty);
    place.sandbox.asUser.create('companies', { id: idOf(90), name: 'Acme' });
  });

  it('are made, read by id and by a field, changed one by one and many at once, and come whole', async () => {
    const { twenty, ctx, calls } = place;
    const rows = [1, 2, 3].map((n) => ({ id: idOf(n), name: `R${String(n)}`, code: `r-${String(n)}`, price: { amountMicros: n * 1_000_000, currencyCode: 'EUR' }, companyId: idOf(90) }));
    const made = await twenty.createMany(ROCKET, rows, ctx, { fields: WHOLE });
    const [one] = await twenty.findByIds(ROCKET, [idOf(1)], ctx, WHOLE);
    const found = await twenty.findByField(ROCKET, 'code', ['r-2', 'r-9'], ctx, WHOLE);
    const alone = await twenty.updateOne(ROCKET, idOf(1), { price: { amountMicros: 7_000_000, currencyCode: 'EUR' } }, ctx, WHOLE);
    const readAtMs = Date.now();
    const many = await twenty.upsertByIds(ROCKET, rows.map(({ id }, n) => ({ id, patch: { price: { amountMicros: n, currencyCode: 'USD' }, phase: 'FLOWN' } })), readAtMs, ctx, WHOLE);

    expect(made.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
    expect(one).toMatchObject({ code: 'r-1', price: { amountMicros: 1_000_000, currencyCode: 'EUR' }, companyId: idOf(90), address: '' });
    expect(found.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(alone).toMatchObject({ status: 'updated', record: { price: { amountMicros: 7_000_000, currencyCode: 'EUR' }, code: 'r-1' } });
    expect(many).toMatchObject([0, 1, 2].map((amountMicros) => ({ status: 'updated', record: { price: { amountMicros, currencyCode: 'USD' }, phase: 'FLOWN' } })));
    expect(calls()).toEqual(['createRocketry', 'rocketry', 'rocketry', 'updateRocket', 'createRocketry']);
  });

  it('that clash in a unique field, or point at nothing, are told apart, and the rest is made', async () => {
    const { twenty, ctx, sandbox } = place;
    sandbox.asUser.create('rocketry', { id: idOf(50), code: 'taken' });
    const rows = [{ id: idOf(1), code: 'taken' }, { id: idOf(2), code: 'free' }, { id: idOf(3), code: 'astray', companyId: idOf(91) }];

    expect(await twenty.createMany(ROCKET, rows, ctx)).toMatchObject([
      { status: 'exists', id: idOf(50), trashed: false }, { status: 'created', id: idOf(2) },
      { status: 'rejected', code: 'missing_reference', message: `The company it should be linked to (${idOf(91)}) is not in Twenty any more.` },
    ]);
  });

  it('go into the trash and come back, and are walked as a selection with their composites', async () => {
    const { twenty, ctx, sandbox } = place;
    for (const n of [1, 2]) sandbox.asUser.create('rocketry', { id: idOf(n), price: { amountMicros: n, currencyCode: 'EUR' } });
    const gone = await twenty.softDelete(ROCKET, idOf(1), ctx);
    const plan = await twenty.planSelection('rocket', { all: true });
    const page = await twenty.selectionPage(plan, undefined, ctx, ['updatedAt', ...WHOLE]);
    const back = await twenty.restore(ROCKET, idOf(1), ctx);

    expect([gone, back, await twenty.softDelete(ROCKET, idOf(9), ctx)]).toEqual([true, true, false]);
    expect(page.records).toMatchObject([{ id: idOf(2), price: { amountMicros: 2, currencyCode: 'EUR' } }]);
  });

  it('that changed are read as their webhooks tell of them, the trash included', async () => {
    const { twenty, ctx, sandbox } = place;
    const since = new Date(Date.now() - 1_000).toISOString();
    sandbox.asUser.create('rocketry', { id: idOf(1), price: { amountMicros: 5, currencyCode: 'EUR' }, phase: 'BUILT', companyId: idOf(90) });
    sandbox.asUser.softDelete('rocketry', idOf(1));
    const { records } = await twenty.changes.changedSince('rocket', ['price', 'phase', 'company'], since, undefined, ctx);

    expect(records).toMatchObject([{ id: idOf(1), price: { amountMicros: 5, currencyCode: 'EUR' }, phase: 'BUILT', companyId: idOf(90), deletedAt: expect.any(String) as string }]);
  });

  it('an object or a field that the workspace does not have is refused with a remedy', async () => {
    const { twenty, ctx, calls } = place;
    const said = (object: string, fields: readonly string[]) => twenty.findByIds(object as ObjectName, [idOf(1)], ctx, fields).then(() => 'read', (error: unknown) => (error as Error).message);

    expect([await said('rockets', []), await said('rocket', [wholly('prize')]), await said('person', [wholly('company')])]).toEqual([
      'twenty: there is no object rockets. Did you mean “rocket”? Write its API name in the singular, or create it in Twenty (Settings > Data model)',
      'twenty: rocket has no field prize. Did you mean “price”? Write its API name, or create it in Twenty (Settings > Data model)',
      'twenty: person.company leads to another record. Write companyId, which holds its id',
    ]);
    expect(calls()).toEqual([]);
  });
});

it('a custom composite of a standard object comes whole, and standard fields cost no look at the workspace', async () => {
  const { twenty, ctx, sandbox } = await testWorkspace();
  const person = (await twenty.metadata.objects()).find(({ nameSingular }) => nameSingular === 'person')!;
  await twenty.metadata.createField({ objectMetadataId: person.id, type: 'PHONES', name: 'pager', label: 'Pager' });
  sandbox.asUser.create('people', { id: idOf(1), jobTitle: 'CEO', pager: { primaryPhoneNumber: '+493012345678' } });
  const schema = (): number => sandbox.ledger.since(0).filter(({ kind }) => kind === 'metadata').length;
  const before = schema();
  const [plain] = await twenty.findByIds('person', [idOf(1)], ctx, ['emails', 'jobTitle', 'companyId'].map(wholly));
  const between = schema();
  const [whole] = await twenty.findByIds('person', [idOf(1)], ctx, [wholly('pager')]);

  for (const n of [2, 3]) sandbox.asUser.create('people', { id: idOf(n) });
  const rows = [1, 2, 3].map((n) => ({ id: idOf(n), patch: { jobTitle: 'CTO' } }));
  const written = await twenty.upsertByIds('person', rows, Date.now(), ctx, [wholly('pager')]);

  expect([plain?.jobTitle, between - before]).toEqual(['CEO', 0]);
  expect(written[0]).toMatchObject({ status: 'updated', record: { jobTitle: 'CTO', pager: { primaryPhoneNumber: '3012345678' } } });
  expect(whole).toMatchObject({ pager: { primaryPhoneNumber: '3012345678', primaryPhoneCallingCode: '+49' } });
});

it('a part is written into the whole as it is; texts are emptied by "", numbers are not', () => {
  const now = { amount: { amountMicros: 5, currencyCode: 'EUR' }, name: { firstName: 'Ann', lastName: 'Lee' } };
  expect(patchOf({ 'amount.amountMicros': 7, 'name.lastName': null, stage: 'NEW', companyId: null }, now)).toEqual({
    amount: { amountMicros: 7, currencyCode: 'EUR' }, name: { firstName: 'Ann', lastName: '' }, stage: 'NEW', companyId: null,
  });
  expect(patchOf({ 'amount.amountMicros': '', 'amount.currencyCode': '' }, now)).toEqual({ amount: { amountMicros: null, currencyCode: '' } });
});
