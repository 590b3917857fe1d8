import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { acceptEvents } from './accept.ts';
import { claimSet } from './claim.ts';
import type { Database } from './database.ts';
import { loadDeliveries } from './items.ts';
import { ensureIntegrations } from './sets.ts';
import { returnSet, settle } from './settle.ts';
import { acceptOne, claim, claimDefaults, eventFor, refOf } from './store.fixture.ts';
import { findEvent } from './views.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeAll(() => ensureIntegrations(database, ['contact-form']));
beforeEach(async () => {
  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects, effect_members cascade');
});

const succeeded = { state: 'succeeded', code: 'done' } as const;

test('a redelivered event is stored once and answers twice with the first id', async () => {
  const first = await acceptEvents(database, [eventFor('a')]);
  const second = await acceptEvents(database, [eventFor('b'), eventFor('a')]);
  expect(first[0]!.repeat).toBe(false);
  expect(second.map(({ repeat }) => repeat)).toEqual([false, true]);
  expect(second[1]!.eventId).toBe(first[0]!.eventId);
  const { rows } = await database.pool.query('select count(*) as n from deliveries');
  expect(rows[0].n).toBe(2);
});

test('outside its sliding window the same key is a new event', async () => {
  const first = await acceptOne(database, eventFor('same', { windowMs: 600_000 }));
  const repeat = await acceptOne(database, eventFor('same', { windowMs: 600_000 }));
  await database.pool.query(`update dedupe_keys set seen_at = seen_at - interval '11 minutes'`);
  const later = await acceptOne(database, eventFor('same', { windowMs: 600_000 }));
  expect(repeat).toBe(first);
  expect(later).not.toBe(first);
});

test('a NUL in a text fails the whole commit and stores nothing of it', async () => {
  await expect(acceptEvents(database, [eventFor('good'), eventFor('bad', { lane: 'a\0b' })])).rejects.toThrow();
  const { rows } = await database.pool.query('select count(*) as n from events');
  expect(rows[0].n).toBe(0);
});

test('a claim takes whole lanes, in order, and no second claim takes them while they run', async () => {
  for (const key of ['1', '2', '3']) await acceptOne(database, eventFor(key, { lane: 'ann' }));
  const set = await claim(database);
  await acceptOne(database, eventFor('4', { lane: 'ann' }));
  await acceptOne(database, eventFor('5', { lane: 'bo' }));
  const other = await claim(database);
  const bodies = async (ref: { setId: string; epoch: number }) => (await loadDeliveries(database, ref)).map(({ body }) => JSON.parse(Buffer.from(body).toString()).key);
  expect(await bodies(refOf(set))).toEqual(['1', '2', '3']);
  expect(await bodies(refOf(other))).toEqual(['5']);
  expect((await claimSet(database, claimDefaults)).kind).toBe('nothing');
});

test('a lane goes on with its next delivery when its set has settled', async () => {
  await acceptOne(database, eventFor('1', { lane: 'ann' }));
  const set = await claim(database);
  await acceptOne(database, eventFor('2', { lane: 'ann' }));
  const [delivery] = await loadDeliveries(database, refOf(set));
  expect(await settle(database, refOf(set), [{ deliveryId: delivery!.deliveryId, outcome: succeeded }])).toEqual({ count: 1, setEnded: true });
  expect((await claim(database)).size).toBe(1);
});

test('a set that was taken back can neither be loaded nor settled by its old run', async () => {
  const eventId = await acceptOne(database, eventFor('1'));
  const set = await claim(database);
  const [delivery] = await loadDeliveries(database, refOf(set));
  expect(await returnSet(database, refOf(set), 'gone')).toBe(1);
  expect(await loadDeliveries(database, refOf(set))).toEqual([]);
  expect(await settle(database, refOf(set), [{ deliveryId: delivery!.deliveryId, outcome: succeeded }])).toEqual({ count: 0, setEnded: true });
  expect((await findEvent(database, eventId))!.deliveries[0]!.state).toBe('pending');
  expect((await claim(database)).id).not.toBe(set.id);
});

test('a delivery whose run is lost ten times ends as failed instead of going round for ever', async () => {
  const eventId = await acceptOne(database, eventFor('1'));
  for (let round = 0; round < 10; round += 1) await returnSet(database, refOf(await claim(database)), 'gone');
  expect((await findEvent(database, eventId))!.deliveries[0]).toMatchObject({ state: 'failed', code: 'run_lost' });
});

test('a run that cannot proceed is returned once, then bisected until the one event that stops it stands alone', async () => {
  const ids = [];
  for (const key of ['1', '2', '3', '4']) ids.push(await acceptOne(database, eventFor(key)));
  const poison = ids[2];
  const sizes: number[] = [];
  for (let result = await claimSet(database, claimDefaults); result.kind === 'claimed'; result = await claimSet(database, claimDefaults)) {
    const ref = refOf(result.set);
    const deliveries = await loadDeliveries(database, ref);
    sizes.push(deliveries.length);
    if (deliveries.some(({ eventId }) => eventId === poison)) await returnSet(database, ref, 'stuck');
    else await settle(database, ref, deliveries.map(({ deliveryId }) => ({ deliveryId, outcome: succeeded })));
  }
  const states = await Promise.all(ids.map(async (id) => (await findEvent(database, id))!.deliveries[0]!));
  expect(states.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed', 'succeeded']);
  expect(states[2]!.code).toBe('run_cannot_proceed');
  expect(sizes).toEqual([4, 4, 2, 2, 1, 1]);
});

test('two bulk runs are open at most, and an urgent delivery still starts beside them', async () => {
  for (let n = 0; n < 4; n += 1) await acceptOne(database, eventFor(`b${String(n)}`, { urgent: false }));
  await claim(database, { maxSize: 1 });
  await claim(database, { maxSize: 1 });
  expect((await claimSet(database, { ...claimDefaults, maxSize: 1 })).kind).toBe('nothing');
  await acceptOne(database, eventFor('u'));
  expect((await claim(database, { maxSize: 1 })).urgent).toBe(true);
});

test('the workspace limit keeps one slot for every integration that has no open run', async () => {
  await ensureIntegrations(database, ['other']);
  for (const key of ['1', '2', '3']) await acceptOne(database, eventFor(key));
  await acceptOne(database, eventFor('o', { integration: 'other' }));
  const limits = { maxSize: 1, integrations: 2, maxOpen: { urgent: 10, bulk: 10, workspace: 3 } };
  await claim(database, limits);
  await claim(database, limits);
  expect((await claimSet(database, { ...claimDefaults, ...limits })).kind).toBe('nothing');
  expect((await claim(database, { ...limits, integration: 'other' })).integration).toBe('other');
});

test('three dispatchers on 3,000 deliveries of 50 lanes meet no error and invert no order', async () => {
  const events = Array.from({ length: 3000 }, (_, n) => eventFor(`e${String(n)}`, { lane: `lane-${String(n % 50)}`, urgent: false }));
  for (let start = 0; start < events.length; start += 250) await acceptEvents(database, events.slice(start, start + 250));
  const order: { lane: number; seq: number }[] = [];
  let left = 3000;
  const dispatcher = async (name: string): Promise<void> => {
    while (left > 0) {
      const result = await claimSet(database, { ...claimDefaults, claimedBy: name, maxSize: 40, maxOpen: { urgent: 10, bulk: 10, workspace: 100 } });
      if (result.kind !== 'claimed') continue;
      const ref = refOf(result.set);
      const { rows } = await database.pool.query<{ id: string; lane_id: number; seq: number }>('select id, lane_id, seq from deliveries where set_id = $1 order by seq', [ref.setId]);
      order.push(...rows.map((row) => ({ lane: row.lane_id, seq: row.seq })));
      await settle(database, ref, rows.map((row) => ({ deliveryId: row.id, outcome: succeeded })));
      left -= rows.length;
    }
  };
  await Promise.all([dispatcher('a'), dispatcher('b'), dispatcher('c')]);
  const perLane = Map.groupBy(order, ({ lane }) => lane);
  expect(perLane.size).toBe(50);
  for (const taken of perLane.values()) expect(taken.map(({ seq }) => seq)).toEqual(taken.map(({ seq }) => seq).sort((a, b) => a - b));
  expect(order).toHaveLength(3000);
  expect(new Set(order.map(({ seq }) => seq)).size).toBe(3000);
});
