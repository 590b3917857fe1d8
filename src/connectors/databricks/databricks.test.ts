import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { databricksStandIn } from '../../sandbox/tools/databricks.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openDatabricks } from './client.ts';
import { DatabricksSettings } from './settings.ts';

const settings = (baseUrl: string, more: object = {}) => DatabricksSettings.parse({ baseUrl, token: secret('DATABRICKS_TOKEN'), warehouseId: 'abcdef0123456789', ...more });

keepsTheContract('Databricks', {
  standIn: () => databricksStandIn(), open: openDatabricks, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { query: 'select nothing from usage' }), says: /UNRESOLVED_COLUMN/ },
});

describe('Databricks', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof databricksStandIn>[0], more: object = {}) => {
    const standIn = databricksStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openDatabricks(settings(sandbox.urlOf('databricks'), more), context) };
  };

  test.each(['INLINE', 'EXTERNAL_LINKS'] as const)('a statement that takes its time is run once and read chunk by chunk: %s', async (disposition) => {
    const { standIn, tool } = await opened({ pageRows: 2, slow: 2 }, { disposition });
    const { rows, kinds } = await readAll(tool);
    expect(kinds).toEqual(['running', 'running', 'rows', 'rows']);
    expect(rows.map((row) => [row['account_id'], String(row['active_users']), row['last_seen'], row['renews_on'], row['is_trial']])).toEqual([['acc-1', '42', '2026-01-05T09:30:00.000Z', '2026-06-30', false], ['acc-2', '7', '2026-01-04T17:05:00.000Z', '2026-03-01', true], ['acc-3', '230', '2026-01-05T11:00:00.000Z', '2026-12-31', false]]);
    expect(standIn.queries()).toBe(1);
  });

  test('a statement that is not kept any more has expired, whole or for its next chunk', async () => {
    const { standIn, tool } = await opened({ pageRows: 2, slow: 1 });
    const running = await readOne(tool);
    const page = await readOne(tool, {}, (running as { next: string }).next);
    standIn.forget();
    expect(await readOne(tool, {}, (running as { next: string }).next)).toEqual({ kind: 'expired' });
    expect(await readOne(tool, {}, (page as { next: string }).next)).toEqual({ kind: 'expired' });
  });

  test('a result that was cut is refused with what to write', async () => {
    const { tool } = await opened({ inlineRows: 2 });
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('EXTERNAL_LINKS') as string });
    expect(USAGE.pageRows).toBe(2);
  });
});
