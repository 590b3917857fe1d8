import { ApplicationFailure } from '@temporalio/activity';
import type { StepContext } from '../runtime/step.ts';

/** What was read may be written upon for this long: later on, people may have changed it. */
const MAX_AGE_MS = 2_000;
/**
 * A worker that was silent for this long has been replaced. An answer that seems to have taken longer may be an old one that lay
 * waiting for a process which stood still.
 */
const MAX_READ_MS = 10_000;

/** A read and its age. It sees that this process stood still, be it between read and write or with the answer already waiting. */
export interface FreshRead {
  answered(): void;
  /**
   * The context for the write that builds on the read: a write that is too late does not go out, and the attempt fails, so that
   * the next one reads again. Calls that follow a write of the same step are let through.
   */
  guard(context: StepContext): StepContext;
}

export function beginRead(): FreshRead {
  const begun = stopwatch();
  let answered = begun;
  return {
    answered: () => void (answered = stopwatch()),
    guard: (context) => ({
      ...context,
      async pace(tokens, state) {
        await context.pace(tokens, state);
        if (state?.midway === true || (answered() <= MAX_AGE_MS && begun() <= MAX_READ_MS)) return;
        throw ApplicationFailure.retryable('what was read has grown too old to be written upon', 'Stale');
      },
    }),
  };
}

/** Milliseconds since now by both clocks, the larger counts: one rests while the machine sleeps, the other can be set back. */
function stopwatch(): () => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
