import { afterEach, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { feedStandIn } from '../../sandbox/tools/feed.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { keepsTheContract, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openGenericWarehouse } from './client.ts';
import { genericWarehouse, type GenericWarehouseInput, type GenericWarehouseSettings } from './index.ts';

/** All that it takes to read a service that Sluice has never heard of. */
const BY_CURSOR = { path: '/contacts', query: { cursor: '{cursor}', limit: '{pageRows}' }, answer: { rows: 'data.items', next: 'meta.next_cursor' } } as const;

const settings = (url: string, more: Partial<GenericWarehouseInput> = {}): GenericWarehouseSettings =>
  genericWarehouse({ url, auth: { bearer: secret('FEED_TOKEN') }, read: BY_CURSOR, ...more }).schema.parse({ url, auth: { bearer: secret('FEED_TOKEN') }, read: BY_CURSOR, ...more }) as GenericWarehouseSettings;

keepsTheContract('the generic warehouse', {
  standIn: () => feedStandIn(), open: openGenericWarehouse, settings: (url) => settings(url), act: (tool) => readOne(tool), changes: false,
  refused: { act: (tool) => readOne(tool, { pageRows: 501 }), says: /limit must be a whole number/ },
});

describe('the generic warehouse', () => {
  let sandbox: SandboxTools | undefined;
  let context: ReturnType<typeof toolContext> | undefined;
  afterEach(async () => {
    await context?.close();
    await sandbox?.close();
  });
  const rows = Array.from({ length: 7 }, (_, index) => ({ account: `acc-${String(index)}`, users: index }));
  const read = async (more: Partial<GenericWarehouseInput>) => {
    sandbox = await startSandboxTools([feedStandIn(rows)]);
    context = toolContext(sandbox.env);
    return readAll(openGenericWarehouse(settings(sandbox.urlOf('feed'), more), context), { ...USAGE, pageRows: 3 });
  };

  test('follows the cursor that the answers give', async () => {
    expect(await read({})).toMatchObject({ rows, pages: 3 });
  });

  test.each([
    ['pages', { path: '/pages', query: { page: '{page}', limit: '{pageRows}' }, answer: { rows: '@' } }],
    ['rows', { path: '/offsets', query: ({ offset, pageRows }: { offset: number; pageRows: number }) => ({ offset, limit: pageRows }), answer: (answer: unknown) => ({ rows: (answer as { results: typeof rows }).results }) }],
  ] as const)('counts %s until none come', async (_what, way) => {
    expect(await read({ paging: 'count', read: way as GenericWarehouseInput['read'] })).toMatchObject({ rows, pages: 4 });
  });

  test('an answer that has no list of rows is malformed', async () => {
    await expect(read({ read: { ...BY_CURSOR, answer: { rows: 'meta.next_cursor' } } })).rejects.toMatchObject({ kind: 'malformed', message: expect.stringContaining('rows, as the configuration reads it') as string });
  });
});
