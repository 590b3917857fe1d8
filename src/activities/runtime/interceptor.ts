import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { ConnectorError } from '../../domain/failure.ts';
import { breakersOf, recordFault, recordSuccess } from '../../store/breakers.ts';
import { penalise } from '../../store/budgets.ts';
import { type Database, isDatabaseAway } from '../../store/database.ts';
import { EpochOverError } from '../../store/effects.ts';

const HEARTBEAT_MS = 3_000;
/** A run whose connection stays out of order gives its slot back after this time. */
const PARK_AFTER_MS = 120_000;
/** Twenty says nothing about when to come back; its bucket has ten tokens again after this time. */
const SILENT_RETRY_MS = 6_500;
/** A fault that is no connector's is a bug or bad data: it does not pass by itself. */
const MAX_ATTEMPTS_ON_BUGS = 3;

/**
 * What every activity has in common: it heartbeats while it runs, and whatever it throws is turned into Temporal's terms, once,
 * here. `connection` is the one whose queue the activity runs on; undefined on Sluice's own queue.
 */
export function activityInterceptor(database: Database, connection: string | undefined): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const context = Context.current();
      const heart = context.info.isLocal ? undefined : setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      try {
        const result = await next(input);
        // Not waited for: when it is lost, the next success closes the breaker.
        if (connection !== undefined) void recordSuccess(database, connection).catch(() => undefined);
        return result;
      } catch (error) {
        // A cancelled call looks like one that timed out; it is nobody's fault.
        if (context.cancellationSignal.aborted) throw new CancelledFailure('the activity was cancelled', [], asError(error));
        throw await translate(database, connection, error, context.info.attempt);
      } finally {
        clearInterval(heart);
      }
    },
  };
}

async function translate(database: Database, connection: string | undefined, error: unknown, attempt: number): Promise<unknown> {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof EpochOverError) return ApplicationFailure.nonRetryable(error.message, 'EpochOver');
  if (error instanceof ConnectorError) return translateConnector(database, connection ?? error.service, error);
  if (isDatabaseAway(error)) return ApplicationFailure.create({ type: 'DatabaseAway', message: 'the database is away', cause: asError(error) });
  const nonRetryable = attempt >= MAX_ATTEMPTS_ON_BUGS;
  return ApplicationFailure.create({ type: 'Bug', message: asError(error).message, cause: asError(error), nonRetryable });
}

async function translateConnector(database: Database, connection: string, error: ConnectorError): Promise<ApplicationFailure> {
  const failure = (type: string, options: { nonRetryable?: boolean; nextRetryDelay?: number } = {}): ApplicationFailure =>
    ApplicationFailure.create({ type, message: error.message, cause: error, ...options });
  switch (error.kind) {
    case 'rate_limited': {
      const waitMs = error.retryAfterMs ?? SILENT_RETRY_MS;
      await penalise(database, connection, waitMs);
      return failure('rate_limited', { nextRetryDelay: waitMs });
    }
    case 'unauthorized':
      await recordFault(database, connection, error.message, true);
      return failure('Parked', { nonRetryable: true });
    case 'unavailable':
    case 'timed_out': {
      await recordFault(database, connection, error.message, false);
      const [breaker] = await breakersOf(database, [connection]);
      if ((breaker?.openForMs ?? 0) > PARK_AFTER_MS) return failure('Parked', { nonRetryable: true });
      return failure(error.kind, error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs });
    }
    case 'rejected':
    case 'malformed':
      return failure(error.kind, { nonRetryable: true });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
