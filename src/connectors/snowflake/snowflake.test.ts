import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { snowflakeStandIn } from '../../sandbox/tools/snowflake.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openSnowflake } from './client.ts';
import { SnowflakeSettings } from './settings.ts';
import { rowOf } from './values.ts';

const KEY_PAIR = { user: 'sluice', privateKey: secret('SNOWFLAKE_PRIVATE_KEY') };
const settings = (baseUrl: string, auth: SnowflakeSettings['auth'] = KEY_PAIR) => SnowflakeSettings.parse({ account: 'myorg-myaccount', auth, baseUrl, warehouse: 'COMPUTE_WH' });

keepsTheContract('Snowflake', {
  standIn: () => snowflakeStandIn(), open: openSnowflake, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { query: 'select nothing from usage' }), says: /invalid identifier 'NOTHING'/ },
});

describe('Snowflake', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const opened = async (options: Parameters<typeof snowflakeStandIn>[0], auth?: SnowflakeSettings['auth']) => {
    const standIn = snowflakeStandIn(options);
    sandbox = await startSandboxTools([standIn]);
    context = toolContext(sandbox.env);
    return { standIn, tool: openSnowflake(settings(sandbox.urlOf('snowflake'), auth), context) };
  };

  test('a statement that takes its time is run once and read partition by partition, later ones packed', async () => {
    const { standIn, tool } = await opened({ pageRows: 2, slow: 2 });
    const { rows, kinds } = await readAll(tool);
    expect(kinds).toEqual(['running', 'running', 'rows', 'rows']);
    expect(rows.map((row) => [row['ACCOUNT_ID'], row['ACTIVE_USERS'], row['LAST_SEEN'], row['RENEWS_ON'], row['IS_TRIAL']])).toEqual([
      ['acc-1', '42', '2026-01-05T09:30:00.000Z', '2026-06-30', false], ['acc-2', '7', '2026-01-04T17:05:00.000Z', '2026-03-01', true], ['acc-3', '230', '2026-01-05T11:00:00.000Z', '2026-12-31', false],
    ]);
    expect(standIn.queries()).toBe(1);
  });

  test('a start that is sent again after its answer was lost does not run the statement again', async () => {
    const { standIn, tool } = await opened({});
    sandbox!.faults.next('snowflake', 'cut');
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'unavailable' });
    await readOne(tool);
    expect(standIn.queries()).toBe(1);
  });

  test('a result that is not kept any more has expired', async () => {
    const { standIn, tool } = await opened({ pageRows: 2 });
    const page = await readOne(tool);
    standIn.forget();
    expect(await readOne(tool, {}, (page as { next: string }).next)).toEqual({ kind: 'expired' });
  });

  test.each([{ token: secret('SNOWFLAKE_TOKEN') }, { oauthToken: secret('SNOWFLAKE_OAUTH_TOKEN') }])('takes %o as well', async (auth) => {
    const { tool } = await opened({}, auth);
    expect((await readAll(tool)).rows).toHaveLength(3);
  });

  test('a private key that is none is unauthorized and not quoted', async () => {
    const { tool } = await opened({}, { user: 'sluice', privateKey: secret('SNOWFLAKE_TOKEN') });
    await expect(readOne(tool)).rejects.toMatchObject({ kind: 'unauthorized', message: expect.not.stringContaining('pat') as string });
  });

  test('a source without a query is refused with what to write', async () => {
    const { tool } = await opened({});
    await expect(tool.warehouse!.readPage({ ...USAGE, query: undefined, table: 'usage' }, undefined, { pace: () => Promise.resolve() })).rejects.toMatchObject({ kind: 'rejected', message: /source: { query/ });
  });

  test('values are read by the type of their column', () => {
    const columns = ['fixed', 'date', 'timestamp_tz', 'timestamp_tz', 'timestamp_ltz', 'boolean', 'text'].map((type) => ({ name: type, type }));
    const row = (cells: (string | null)[]) => columns.map(({ name }, index) => rowOf([{ name, type: name }], [cells[index] ?? null])[name]);
    expect(row(['12345678901234567890.5', '18262', '1616173619.000000000 960', '1616173619000000000 960', '-0.500000000', '1', '18262'])).toEqual(
      ['12345678901234567890.5', '2020-01-01', '2021-03-19T17:06:59.000Z', '2021-03-19T17:06:59.000Z', '1969-12-31T23:59:59.500Z', true, '18262']);
    expect(row([null, null, null, null, null, null, null])).toEqual([null, null, null, null, null, null, null]);
  });
});
