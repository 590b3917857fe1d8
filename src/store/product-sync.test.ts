import { expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { Database } from './database.ts';
import { EpochOverError } from './effects.ts';
import { beginSync, findSync, keepPage, nextRows, type ReadPage, restartRead } from './product-sync.ts';
import { returnSet } from './settle.ts';
import { acceptOne, claim, eventFor, refOf } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => void (database = own));

async function begun(key: string) {
  await acceptOne(database, eventFor(key));
  const set = await claim(database);
  const { rows: [delivery] } = await database.pool.query<{ id: string }>('select id from deliveries where set_id = $1', [set.id]);
  const deliveryId = delivery!.id;
  const begin = { deliveryId, integration: 'usage-sync', dryRun: false, source: () => ({ query: 'select 1' }), startedAt: '2026-01-05T05:00:00.000Z' };
  return { ref: refOf(set), begin, deliveryId, sync: await beginSync(database, refOf(set), begin) };
}

const page = (deliveryId: string, number: number, values: readonly string[], more: Partial<ReadPage> = {}): ReadPage => ({
  deliveryId, generation: 1, page: number, rows: values.map((value) => ({ key: `id:${value}`, data: { values: { users: value } } })), useless: [], next: 'on', isLast: false, rowsRead: values.length, ...more,
});
const keysOf = async (deliveryId: string) => (await nextRows(database, deliveryId, ['', 0, 0], 100)).map(({ place: [key, number] }) => [key, number]);

test('a page counts once, however often it is kept', async () => {
  const { ref, deliveryId } = await begun('once');
  expect([await keepPage(database, ref, page(deliveryId, 1, ['b', 'a'])), await keepPage(database, ref, page(deliveryId, 1, ['b', 'a']))]).toEqual([true, false]);
  expect(await findSync(database, deliveryId)).toMatchObject({ page: 2, rowsRead: 2, cursor: 'on', phase: 'reading' });
  expect(await keysOf(deliveryId)).toEqual([['id:a', 1], ['id:b', 1]]);
});

test('a read that starts anew knows pages again, replaces those that are others now, and forgets those behind its end', async () => {
  const { ref, deliveryId } = await begun('anew');
  for (const [number, values] of [[1, ['a', 'b']], [2, ['c']], [3, ['d']]] as const) await keepPage(database, ref, page(deliveryId, number, values));
  const kept = async () => (await database.pool.query<{ page: number; xmin: string }>('select page, xmin::text from product_sync_rows where delivery_id = $1 order by page, row', [deliveryId])).rows;
  const before = await kept();
  await restartRead(database, ref, deliveryId, 1);
  expect(await keepPage(database, ref, page(deliveryId, 1, ['late']))).toBe(false);
  await keepPage(database, ref, page(deliveryId, 1, ['a', 'b'], { generation: 2 }));
  await keepPage(database, ref, page(deliveryId, 2, ['e'], { generation: 2, next: undefined, isLast: true }));

  expect(await keysOf(deliveryId)).toEqual([['id:a', 1], ['id:b', 1], ['id:e', 2]]);
  expect((await kept()).slice(0, 2)).toEqual(before.slice(0, 2));
  expect(await findSync(database, deliveryId)).toMatchObject({ phase: 'matching', rowsRead: 3, generation: 2 });
});

test('a run whose set was given back can keep nothing; the next one goes on where it was', async () => {
  const { ref, begin, deliveryId } = await begun('given-back');
  await keepPage(database, ref, page(deliveryId, 1, ['a']));
  await returnSet(database, ref, 'gone');
  await expect(keepPage(database, ref, page(deliveryId, 2, ['b']))).rejects.toBeInstanceOf(EpochOverError);
  const next = refOf(await claim(database));
  expect(await beginSync(database, next, begin)).toMatchObject({ page: 2, cursor: 'on', source: { query: 'select 1' } });
  await database.pool.query(`update product_syncs set begun_at = now() - interval '25 hours' where delivery_id = $1`, [deliveryId]);
  expect(await beginSync(database, next, begin)).toMatchObject({ page: 1, cursor: undefined });
  expect(await beginSync(database, next, { ...begin, dryRun: true })).toMatchObject({ page: 1 });
});
