import { type Both, type PendingWrites, same, type Side, type SyncWrite, type Value, type Values } from '../../domain/sync.ts';
import type { Link, SideRead } from './contract.ts';
import type { FieldRule } from './merge.ts';
import { formsOf, judgeLost, lostEdits, lostRunsWrites, type SeenState } from './overwritten.ts';
import { type FieldConflict, isAlike, type PairPlan, planPair, type Resolution } from './plan.ts';

/** A conflict that stands open from an earlier run. */
export interface StandingConflict {
  readonly field: string;
  readonly base: Both | undefined;
  readonly twenty: Value;
  readonly external: Value;
  /** The side whose edit was covered, where the sides themselves agree. */
  readonly lostSide: Side | undefined;
  readonly resolution: Resolution | undefined;
}

/** All that is known of a pair of which both sides are there. */
export interface KnownPair {
  readonly rules: readonly FieldRule[];
  /** Undefined while the two have never been in step. */
  readonly base: Link['base'] | undefined;
  readonly now: Readonly<Record<Side, SideRead>>;
  readonly pending: PendingWrites | undefined;
  readonly written: readonly SyncWrite[];
  readonly conflicts: readonly StandingConflict[];
  readonly seen: readonly SeenState[];
}

export interface DecidedPair {
  readonly plan: PairPlan;
  /** Covered edits that have been judged, so that nobody judges them again. */
  readonly judged: readonly { readonly side: Side; readonly field: string }[];
}

/** What is to be done about a pair: the merge of its fields, the decisions of people, and edits that writes of ours covered. */
export function decidePair({ rules, base, now, pending, written, conflicts, seen }: KnownPair): DecidedPair {
  const lost = lostEdits([...written, ...lostRunsWrites(pending, now, seen)], seen);
  const judged = judgeLost(rules, lost, base, now);
  const decided = Object.fromEntries(conflicts.flatMap((one) => (one.resolution === undefined || !stillCounts(one, now) ? [] : [[one.field, resolutionOf(one, rules)]])));
  const plan = planPair(rules, base, now, { ...judged.resolutions, ...decided }, pending);
  const standing = conflicts.filter((one) => stillStands(one, now, base)).map((one) => asConflict(one, now, plan));
  const covered = [...judged.conflicts, ...standing];
  const isAsked = (field: string): boolean => plan.conflicts.some((one) => one.field === field);
  const more = covered.filter(({ field }, index) => !isAsked(field) && !(field in decided) && !(field in judged.resolutions) && covered.findIndex((one) => one.field === field) === index);
  return { plan: { ...plan, conflicts: [...plan.conflicts, ...more] }, judged: lost.map(({ side, field }) => ({ side, field })) };
}

/** A decision counts for the values it was made on, and for what it has itself written: whoever edits afterwards has not been decided upon. */
function stillCounts({ field, twenty, external, lostSide, resolution }: StandingConflict, now: KnownPair['now']): boolean {
  if (lostSide !== undefined) return true;
  const decidedOn = { twenty, external };
  return (['twenty', 'external'] as const).every((side) => {
    const held = now[side].values[field] ?? null;
    return same(held, decidedOn[side]) || ('value' in resolution! && isAlike(held, resolution.value[side]));
  });
}

/** Keeping the side whose edit was covered brings the edit back; its value stands in the conflict alone. */
function resolutionOf({ field, resolution, lostSide, twenty, external }: StandingConflict, rules: readonly FieldRule[]): Resolution {
  const rule = rules.find(({ name }) => name === field);
  if (lostSide === undefined || rule === undefined || !('keep' in resolution!)) return resolution!;
  return { value: formsOf(rule, resolution.keep, resolution.keep === 'twenty' ? twenty : external) };
}

/** A covered edit waits for a decision until somebody has edited the field again on its own side: they saw what stands there. Whoever edits the other side does not know of it. */
function stillStands({ field, lostSide, base: then, resolution }: StandingConflict, now: Readonly<Record<Side, { readonly values: Values }>>, base: Link['base'] | undefined): boolean {
  if (lostSide === undefined || then === undefined || resolution !== undefined) return false;
  return same(now[lostSide].values[field] ?? null, base?.[lostSide][field] ?? then[lostSide]);
}

function asConflict({ field, twenty, external, lostSide }: StandingConflict, now: Readonly<Record<Side, { readonly values: Values }>>, { writes }: PairPlan): FieldConflict {
  const side = lostSide!;
  const edit = side === 'twenty' ? twenty : external;
  const hold = { twenty: now.twenty.values[field] ?? null, external: now.external.values[field] ?? null };
  // What is about to be written there is what both will hold.
  const base = { ...hold, [side]: writes[side][field] ?? hold[side] };
  return { field, base, now: { ...hold, [side]: edit }, lost: { side, by: undefined, atMs: undefined } };
}
