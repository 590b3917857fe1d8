import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import { restUntil } from '../../store/breakers.ts';
import { type BudgetAnswer, leaveQueue, takeTokens } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';
import { keepLease, type Lease } from './lease.ts';

/** Shorter waits are spent in the activity, longer ones as a timer of Temporal's, which gives the slot back. */
const WAIT_HERE_MS = 5_000;
/** Who has come back, and is told to wait longer than this after all, leaves again. */
const WAIT_ON_MS = 60_000;
/** For waits longer than this no run stays open: it gives its deliveries back, and they are claimed when a call can be made. */
export const PARK_AFTER_MS = 300_000;
/** Woken this much before its tokens are due, a waiter is there in time whatever the timer's delay. */
const WAKE_EARLY_MS = 1_500;
const ASK_AGAIN_MS = 2_000;

/** What is asked for: tokens of a connection's budget, by a run. */
export interface TokenRequest {
  readonly urgent: boolean;
  readonly tokens: number;
  /** Calls of the activity have been made already: leaving would do them over again. */
  readonly midway?: boolean;
}

/**
 * Waits until the connection's budget grants the tokens. The activity keeps one place in the queue over all its attempts, and a
 * long wait costs it one attempt at most: it asks, is told its time, and when it comes back it stays until it is served. So it
 * does when it is `midway`. A very long wait parks the run. Answers the lease to give back after the call where calls at the same
 * time are limited.
 */
export async function waitForTokens(database: Database, connection: string, { urgent, tokens, midway = false }: TokenRequest): Promise<Lease | undefined> {
  const { info } = Context.current();
  const waiter = `${info.workflowExecution?.runId ?? ''}/${info.activityId}`;
  const holder = `${waiter}#${String(info.attempt)}`;
  for (let asked = 0; ; asked += 1) {
    const answer = await takeTokens(database, { connection, waiter, urgent, tokens, holder });
    const move = nextMove(answer, asked > 0, midway);
    switch (move.kind) {
      case 'go':
        return answer.leased ? keepLease(database, connection, holder) : undefined;
      case 'stay':
        await sleep(move.forMs);
        continue;
      case 'leave':
        throw ApplicationFailure.create({ type: 'OverBudget', message: overBudget(connection, answer), nextRetryDelay: move.forMs, category: 'BENIGN' });
      case 'park':
        await leaveQueue(database, connection, waiter);
        if (answer.told) await restUntil(database, connection, `${connection} has no calls left`, answer.waitMs);
        throw ApplicationFailure.create({ type: 'Parked', message: overBudget(connection, answer), nonRetryable: true, category: 'BENIGN' });
    }
  }
}

export type Move = { readonly kind: 'go' | 'park' } | { readonly kind: 'stay' | 'leave'; readonly forMs: number };

/** What a waiter does with an answer: call, stay and ask again, leave and be started again, or give the whole run back. */
export function nextMove({ waitMs, queuedMs }: BudgetAnswer, askedBefore: boolean, midway = false): Move {
  if (waitMs === 0) return { kind: 'go' };
  if (waitMs > PARK_AFTER_MS) return { kind: 'park' };
  const stayMs = midway ? PARK_AFTER_MS : askedBefore || queuedMs > 0 ? WAIT_ON_MS : WAIT_HERE_MS;
  if (waitMs > stayMs) return { kind: 'leave', forMs: waitMs - WAKE_EARLY_MS };
  return { kind: 'stay', forMs: Math.min(waitMs, ASK_AGAIN_MS) };
}

function overBudget(connection: string, { waitMs }: BudgetAnswer): string {
  return `${connection}: over budget, next call in ${String(Math.ceil(waitMs / 1000))} s`;
}
