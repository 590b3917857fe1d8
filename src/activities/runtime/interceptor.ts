import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { LONGEST_WAIT_MS } from '../../connectors/http/wait-values.ts';
import { ConnectorError } from '../../domain/failure.ts';
import { breakersOf, recordFault, recordSuccess, restUntil } from '../../store/breakers.ts';
import { type Database, isDatabaseAway } from '../../store/database.ts';
import { EpochOverError } from '../../store/effects.ts';
import { penalise } from '../../store/rate-news.ts';
import { PARK_AFTER_MS } from './pace.ts';

const HEARTBEAT_MS = 3_000;
/** A run whose connection stays out of order gives its slot back after this time. */
const PARK_AFTER_FAULTS_MS = 120_000;
/** Twenty says nothing about when to come back; its bucket has ten tokens again after this time. */
const SILENT_RETRY_MS = 6_500;
/** A credential that is refused is looked at again this often. */
const MENDED_AFTER_MS = 60_000;
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
  if (error instanceof ConnectorError) return connection === undefined ? ownFailure(error) : translateConnector(database, connection, error);
  if (isDatabaseAway(error)) return ApplicationFailure.create({ type: 'DatabaseAway', message: 'the database is away', cause: asError(error) });
  const nonRetryable = attempt >= MAX_ATTEMPTS_ON_BUGS;
  return ApplicationFailure.create({ type: 'Bug', message: asError(error).message, cause: asError(error), nonRetryable });
}

/** On Sluice's own queue only alerts call outside: no run is given back, and an alert is tried until it can be told. */
function ownFailure(error: ConnectorError): ApplicationFailure {
  const nonRetryable = error.kind === 'rejected' || error.kind === 'malformed';
  const nextRetryDelay = error.kind === 'unauthorized' ? MENDED_AFTER_MS : error.retryAfterMs;
  return ApplicationFailure.create({ type: error.kind, message: error.message, cause: error, nonRetryable, ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }) });
}

async function translateConnector(database: Database, connection: string, error: ConnectorError): Promise<ApplicationFailure> {
  const failure = (type: string, options: { nonRetryable?: boolean; nextRetryDelay?: number } = {}): ApplicationFailure =>
    ApplicationFailure.create({ type, message: error.message, cause: error, ...options });
  switch (error.kind) {
    case 'rate_limited': {
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, error.retryAfterMs ?? SILENT_RETRY_MS));
      await penalise(database, { connection, waitMs, silent: error.retryAfterMs === undefined });
      if (waitMs <= PARK_AFTER_MS) return failure('rate_limited', { nextRetryDelay: waitMs });
      await restUntil(database, connection, error.message, waitMs);
      return failure('Parked', { nonRetryable: true });
    }
    case 'unauthorized':
      await recordFault(database, connection, error.message, true);
      return failure('Parked', { nonRetryable: true });
    case 'unavailable':
    case 'timed_out': {
      await recordFault(database, connection, error.message, false);
      const [breaker] = await breakersOf(database, [connection]);
      if ((breaker?.openForMs ?? 0) > PARK_AFTER_FAULTS_MS) return failure('Parked', { nonRetryable: true });
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
