import type { EffectState } from '../domain/effect.ts';
import type { Database } from './database.ts';
import type { ItemPatch } from './items.ts';
import type { SetRef } from './settle.ts';
import { storableJson } from './json.ts';

/** A change about to be made outside, on behalf of one or more deliveries. */
export interface NewEffect {
  /** Integration, business key and step; the same change always has the same key. */
  readonly key: string;
  readonly step: string;
  /** The connection it goes to. */
  readonly target: string;
  /** For people, without personal data beyond what the target shows anyway: `create person Ann Lee`. */
  readonly summary: string;
  /** Exactly what will be sent. */
  readonly request: object;
  readonly members: readonly string[];
  /** It must not happen again however late its business key comes back (an invoice): its key outlives everything else of it. */
  readonly forever?: boolean;
}

/** An effect as the ledger holds it; `request` is the one that was frozen first. */
export interface FrozenEffect<R = unknown> {
  readonly key: string;
  readonly state: EffectState;
  readonly request: R;
  /** Rises only after a definite rejection; part of the vendor's idempotency key. */
  readonly generation: number;
  /** True when this request was frozen just now; false when an earlier attempt may have sent it. */
  readonly fresh: boolean;
  readonly outsideId: string | undefined;
  readonly attemptedAt: Date | undefined;
  readonly members: readonly string[];
}

export interface EffectEnd {
  readonly key: string;
  readonly state: 'done' | 'rejected' | 'unknown';
  readonly outsideId?: string;
  readonly code?: string;
  readonly reason?: string;
}

/** The set was taken back by the sweeper: whatever its run still does must have no effect. */
export class EpochOverError extends Error {
  constructor(ref: SetRef) {
    super(`The set ${ref.setId} is no longer this run's: its deliveries were given back.`);
    this.name = 'EpochOverError';
  }
}

/**
 * Commits effects as `attempting` (`planned` in a dry run) before they are made. One that exists already keeps its frozen
 * request, unless it was only planned or was rejected; one that is done stays done. Throws EpochOverError.
 */
export async function freezeEffects<R>(
  database: Database,
  ref: SetRef,
  integration: string,
  effects: readonly NewEffect[],
  dryRun: boolean,
): Promise<readonly FrozenEffect<R>[]> {
  if (effects.length === 0) return [];
  const members = effects.flatMap((effect) => effect.members.map((deliveryId) => ({ deliveryId, step: effect.step, key: effect.key })));
  const { rows } = await database.pool.query<EffectRow>({
    name: 'freeze-effects',
    text: FREEZE,
    values: [
      ref.setId, ref.epoch, integration, dryRun ? 'planned' : 'attempting',
      effects.map((effect) => effect.key), effects.map((effect) => effect.step), effects.map((effect) => effect.target),
      effects.map((effect) => effect.summary), effects.map((effect) => storableJson(effect.request)),
      members.map((member) => member.deliveryId), members.map((member) => member.step), members.map((member) => member.key),
      effects.map((effect) => effect.forever ?? false),
    ],
  });
  if (rows.length < effects.length) throw new EpochOverError(ref);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return effects.map((effect) => frozen<R>(byKey.get(effect.key)!, effect.members));
}

const FREEZE = `
  with open as (
    select id from sets where id = $1 and epoch = $2 and state in ('claimed', 'started') for share
  ), input as (
    select * from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $13::bool[]) as t (key, step, target, summary, request, forever)
    where exists (select 1 from open)
  ), written as (
    insert into effects as e (key, integration, step, target, summary, state, request, forever, set_id, attempted_at)
      select key, $3, step, target, summary, $4, request::jsonb, forever, $1, clock_timestamp() from input order by key
    on conflict (key) do update set
      state = case when e.state = 'done' or $4 = 'planned' and e.state <> 'planned' then e.state else $4 end,
      request = case when e.state in ('planned', 'rejected') then excluded.request else e.request end,
      summary = case when e.state in ('planned', 'rejected') then excluded.summary else e.summary end,
      generation = e.generation + case when e.state = 'rejected' and $4 <> 'planned' then 1 else 0 end,
      attempts = case when e.state in ('planned', 'rejected') then 1 else e.attempts + 1 end,
      code = null, reason = null, set_id = $1,
      attempted_at = case when e.state in ('planned', 'rejected') then clock_timestamp() else e.attempted_at end
    returning key, state, request, generation, attempts, outside_id, attempted_at
  ), joined as (
    insert into effect_members as m (delivery_id, step, effect_key)
      select t.delivery_id, t.step, t.key from unnest($10::uuid[], $11::text[], $12::text[]) as t (delivery_id, step, key)
      where exists (select 1 from open)
    on conflict (delivery_id, step) do update set effect_key = excluded.effect_key
      where exists (select 1 from effects old where old.key = m.effect_key and old.state in ('planned', 'rejected'))
  )
  select * from written`;

/** The effects of one step that deliveries are already members of. */
export async function effectsOf<R>(database: Database, deliveryIds: readonly string[], step: string): Promise<readonly FrozenEffect<R>[]> {
  if (deliveryIds.length === 0) return [];
  const { rows } = await database.pool.query<EffectRow & { members: string[] }>({
    name: 'effects-of',
    text: `select e.key, e.state, e.request, e.generation, e.attempts, e.outside_id, e.attempted_at,
             array(select delivery_id::text from effect_members m where m.effect_key = e.key and m.step = $2) as members
           from effects e where e.key in (select effect_key from effect_members where delivery_id = any($1::uuid[]) and step = $2)`,
    values: [deliveryIds, step],
  });
  return rows.map((row) => frozen<R>(row, row.members));
}

/** The effects with these keys, of whichever step and run. */
export async function effectsByKey<R>(database: Database, keys: readonly string[]): Promise<readonly FrozenEffect<R>[]> {
  if (keys.length === 0) return [];
  const { rows } = await database.pool.query<EffectRow>({
    name: 'effects-by-key',
    text: 'select key, state, request, generation, attempts, outside_id, attempted_at from effects where key = any($1::text[])',
    values: [keys],
  });
  return rows.map((row) => frozen<R>(row, []));
}

/** Which of these effects may have been made already: they are under way, done, or nobody knows. */
export async function begunEffects(database: Database, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await database.pool.query<{ key: string }>({
    name: 'begun-effects',
    text: `select key from effects where key = any($1::text[]) and state not in ('planned', 'rejected')`,
    values: [keys],
  });
  return new Set(rows.map(({ key }) => key));
}

/**
 * Writes how effects ended, and in the same commit what follows for the set's items. That an effect is done is true whoever says
 * it; anything else only within the epoch.
 */
export async function finishEffects(database: Database, ref: SetRef, ends: readonly EffectEnd[], patches: readonly ItemPatch[] = []): Promise<void> {
  if (ends.length + patches.length === 0) return;
  await database.pool.query({
    name: 'finish-effects',
    text: `with patched as (
             update items i set data = i.data || p.data::jsonb from unnest($8::uuid[], $9::text[]) as p (id, data)
             where i.set_id = $1 and i.delivery_id = p.id and exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           )
           update effects e set state = t.state, outside_id = coalesce(t.outside_id, e.outside_id), code = t.code, reason = t.reason,
             ended_at = clock_timestamp()
           from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as t (key, state, outside_id, code, reason)
           where e.key = t.key and e.state <> 'done'
             and (t.state = 'done' or exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started')))`,
    values: [
      ref.setId, ref.epoch, ends.map((end) => end.key), ends.map((end) => end.state), ends.map((end) => end.outsideId),
      ends.map((end) => end.code), ends.map((end) => end.reason),
      patches.map((patch) => patch.deliveryId), patches.map((patch) => storableJson(patch.data)),
    ],
  });
}

interface EffectRow {
  readonly key: string;
  readonly state: EffectState;
  readonly request: unknown;
  readonly generation: number;
  readonly attempts: number;
  readonly outside_id: string | null;
  readonly attempted_at: Date | null;
}

function frozen<R>(row: EffectRow, members: readonly string[]): FrozenEffect<R> {
  return {
    key: row.key,
    state: row.state,
    request: row.request as R,
    generation: row.generation,
    fresh: row.attempts === 1,
    outsideId: row.outside_id ?? undefined,
    attemptedAt: row.attempted_at ?? undefined,
    members,
  };
}
