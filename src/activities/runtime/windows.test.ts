import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import { type BudgetSettings, type BudgetWindow, ensureBudget, forecast, takeTokens } from '../../store/budgets.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { nextMove } from './pace.ts';
import { type Caller, play, random, type Server, START_MS } from './play.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const window = (lengthMs: number, calls: number, more: Partial<BudgetWindow> = {}): BudgetWindow => ({ lengthMs, calls, reserve: 0, aligned: false, ...more });
const budget = (...windows: readonly BudgetWindow[]): BudgetSettings => ({
  algorithm: 'windows', capacity: 10, refillMs: Math.min(...windows.map(({ lengthMs, calls }) => lengthMs / calls)), slackMs: 250, reserve: 0, gather: 1, windows,
});

/** A service that only remembers when it was called. */
class Journal implements Server {
  readonly calls: number[] = [];
  call(atMs: number): void {
    this.calls.push(atMs);
  }

  /** The most calls in any span of this length, wherever it begins: no window, sliding or fixed, has more. */
  most(lengthMs: number): number {
    let from = 0;
    return this.calls.reduce((most, atMs, i) => {
      while (this.calls[from]! <= atMs - lengthMs) from += 1;
      return Math.max(most, i - from + 1);
    }, 0);
  }

  /** The most calls in windows that begin at whole multiples of their length. */
  mostAligned(lengthMs: number): number {
    const counts = new Map<number, number>();
    for (const atMs of this.calls) counts.set(Math.floor(atMs / lengthMs), (counts.get(Math.floor(atMs / lengthMs)) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  }
}

const endless = (count: number, rnd: () => number): readonly Caller[] =>
  Array.from({ length: count }, (_, n) => ({ name: `run${String(n)}`, urgent: n % 3 === 0, calls: Infinity, startMs: rnd() * 500, busyMs: () => rnd() * 400 }));

test('limits by second, minute and hour together are never overrun, in whatever window the service counts', { timeout: 120_000 }, async () => {
  const limits = fc.record({ perSecond: fc.integer({ min: 1, max: 8 }), perMinute: fc.integer({ min: 2, max: 60 }), perHour: fc.integer({ min: 3, max: 100 }), callers: fc.integer({ min: 1, max: 12 }), seed: fc.nat() });
  await fc.assert(
    fc.asyncProperty(limits, async ({ perSecond, perMinute, perHour, callers, seed }) => {
      const rnd = random(seed);
      const server = new Journal();
      const settings = budget(window(SECOND_MS, perSecond), window(MINUTE_MS, perMinute), window(HOUR_MS, perHour));
      await play(database, { settings, callers: endless(callers, rnd), server, untilMs: 65 * MINUTE_MS, latencyMs: () => rnd() * 250 });
      expect([server.most(SECOND_MS) <= perSecond, server.most(MINUTE_MS) <= perMinute, server.most(HOUR_MS) <= perHour]).toEqual([true, true, true]);
      expect(server.calls.length).toBeGreaterThanOrEqual(Math.min(perHour, perMinute * 50));
    }),
    { numRuns: 8 },
  );
});

test.each([
  ['5 a second', budget(window(SECOND_MS, 5)), MINUTE_MS, 0.75 * 300],
  ['100 a minute', budget(window(MINUTE_MS, 100)), 4 * MINUTE_MS, 0.96 * 400],
  ['20 in 2 seconds and 300 an hour', budget(window(2 * SECOND_MS, 20), window(HOUR_MS, 300)), 2 * HOUR_MS, 0.97 * 600],
  ['50 a day', budget(window(DAY_MS, 50)), 10 * DAY_MS, 0.97 * 500],
])('%s are used, not only kept', { timeout: 120_000 }, async (_what, settings, untilMs, atLeast) => {
  const rnd = random(5);
  const server = new Journal();
  await play(database, { settings, callers: endless(4, rnd), server, untilMs, latencyMs: () => rnd() * 200 });
  expect(server.calls.length).toBeGreaterThanOrEqual(atLeast);
  for (const { lengthMs, calls } of settings.windows!) expect(server.most(lengthMs)).toBeLessThanOrEqual(calls);
});

test('a window known to begin with the hour has all its calls again when the hour begins, and is not overrun at its border', { timeout: 120_000 }, async () => {
  const rnd = random(9);
  const server = new Journal();
  const grants = await play(database, { settings: budget(window(HOUR_MS, 40, { aligned: true })), callers: endless(4, rnd), server, untilMs: 3 * HOUR_MS - 1, latencyMs: () => rnd() * 250 });
  expect([server.calls.length, server.mostAligned(HOUR_MS)]).toEqual([120, 40]);
  expect(grants.filter(({ atMs }) => atMs >= HOUR_MS && atMs < HOUR_MS + 30_000)).toHaveLength(40);
});

test('of each window a share is urgent’s alone', async () => {
  const settings = budget(window(HOUR_MS, 20, { reserve: 2 }));
  await ensureBudget(database, 'reserve', settings);
  const ask = async (n: number, urgent: boolean): Promise<boolean> => (await takeTokens(database, { connection: 'reserve', waiter: `w${String(n)}`, urgent, tokens: 1 }, new Date(START_MS))).waitMs === 0;
  const bulk: boolean[] = [];
  for (let n = 0; n < 20; n += 1) bulk.push(await ask(n, false));
  expect(bulk.filter(Boolean)).toHaveLength(18);
  expect([await ask(20, true), await ask(21, true), await ask(22, true)]).toEqual([true, true, false]);
});

test('workers that ask at the same time are granted the window together, not each', async () => {
  await ensureBudget(database, 'shared', budget(window(HOUR_MS, 30)));
  const workers = [openDatabase(database.url), openDatabase(database.url), openDatabase(database.url)];
  try {
    const answers = await Promise.all(Array.from({ length: 90 }, (_, n) => takeTokens(workers[n % 3]!, { connection: 'shared', waiter: `w${String(n)}`, urgent: false, tokens: 1 })));
    expect(answers.filter(({ waitMs }) => waitMs === 0)).toHaveLength(30);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
});

test('everyone is told the time at which their call can be made, however far back they stand', { timeout: 120_000 }, async () => {
  await ensureBudget(database, 'queue', budget(window(HOUR_MS, 10)));
  const take = (n: number, atMs: number) => takeTokens(database, { connection: 'queue', waiter: `w${String(n).padStart(2, '0')}`, urgent: false, tokens: 1 }, new Date(START_MS + atMs));
  const told: number[] = [];
  for (let n = 0; n < 35; n += 1) told.push((await take(n, n * 1_000)).waitMs + n * 1_000);
  expect(told.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => n * 1_000));
  // The forecast is what a newcomer would be told.
  expect(await forecast(database, ['queue'], false, new Date(START_MS + 35_000))).toBeGreaterThan(3 * HOUR_MS - 60_000);
  const early: number[] = [];
  for (let n = 10; n < 35; n += 1) {
    const soon = await take(n, told[n]! - 61_000);
    if (soon.waitMs === 0) early.push(n);
    expect((await take(n, told[n]!)).waitMs).toBe(0);
  }
  expect(early).toEqual([]);
});

test('a wait of an hour neither holds a slot nor keeps its run open; one of a minute leaves the slot once', async () => {
  const answer = (waitMs: number, queuedMs = 0) => ({ waitMs, queuedMs, told: false, leased: false });
  await ensureBudget(database, 'hour', budget(window(HOUR_MS, 1)));
  const ask = (waiter: string) => takeTokens(database, { connection: 'hour', waiter, urgent: true, tokens: 1 }, new Date(START_MS));
  expect(nextMove(await ask('first'), false)).toEqual({ kind: 'go' });
  expect(nextMove(await ask('second'), false)).toEqual({ kind: 'park' });
  expect(nextMove(answer(HOUR_MS), true, true)).toEqual({ kind: 'park' });
  expect(nextMove(answer(MINUTE_MS), false)).toEqual({ kind: 'leave', forMs: 58_500 });
  expect(nextMove(answer(MINUTE_MS, 58_500), false)).toEqual({ kind: 'stay', forMs: 2_000 });
  expect(nextMove(answer(2 * MINUTE_MS, 58_500), false)).toEqual({ kind: 'leave', forMs: 118_500 });
  expect(nextMove(answer(2 * MINUTE_MS), true, true)).toEqual({ kind: 'stay', forMs: 2_000 });
  expect(nextMove(answer(900), false)).toEqual({ kind: 'stay', forMs: 900 });
});

test('settings that change keep what has been used', async () => {
  const take = (n: number) => takeTokens(database, { connection: 'changed', waiter: `w${String(n)}`, urgent: true, tokens: 1 }, new Date(START_MS));
  await ensureBudget(database, 'changed', budget(window(HOUR_MS, 3), window(DAY_MS, 50)));
  for (let n = 0; n < 3; n += 1) await take(n);
  await ensureBudget(database, 'changed', budget(window(HOUR_MS, 4)));
  expect([(await take(3)).waitMs, (await take(4)).waitMs > 0]).toEqual([0, true]);
  const { rows } = await database.pool.query(`select length_ms, used from budget_windows where connection = 'changed'`);
  expect(rows).toEqual([{ length_ms: HOUR_MS, used: [4] }]);
});
