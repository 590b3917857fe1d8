import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { DeliveryState, Outcome } from '../domain/delivery.ts';
import type { RetentionPolicy } from '../domain/retention.ts';
import { acceptEvents } from './accept.ts';
import { claimSet } from './claim.ts';
import { type Database, openDatabase } from './database.ts';
import { finishEffects, freezeEffects } from './effects.ts';
import { insertItems, loadDeliveries } from './items.ts';
import { prune, type Pruned } from './retention.ts';
import { ensureIntegrations } from './sets.ts';
import { returnSet, settle } from './settle.ts';
import { acceptOne, claim, claimDefaults, eventFor, refOf } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeAll(() => ensureIntegrations(database, ['contact-form', 'audit']));
beforeEach(async () => {
  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects, effect_members cascade');
});

const policy: RetentionPolicy = { otherwise: { payloadDays: 30, deliveryDays: 90 }, byIntegration: new Map([['audit', { payloadDays: 365, deliveryDays: 365 }]]) };
const nothing: Pruned = { payloads: 0, deliveries: 0, effects: 0, tombstones: 0, sets: 0, events: 0, dedupeKeys: 0 };
const succeeded: Outcome = { state: 'succeeded', code: 'done' };

/** An event of `days` ago that ended at once, with one effect and its item. */
async function ended(key: string, days: number, parts: { outcome?: Outcome; integrations?: readonly string[]; windowMs?: number; forever?: boolean } = {}): Promise<string> {
  const { outcome = succeeded, integrations = ['contact-form'], windowMs } = parts;
  const one = eventFor(key, { windowMs });
  const eventId = await acceptOne(database, { ...one, deliveries: integrations.map((integration) => ({ integration, laneKey: key, urgency: 'bulk' })) });
  for (const integration of integrations) {
    const ref = refOf(await claim(database, { integration }));
    const [delivery] = await loadDeliveries(database, ref);
    await insertItems(database, ref, [{ deliveryId: delivery!.deliveryId, position: 0, data: { email: 'ann@example.com' } }]);
    await freezeEffects(database, ref, integration, [{ key: `${integration}/${key}`, step: 'task', target: 'twenty', summary: 'task for Ann', request: { title: 'Ann' }, members: [delivery!.deliveryId], forever: parts.forever ?? false }], false);
    await finishEffects(database, ref, [{ key: `${integration}/${key}`, state: 'done', outsideId: `task-${key}` }]);
    await settle(database, ref, [{ deliveryId: delivery!.deliveryId, outcome }]);
  }
  await backdate(days);
  return eventId;
}

/** Everything that is of today happened so many days ago. */
async function backdate(days: number): Promise<void> {
  const columns = {
    events: ['received_at'], dedupe_keys: ['seen_at'], deliveries: ['created_at', 'started_at', 'ended_at'],
    sets: ['claimed_at', 'started_at', 'ended_at'], effects: ['created_at', 'attempted_at', 'ended_at'],
  };
  for (const [table, names] of Object.entries(columns)) {
    await database.pool.query(`update ${table} set ${names.map((name) => `${name} = ${name} - ${String(days)} * interval '1 day'`).join(', ')} where ${names[0]!} > now() - interval '1 hour'`);
  }
}

const count = async (table: string, where = 'true'): Promise<number> => (await database.pool.query<{ n: number }>(`select count(*) as n from ${table} where ${where}`)).rows[0]!.n;
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries(await Promise.all(['events', 'deliveries', 'items', 'effects', 'effect_members', 'sets', 'dedupe_keys'].map(async (table) => [table, await count(table)])));

test('what ended well lately stays as it is', async () => {
  await ended('a', 29);
  expect(await prune(database, policy)).toEqual(nothing);
  expect(await counts()).toEqual({ events: 1, deliveries: 1, items: 1, effects: 1, effect_members: 1, sets: 1, dedupe_keys: 1 });
});

test('after its days a payload goes, with the values taken from it, and the event goes on telling how it ended', async () => {
  await ended('a', 31);
  expect(await prune(database, policy)).toEqual({ ...nothing, payloads: 1 });
  expect(await count('events', `body is null and headers = '{}'`)).toBe(1);
  expect(await counts()).toEqual({ events: 1, deliveries: 1, items: 0, effects: 1, effect_members: 1, sets: 1, dedupe_keys: 1 });
});

test('after its days everything of an event goes but its dedupe key, so that it is still known', async () => {
  const eventId = await ended('a', 91);
  expect(await prune(database, policy)).toEqual({ ...nothing, payloads: 1, deliveries: 1, effects: 1, sets: 1, events: 1 });
  expect(await counts()).toEqual({ events: 0, deliveries: 0, items: 0, effects: 0, effect_members: 0, sets: 0, dedupe_keys: 1 });
  expect(await acceptEvents(database, [eventFor('a')])).toEqual([{ eventId, repeat: true }]);
  expect(await prune(database, policy)).toEqual(nothing);
});

test('a key with a window goes with its event once the window is over', async () => {
  await ended('a', 91, { windowMs: 600_000 });
  expect(await prune(database, policy)).toMatchObject({ events: 1, dedupeKeys: 1 });
  expect(await count('dedupe_keys')).toBe(0);
});

test('an effect that must not happen twice stays as a tombstone: key, state and outside id', async () => {
  await ended('a', 91, { forever: true });
  expect(await prune(database, policy)).toMatchObject({ deliveries: 1, effects: 0, tombstones: 1 });
  const { rows } = await database.pool.query('select key, state, outside_id, request, summary, reason from effects');
  expect(rows).toEqual([{ key: 'contact-form/a', state: 'done', outside_id: 'task-a', request: null, summary: '', reason: null }]);
  expect(await prune(database, policy)).toEqual(nothing);
});

test.each<[DeliveryState, Outcome]>([
  ['failed', { state: 'failed', code: 'x', reason: 'x' }],
  ['held', { state: 'held', code: 'x', reason: 'x' }],
  ['waiting', { state: 'waiting', code: 'x', reason: 'x', waitingFor: 'person' }],
])('what is %s keeps everything however old it is', async (_, outcome) => {
  await ended('a', 500, { outcome });
  const before = await counts();
  expect(await prune(database, policy)).toEqual(nothing);
  expect(await counts()).toEqual(before);
  expect(await count('events', 'body is not null')).toBe(1);
});

test('what is pending or running keeps everything, and age counts from the outcome, not from the arrival', async () => {
  await acceptOne(database, eventFor('running'));
  const set = await claim(database);
  await acceptOne(database, eventFor('pending'));
  await backdate(500);
  expect(await prune(database, policy)).toEqual(nothing);
  const [delivery] = await loadDeliveries(database, refOf(set));
  await settle(database, refOf(set), [{ deliveryId: delivery!.deliveryId, outcome: succeeded }]);
  expect(await prune(database, policy)).toEqual(nothing);
});

test('an event of two integrations keeps its payload and itself until the longer one of them lets it go', async () => {
  await ended('a', 100, { integrations: ['contact-form', 'audit'] });
  expect(await prune(database, policy)).toEqual({ ...nothing, deliveries: 1, effects: 1, sets: 1 });
  expect(await count('events', 'body is not null')).toBe(1);
  await database.pool.query(`update deliveries set created_at = created_at - interval '300 days', ended_at = ended_at - interval '300 days'`);
  expect(await prune(database, policy)).toMatchObject({ payloads: 1, deliveries: 1, events: 1 });
});

test('an effect of several members stays until the last of them goes', async () => {
  await ended('old', 91);
  await ended('new', 89);
  await database.pool.query(`insert into effect_members (delivery_id, step, effect_key) select id, 'digest', 'contact-form/old' from deliveries`);
  expect(await prune(database, policy)).toMatchObject({ deliveries: 1, effects: 0 });
  await backdate(0);
  await database.pool.query(`update deliveries set created_at = created_at - interval '9 days', ended_at = ended_at - interval '9 days'`);
  expect(await prune(database, policy)).toMatchObject({ deliveries: 1, effects: 1 });
});

test('a set that was returned goes with its values at the age of payloads; its deliveries have gone on in others', async () => {
  await acceptOne(database, eventFor('a'));
  const ref = refOf(await claim(database));
  const [delivery] = await loadDeliveries(database, ref);
  await insertItems(database, ref, [{ deliveryId: delivery!.deliveryId, position: 0, data: { email: 'ann@example.com' } }]);
  await returnSet(database, ref, 'gone');
  await backdate(31);
  expect(await prune(database, policy)).toEqual({ ...nothing, sets: 1 });
  expect(await counts()).toMatchObject({ deliveries: 1, items: 0, sets: 0 });
});

test('an event that nobody wanted goes by its arrival', async () => {
  await acceptOne(database, { ...eventFor('a'), deliveries: [] });
  await backdate(91);
  expect(await prune(database, policy)).toEqual({ ...nothing, payloads: 1, events: 1 });
});

test('a dry run counts what would go and removes nothing', async () => {
  await ended('a', 91);
  await ended('b', 31);
  const before = await counts();
  expect(await prune(database, policy, { dryRun: true })).toEqual({ ...nothing, payloads: 2, deliveries: 1, effects: 1, sets: 1, events: 1 });
  expect(await counts()).toEqual(before);
  expect(await prune(database, policy)).toEqual({ ...nothing, payloads: 2, deliveries: 1, effects: 1, sets: 1, events: 1 });
});

/** Many old deliveries, quickly: each its own event, lane and effect; every tenth failed. */
async function manyOld(many: number): Promise<void> {
  await database.pool.query(
    `with made as (
       select gen_random_uuid() as event_id, gen_random_uuid() as id, n, now() - interval '100 days' + n * interval '1 millisecond' as at from generate_series(1, $1::int) n
     ), e as (
       insert into events (id, source, dedupe_key, received_at, content_type, headers, body, verdict)
       select event_id, 'hook:contact-form', 'old-' || n, at, 'application/json', '{}', '\\x7b7d', 'test' from made
     ), d as (
       insert into deliveries (id, event_id, integration, lane_id, urgent, state, created_at, ended_at)
       select id, event_id, 'contact-form', -n, false, case when n % 10 = 0 then 'failed' else 'succeeded' end, at, at from made
     ), f as (
       insert into effects (key, integration, step, target, summary, state, request, created_at, ended_at)
       select 'old-' || n, 'contact-form', 'task', 'twenty', 's', 'done', '{}', at, at from made
     )
     insert into effect_members (delivery_id, step, effect_key) select id, 'task', 'old-' || n from made`,
    [many],
  );
}

test('several at once prune each thing once, and one whose connection is cut leaves the rest to the next', async () => {
  await manyOld(400);
  const cut = openDatabase(database.url, { max: 1, applicationName: 'to be cut' });
  const first = prune(cut, policy, { stepSize: 20 }).catch((error: unknown) => error);
  const isHalfDone = async (): Promise<boolean> => (await count('deliveries')) < 360;
  while (!(await isHalfDone()));
  expect(await prune(database, policy)).toBeUndefined();
  await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be cut'`);
  expect(await first).toBeInstanceOf(Error);
  await cut.close();
  const left = await count('deliveries');
  const [a, b] = await Promise.all([prune(database, policy), prune(database, policy)]);
  expect([a, b].filter((one) => one === undefined)).toHaveLength(1);
  expect(a ?? b).toMatchObject({ deliveries: left - 40, events: 360, effects: 360 });
  expect(await counts()).toMatchObject({ events: 40, deliveries: 40, effects: 40, effect_members: 40 });
});

test('claims go on while it prunes, and what is under way is left alone', async () => {
  await manyOld(600);
  await acceptEvents(database, Array.from({ length: 200 }, (_, n) => eventFor(`new-${String(n)}`)));
  const pruning = prune(database, policy, { stepSize: 50 });
  let settled = 0;
  for (let result = await claimSet(database, { ...claimDefaults, maxSize: 5 }); result.kind === 'claimed'; result = await claimSet(database, { ...claimDefaults, maxSize: 5 })) {
    const ref = refOf(result.set);
    const outcomes = (await loadDeliveries(database, ref)).map(({ deliveryId }) => ({ deliveryId, outcome: succeeded }));
    settled += (await settle(database, ref, outcomes)).count;
  }
  expect(settled).toBe(200);
  expect(await pruning).toMatchObject({ deliveries: 540, events: 540 });
  expect(await count('deliveries')).toBe(260);
});

test('a row that somebody holds is passed by and goes the next time', async () => {
  await ended('a', 91);
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from deliveries for update');
  expect(await prune(database, policy)).toMatchObject({ deliveries: 0, effects: 0, events: 0 });
  await holder.query('rollback');
  holder.release();
  expect(await prune(database, policy)).toMatchObject({ deliveries: 1, effects: 1, events: 1 });
});
