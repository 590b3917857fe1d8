import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { clickHouseStandIn } from '../../sandbox/tools/clickhouse.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openClickHouse } from './client.ts';
import { ClickHouseSettings } from './settings.ts';

const settings = (baseUrl: string, more: object = {}) => ClickHouseSettings.parse({ baseUrl, user: 'sluice', password: secret('CLICKHOUSE_PASSWORD'), ...more });

keepsTheContract('ClickHouse', {
  standIn: () => clickHouseStandIn(), open: openClickHouse, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { query: 'select nothing from usage' }), says: /Unknown expression identifier 'nothing'/ },
});

describe('ClickHouse', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof clickHouseStandIn>[0], more: object = {}) => {
    const standIn = clickHouseStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openClickHouse(settings(sandbox.urlOf('clickhouse'), more), context) };
  };

  test('page behind page in an order of one column or several, nothing twice and nothing left out', async () => {
    const { tool } = await opened({ tables: { usage: { columns: [{ name: 'account_id', type: 'text' }, { name: 'week', type: 'number' }], rows: [['b "x", (y)', 2], ["a'1", 3], ["a'1", 1], ['b "x", (y)', 1], ["a'1", 2]] } } });
    const { rows, pages } = await readAll(tool, { ...USAGE, query: 'select account_id, week from usage', columns: ['account_id', 'week'], orderBy: ['account_id', 'week'], pageRows: 2 });
    expect(rows.map((row) => [row['account_id'], Number(row['week'])])).toEqual([["a'1", 1], ["a'1", 2], ["a'1", 3], ['b "x", (y)', 1], ['b "x", (y)', 2]]);
    expect(pages).toBe(3);
  });

  test('an order that does not tell rows apart, is empty somewhere or is missing is refused with what to do', async () => {
    const { tool } = await opened({ tables: { usage: { columns: [{ name: 'account_id', type: 'text' }, { name: 'week', type: 'number' }], rows: [['a', 1], ['a', 2], ['b', null]] } } });
    const read = (orderBy: readonly string[], pageRows = 2) => readAll(tool, { ...USAGE, query: 'select account_id, week from usage', columns: ['account_id', 'week'], orderBy, pageRows });
    await expect(read(['account_id'])).rejects.toThrow('two rows have the same account_id; add a column to orderBy');
    await expect(read(['week'], 1)).rejects.toThrow('week of orderBy is empty in some rows');
    await expect(read([])).rejects.toThrow("write source: { orderBy: ['company_id'] }");
  });

  test.each(['field', 'words'] as const)('what goes wrong behind a 200 is told from a result: as newer and older servers say it (%s)', async (says) => {
    const { tool } = await opened({ breaksOff: { behind: 1, says } });
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringMatching(/^clickhouse: Code: 395\. DB::Exception: Value passed to 'throwIf'/) as string });
  });

  test('memory that is used up passes, a table that is not there does not', async () => {
    const { tool } = await opened({});
    sandbox!.faults.next('clickhouse', 'error');
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('Memory limit') as string });
    await expect(readOne(tool, { query: 'select a from nowhere' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('Unknown table') as string });
  });
});
