import { afterEach, expect, test } from 'vitest';
import { findWatermark } from '../../store/watermarks.ts';
import { addPerson, type Bench, type BenchOptions, openBench, personId } from './catch-up.fixture.ts';

const MINUTE_MS = 60_000;

let bench: Bench;
afterEach(() => bench.close());

async function begin(people: number, options: BenchOptions = {}): Promise<void> {
  bench = await openBench(options);
  for (let n = 1; n <= people; n += 1) addPerson(bench, n, { jobTitle: 'old' });
  bench.clockMs += MINUTE_MS;
  await bench.baseline();
  bench.clockMs += 10 * MINUTE_MS;
  await bench.changes();
  bench.calls();
}

test('the sweep finds what is gone for good, and what was changed under an older date', async () => {
  await begin(6);
  const { asUser } = bench.sandbox;
  asUser.destroy('people', personId(2));
  asUser.softDelete('people', personId(3));
  asUser.update('people', personId(4), { jobTitle: 'set back', updatedAt: new Date(bench.clockMs - 60 * MINUTE_MS).toISOString() });
  addPerson(bench, 7, { jobTitle: 'imported', createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2020-01-01T00:00:00.000Z' });
  const byChanges = await bench.changes();
  const swept = await bench.sweep();
  bench.clockMs += MINUTE_MS;
  const again = await bench.sweep();
  expect(byChanges).toBe(1);
  expect(await bench.inbox()).toEqual(['deleted 3 old', 'updated 4 set back', 'created 7 imported', 'destroyed 2']);
  expect([swept.events, again.events]).toEqual([3, 0]);
});

test('a sweep costs a call for a thousand records and one more for what seems to be gone, and half a sweep destroys nothing', async () => {
  await begin(23, { maxBatch: 2 });
  for (const n of [1, 12, 23]) bench.sandbox.asUser.destroy('people', personId(n));
  let pages = 0;
  bench.sandbox.beforeOperation = () => {
    pages += 1;
    if (pages === 2) throw new Error('the server stumbles');
  };
  await expect(bench.sweep()).rejects.toThrow();
  const half = await bench.inbox();
  bench.sandbox.beforeOperation = undefined;
  bench.calls();
  await bench.sweep();
  expect(half).toEqual([]);
  expect(await bench.inbox()).toEqual(['destroyed 1', 'destroyed 12', 'destroyed 23']);
  expect(bench.calls()).toBe(1 + 2); // the second page, and three ids in batches of two
});

test('a record that a page leaves out is asked for by its id before it is taken for destroyed', async () => {
  await begin(4);
  await bench.database.pool.query(`insert into vanished values ('main', 'person', $1)`, [personId(2)]);
  const { events } = await bench.sweep();
  expect(events).toBe(0);
});

test('when too many are gone at once nothing is destroyed until a person says so', async () => {
  await begin(60);
  for (let n = 1; n <= 30; n += 1) bench.sandbox.asUser.destroy('people', personId(n));
  const held = await bench.sweep();
  const mark = await findWatermark(bench.database, bench.reader.ref);
  const inbox = await bench.inbox();
  const letGo = await bench.sweep(true);
  expect([held, mark?.heldGone, inbox]).toEqual([{ events: 0, heldGone: 30 }, 30, []]);
  expect(letGo).toEqual({ events: 30, heldGone: undefined });
  expect((await findWatermark(bench.database, bench.reader.ref))?.heldGone).toBeUndefined();
});

test('when other fields are watched than before, records that did not change are no news', async () => {
  await begin(5);
  await bench.database.pool.query(`update seen set hash = 'of other fields'`);
  await bench.database.pool.query(`update watermarks set watched = 'phones'`);
  const [changes, swept, again] = [await bench.changes(), await bench.sweep(), await bench.sweep()];
  expect([changes, swept.events, again.events]).toEqual([0, 0, 0]);
  expect((await bench.database.pool.query(`select count(*) as n from seen where hash = 'of other fields'`)).rows).toEqual([{ n: 0 }]);
});
