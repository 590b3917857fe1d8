import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import { type BudgetAnswer, takeTokens } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';

/** Shorter waits are spent in the activity, longer ones as a timer of Temporal's, which gives the slot back. */
const WAIT_HERE_MS = 5_000;
/** Woken this much before its tokens are due, a waiter is there in time whatever the timer's delay. */
const WAKE_EARLY_MS = 1_500;
const ASK_AGAIN_MS = 2_000;

/**
 * Waits until the connection's budget grants `tokens`. The activity keeps one place in the queue over all its attempts, and a
 * long wait costs it one attempt at most: it asks, is told its time, and when it comes back it stays until it is served. So it
 * does when it is `midway`: leaving would do calls over again that have been made.
 */
export async function waitForTokens(database: Database, connection: string, urgent: boolean, tokens: number, midway = false): Promise<void> {
  const { info } = Context.current();
  const waiter = `${info.workflowExecution?.runId ?? ''}/${info.activityId}`;
  for (let asked = 0; ; asked += 1) {
    const answer = await takeTokens(database, { connection, waiter, urgent, tokens });
    const move = nextMove(answer, midway || asked > 0);
    if (move.kind === 'go') return;
    if (move.kind === 'leave') {
      throw ApplicationFailure.create({
        type: 'OverBudget',
        message: `${connection}: over budget, next call in ${String(Math.ceil(answer.waitMs / 1000))} s`,
        nextRetryDelay: move.forMs,
        category: 'BENIGN',
      });
    }
    await sleep(move.forMs);
  }
}

/** What a waiter does with an answer: call, stay and ask again, or leave and be started again. It leaves at most once. */
export function nextMove(answer: BudgetAnswer, askedBefore: boolean): { readonly kind: 'go' } | { readonly kind: 'stay' | 'leave'; readonly forMs: number } {
  if (answer.waitMs === 0) return { kind: 'go' };
  const cameBack = askedBefore || answer.queuedMs > 0;
  if (answer.waitMs > WAIT_HERE_MS && !cameBack) return { kind: 'leave', forMs: answer.waitMs - WAKE_EARLY_MS };
  return { kind: 'stay', forMs: Math.min(answer.waitMs, ASK_AGAIN_MS) };
}
