import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { NewEvent } from '../domain/event.ts';
import type { Database } from './database.ts';
import { insertItems, loadDeliveries, loadItems } from './items.ts';
import { addSelected, selectedDeliveryId } from './selection.ts';
import { ensureIntegrations } from './sets.ts';
import { returnSet, settle } from './settle.ts';
import { acceptOne, claim, eventFor, refOf } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeEach(async () => {
  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, integrations cascade');
  await ensureIntegrations(database, ['scores']);
});

/** A claimed set of one start over records. */
async function selecting() {
  const event: NewEvent = { ...eventFor('start', { integration: 'scores' }), deliveries: [{ integration: 'scores', laneKey: 'selection:start', urgency: 'bulk', dryRun: true, workflowType: 'selectRecords' }] };
  const eventId = await acceptOne(database, event);
  const set = await claim(database, { integration: 'scores' });
  const ref = refOf(set);
  const [delivery] = await loadDeliveries(database, ref);
  await insertItems(database, ref, [{ deliveryId: delivery!.deliveryId, position: 0, data: { selected: 0 } }]);
  return { eventId, set, ref, deliveryId: delivery!.deliveryId };
}

async function lanes() {
  const { rows } = await database.pool.query<{ key: string; state: string; pending: number }>(
    `select key, state, (select count(*) from deliveries d where d.lane_id = l.id and d.state = 'pending') as pending from lanes l order by key`);
  return rows.map(({ key, state, pending }) => [key, state, pending]);
}

test('selected records become deliveries of the event in their own lanes, a page twice only once', async () => {
  const { eventId, set, ref, deliveryId } = await selecting();
  const page = { deliveryId, recordIds: ['b', 'a', 'b'], urgent: false, progress: { selected: 2, cursor: '2' } };

  const added = await addSelected(database, ref, page);
  const again = await addSelected(database, ref, page);
  const { rows } = await database.pool.query<object>('select id::text, event_id::text, integration, record_id, state, dry_run, urgent from deliveries where record_id is not null order by seq');

  expect([set.workflowType, added, again]).toEqual(['selectRecords', 2, 0]);
  expect(rows).toEqual(['b', 'a'].map((id) => ({ id: selectedDeliveryId(eventId, 'scores', id), event_id: eventId, integration: 'scores', record_id: id, state: 'pending', dry_run: true, urgent: false })));
  expect(await lanes()).toEqual([['a', 'ready', 1], ['b', 'ready', 1], ['selection:start', 'running', 0]]);
  expect((await loadItems(database, ref))[0]!.data).toEqual({ selected: 2, cursor: '2' });
});

test('a page that comes again after its records were worked wakes no lane', async () => {
  const { ref, deliveryId } = await selecting();
  const page = { deliveryId, recordIds: ['a'], urgent: false, progress: {} };
  await addSelected(database, ref, page);
  const work = await claim(database, { integration: 'scores' });
  const done = await loadDeliveries(database, refOf(work));
  await settle(database, refOf(work), done.map((one) => ({ deliveryId: one.deliveryId, outcome: { state: 'succeeded', code: 'done' } as const })));

  await addSelected(database, ref, page);

  expect(await lanes()).toEqual([['a', 'idle', 0], ['selection:start', 'running', 0]]);
});

test('a record at work gets its delivery behind the one that runs', async () => {
  const { ref, deliveryId } = await selecting();
  await acceptOne(database, eventFor('other', { integration: 'scores', lane: 'a' }));
  await claim(database, { integration: 'scores' });

  await addSelected(database, ref, { deliveryId, recordIds: ['a'], urgent: false, progress: {} });

  expect(await lanes()).toEqual([['a', 'running', 1], ['selection:start', 'running', 0]]);
});

test('a run whose epoch is over adds nothing', async () => {
  const { ref, deliveryId } = await selecting();
  await returnSet(database, ref, 'gone');

  expect(await addSelected(database, ref, { deliveryId, recordIds: ['a'], urgent: false, progress: {} })).toBeUndefined();
  expect(await lanes()).toEqual([['selection:start', 'ready', 1]]);
});
