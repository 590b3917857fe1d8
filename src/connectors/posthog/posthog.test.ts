import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { posthogStandIn } from '../../sandbox/tools/posthog.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openPosthog } from './client.ts';
import { PosthogSettings } from './settings.ts';

const settings = (baseUrl: string, more: object = {}) => PosthogSettings.parse({ project: 12345, apiKey: secret('POSTHOG_API_KEY'), baseUrl, ...more });

keepsTheContract('PostHog', {
  standIn: () => posthogStandIn(), open: openPosthog, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { query: 'select nothing from usage' }), says: /Unable to resolve field: nothing/ },
});

describe('PostHog', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof posthogStandIn>[0], more: object = {}) => {
    const standIn = posthogStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openPosthog(settings(sandbox.urlOf('posthog'), more), context) };
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

  test('a page has a limit of its own: without one PostHog answers a hundred rows', async () => {
    const { tool } = await opened({ tables: { usage: { columns: [{ name: 'account_id', type: 'text' }], rows: Array.from({ length: 250 }, (_, index) => [`acc-${String(index).padStart(4, '0')}`]) } } });
    expect((await readAll(tool, { ...USAGE, query: 'select account_id from usage', columns: ['account_id'], pageRows: 50_000 })).rows).toHaveLength(250);
  });
});
