import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testTemporal } from '../../test/harness/servers.ts';
import { realmOf, type ScheduleRealm, temporalScheduleId } from './schedule-realm.ts';
import { reconcileSchedules, type ScheduleSpec } from './schedules.ts';

let connection: Connection;
let client: Client;
let realm: ScheduleRealm;
beforeAll(async () => {
  const { address, namespace } = await testTemporal();
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(() => connection.close());
beforeEach(() => void (realm = realmOf({ name: `w${randomBytes(4).toString('hex')}`, timeZone: 'Europe/Berlin' }, 'nobody-listens', 'nobody-listens')));
afterEach(() => reconcile([]));

const action = { workflowType: 'scheduleFiring', args: [{ integration: 'scores', schedule: 'nightly' }] };
const nightly: ScheduleSpec = { id: 'scores/nightly', name: 'nightly', when: { cron: '30 3 * * *' }, action };
const weekly: ScheduleSpec = { id: 'scores/weekly', name: 'weekly', when: { everyMs: 7 * 86_400_000 }, timeZone: 'UTC', jitterMs: 60_000, catchUpWithinMs: 3_600_000, overlap: 'buffer-one', action };
const reconcile = (specs: readonly ScheduleSpec[]) => reconcileSchedules(client, realm, specs);
const describe = (spec: ScheduleSpec) => client.schedule.getHandle(temporalScheduleId(realm, spec.id)).describe();

test('schedules are created as configured, left alone when equal, updated when changed and removed when gone', async () => {
  const created = await reconcile([nightly, weekly]);
  const [first, second] = [await describe(nightly), await describe(weekly)];
  const unchanged = await reconcile([nightly, weekly]);
  const untouched = await describe(nightly);
  const changed = await reconcile([{ ...nightly, when: { cron: '0 4 * * *' } }]);
  const updated = await describe(nightly);

  expect(created).toEqual({ created: [nightly.id, weekly.id], updated: [], removed: [], unchanged: [], refused: [] });
  expect(first.spec).toMatchObject({ timezone: 'Europe/Berlin', calendars: [{ hour: [{ start: 3 }], minute: [{ start: 30 }] }] });
  expect(first.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 86_400_000 });
  expect(second.spec).toMatchObject({ timezone: 'UTC', jitter: 60_000, intervals: [{ every: 604_800_000 }] });
  expect(second.policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 3_600_000 });
  expect(unchanged).toMatchObject({ unchanged: [nightly.id, weekly.id] });
  expect(untouched.info.lastUpdatedAt).toEqual(first.info.lastUpdatedAt);
  expect(changed).toEqual({ created: [], updated: [nightly.id], removed: [weekly.id], unchanged: [], refused: [] });
  expect(updated.spec).toMatchObject({ calendars: [{ hour: [{ start: 4 }], minute: [{ start: 0 }] }] });
  await expect(describe(weekly)).rejects.toThrow('not found');
});

test("another workspace's schedules, and those of people, are not touched", async () => {
  const other = realmOf({ name: `w${randomBytes(4).toString('hex')}`, timeZone: 'UTC' }, 'nobody-listens', 'nobody-listens');
  const scheduleId = `sluice-${realm.workspace}.by-hand`;
  await reconcileSchedules(client, other, [nightly]);
  const handle = await client.schedule.create({ scheduleId, spec: { intervals: [{ every: '1 day' }] }, action: { type: 'startWorkflow', workflowType: 'own', taskQueue: 'own' } });

  const changes = await reconcile([]);

  expect(changes.removed).toEqual([]);
  expect((await handle.describe()).scheduleId).toBe(scheduleId);
  expect(await reconcileSchedules(client, other, [])).toMatchObject({ removed: [nightly.id] });
  await handle.delete();
});

test('a pause that a person set survives a change, and what the configuration pauses is paused whatever people did', async () => {
  await reconcile([nightly, weekly]);
  await client.schedule.getHandle(temporalScheduleId(realm, nightly.id)).pause('ann is on holiday');
  await reconcile([{ ...nightly, when: { cron: '0 5 * * *' } }, { ...weekly, paused: true }]);
  const [kept, paused] = [await describe(nightly), await describe(weekly)];
  await client.schedule.getHandle(temporalScheduleId(realm, weekly.id)).unpause('let it go on');
  const again = await reconcile([{ ...nightly, when: { cron: '0 5 * * *' } }, { ...weekly, paused: true }]);
  const repaused = await describe(weekly);
  await reconcile([nightly, weekly]);
  const [stillKept, freed] = [await describe(nightly), await describe(weekly)];

  expect(kept.state).toMatchObject({ paused: true, note: 'ann is on holiday' });
  expect(paused.state).toMatchObject({ paused: true, note: 'paused by the configuration' });
  expect(again).toMatchObject({ updated: [weekly.id], unchanged: [nightly.id] });
  expect(repaused.state.paused).toBe(true);
  expect(stillKept.state).toMatchObject({ paused: true, note: 'ann is on holiday' });
  expect(freed.state.paused).toBe(false);
});

test('several processes that reconcile at once end with the same schedules', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => reconcile([nightly, weekly])));
  const gone = await Promise.all(Array.from({ length: 4 }, () => reconcile([nightly])));

  expect(all.flatMap(({ created }) => created).sort()).toEqual([nightly.id, weekly.id]);
  expect(gone.flatMap(({ removed }) => removed)).toContain(weekly.id);
  expect((await describe(nightly)).info.numActionsTaken).toBe(0);
});

test('a time that Temporal cannot read is refused with its reason, and the others are made', async () => {
  const changes = await reconcile([{ ...weekly, when: { cron: '99 99 * * *' } }, nightly]);

  expect(changes).toMatchObject({ created: [nightly.id], refused: [{ id: weekly.id }] });
  expect(changes.refused[0]!.reason).not.toBe('');
});
