import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { DeliveryState } from '../domain/delivery.ts';
import type { EffectState } from '../domain/effect.ts';

type Instant = ColumnType<Date, Date | string | undefined, Date | string>;
type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** The tables as Kysely sees them. */
export interface Tables {
  events: {
    id: string;
    source: string;
    dedupe_key: string;
    received_at: Instant;
    content_type: string;
    headers: JSONColumnType<Record<string, string>>;
    body: Buffer | null;
    verdict: string;
  };
  dedupe_keys: { source: string; key: string; event_id: string; seen_at: Instant; window_ms: number | null };
  lanes: {
    id: Generated<number>;
    integration: string;
    key: string;
    state: Generated<'idle' | 'ready' | 'running'>;
    urgent: Generated<boolean>;
    due_at: MaybeInstant;
    set_id: string | null;
    last_success_seq: number | null;
  };
  deliveries: {
    id: string;
    seq: Generated<number>;
    event_id: string;
    integration: string;
    lane_id: number;
    urgent: boolean;
    state: DeliveryState;
    due_at: Instant;
    set_id: string | null;
    epoch: number | null;
    claims: Generated<number>;
    returns: Generated<number>;
    max_set: number | null;
    fill_only: Generated<boolean>;
    dry_run: Generated<boolean>;
    turn: number | null;
    code: string | null;
    reason: string | null;
    waiting_for: string | null;
    waiting_until: MaybeInstant;
    created_at: Instant;
    started_at: MaybeInstant;
    ended_at: MaybeInstant;
  };
  sets: {
    id: string;
    epoch: Generated<number>;
    integration: string;
    workflow_type: string;
    urgent: boolean;
    size: number;
    state: Generated<'claimed' | 'started' | 'ended' | 'returned'>;
    dry_run: Generated<boolean>;
    calls: Generated<number>;
    claimed_by: string;
    claimed_at: Instant;
    started_at: MaybeInstant;
    checked_at: MaybeInstant;
    ended_at: MaybeInstant;
    result: JSONColumnType<Record<string, unknown>> | null;
  };
  items: { set_id: string; delivery_id: string; position: number; ended: Generated<boolean>; data: JSONColumnType<Record<string, unknown>> };
  integrations: {
    name: string;
    last_claim_at: Instant;
    pace_credit: Generated<number>;
    pace_at: Instant;
    next_turn: Generated<number>;
    alert_state: Generated<string>;
    alert_since: MaybeInstant;
    alert_reason: string | null;
  };
  effects: {
    key: string;
    integration: string;
    step: string;
    target: string;
    summary: string;
    state: EffectState;
    request: JSONColumnType<Record<string, unknown>> | null;
    generation: Generated<number>;
    attempts: Generated<number>;
    outside_id: string | null;
    code: string | null;
    reason: string | null;
    set_id: string | null;
    created_at: Instant;
    attempted_at: MaybeInstant;
    ended_at: MaybeInstant;
  };
  effect_members: { delivery_id: string; step: string; effect_key: string };
  natural_keys: { key: string; locked_by: string | null; locked_until: MaybeInstant; outside_id: string | null; settled_at: MaybeInstant };
  breakers: {
    connection: string;
    state: Generated<'closed' | 'open' | 'half-open'>;
    faults: Generated<number>;
    reason: string | null;
    final: Generated<boolean>;
    opened_at: MaybeInstant;
    retry_at: MaybeInstant;
    backoff_ms: Generated<number>;
  };
}
