import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { postgrestStandIn } from '../../sandbox/tools/postgrest.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openPostgrest } from './client.ts';
import { PostgrestSettings } from './settings.ts';

const TABLE = { ...USAGE, query: undefined, table: 'usage' };
const settings = (baseUrl: string, more: object = {}) => PostgrestSettings.parse({ baseUrl, token: secret('POSTGREST_TOKEN'), ...more });

keepsTheContract('PostgREST', {
  standIn: () => postgrestStandIn(), open: openPostgrest, settings: (url) => settings(url), act: (tool) => readOne(tool, TABLE), changes: false,
  refused: { act: (tool) => readOne(tool, { ...TABLE, table: 'nowhere' }), says: /Could not find the table.*Perhaps you meant/ },
});

describe('PostgREST', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof postgrestStandIn>[0], more: object = {}) => {
    const standIn = postgrestStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openPostgrest(settings(sandbox.urlOf('postgrest'), more), context) };
  };

  test('page behind page in an order of one column or several, nothing twice and nothing left out', async () => {
    const { tool } = await opened({ tables: { usage: { columns: [{ name: 'account_id', type: 'text' }, { name: 'week', type: 'number' }], rows: [['b "x", (y)', 2], ["a'1", 3], ["a'1", 1], ['b "x", (y)', 1], ["a'1", 2]] } } });
    const { rows, pages } = await readAll(tool, { ...USAGE, query: undefined, table: 'usage', columns: ['account_id', 'week'], orderBy: ['account_id', 'week'], pageRows: 2 });
    expect(rows.map((row) => [row['account_id'], Number(row['week'])])).toEqual([["a'1", 1], ["a'1", 2], ["a'1", 3], ['b "x", (y)', 1], ['b "x", (y)', 2]]);
    expect(pages).toBe(4);
  });

  test('an order that does not tell rows apart, is empty somewhere or is missing is refused with what to do', async () => {
    const { tool } = await opened({ tables: { usage: { columns: [{ name: 'account_id', type: 'text' }, { name: 'week', type: 'number' }], rows: [['a', 1], ['a', 2], ['b', null]] } } });
    const read = (orderBy: readonly string[], pageRows = 2) => readAll(tool, { ...USAGE, query: undefined, table: 'usage', columns: ['account_id', 'week'], orderBy, pageRows });
    await expect(read(['account_id'])).rejects.toThrow('two rows have the same account_id; add a column to orderBy');
    await expect(read(['week'], 1)).rejects.toThrow('week of orderBy is empty in some rows');
    await expect(read([])).rejects.toThrow("write source: { orderBy: ['company_id'] }");
  });

  test('a server that answers fewer rows than are asked for is read to its end, with the filters of the source', async () => {
    const { standIn, tool } = await opened({ pageRows: 1 });
    const { rows } = await readAll(tool, { ...TABLE, filter: { is_trial: 'eq.false' } });
    expect([rows.map((row) => row['account_id']), standIn.queries()]).toEqual([['acc-1', 'acc-3'], 3]);
  });

  test('without a token it is unauthorized, and a source without a table is refused', async () => {
    const { tool } = await opened({}, { token: undefined });
    await expect(readOne(tool, TABLE)).rejects.toMatchObject({ kind: 'unauthorized' });
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('source: { table') as string });
  });
});
