import { beforeEach, describe, expect, it } from 'vitest';
import type { SelectionPage } from './index.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';
import type { TestWorkspace } from './testing/workspace.ts';

let world: TestWorkspace;
beforeEach(async () => {
  world = await testWorkspace();
});

function people(count: number, more: (index: number) => object = () => ({})): void {
  for (let index = 1; index <= count; index += 1) world.sandbox.asUser.create('people', { id: idOf(index), jobTitle: index % 2 === 0 ? 'Engineer' : 'Sales', ...more(index) });
}

async function pagesOf(...args: Parameters<TestWorkspace['twenty']['selectionPages']>): Promise<SelectionPage[]> {
  const pages: SelectionPage[] = [];
  for await (const page of world.twenty.selectionPages(...args)) pages.push(page);
  return pages;
}

const ids = (pages: readonly SelectionPage[]): string[] => pages.flatMap(({ records }) => records.map(({ id }) => id));

function saveView(name: string, filters: readonly object[], more: object = {}): string {
  const object = world.sandbox.views.list().find(({ name: all }) => all === 'All People')?.objectMetadataId;
  const view = world.sandbox.views.create({ name, objectMetadataId: object, ...more });
  for (const filter of filters) world.sandbox.views.createFilter({ viewId: view.id, ...filter });
  return view.id;
}

async function fieldId(name: string, object = 'person'): Promise<string> {
  const found = (await world.twenty.metadata.objects()).find(({ nameSingular }) => nameSingular === object)?.fields?.find((field) => field.name === name);
  return found?.id ?? '';
}

describe('a selection costs a token for every 200 records', () => {
  it.each([[0, 1], [1, 1], [200, 1], [201, 2], [600, 3]])('%i records: %i calls, none for planning', async (count, calls) => {
    people(count);
    const plan = await world.twenty.planSelection('person', { all: true });
    const pages = await pagesOf(plan, world.ctx);
    expect({ found: new Set(ids(pages)).size, pages: pages.length, calls: world.calls(), tokens: world.tokens() })
      .toEqual({ found: count, pages: calls, calls: Array.from({ length: calls }, () => 'people'), tokens: calls });
  });

  it('and every 200 ids, of 10,000 given 50 calls', async () => {
    people(3);
    const given = Array.from({ length: 10_000 }, (_none, index) => idOf(index + 1));
    const pages = await pagesOf(await world.twenty.planSelection('person', { ids: given }), world.ctx);
    expect({ found: ids(pages), missing: pages.flatMap(({ missing }) => missing).length, calls: world.calls().length }).toEqual({ found: [1, 2, 3].map(idOf), missing: 9_997, calls: 50 });
  });
});

it('a plan is plain data, and a cursor goes on where another process stopped', async () => {
  people(450);
  const plan = JSON.parse(JSON.stringify(await world.twenty.planSelection('person', { filter: { jobTitle: { ilike: '%a%' } } }))) as Awaited<ReturnType<TestWorkspace['twenty']['planSelection']>>;
  const first = await world.twenty.selectionPage(plan, undefined, world.ctx, ['jobTitle', 'name']);
  const second = await world.twenty.selectionPage(plan, first.next, world.ctx);
  expect([first.records.length, second.records.length, second.next]).toEqual([200, 25, undefined]);
  expect(first.records[0]).toEqual({ id: idOf(1), jobTitle: 'Sales', name: { firstName: '', lastName: '' } });
});

it('while records are written, deleted and created, those that fit throughout come once each', async () => {
  people(500);
  const plan = await world.twenty.planSelection('person', { filter: { jobTitle: { eq: 'Engineer' } } });
  const first = await world.twenty.selectionPage(plan, undefined, world.ctx);
  const last = first.records.at(-1)?.id ?? '';
  for (const { id } of first.records.slice(0, 50)) world.sandbox.asUser.update('people', id, { jobTitle: 'Left' });
  world.sandbox.asUser.destroy('people', last);
  world.sandbox.asUser.create('people', { id: idOf(0), jobTitle: 'Engineer' });
  const second = await world.twenty.selectionPage(plan, first.next, world.ctx);
  const seen = ids([first, second]);
  expect([seen.length, new Set(seen).size, second.next]).toEqual([250, 250, undefined]);
});

describe('ids given by hand', () => {
  it('count once, in whatever case, and those that stand for nothing are named', async () => {
    people(3);
    world.sandbox.asUser.softDelete('people', idOf(2));
    const given = [idOf(3), idOf(1).toUpperCase(), idOf(3), ` ${idOf(1)} `, idOf(2), idOf(9), 'ann@example.com'];
    const [page] = await pagesOf(await world.twenty.planSelection('person', { ids: given }), world.ctx, ['jobTitle']);
    expect(page).toMatchObject({ records: [{ id: idOf(1), jobTitle: 'Sales' }, { id: idOf(3) }], next: undefined });
    expect(page?.missing).toEqual([{ id: idOf(2), why: 'in the trash' }, { id: idOf(9), why: 'unknown' }, { id: 'ann@example.com', why: 'no id' }]);
  });

  it('that are none cost no call', async () => {
    const [page] = await pagesOf(await world.twenty.planSelection('person', { ids: ['x'] }), world.ctx);
    expect([page, world.calls()]).toEqual([{ records: [], missing: [{ id: 'x', why: 'no id' }], next: undefined }, []]);
  });

  it('are their own count', async () => {
    const plan = await world.twenty.planSelection('person', { ids: [idOf(1), idOf(1), idOf(2)] });
    expect([await world.twenty.selectionCount(plan, world.ctx), world.calls()]).toEqual([{ selected: 2, countedByServer: undefined }, []]);
  });
});

describe('a view', () => {
  it('is selected by name or by id, and counted as the server counts it', async () => {
    people(6);
    const id = saveView('Engineers', [{ fieldMetadataId: await fieldId('jobTitle'), operand: 'CONTAINS', value: 'engin' }]);
    const plan = await world.twenty.planSelection('person', { view: 'engineers ' });
    expect(plan).toEqual({ object: 'person', many: 'people', type: 'Person', filter: { jobTitle: { ilike: '%engin%' } }, view: { id, name: 'Engineers' } });
    expect(await world.twenty.planSelection('person', { view: id.toUpperCase() })).toEqual(plan);
    expect([await world.twenty.selectionCount(plan, world.ctx), world.tokens()]).toEqual([{ selected: 3, countedByServer: 3 }, 2]);
    expect(ids(await pagesOf(plan, world.ctx))).toEqual([2, 4, 6].map(idOf));
  });

  it('of everybody is everybody but the trash', async () => {
    people(3);
    world.sandbox.asUser.softDelete('people', idOf(2));
    const plan = await world.twenty.planSelection('person', { view: 'All People' });
    expect(await world.twenty.selectionCount(plan, world.ctx)).toEqual({ selected: 2, countedByServer: 2 });
  });

  it('of people created over decades is counted whole', async () => {
    people(60, (index) => ({ createdAt: `${String(1960 + index)}-05-05T00:00:00.000Z` }));
    const plan = await world.twenty.planSelection('person', { view: 'All People' });
    expect(await world.twenty.selectionCount(plan, world.ctx)).toEqual({ selected: 60, countedByServer: 60 });
  });

  it('that was read otherwise than the server reads it shows by its count', async () => {
    people(4);
    saveView('Engineers', [{ fieldMetadataId: await fieldId('jobTitle'), operand: 'CONTAINS', value: 'engin' }]);
    const plan = await world.twenty.planSelection('person', { view: 'Engineers' });
    expect(await world.twenty.selectionCount({ ...plan, filter: { jobTitle: { ilike: '%s%' } } }, world.ctx)).toEqual({ selected: 2, countedByServer: 2 });
    expect(await world.twenty.selectionCount({ ...plan, filter: { jobTitle: { ilike: '%e%' } } }, world.ctx)).toEqual({ selected: 4, countedByServer: 2 });
  });

  it('goes through a relation and any field', async () => {
    world.sandbox.asUser.create('companies', { id: idOf(501), name: 'Acme', address: { addressCity: 'San Francisco' } });
    people(4, (index) => ({ name: { firstName: index < 3 ? 'Ann' : 'Bob' }, ...(index % 2 === 0 ? { companyId: idOf(501) } : {}) }));
    const filter = { fieldMetadataId: await fieldId('company'), relationTargetFieldMetadataId: await fieldId('address', 'company'), operand: 'CONTAINS', value: 'Francisco', subFieldName: 'addressCity' };
    saveView('Ann in SF', [filter], { anyFieldFilterValue: 'ann' });
    const plan = await world.twenty.planSelection('person', { view: 'Ann in SF' });
    expect([ids(await pagesOf(plan, world.ctx)), await world.twenty.selectionCount(plan, world.ctx)]).toEqual([[idOf(2)], { selected: 1, countedByServer: 1 }]);
  });

  it('is not changed under a plan', async () => {
    people(4);
    const id = saveView('Engineers', [{ fieldMetadataId: await fieldId('jobTitle'), operand: 'CONTAINS', value: 'engin' }]);
    const plan = await world.twenty.planSelection('person', { view: id });
    world.sandbox.views.destroy(id);
    expect(ids(await pagesOf(plan, world.ctx))).toEqual([2, 4].map(idOf));
  });

  it('that is private is found by its id only', async () => {
    const object = world.sandbox.views.list().find(({ name }) => name === 'All People')?.objectMetadataId;
    const { id } = world.sandbox.views.create({ name: 'Jane private', objectMetadataId: object, visibility: 'UNLISTED' }, idOf(902));
    expect((await world.twenty.planSelection('person', { view: id })).view).toEqual({ id, name: 'Jane private' });
    await expect(world.twenty.planSelection('person', { view: 'Jane private' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('named by its id') as unknown });
  });

  it.each([
    ['a name that several have', 'Twice', /several views “Twice”: .*, .*\. Name the one/],
    ['a name that is nearly one', 'Twise', /Did you mean “Twice”\?/],
    ['a name that none has', 'Martians', /no view “Martians”.*“All People”/],
    ['the arrangement of a page', 'Person Record Page Fields', /no view/],
    ['an id that none has', idOf(404), /no view with the id/],
  ])('cannot be meant by %s', async (_name, view, message) => {
    saveView('Twice', []);
    saveView('Twice', []);
    await expect(world.twenty.planSelection('person', { view })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringMatching(message) as unknown });
  });

  it('of another object is refused', async () => {
    const id = world.sandbox.views.list().find(({ name }) => name === 'All Companies')?.id ?? '';
    await expect(world.twenty.planSelection('person', { view: id })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('does not show people') as unknown });
  });
});

describe('a filter', () => {
  it('of everything Twenty takes is passed on as it is', async () => {
    world.sandbox.asUser.create('companies', { id: idOf(501), name: "O'Neill, Sons" });
    people(4, (index) => (index === 3 ? { companyId: idOf(501) } : {}));
    const filter = { and: [{ company: { name: { eq: "O'Neill, Sons" } } }, { not: { emails: { primaryEmail: { is: 'NOT_NULL' } } } }, { or: [{ companyId: { is: 'NULL' } }, { jobTitle: { in: ['Sales'] } }] }] };
    const plan = await world.twenty.planSelection('person', { filter });
    expect([ids(await pagesOf(plan, world.ctx)), plan.filter]).toEqual([[idOf(3)], filter]);
  });

  it('that does not fit is refused with all that is wrong, before any call', async () => {
    const filter = {
      jobTitel: { eq: 'x' }, jobTitle: { contains: 'x' }, emails: { primary: { eq: 'x' } }, company: { adress: { addressCity: { eq: 'x' } } }, noteTargets: { id: { is: 'NULL' } },
      createdBy: { source: { in: [] } }, or: [{ id: { is: 'EMPTY' } }], name: { eq: 'Ann' },
    };
    const error = await world.twenty.planSelection('person', { filter }).then(() => '', (thrown: unknown) => (thrown as Error).message);
    for (const told of [
      'filter.jobTitel: Person has no such field. Did you mean “jobTitle”?', 'filter.jobTitle.contains: This field cannot be compared so.', 'filter.emails.primary: There is no such part.',
      'filter.company.adress: Company has no such field. Did you mean “address”?', 'filter.noteTargets: Is the many side', 'filter.createdBy.source.in: Has to be a list',
      "filter.or.0.id.is: Has to be 'NULL' or 'NOT_NULL'.", 'filter.name.eq: There is no such part.',
    ]) expect(error).toContain(told);
    expect(world.calls()).toEqual([]);
  });

  it('knows the options of a select field', async () => {
    await expect(world.twenty.planSelection('opportunity', { filter: { stage: { eq: 'CUSTOMERS' } } })).rejects.toMatchObject({ message: expect.stringContaining('Did you mean “CUSTOMER”?') as unknown });
  });

  it('that is empty is refused here, too', async () => {
    await expect(world.twenty.planSelection('person', { filter: { and: [{ not: {} }] } })).rejects.toMatchObject({ kind: 'rejected' });
  });
});

it('custom objects can be selected; an object that is not there cannot', async () => {
  const campaign = { nameSingular: 'campaign', namePlural: 'campaigns', labelSingular: 'Campaign', labelPlural: 'Campaigns' };
  await world.twenty.metadata.createObject(campaign);
  world.sandbox.asUser.create('campaigns', { id: idOf(1), name: 'Spring' });
  const plan = await world.twenty.planSelection('campaign', { filter: { name: { startsWith: 'Spr' } } });
  expect(ids(await pagesOf(plan, world.ctx, ['name']))).toEqual([idOf(1)]);
  expect(ids(await pagesOf(await world.twenty.planSelection('campaign', { ids: [idOf(1)] }), world.ctx))).toEqual([idOf(1)]);
  await expect(world.twenty.planSelection('peson', { all: true })).rejects.toMatchObject({ message: expect.stringContaining('Did you mean “person”?') as unknown });
});

it('a time zone that does not exist is refused', async () => {
  await expect(world.twenty.planSelection('person', { all: true }, { timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ kind: 'rejected' });
});
