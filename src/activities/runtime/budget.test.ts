import { expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import type { BudgetSettings } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';
import { type Caller, play, random, START_MS } from './play.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

const SETTINGS: BudgetSettings = { algorithm: 'twenty', capacity: 100, refillMs: 600, slackMs: 50, reserve: 10, gather: 10 };
const TEN_MINUTES_MS = 600_000;

/** Twenty's own bucket, as FACTS says: floor of the milliseconds since the last served call by 600, the clock reset by each. */
class ServerBucket {
  tokens = 0;
  lastMs = START_MS;
  served = 0;
  refused = 0;
  call(atMs: number): void {
    const tokens = Math.min(100, this.tokens + Math.floor((atMs - this.lastMs) / 600));
    if (tokens < 1) {
      this.refused += 1;
      return;
    }
    this.tokens = tokens - 1;
    this.lastMs = atMs;
    this.served += 1;
  }
}

test.each([2, 3, 12, 100])('%i runs of bulk work use at least 90 percent of ten minutes of Twenty’s bucket from empty, and nothing is refused', { timeout: 120_000 }, async (runs) => {
  const rnd = random(runs);
  const callers = Array.from({ length: runs }, (_, n) => ({ name: `run${String(n)}`, urgent: false, calls: Infinity, startMs: rnd() * 100, busyMs: () => 120 + rnd() * 500 }));
  const server = new ServerBucket();
  const grants = await play(database, { settings: SETTINGS, callers, server, untilMs: TEN_MINUTES_MS, latencyMs: () => 2 + rnd() * 40 });
  expect(server.refused).toBe(0);
  expect(server.served).toBeGreaterThanOrEqual(900);
  expect(Math.max(...grants.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
});

test('urgent work of many runs is never refused either and uses at least 90 percent', { timeout: 120_000 }, async () => {
  const rnd = random(7);
  const callers = Array.from({ length: 4 }, (_, n) => ({ name: `u${String(n)}`, urgent: true, calls: Infinity, startMs: rnd() * 100, busyMs: () => 120 + rnd() * 300 }));
  const server = new ServerBucket();
  await play(database, { settings: SETTINGS, callers, server, untilMs: TEN_MINUTES_MS, latencyMs: () => 2 + rnd() * 40 });
  expect(server.refused).toBe(0);
  expect(server.served).toBeGreaterThanOrEqual(900);
});

test('an urgent item of six calls beside 100 bulk runs with an empty budget gets every next token', { timeout: 120_000 }, async () => {
  const rnd = random(3);
  const bulk = Array.from({ length: 100 }, (_, n) => ({ name: `run${String(n)}`, urgent: false, calls: 3, startMs: rnd() * 2_000, busyMs: () => 120 + rnd() * 300 }));
  const urgent: Caller = { name: 'urgent', urgent: true, calls: 6, startMs: 30_000, busyMs: () => 150 };
  const server = new ServerBucket();
  const grants = await play(database, { settings: SETTINGS, callers: [...bulk, urgent], server, untilMs: 120_000, latencyMs: () => 2 + rnd() * 40 });
  const mine = grants.filter(({ caller }) => caller === 'urgent');
  const between = grants.filter(({ caller, atMs }) => caller !== 'urgent' && atMs >= 30_000 && atMs < mine.at(-1)!.atMs);
  expect(mine).toHaveLength(6);
  expect(between).toEqual([]);
  expect(server.refused).toBe(0);
  expect(Math.max(...grants.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
});
