import { describe, expect, test } from 'vitest';
import { fallBody, fallTitle } from './fall.ts';
import { labelOf, productNeeds, readFields } from './fields.ts';
import { productDataSyncUseCase } from './index.ts';
import { columnsWanted, readRow } from './normalise-row.ts';
import { outcomeWords } from './outcome.ts';
import { ProductDataSyncSettings, type ProductDataSyncInput } from './settings.ts';

const settings = (more: Partial<ProductDataSyncInput> = {}): ProductDataSyncSettings =>
  ProductDataSyncSettings.parse({ source: { query: 'select 1' }, keys: { domain: 'domain', externalId: { column: 'account' }, name: 'name' }, metrics: { activeUsers: 'users', mrr: { column: 'mrr', type: 'money', currency: 'EUR' } }, ...more });
const problems = (more: object): readonly string[] =>
  ProductDataSyncSettings.safeParse({ source: { query: 'select 1' }, keys: { domain: 'domain' }, metrics: { activeUsers: 'users' }, ...more }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('settings', () => {
  test('a column is a metric, and the defaults say every day at five', () => {
    const { metrics, schedule, unmatched, syncedAt } = settings();
    expect([metrics['activeUsers'], schedule, unmatched, syncedAt]).toEqual([{ column: 'users', type: 'number', combine: 'last', blank: 'keep' }, { cron: '0 5 * * *' }, 'list', { field: 'productSyncedAt', write: 'changed' }]);
    expect(productDataSyncUseCase.schedules!(settings())).toEqual([{ name: 'sync', when: { cron: '0 5 * * *' } }]);
    expect(productDataSyncUseCase.schedules!(settings({ schedule: 'off' }))).toEqual([]);
  });
  test.each([
    [{ keys: {} }, 'keys: Name at least one column'], [{ metrics: {} }, 'metrics: Name at least one metric'],
    [{ source: { query: 'a', table: 'b' } }, 'source: Write query or table, not both.'], [{ source: { filter: { a: 'eq.b' } } }, 'source.filter: A filter belongs to a table.'],
    [{ metrics: { name: 'name' } }, 'metrics.name: “name” is no field for a metric.'], [{ metrics: { productSyncedAt: 'x' } }, 'metrics.productSyncedAt: “productSyncedAt” is written twice.'],
    [{ metrics: { plan: { column: 'plan', type: 'text', combine: 'sum' } } }, 'metrics.plan.combine: A text cannot be summed.'], [{ metrics: { plan: { column: 'plan', type: 'text', combine: 'max' } } }, 'metrics.plan.combine: Texts have no largest one.'],
    [{ metrics: { plan: { column: 'plan', type: 'text', combine: 'count' } } }, 'metrics.plan.combine: A count is a number.'], [{ metrics: { mrr: { column: 'mrr', type: 'money' } } }, 'metrics.mrr.currency: Is missing.'],
    [{ metrics: { plan: { column: 'plan', type: 'text', alert: { below: 1 } } } }, 'metrics.plan.alert: Only numbers and amounts can fall.'], [{ metrics: { users: { column: 'u', alert: {} } } }, 'metrics.users.alert: Write { below: 10 }'],
    [{ metrics: { users: { column: 'u', alert: { below: 10, recoversAt: 5 } } } }, 'metrics.users.alert.recoversAt: Write a number that is not under'], [{ metrics: { plan: { column: 'plan', type: 'text', decimals: 2 } } }, 'metrics.plan.decimals: Only numbers are rounded.'],
    [{ schedule: { cron: 'daily' } }, 'schedule.cron: Write five fields'],
  ])('%o is refused with what to write', (more, problem) => expect(problems(more)).toEqual(expect.arrayContaining([expect.stringContaining(problem)])));
  test('setup makes the fields that are written, and all of them are read', () => {
    expect(productNeeds(settings()).fields!.map(({ name, type, label }) => [name, type, label])).toEqual([['activeUsers', 'NUMBER', 'Active users'], ['mrr', 'CURRENCY', 'Mrr'], ['externalId', 'TEXT', 'External id'], ['productSyncedAt', 'DATE_TIME', 'Product synced at']]);
    expect(readFields(settings())).toEqual(['activeUsers', 'mrr{amountMicros currencyCode}', 'externalId', 'productSyncedAt']);
    expect([labelOf('nps'), columnsWanted(settings())]).toEqual(['Nps', ['account', 'domain', 'name', 'users', 'mrr']]);
  });
});

describe('rows', () => {
  test('columns are found in capitals too; the strongest key names the company', () => {
    expect(readRow({ ACCOUNT: 7, DOMAIN: 'https://App.Acme.example/x', NAME: ' "Acme" ', USERS: '5', MRR: null }, settings())).toEqual({
      key: 'id:7', keys: { externalId: '7', domain: 'acme.example', host: 'app.acme.example', name: 'Acme' }, values: { activeUsers: '5' }, problems: [],
    });
    expect([readRow({ domain: 'ops@acme.example' }, settings()), readRow({ name: 'Acme, Inc.' }, settings())]).toMatchObject([{ key: 'domain:acme.example' }, { key: 'name:acmeinc' }]);
  });
  test('a mailbox provider is no company, and a row without any key says so', () => {
    expect(readRow({ domain: 'gmail.com', name: 'n/a' }, settings())).toEqual({ code: 'no_key', problem: 'Says no company: account “”, domain “gmail.com”, name “n/a”.' });
  });
  test('a value of another type is a problem of its own; the function of the configuration may change or leave out a row, and its failure is told', () => {
    expect(readRow({ domain: 'a.example', users: 'many', mrr: '1,5' }, settings())).toMatchObject({ values: {}, problems: ['users: “many” is no number', 'mrr: “1,5” is no amount'] });
    const row = ({ users, ...rest }: Readonly<Record<string, unknown>>) => (users === 0 ? undefined : { ...rest, domain: 'b.example' } as never);
    expect([readRow({ users: 0 }, settings({ row })), readRow({ users: 1 }, settings({ row }))]).toMatchObject([undefined, { key: 'domain:b.example' }] as never);
    const broken = (): never => { throw new Error('no such thing'); };
    expect([readRow({}, settings({ row: broken })), readRow({}, settings({ row: (() => 7) as never }))]).toEqual([
      { code: 'unreadable', problem: 'The row function in the configuration failed: no such thing' },
      { code: 'unreadable', problem: 'The row function in the configuration failed: it must answer an object with a value for each column, or undefined' },
    ]);
  });
});

describe('words', () => {
  const fall = { company: 'Acme', metric: 'Active users', value: 9, before: 30, why: 'below', limit: 10 } as const;
  test('a task says what fell, from where, and why that matters', () => {
    expect(fallTitle('{metric} of {company} fell to {value}', fall)).toEqual({ title: 'Active users of Acme fell to 9' });
    expect(fallTitle(() => { throw new Error('oops'); }, fall)).toEqual({ title: 'Active users of Acme fell to 9', remark: 'The title function in the configuration failed: oops' });
    expect(fallBody(fall, ['Nobody is called Tim.'])).toBe('Active users is 9, after 30 at the sync before.\n\nThat is under 10.\n\nNobody is called Tim.');
    expect(fallBody({ ...fall, before: undefined, why: 'dropped', limit: 30, value: 1234.5 }, [])).toBe('Active users is 1,234.5.\n\nThat is a drop of 30 % or more.');
  });
  test('an outcome counts, and names the first that are missing', () => {
    const states = new Map([['written', 1200], ['unmatched', 7]]);
    expect(outcomeWords({ rows: 5000, states, remarks: 2, tasks: 1, unmatched: ['Eel', 'Fig'] }, false)).toBe('5,000 rows: 1,200 written, 7 not in Twenty (Eel, Fig and 5 more), 2 with a remark, 1 task');
    expect(outcomeWords({ rows: 1, states: new Map(), remarks: 0, tasks: 0, unmatched: [] }, true)).toBe('1 row: nothing to do');
  });
});
