import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { NewEvent } from '../domain/event.ts';
import type { RecordRule } from '../domain/record-event.ts';
import { acceptEvents } from './accept.ts';
import { awaitRecords } from './awaited.ts';
import { claimSet } from './claim.ts';
import type { Database } from './database.ts';
import { wakeWaiting } from './hand.ts';
import { loadDeliveries } from './items.ts';
import { ensureIntegrations } from './sets.ts';
import { settle } from './settle.ts';
import { claimDefaults, refOf } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

let integration = '';
let tests = 0;
beforeEach(async () => {
  integration = `billing-${String((tests += 1))}`;
  await ensureIntegrations(database, [integration]);
});

const DEAL = 'deal';
const PERSON = 'person';
const instant = (at: number): string => new Date(1_800_000_000_000 + at * 1_000).toISOString();
const won: RecordRule = { kind: 'transition', inputs: '"WON"', matches: true };

async function arrives(id: string, at: number, rule: RecordRule, action: 'created' | 'updated' = 'updated'): Promise<void> {
  const event: NewEvent = {
    source: `twenty:${integration}`, dedupe: { key: `${integration}:${id}:${String(at)}` }, contentType: 'application/json', headers: {}, body: Buffer.from('{}'), verdict: 'test',
    record: { workspace: integration, object: id, id: `${integration}-${id}`, action, updatedAt: instant(at), hash: String(at), deleted: false },
    deliveries: [{ integration, laneKey: `${integration}-${id}`, urgency: 'bulk', record: { id: `${integration}-${id}`, action, rule } }],
  };
  await acceptEvents(database, [event]);
}

/** Claims what is due, weighing record events until something is worth a run or nothing is left. */
async function claimed() {
  for (;;) {
    const result = await claimSet(database, { ...claimDefaults, integration, rules: { maxRunsPerRecordPerHour: 30, flood: { above: 1_000, then: 'sets' }, awaits: true, timeZone: 'UTC' } });
    if (result.kind === 'claimed') return result.set;
    if (result.kind !== 'sifted') return undefined;
  }
}

/** A run over the deal that read the person as of second 1 and lets the deal wait for it; `meanwhile` happens between the two. */
async function waits(meanwhile: { readonly beforeNoted?: () => Promise<void>; readonly beforeSettled?: () => Promise<void> } = {}): Promise<string> {
  await arrives(DEAL, 1, won, 'created');
  const set = (await claimed())!;
  const [delivery] = await loadDeliveries(database, refOf(set));
  const { deliveryId } = delivery!;
  await meanwhile.beforeNoted?.();
  await awaitRecords(database, refOf(set), integration, [{ deliveryId, records: [{ id: `${integration}-${DEAL}`, updatedAt: instant(1) }, { id: `${integration}-${PERSON}`, updatedAt: instant(1) }] }]);
  await meanwhile.beforeSettled?.();
  await settle(database, refOf(set), [{ deliveryId, outcome: { state: 'waiting', code: 'data_missing', reason: 'no e-mail address', waitingFor: 'data' } }]);
  return deliveryId;
}

const stateOf = async (deliveryId: string): Promise<string> => (await database.pool.query<{ state: string }>('select state from deliveries where id = $1', [deliveryId])).rows[0]!.state;
const edited = async (): Promise<void> => {
  await arrives(PERSON, 5, { kind: 'awaited' });
  expect(await claimed()).toBeUndefined();
};

test('a change of a record lets go on what waits for it, in a run of its own, and is itself none', async () => {
  const deliveryId = await waits();
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([0, 'waiting']);
  await edited();
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([1, 'pending']);
  // It was weighed as a transition once; that it goes on is none.
  const set = await claimed();
  expect((await loadDeliveries(database, refOf(set!))).map((one) => one.deliveryId)).toEqual([deliveryId]);
  expect((await database.pool.query(`select code, reason from deliveries where integration = $1 and rule = 'awaited'`, [integration])).rows).toEqual([{ code: 'noted', reason: 'What waited for this goes on.' }]);
  expect((await database.pool.query('select 1 from awaited where delivery_id = $1', [deliveryId])).rows).toEqual([]);
});

test.each(['beforeNoted', 'beforeSettled'] as const)('a change that comes while the run is at work (%s) is not missed', async (moment) => {
  const deliveryId = await waits({ [moment]: edited });
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([1, 'pending']);
});

test('a change of the waiting deal itself counts as well, that of another record does not', async () => {
  const deliveryId = await waits();
  await arrives('somebody', 5, { kind: 'awaited' });
  expect(await claimed()).toBeUndefined();
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([0, 'waiting']);
  expect((await database.pool.query(`select reason from deliveries where integration = $1 and rule = 'awaited'`, [integration])).rows).toEqual([{ reason: 'Nothing waits for this record.' }]);
  await arrives(DEAL, 6, won);
  expect(await claimed()).toBeUndefined();
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([1, 'pending']);
});

test('what was read is no news', async () => {
  await arrives(PERSON, 1, { kind: 'awaited' });
  await claimed();
  const deliveryId = await waits();
  expect([await wakeWaiting(database), await stateOf(deliveryId)]).toEqual([0, 'waiting']);
});
