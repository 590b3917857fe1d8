import { afterEach, beforeAll, expect, test } from 'vitest';
import { scheduleDesk, type ScheduleDesk } from '../../src/dispatcher/schedule-desk.ts';
import { temporalScheduleId } from '../../src/dispatcher/schedule-realm.ts';
import { reconcileSchedules } from '../../src/dispatcher/schedules.ts';
import type { ScheduleSettings } from '../../src/config/use-case.ts';
import { errand } from './errand/index.ts';
import { bundleErrands, startTriggerStack, type TriggerStack, until } from './harness.ts';

let bundle: string;
let stack: TriggerStack | undefined;
beforeAll(async () => void (bundle = await bundleErrands()));
afterEach(async () => {
  if (stack !== undefined) await reconcileSchedules(stack.client, stack.realm, []);
  await stack?.close();
  stack = undefined;
});

const yearly = { name: 'yearly', when: { cron: '0 0 1 1 *' } } as const;
const source = 'schedule:errands/yearly';

/** A stack with one schedule, which is in Temporal already. */
async function withSchedule(schedule: ScheduleSettings, isHeldUp?: () => boolean): Promise<{ stack: TriggerStack; desk: ScheduleDesk; fire(): Promise<void> }> {
  const started = await startTriggerStack(bundle, { errands: errand({ schedules: [schedule], isHeldUp }) });
  stack = started;
  const handle = started.client.schedule.getHandle(temporalScheduleId(started.realm, `errands/${schedule.name}`));
  await until(() => handle.describe().catch(() => undefined));
  const desk = scheduleDesk(started.database, started.client, started.realm, Object.values(started.config.integrations));
  return { stack: started, desk, fire: () => handle.trigger() };
}

test('a firing becomes one event, keyed by the time that was meant', { timeout: 120_000 }, async () => {
  const { stack, desk } = await withSchedule({ name: 'often', when: { everyMs: 2_000 } });
  await until(async () => (await stack.events('schedule:errands/often')).length >= 3);
  await desk.pause('errands/often', 'ann');
  await stack.settled();
  const [events, [listed]] = [await stack.events('schedule:errands/often'), await desk.list()];
  const times = events.map(({ key }) => new Date(key).getTime()).sort((a, b) => a - b);

  expect(events[0]!.states).toEqual(['succeeded']);
  expect(times.map((time) => time % 2_000)).toEqual(times.map(() => 0));
  expect(new Set(times).size).toBe(times.length);
  expect(listed).toMatchObject({ id: 'errands/often', last: { states: expect.anything(), code: expect.any(String) } });
});

test('a firing while the last one is still at work is an event that says it was skipped', async () => {
  let isHeldUp = true;
  const { stack, fire, desk } = await withSchedule(yearly, () => isHeldUp);
  await desk.run('errands/yearly', { requestId: 'first', by: 'ann', door: 'sluice schedules' });
  await until(async () => (await stack.events(source))[0]?.states[0] === 'running');
  await fire();
  await until(async () => (await stack.events(source)).length === 2);
  isHeldUp = false;
  await stack.settled();
  const [first, second] = await stack.events(source);

  expect(first).toMatchObject({ key: 'now#first', states: ['succeeded'] });
  expect(second).toMatchObject({ states: ['skipped'], reasons: ['The firing before it is still at work.'] });
});

test('buffer-one keeps one firing for afterwards and skips the next', async () => {
  let isHeldUp = true;
  const { stack, fire, desk } = await withSchedule({ ...yearly, overlap: 'buffer-one' }, () => isHeldUp);
  await desk.run('errands/yearly', { requestId: 'first', by: 'ann', door: 'sluice schedules' });
  await until(async () => (await stack.events(source))[0]?.states[0] === 'running');
  await fire();
  await until(async () => (await stack.events(source)).length === 2);
  // Two firings by hand within one second mean the same time.
  const { key } = (await stack.events(source))[1]!;
  await until(() => Promise.resolve(Date.now() > new Date(key).getTime() + 1_000));
  await fire();
  await until(async () => (await stack.events(source)).length === 3);
  const meanwhile = (await stack.events(source)).map(({ states }) => states[0]);
  isHeldUp = false;
  await stack.settled();

  expect(meanwhile).toEqual(['running', 'pending', 'skipped']);
  expect((await stack.events(source)).map(({ states }) => states[0])).toEqual(['succeeded', 'succeeded', 'skipped']);
});

test('a backfill fires for each time of the range, once per request', async () => {
  const { stack, desk } = await withSchedule({ name: 'yearly', when: { cron: '0 3 * * *' }, timeZone: 'Europe/Berlin' });
  const [from, to] = [new Date('2026-03-27T12:00:00Z'), new Date('2026-03-30T12:00:00Z')];
  const asked = { by: 'ann', door: 'sluice schedules' } as const;
  const fired = await desk.backfill('errands/yearly', from, to, { requestId: 'one', ...asked });
  const again = await desk.backfill('errands/yearly', from, to, { requestId: 'one', ...asked });
  const other = await desk.backfill('errands/yearly', from, to, { requestId: 'two', ...asked });
  await stack.settled();

  // The clocks go forward on the 29th.
  expect(fired.map(({ nominalAt }) => nominalAt)).toEqual(['2026-03-28T02:00:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T01:00:00.000Z']);
  expect(again.map(({ eventId, repeat }) => [eventId, repeat])).toEqual(fired.map(({ eventId }) => [eventId, true]));
  expect(other.every(({ repeat }) => !repeat)).toBe(true);
  expect((await stack.events(source)).map(({ states }) => states)).toEqual(Array.from({ length: 6 }, () => ['succeeded']));
});

test('run now with the same request id is one event; pausing says who, and an unknown schedule is named with the known ones', async () => {
  const { stack, desk } = await withSchedule(yearly);
  const request = { requestId: 'today', by: 'ann', door: 'sluice schedules' } as const;
  const first = await desk.run('errands/yearly', request);
  const second = await desk.run('errands/yearly', request);
  await desk.pause('errands/yearly', 'ann');
  const [paused] = await desk.list();
  await desk.unpause('errands/yearly', 'bo');
  await stack.settled();
  const [active] = await desk.list();

  expect(second).toMatchObject({ eventId: first.eventId, repeat: true });
  expect(paused).toMatchObject({ state: 'paused', note: 'paused by ann', nextAt: [] });
  expect(active).toMatchObject({ state: 'active', last: { eventId: first.eventId, states: { succeeded: 1 }, code: 'done' } });
  expect(active!.nextAt[0]).toMatch(/-12-31T23:00:00.000Z$/); // midnight in Berlin
  await expect(desk.run('errands/daily', request)).rejects.toThrow('There is no schedule errands/daily. There are: errands/yearly.');
});

test('the API lists schedules, fires them now and pauses them', async () => {
  const { stack } = await withSchedule(yearly);
  const call = async (method: string, path: string, body?: object): Promise<[number, Record<string, unknown>]> => {
    const response = await fetch(`${stack.gatewayUrl}/api/schedules${path}`, {
      method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return [response.status, (await response.json()) as Record<string, unknown>];
  };
  const first = await call('POST', '/errands/yearly/run', { requestId: 'r', by: 'ann' });
  const again = await call('POST', '/errands/yearly/run', { requestId: 'r' });
  const plain = await call('POST', '/errands/yearly/run');
  const unknown = await call('POST', '/errands/daily/run', {});
  const paused = await call('POST', '/errands/yearly/pause', { by: 'ann' });
  await stack.settled();
  const [status, listed] = await call('GET', '');

  expect([first[0], again[0], plain[0]]).toEqual([202, 200, 202]);
  expect(again[1]).toMatchObject({ eventId: first[1]['eventId'], repeat: true });
  expect(unknown).toMatchObject([404, { error: { code: 'unknown_schedule' } }]);
  expect(paused).toEqual([200, { id: 'errands/yearly', state: 'paused' }]);
  expect([status, listed]).toMatchObject([200, { schedules: [{ id: 'errands/yearly', state: 'paused', note: 'paused by ann', last: { eventId: plain[1]['eventId'], states: { succeeded: 1 } } }] }]);
});
