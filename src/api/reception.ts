import type { Context } from 'hono';
import type { Accepted, NewEvent } from '../domain/event.ts';
import { answerRefusal } from './answers.ts';
import type { GatewayDeps, GatewayEnv, GatewayOptions } from './contract.ts';
import { Refusal } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createMeters, type Meters } from './metrics.ts';
import { isBadRow } from './sql-state.ts';
import { assertStorable } from './storable.ts';

/** What every route that takes something in shares: one way to store it, one way to turn it down. */
export interface Reception {
  readonly meters: Meters;
  readonly bodyTimeoutMs: number;
  readonly trustProxy: number;
  /** Stores the event durably, together with others that arrive now. Throws a `Refusal`, or the database's error. */
  store(event: NewEvent): Promise<Accepted>;
  refuse(c: Context<GatewayEnv>, error: unknown, source?: string, headers?: Readonly<Record<string, string>>): Response | Promise<Response>;
}

export function createReception(deps: GatewayDeps, options: GatewayOptions): Reception {
  const meters = createMeters(deps.metrics);
  const commit = createGroupCommit({
    accept: (events) => deps.accept(events),
    isDatabaseAway: (error) => deps.isDatabaseAway(error),
    observeGroup: (size) => meters.groupSize.observe(size),
    commitTimeoutMs: options.commitTimeoutMs,
  });

  return {
    meters,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 10_000,
    trustProxy: options.trustProxy ?? 0,
    async store(event) {
      assertStorable(event);
      const startedAt = performance.now();
      const accepted = await commit(event);
      meters.acceptSeconds.observe((performance.now() - startedAt) / 1_000);
      (accepted.repeat ? meters.repeats : meters.accepted).inc({ source: event.source });
      return accepted;
    },
    refuse(c, error, source = '', headers = {}) {
      const refusal = asRefusal(error, deps);
      meters.refused.inc({ source, code: refusal.code });
      if (refusal.status === 503 || refusal.cause !== undefined) {
        const fields = { source, code: refusal.code, reason: refusal.cause instanceof Error ? refusal.cause.message : undefined };
        if (refusal.code === 'unexpected') options.log?.error({ ...fields, err: refusal.cause }, 'a request could not be handled');
        else options.log?.warn(fields, 'a request was refused');
      }
      return answerRefusal(c, refusal, headers);
    },
  };
}

function asRefusal(error: unknown, deps: GatewayDeps): Refusal {
  if (error instanceof Refusal) return error;
  if (deps.isDatabaseAway(error)) return new Refusal('database_away', { cause: error });
  if (isBadRow(error)) return new Refusal('unstorable', { path: 'body', cause: error });
  return new Refusal('unexpected', { cause: error });
}
