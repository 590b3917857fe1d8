import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { bigQueryStandIn } from '../../sandbox/tools/bigquery.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openBigQuery } from './client.ts';
import { BigQuerySettings } from './settings.ts';

const settings = (baseUrl: string, more: object = {}) => BigQuerySettings.parse({ project: 'acme-analytics', auth: { serviceAccount: secret('BIGQUERY_SERVICE_ACCOUNT') }, location: 'EU', baseUrl, ...more });

keepsTheContract('BigQuery', {
  standIn: () => bigQueryStandIn(), open: openBigQuery, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { query: 'select nothing from usage' }), says: /Unrecognized name: nothing/ },
});

describe('BigQuery', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof bigQueryStandIn>[0], more: object = {}) => {
    const standIn = bigQueryStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openBigQuery(settings(sandbox.urlOf('bigquery'), more), context) };
  };

  test('a job that takes its time is run once and read page by page, with values of every type', async () => {
    const { standIn, tool } = await opened({ slow: 1 });
    const { rows, kinds } = await readAll(tool);
    expect(kinds).toEqual(['running', 'rows', 'rows']);
    expect(rows.map((row) => [row['account_id'], String(row['active_users']), row['last_seen'], row['renews_on'], row['is_trial']])).toEqual([['acc-1', '42', '2026-01-05T09:30:00.000Z', '2026-06-30', false], ['acc-2', '7', '2026-01-04T17:05:00.000Z', '2026-03-01', true], ['acc-3', '230', '2026-01-05T11:00:00.000Z', '2026-12-31', false]]);
    expect(standIn.queries()).toBe(1);
  });

  test('a start that is sent again after its answer was lost does not run the query again', async () => {
    const { standIn, tool } = await opened({});
    sandbox!.faults.next('bigquery', 'cut');
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'unavailable' });
    await readOne(tool);
    expect(standIn.queries()).toBe(1);
  });

  test('a job that is not kept any more has expired', async () => {
    const { standIn, tool } = await opened({});
    const page = await readOne(tool);
    standIn.forget();
    expect(await readOne(tool, {}, (page as { next: string }).next)).toEqual({ kind: 'expired' });
  });

  test('takes a token as well, and does not quote a key that is none', async () => {
    const { tool } = await opened({}, { auth: { token: secret('BIGQUERY_TOKEN') } });
    expect((await readAll(tool, { ...USAGE, pageRows: 100 })).pages).toBe(1);
    const broken = openBigQuery(settings(sandbox!.urlOf('bigquery'), { auth: { serviceAccount: secret('BIGQUERY_TOKEN') } }), context!);
    await expect(readOne(broken)).rejects.toMatchObject({ kind: 'unauthorized', message: expect.not.stringContaining('sandbox') as string });
  });

  test('a table that is not there is the query\'s fault, and a refusal for the rate may be a 403', async () => {
    const { tool } = await opened({});
    await expect(readOne(tool, { query: 'select a from nowhere' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('Not found: Table') as string });
  });
});
