import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { Database } from './database.ts';
import { raiseFloors } from './floors.ts';
import { lockReadyLanes } from './ready-lanes.ts';
import { inTransaction } from './transaction.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeEach(() => database.pool.query('truncate lanes, lane_sources restart identity'));

interface Fill {
  readonly source: string;
  readonly lanes: number;
  readonly urgent?: boolean;
  /** Since when they have been due. */
  readonly dueForMs?: number;
}

async function fill({ source, lanes, urgent = false, dueForMs = 10_000 }: Fill): Promise<void> {
  await database.pool.query(`insert into lane_sources (integration, source) values ('form', $1) on conflict do nothing`, [source]);
  await database.pool.query(
    `insert into lanes (integration, key, source, state, urgent, due_at)
     select 'form', $1 || '-' || $3::boolean || '-' || n || '-' || random(), $1, 'ready', $3, now() - ($4 - n * 0.001) * interval '1 millisecond' from generate_series(1, $2::int) n`,
    [source, lanes, urgent, dueForMs],
  );
}

/** Takes a set as a claim does: the lanes it locks are ready no more. Answers each one's source. */
function takeSet(size: number, urgentSize = 10): Promise<readonly string[]> {
  return inTransaction(database, async (client) => {
    const ids = await lockReadyLanes(client, 'form', size, urgentSize);
    const { rows } = await client.query<{ source: string }>(
      `update lanes l set state = 'running' from unnest($1::bigint[]) with ordinality as t (id, place) where l.id = t.id returning l.source || case when l.urgent then '!' else '' end as source`, [ids]);
    return rows.map(({ source }) => source);
  });
}

const of = (source: string, taken: readonly string[]): number => taken.filter((one) => one === source).length;

test('beside a storm of 20,000 from one source, the 100 of another are done within two sets', async () => {
  await fill({ source: 'site-a', lanes: 20_000, dueForMs: 60_000 });
  await fill({ source: 'site-b', lanes: 100, dueForMs: 1_000 });
  const sets = [await takeSet(200), await takeSet(200), await takeSet(200)];
  expect(sets.map((set) => [of('site-a', set), of('site-b', set)])).toEqual([[100, 100], [200, 0], [200, 0]]);
});

test('however much each source holds, every one of them gets its even share of each set until it is empty', async () => {
  const arbitrary = fc.record({ lanes: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }), size: fc.integer({ min: 4, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ lanes, size }) => {
      await database.pool.query('truncate lanes, lane_sources');
      for (const [n, count] of lanes.entries()) await fill({ source: `s${String(n)}`, lanes: count, dueForMs: 60_000 - n * 1_000 });
      const left = [...lanes];
      while (left.some((count) => count > 0)) {
        const share = Math.floor(size / left.filter((count) => count > 0).length);
        const set = await takeSet(size);
        expect(set).toHaveLength(Math.min(size, left.reduce((sum, count) => sum + count, 0)));
        left.forEach((count, n) => {
          const got = of(`s${String(n)}`, set);
          expect(got).toBeGreaterThanOrEqual(Math.min(count, share));
          left[n] = count - got;
        });
      }
    }),
    { numRuns: 25 },
  );
});

test('in sets of one, too, a source with little goes on beside one with much', async () => {
  await fill({ source: 'much', lanes: 500, dueForMs: 60_000 });
  await fill({ source: 'little', lanes: 20, dueForMs: 1_000 });
  const taken: string[] = [];
  for (let n = 0; n < 120; n += 1) taken.push(...(await takeSet(1)));
  expect(of('little', taken)).toBe(20);
});

test('within a source the oldest goes first', async () => {
  await fill({ source: 'a', lanes: 3 });
  const taken = await inTransaction(database, (client) => lockReadyLanes(client, 'form', 3, 10));
  expect(taken).toEqual([1, 2, 3]);
});

test('a few urgent lanes stand alone, many go before all bulk ones', async () => {
  await fill({ source: 'a', lanes: 300, dueForMs: 60_000 });
  await fill({ source: 'b', lanes: 2, urgent: true });
  await fill({ source: 'a', lanes: 3, urgent: true });
  expect((await takeSet(200)).toSorted()).toEqual(['a!', 'a!', 'a!', 'b!', 'b!']);
  await fill({ source: 'b', lanes: 11, urgent: true });
  const set = await takeSet(200);
  expect([of('b!', set), of('a', set)]).toEqual([11, 189]);
});

test('lanes without a source are found although nobody has noted it', async () => {
  await fill({ source: 'a', lanes: 1 });
  await fill({ source: '', lanes: 1 });
  await database.pool.query(`delete from lane_sources where source = ''`);
  expect((await takeSet(10)).toSorted()).toEqual(['', 'a']);
});

test('what is not due yet and what another holds is left out', async () => {
  await fill({ source: 'a', lanes: 2 });
  await fill({ source: 'a', lanes: 2, dueForMs: -60_000 });
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from lanes where id = 1 for update');
  const taken = await takeSet(10);
  await holder.query('rollback');
  holder.release();
  expect(taken).toEqual(['a']);
});

test('a lane that comes back below the floor is found when the floor is looked at again, and by every claim when nobody looks', async () => {
  await fill({ source: 'a', lanes: 1, dueForMs: 1_000 });
  await raiseFloors(database);
  await fill({ source: 'a', lanes: 1, dueForMs: 3_600_000 });
  expect(await takeSet(10)).toHaveLength(1);
  expect(await takeSet(10)).toHaveLength(0);
  await database.pool.query(`update lane_sources set looked_at = looked_at - interval '6 seconds'`);
  await raiseFloors(database);
  expect(await takeSet(10)).toHaveLength(1);
  await raiseFloors(database);
  await fill({ source: 'a', lanes: 1, dueForMs: 7_200_000 });
  await database.pool.query(`update lane_sources set looked_at = looked_at - interval '61 seconds'`);
  expect(await takeSet(10)).toHaveLength(1);
});

test('while a snapshot is held, a claim reads no more of what was claimed before than a minute of it', async () => {
  const holder = await database.pool.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select 1 from lanes');
  await fill({ source: 'a', lanes: 5_000, dueForMs: 3_600_000 });
  for (let n = 0; n < 5; n += 1) await takeSet(1_000);
  await fill({ source: 'a', lanes: 20, dueForMs: 1_000 });
  const pagesRead = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }] }>(
      `explain (analyze, buffers, format json) select l.* from lane_ranges('form') r cross join lateral (
         select id, due_at from lanes where integration = 'form' and source = r.source and urgent = r.urgent and state = 'ready'
           and due_at >= r.due_from and due_at <= statement_timestamp() order by due_at, id limit 20) l`);
    const { Plan } = rows[0]!['QUERY PLAN'][0];
    return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
  };
  await database.pool.query('analyze lanes');
  const before = await pagesRead();
  await raiseFloors(database);
  const after = await pagesRead();
  await holder.query('rollback');
  holder.release();
  expect(before).toBeGreaterThan(100);
  expect(after).toBeLessThan(before / 4);
});
