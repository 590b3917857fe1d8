import { type Both, isBlank, other, type PendingWrites, same, type Side, type SyncWrite, type Value, type Values } from '../../domain/sync.ts';
import type { Link } from './contract.ts';
import { type FieldRule, winnerOf } from './merge.ts';
import { type FieldConflict, isAlike, type Resolution } from './plan.ts';

/** What an event says of a record at some moment. */
export interface SeenState {
  readonly side: Side;
  readonly atMs: number;
  readonly values: Values;
  /** Who made the change, as the side names them. */
  readonly by?: string | undefined;
}

/** An edit that was covered by a write of ours. */
export interface LostEdit {
  readonly side: Side;
  readonly field: string;
  readonly value: Value;
  /** What our write put in its place. */
  readonly written: Value;
  /** We had nothing to say about the field: it was written along with others of its composite. */
  readonly along: boolean;
  readonly atMs: number;
  readonly by: string | undefined;
}

/**
 * The edits among what events tell that fell between a read and a write of ours; of several of one field the last. One that shares the
 * millisecond of our write came before it or after: if after, the field shows it, and `judgeLost` leaves it alone.
 */
export function lostEdits(writes: readonly SyncWrite[], seen: readonly SeenState[]): readonly LostEdit[] {
  const lost = new Map<string, LostEdit>();
  for (const write of writes) {
    for (const state of seen.filter(({ side, atMs }) => side === write.side && atMs > write.readAtMs && atMs <= write.atMs).toSorted((a, b) => a.atMs - b.atMs)) {
      for (const [field, { before, value }] of Object.entries(write.fields)) {
        const now = state.values[field];
        if (now === undefined) continue;
        const key = `${write.side}/${field}`;
        // Our own write may be told with a time of its own; an edit that was taken back leaves nothing to bring back.
        if (told(now, value)) continue;
        if (told(now, before)) lost.delete(key);
        else lost.set(key, { side: write.side, field, value: now, written: value, along: told(value, before), atMs: state.atMs, by: state.by });
      }
    }
  }
  return [...lost.values()];
}

/** Whether an event tells these values, as far as it speaks of them. */
export function tells(state: SeenState, values: Values): boolean {
  return Object.entries(state.values).every(([field, value]) => told(value, values[field] ?? null));
}

/** Webhooks write some numbers as texts, and the other way round, in composites too. */
function told(event: Value, api: Value): boolean {
  return same(asText(event), asText(api));
}

function asText(value: Value): Value {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asText);
  return Object.fromEntries(Object.entries(value as Readonly<Record<string, Value>>).map(([key, one]) => [key, asText(one)]));
}

/** What a lost run may have written, as far as the sides look like it: the moment is that of the first event that shows its value, else of the last change. */
export function lostRunsWrites(pending: PendingWrites | undefined, now: Readonly<Record<Side, { readonly values: Values; readonly changedAtMs: number | undefined }>>, seen: readonly SeenState[]): readonly SyncWrite[] {
  if (pending === undefined) return [];
  return (['twenty', 'external'] as const).flatMap((side) => Object.entries(pending[side]).flatMap(([field, sent]): SyncWrite[] => {
    const read = pending.read?.[side]?.[field];
    const value = now[side].values[field] ?? null;
    if (read === undefined || now[side].changedAtMs === undefined || !isAlike(value, sent)) return [];
    const shown = seen.filter((state) => state.side === side && state.atMs > read.atMs && field in state.values && same(state.values[field]!, value)).map(({ atMs }) => atMs);
    return [{ side, readAtMs: read.atMs, atMs: Math.min(...shown, now[side].changedAtMs), fields: { [field]: { before: read.before, value } } }];
  }));
}

/** What becomes of covered edits: those that the policy keeps are written again, on both sides; those that only a person can judge are conflicts. */
export interface LostJudged {
  readonly resolutions: Readonly<Record<string, Resolution>>;
  readonly conflicts: readonly FieldConflict[];
}

/** Judges covered edits as the merge would have, had it seen them. A field that has been edited since then is not touched: who did that saw what stood there. */
export function judgeLost(rules: readonly FieldRule[], lost: readonly LostEdit[], base: Link['base'] | undefined, now: Readonly<Record<Side, { readonly values: Values; readonly changedAtMs: number | undefined }>>): LostJudged {
  const resolutions: Record<string, Resolution> = {};
  const conflicts: FieldConflict[] = [];
  for (const { side, field, value, written, along, atMs, by } of lost) {
    const rule = rules.find(({ name }) => name === field);
    const held = now[side].values[field] ?? null;
    if (rule === undefined || !same(held, written)) continue;
    if (rule.direction !== 'both' && rule.direction !== (side === 'twenty' ? 'to-external' : 'from-external')) continue;
    if (isBlank(value) && rule.blank !== 'clear') continue;
    const times = { twenty: now.twenty.changedAtMs, external: now.external.changedAtMs, [side]: atMs };
    const isLone = along && base !== undefined && same(base[other(side)][field] ?? null, now[other(side)].values[field] ?? null);
    const winner = rule.direction === 'both' && !isLone ? winnerOf(rule.onConflict, times) : side;
    if (winner === side) resolutions[field] = { value: formsOf(rule, side, value) };
    else if (winner === undefined) {
      const both: Both = { twenty: now.twenty.values[field] ?? null, external: now.external.values[field] ?? null };
      conflicts.push({ field, base: both, now: { ...both, [side]: value }, lost: { side, by, atMs } });
    }
  }
  return { resolutions, conflicts };
}

/** A value of one side in the form of each. */
export function formsOf(rule: Pick<FieldRule, 'toExternal' | 'toTwenty'>, side: Side, value: Value): Both {
  const there = side === 'twenty' ? rule.toExternal(value) : rule.toTwenty(value);
  return { [side]: value, [other(side)]: there } as Both & Record<Side, Value>;
}
