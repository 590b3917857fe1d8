import { type BudgetSettings, ensureBudget, takeTokens } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';
import { nextMove } from './pace.ts';

/** The first moment of what is played; later than now, so that no real moment mixes in. A whole day in UTC. */
export const START_MS = (Math.floor(Date.now() / 86_400_000) + 2) * 86_400_000;

/** The service at the other end: counts calls by its own rules. */
export interface Server {
  call(atMs: number): void;
}

export interface Caller {
  readonly name: string;
  readonly urgent: boolean;
  /** Calls it makes one after another; Infinity for work that never ends. */
  readonly calls: number;
  readonly startMs: number;
  /** From a grant to the next question: the call and what is done with its answer. */
  readonly busyMs: () => number;
}

export interface Grant {
  readonly caller: string;
  /** Since `START_MS`. */
  readonly atMs: number;
  readonly attempts: number;
}

export interface Play {
  readonly settings: BudgetSettings;
  readonly callers: readonly Caller[];
  readonly server: Server;
  readonly untilMs: number;
  /** From a grant to its being counted by the server. */
  readonly latencyMs: () => number;
  /** What happens beside the callers, at given times. */
  readonly events?: readonly { readonly atMs: number; happen(connection: string, moment: Date): Promise<void> }[];
}

/** Plays callers against a budget and a server in virtual time; deterministic, a SQL call per question. */
export async function play(database: Database, { settings, callers, server, untilMs, latencyMs, events = [] }: Play): Promise<Grant[]> {
  const connection = `connection-${String(Math.random())}`;
  await ensureBudget(database, connection, settings);
  await database.pool.query('update budgets set last_at = $2 where connection = $1', [connection, new Date(START_MS)]);
  const grants: Grant[] = [];
  const agenda = callers.map((caller) => ({ caller, atMs: START_MS + caller.startMs, call: 0, asked: 0, attempts: 1 }));
  const coming = [...events];
  const served: number[] = [];
  const serve = (beforeMs: number): void => {
    for (served.sort((a, b) => a - b); served.length > 0 && served[0]! <= beforeMs; ) server.call(served.shift()!);
  };
  while (agenda.length > 0) {
    agenda.sort((a, b) => a.atMs - b.atMs);
    const next = agenda[0]!;
    if (next.atMs > START_MS + untilMs) break;
    while (coming.length > 0 && START_MS + coming[0]!.atMs <= next.atMs) {
      const { atMs, happen } = coming.shift()!;
      await happen(connection, new Date(START_MS + atMs));
    }
    serve(next.atMs);
    const request = { connection, waiter: `${next.caller.name}/${String(next.call)}`, urgent: next.caller.urgent, tokens: 1 };
    const answer = await takeTokens(database, request, new Date(next.atMs));
    const move = nextMove(answer, next.asked > 0);
    if (move.kind === 'go') {
      grants.push({ caller: next.caller.name, atMs: next.atMs - START_MS, attempts: next.attempts });
      served.push(next.atMs + latencyMs());
      next.call += 1;
      if (next.call >= next.caller.calls) agenda.shift();
      Object.assign(next, { atMs: next.atMs + next.caller.busyMs(), asked: 0, attempts: 1 });
      continue;
    }
    if (move.kind === 'stay') next.asked += 1;
    else Object.assign(next, { asked: 0, attempts: next.attempts + 1 });
    // A parked run is claimed again when a call can be made.
    next.atMs += 'forMs' in move ? move.forMs : answer.waitMs;
  }
  serve(Infinity);
  return grants;
}

/** A seeded random number generator, so that a run can be repeated. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
