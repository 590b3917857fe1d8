import { expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import { type BudgetSettings, ensureBudget, forecast, leaveQueue, releaseLease, renewLease, takeTokens } from '../../store/budgets.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { noteRemaining, penalise } from '../../store/rate-news.ts';
import { type Caller, play, random, START_MS } from './play.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

const MINUTE_MS = 60_000;
const PER_MINUTE: BudgetSettings = {
  algorithm: 'windows', capacity: 10, refillMs: 1_000, slackMs: 250, reserve: 0, gather: 1, windows: [{ lengthMs: MINUTE_MS, calls: 60, reserve: 0, aligned: false }],
};
const TWENTY: BudgetSettings = { algorithm: 'twenty', capacity: 100, refillMs: 600, slackMs: 50, reserve: 10, gather: 10 };

const workers = (rnd: () => number): readonly Caller[] => Array.from({ length: 3 }, (_, n) => ({ name: `run${String(n)}`, urgent: false, calls: Infinity, startMs: rnd() * 100, busyMs: () => 100 + rnd() * 200 }));
const moment = (atMs: number): Date => new Date(START_MS + atMs);

/** Calls granted in each minute, refused at minute 3 as often as told, a second apart. */
async function minutes(settings: BudgetSettings, refusals: number, untilMinute: number): Promise<readonly number[]> {
  const events = Array.from({ length: refusals }, (_, n) => ({
    atMs: 3 * MINUTE_MS + n * 3_000,
    happen: (connection: string, at: Date) => penalise(database, { connection, waitMs: 3_000, silent: true }, at),
  }));
  const grants = await play(database, { settings, callers: workers(random(2)), server: { call: () => undefined }, untilMs: untilMinute * MINUTE_MS, latencyMs: () => 0, events });
  return Array.from({ length: untilMinute }, (_, minute) => grants.filter(({ atMs }) => Math.floor(atMs / MINUTE_MS) === minute).length);
}

test.each([['windows', PER_MINUTE, 60], ['Twenty’s bucket', TWENTY, 100]])('after one silent refusal %s give less, and after a minute and a half all again, never more than before', { timeout: 120_000 }, async (_what, settings, most) => {
  const perMinute = await minutes(settings, 1, 8);
  const before = perMinute[2]!;
  expect(before).toBeGreaterThanOrEqual(most * 0.9);
  expect(perMinute[3]).toBeLessThan(before * 0.85);
  expect(Math.min(...perMinute.slice(5))).toBeGreaterThanOrEqual(before - 3);
  expect(Math.max(...perMinute)).toBeLessThanOrEqual(most);
});

test('many silent refusals slow to an eighth at least, and the rate is back within fourteen minutes', { timeout: 120_000 }, async () => {
  const perMinute = await minutes(PER_MINUTE, 12, 20);
  expect(perMinute[4]).toBeLessThanOrEqual(60 / 7);
  expect(perMinute[4]).toBeGreaterThanOrEqual(60 / 9);
  expect(perMinute.slice(4, 10).every((calls, i, all) => i === 0 || calls >= all[i - 1]!)).toBe(true);
  expect(Math.min(...perMinute.slice(18))).toBeGreaterThanOrEqual(58);
  expect(Math.max(...perMinute)).toBeLessThanOrEqual(60);
});

test('refusals of calls that were under way together count once', async () => {
  await ensureBudget(database, 'together', PER_MINUTE);
  for (let n = 0; n < 10; n += 1) await penalise(database, { connection: 'together', waitMs: 1_000, silent: true }, moment(n * 10));
  const { rows } = await database.pool.query(`select slow_factor from budgets where connection = 'together'`);
  expect(rows).toEqual([{ slow_factor: 1.5 }]);
});

test('a wait that the service asked for is kept to the millisecond, for everybody, and slows nothing afterwards', async () => {
  await ensureBudget(database, 'asked', PER_MINUTE);
  const take = (waiter: string, atMs: number) => takeTokens(database, { connection: 'asked', waiter, urgent: true, tokens: 1 }, moment(atMs));
  await penalise(database, { connection: 'asked', waitMs: 90_000, silent: false }, moment(0));
  // A call that was under way is refused with a shorter wait: the longer one holds.
  await penalise(database, { connection: 'asked', waitMs: 1_000, silent: false }, moment(5));
  expect([await take('a', 10), await take('a', 89_999)].map(({ waitMs, told }) => ({ waitMs, told }))).toEqual([{ waitMs: 89_990, told: true }, { waitMs: 1, told: true }]);
  expect(await forecast(database, ['asked'], true, moment(10))).toBe(89_990);
  await leaveQueue(database, 'asked', 'a');
  expect(await Promise.all(Array.from({ length: 60 }, (_, n) => take(`b${String(n)}`, 90_000).then(({ waitMs }) => waitMs)))).toEqual(Array.from({ length: 60 }, () => 0));
});

/** A service with 100 calls in each minute of the clock, of which somebody else takes 70 when the minute begins. */
async function besideOthers(listens: boolean): Promise<{ served: number; refused: number }> {
  const connection = `beside-${String(listens)}`;
  await ensureBudget(database, connection, { ...PER_MINUTE, windows: [{ lengthMs: MINUTE_MS, calls: 100, reserve: 10, aligned: true }] });
  const left = new Map<number, number>();
  let served = 0;
  let refused = 0;
  for (let atMs = 0; atMs < 4 * MINUTE_MS; ) {
    const { waitMs } = await takeTokens(database, { connection, waiter: `call${String(served + refused)}`, urgent: true, tokens: 1 }, moment(atMs));
    atMs += waitMs;
    if (waitMs > 0) continue;
    const minute = Math.floor(atMs / MINUTE_MS);
    const remaining = (left.get(minute) ?? 30) - 1;
    left.set(minute, Math.max(0, remaining));
    if (remaining < 0) refused += 1;
    else served += 1;
    if (listens && remaining >= 0) await noteRemaining(database, { connection, remaining, limit: 100, endsInMs: (minute + 1) * MINUTE_MS - atMs }, moment(atMs));
    atMs += 250;
  }
  return { served, refused };
}

test('where others use the same key, what answers say is left is kept to, and nothing is refused', async () => {
  expect(await besideOthers(true)).toEqual({ served: 120, refused: 0 });
  expect((await besideOthers(false)).refused).toBeGreaterThan(100);
});

test('of what is left a tenth of the limit is urgent’s alone', async () => {
  await ensureBudget(database, 'left', PER_MINUTE);
  await noteRemaining(database, { connection: 'left', remaining: 6, limit: 50, endsInMs: 30_000 }, moment(0));
  const take = (waiter: string, urgent: boolean) => takeTokens(database, { connection: 'left', waiter, urgent, tokens: 1 }, moment(1));
  const answers = [await take('a', false), await take('b', false), await take('c', true)];
  expect(answers.map(({ waitMs, told }) => ({ waitMs, told }))).toEqual([{ waitMs: 0, told: false }, { waitMs: 29_999, told: false }, { waitMs: 0, told: false }]);
});

test('news that leave plenty, and older news that leave more than newer ones, change nothing', async () => {
  await ensureBudget(database, 'plenty', PER_MINUTE);
  const told = async (): Promise<unknown> => (await database.pool.query(`select told_left, told_until from budgets where connection = 'plenty'`)).rows[0];
  await noteRemaining(database, { connection: 'plenty', remaining: 51, limit: 100, endsInMs: 60_000 }, moment(0));
  expect(await told()).toEqual({ told_left: 0, told_until: -Infinity });
  await noteRemaining(database, { connection: 'plenty', remaining: 3, limit: 100, endsInMs: 60_000 }, moment(0));
  await noteRemaining(database, { connection: 'plenty', remaining: 4, limit: 100, endsInMs: 60_000 }, moment(10));
  expect(await told()).toEqual({ told_left: 3, told_until: moment(60_000) });
});

test('calls at the same time are limited over all workers; a lease is given back, renewed, or ends with its worker', async () => {
  await ensureBudget(database, 'mailchimp', { ...PER_MINUTE, windows: [], concurrency: 3 });
  const processes = [openDatabase(database.url), openDatabase(database.url), openDatabase(database.url)];
  const ask = (n: number, laterMs = 0) => takeTokens(processes[n % 3]!, { connection: 'mailchimp', waiter: `w${String(n)}`, urgent: false, tokens: 1, holder: `w${String(n)}#1` }, new Date(Date.now() + laterMs));
  const granted = async (numbers: readonly number[], laterMs = 0): Promise<readonly number[]> => {
    const answers = await Promise.all(numbers.map(async (n) => ({ n, ...(await ask(n, laterMs)) })));
    return answers.filter(({ waitMs, leased }) => waitMs === 0 && leased).map(({ n }) => n);
  };
  try {
    const all = Array.from({ length: 12 }, (_, n) => n);
    const first = await granted(all);
    expect(first).toHaveLength(3);
    const rest = all.filter((n) => !first.includes(n));
    expect(await granted(rest)).toEqual([]);

    await releaseLease(database, 'mailchimp', `w${String(first[0])}#1`);
    const second = await granted(rest);
    expect(second).toHaveLength(1);
    for (const n of rest) await leaveQueue(database, 'mailchimp', `w${String(n)}`);

    // Half a minute later two of the three workers are dead; the third has renewed.
    await database.pool.query(`update budget_leases set expires_at = expires_at - interval '20 seconds'`);
    await renewLease(database, 'mailchimp', `w${String(second[0])}#1`);
    expect(await granted([20, 21, 22], 25_000)).toHaveLength(2);
  } finally {
    await Promise.all(processes.map((one) => one.close()));
  }
});
