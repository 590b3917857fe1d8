import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/servers.ts';
import { type BudgetSettings, ensureBudget, takeTokens } from '../../store/budgets.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { nextMove } from './pace.ts';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase(own.url);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const SETTINGS: BudgetSettings = { algorithm: 'twenty', capacity: 100, refillMs: 600, slackMs: 50, reserve: 10, gather: 10 };
const START_MS = Date.now() + 3_600_000;
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

interface Caller {
  readonly name: string;
  readonly urgent: boolean;
  /** Calls it makes one after another; Infinity for work that never ends. */
  readonly calls: number;
  readonly startMs: number;
  /** From a grant to the next question: the call and what is done with its answer. */
  readonly busyMs: () => number;
}

interface Grant {
  readonly caller: string;
  readonly atMs: number;
  readonly attempts: number;
}

/** Plays callers against the budget and Twenty's bucket in virtual time; deterministic, a SQL call per question. */
async function play(callers: readonly Caller[], untilMs: number, latencyMs: () => number): Promise<{ server: ServerBucket; grants: Grant[] }> {
  const connection = `twenty-${String(Math.random())}`;
  await ensureBudget(database, connection, SETTINGS);
  await database.pool.query('update budgets set last_at = $2 where connection = $1', [connection, new Date(START_MS)]);
  const server = new ServerBucket();
  const grants: Grant[] = [];
  const agenda = callers.map((caller) => ({ caller, atMs: START_MS + caller.startMs, call: 0, asked: 0, attempts: 1 }));
  const served: number[] = [];
  while (agenda.length > 0) {
    agenda.sort((a, b) => a.atMs - b.atMs);
    const next = agenda[0]!;
    if (next.atMs > START_MS + untilMs) break;
    for (served.sort((a, b) => a - b); served.length > 0 && served[0]! <= next.atMs; ) server.call(served.shift()!);
    const answer = await takeTokens(database, { connection, waiter: `${next.caller.name}/${String(next.call)}`, urgent: next.caller.urgent, tokens: 1 }, new Date(next.atMs));
    const move = nextMove(answer, next.asked > 0);
    if (move.kind === 'go') {
      grants.push({ caller: next.caller.name, atMs: next.atMs - START_MS, attempts: next.attempts });
      served.push(next.atMs + latencyMs());
      next.call += 1;
      if (next.call >= next.caller.calls) agenda.shift();
      Object.assign(next, { atMs: next.atMs + next.caller.busyMs(), asked: 0, attempts: 1 });
    } else {
      if (move.kind === 'leave') Object.assign(next, { asked: 0, attempts: next.attempts + 1 });
      else next.asked += 1;
      next.atMs += move.forMs;
    }
  }
  served.forEach((atMs) => server.call(atMs));
  return { server, grants };
}

/** A seeded random number generator, so that a run can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test.each([2, 3, 12, 100])('%i runs of bulk work use at least 90 percent of ten minutes of Twenty’s bucket from empty, and nothing is refused', { timeout: 120_000 }, async (runs) => {
  const rnd = random(runs);
  const callers = Array.from({ length: runs }, (_, n) => ({ name: `run${String(n)}`, urgent: false, calls: Infinity, startMs: rnd() * 100, busyMs: () => 120 + rnd() * 500 }));
  const { server, grants } = await play(callers, TEN_MINUTES_MS, () => 2 + rnd() * 40);
  expect(server.refused).toBe(0);
  expect(server.served).toBeGreaterThanOrEqual(900);
  expect(Math.max(...grants.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
});

test('urgent work of many runs is never refused either and uses at least 90 percent', { timeout: 120_000 }, async () => {
  const rnd = random(7);
  const callers = Array.from({ length: 4 }, (_, n) => ({ name: `u${String(n)}`, urgent: true, calls: Infinity, startMs: rnd() * 100, busyMs: () => 120 + rnd() * 300 }));
  const { server } = await play(callers, TEN_MINUTES_MS, () => 2 + rnd() * 40);
  expect(server.refused).toBe(0);
  expect(server.served).toBeGreaterThanOrEqual(900);
});

test('an urgent item of six calls beside 100 bulk runs with an empty budget gets every next token', { timeout: 120_000 }, async () => {
  const rnd = random(3);
  const bulk = Array.from({ length: 100 }, (_, n) => ({ name: `run${String(n)}`, urgent: false, calls: 3, startMs: rnd() * 2_000, busyMs: () => 120 + rnd() * 300 }));
  const urgent: Caller = { name: 'urgent', urgent: true, calls: 6, startMs: 30_000, busyMs: () => 150 };
  const { server, grants } = await play([...bulk, urgent], 120_000, () => 2 + rnd() * 40);
  const mine = grants.filter(({ caller }) => caller === 'urgent');
  const between = grants.filter(({ caller, atMs }) => caller !== 'urgent' && atMs >= 30_000 && atMs < mine.at(-1)!.atMs);
  expect(mine).toHaveLength(6);
  expect(between).toEqual([]);
  expect(server.refused).toBe(0);
  expect(Math.max(...grants.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
});
