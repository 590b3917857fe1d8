import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import { takeTokens } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';

/** Shorter waits are spent in the activity, longer ones as a timer of Temporal's, which gives the slot back. */
const WAIT_HERE_MS = 5_000;
/** Woken this much before its tokens are due, a waiter is there in time whatever the timer's delay. */
const WAKE_EARLY_MS = 1_500;

/**
 * Waits until the connection's budget grants `tokens`. The activity keeps one place in the queue over all its attempts, and a
 * long wait costs it one attempt at most: it asks, is told its time, and when it comes back it stays until it is served.
 */
export async function waitForTokens(database: Database, connection: string, urgent: boolean, tokens: number): Promise<void> {
  const { info } = Context.current();
  const waiter = `${info.workflowExecution?.runId ?? ''}/${info.activityId}`;
  for (let asked = 0; ; asked += 1) {
    const { waitMs, queuedMs } = await takeTokens(database, { connection, waiter, urgent, tokens });
    if (waitMs === 0) return;
    const cameBack = asked > 0 || queuedMs > 0;
    if (waitMs > WAIT_HERE_MS && !cameBack) {
      throw ApplicationFailure.create({
        type: 'OverBudget',
        message: `${connection}: over budget, next call in ${String(Math.ceil(waitMs / 1000))} s`,
        nextRetryDelay: waitMs - WAKE_EARLY_MS,
        category: 'BENIGN',
      });
    }
    await sleep(Math.min(waitMs, 2_000));
  }
}
