import { Context } from '@temporalio/activity';
import type { RunInput } from '../../domain/run.ts';
import { countCalls } from '../../store/sets.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Lease } from './lease.ts';
import { waitForTokens } from './pace.ts';

/** What a step hands to a connector with each call. */
export interface StepContext {
  pace(tokens: number, state?: { readonly midway: boolean }): Promise<void>;
  readonly signal: AbortSignal;
  /** Tokens taken beforehand, so that a read and the write that belongs to it follow each other without a wait between. */
  prepay(tokens: number): Promise<void>;
}

/** Who spends: a run, or work that belongs to no set. */
export type Spender = Pick<RunInput, 'urgent'> & Partial<Pick<RunInput, 'setId'>>;

/**
 * Runs `work` with a context that spends the connection's budget, and counts its calls for the set. `work` makes one request at a
 * time: where calls at the same time are limited, its place among them is given back when it asks for the next one, and at its end.
 */
export async function onConnection<T>(
  deps: ActivityDeps,
  run: Spender,
  connection: string,
  work: (context: StepContext) => Promise<T>,
): Promise<T> {
  let prepaid = 0;
  let calls = 0;
  let lease: Lease | undefined;
  const take = async (tokens: number, midway = false): Promise<void> => {
    if (!deps.budgeted.has(connection)) return;
    await lease?.release();
    lease = undefined;
    lease = await waitForTokens(deps.database, connection, { urgent: run.urgent, tokens, midway });
  };
  const context: StepContext = {
    signal: Context.current().cancellationSignal,
    async pace(tokens, state) {
      calls += tokens;
      const fromPrepaid = Math.min(prepaid, tokens);
      prepaid -= fromPrepaid;
      if (tokens > fromPrepaid) await take(tokens - fromPrepaid, state?.midway);
    },
    async prepay(tokens) {
      await take(tokens);
      prepaid += tokens;
    },
  };
  try {
    return await work(context);
  } finally {
    await lease?.release();
    // A figure, which nothing waits for.
    if (calls > 0 && run.setId !== undefined) void countCalls(deps.database, run.setId, calls).catch(() => undefined);
  }
}

/** The same context for calls that follow others of the activity: they wait where they are, since leaving would repeat those. */
export function midway(context: StepContext): StepContext {
  return { ...context, pace: (tokens) => context.pace(tokens, { midway: true }) };
}
