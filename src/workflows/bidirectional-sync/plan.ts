import { type Both, other, type PendingWrites, same, type Side, type Value, type Values } from '../../domain/sync.ts';
import type { Link, SideRead } from './contract.ts';
import { type ChangedAt, type Decision, type FieldRule, mergeField } from './merge.ts';

/** What is to be done about a pair, field by field. */
export interface PairPlan {
  /** Values to write, by side and field, each in the side's own form. */
  readonly writes: Readonly<Record<Side, Values>>;
  /** Fields that agree as they are, with what both sides hold. */
  readonly accepted: Readonly<Record<string, Both>>;
  /** Fields that a person has to decide. */
  readonly conflicts: readonly FieldConflict[];
}

/** A field that both sides changed to different values. */
export interface FieldConflict {
  readonly field: string;
  /** What both held when they last agreed; undefined when they never did. */
  readonly base: Both | undefined;
  readonly now: Both;
  /** An edit of this side that a write of ours covered: `now` has it, and the sides themselves agree on `base`. */
  readonly lost?: { readonly side: Side; readonly by: string | undefined; readonly atMs: number | undefined };
}

/** What a person decided about a field. */
export type Resolution = { readonly keep: Side } | { readonly value: Both };

/**
 * The merge of a pair over all its fields. `resolutions` are the decisions of people that have not been carried out; `pending` is what a
 * run before this one was about to write without saying how it ended.
 */
export function planPair(
  rules: readonly FieldRule[], base: Link['base'] | undefined, now: Readonly<Record<Side, SideRead>>, resolutions: Readonly<Record<string, Resolution>> = {},
  pending?: PendingWrites,
): PairPlan {
  const writes: Record<Side, Record<string, Value>> = { twenty: {}, external: {} };
  const accepted: Record<string, Both> = {};
  const conflicts: FieldConflict[] = [];
  const changedAt: ChangedAt = { twenty: now.twenty.changedAtMs, external: now.external.changedAtMs };
  for (const rule of rules) {
    const values = both(now.twenty.values, now.external.values, rule.name);
    const before = base !== undefined && rule.name in base.twenty ? both(base.twenty, base.external, rule.name) : undefined;
    const resolution = resolutions[rule.name];
    for (const decision of resolution !== undefined ? resolved(rule, resolution, values) : [merged(rule, before, values, changedAt, pending)]) {
      switch (decision.kind) {
        case 'nothing':
          break;
        case 'accept':
          accepted[rule.name] = values;
          break;
        case 'write':
          writes[decision.to][rule.name] = decision.value;
          break;
        case 'conflict':
          conflicts.push({ field: rule.name, base: before, now: values });
      }
    }
  }
  return { writes, accepted, conflicts };
}

/** Whether there is anything to be done. */
export function isIdle(plan: PairPlan): boolean {
  return !hasWrites(plan) && Object.keys(plan.accepted).length === 0 && plan.conflicts.length === 0;
}

/** Whether anything is to be written on either side. */
export function hasWrites({ writes }: PairPlan): boolean {
  return Object.keys(writes.twenty).length > 0 || Object.keys(writes.external).length > 0;
}

/** What to note before the writes of a plan are made. */
export function pendingOf({ writes }: PairPlan, now: Readonly<Record<Side, SideRead>>): PendingWrites {
  const readOf = (side: Side): NonNullable<PendingWrites['read']>[Side] => {
    const { values, changedAtMs: atMs } = now[side];
    return atMs === undefined ? {} : Object.fromEntries(Object.keys(writes[side]).map((field) => [field, { before: values[field] ?? null, atMs }]));
  };
  return { ...writes, read: { twenty: readOf('twenty'), external: readOf('external') } };
}

/**
 * The base after what was planned has been carried out: of a field that was written what the side returned and what the other held when it was
 * read; of a field that agreed what both held. A write that did not go through leaves its field as it was. `returned` holds the written
 * fields only: anything else that a side returns may be an edit that nobody has looked at.
 */
export function baseAfter(
  base: Link['base'] | undefined, { writes, accepted }: PairPlan, now: Readonly<Record<Side, SideRead>>, returned: Readonly<Record<Side, Values>>,
): Link['base'] {
  const next: Record<Side, Record<string, Value>> = { twenty: { ...base?.twenty }, external: { ...base?.external } };
  const store = (field: string, values: Both): void => {
    next.twenty[field] = values.twenty;
    next.external[field] = values.external;
  };
  for (const [field, values] of Object.entries(accepted)) store(field, values);
  for (const side of ['twenty', 'external'] as const) {
    for (const field of Object.keys(writes[side])) {
      const twoWrites = field in writes[other(side)];
      // A person's own value goes to both sides: in step only when both took it.
      if (!(field in returned[side]) || (twoWrites && !(field in returned[other(side)]))) continue;
      const there = twoWrites ? returned[other(side)][field]! : (now[other(side)].values[field] ?? null);
      store(field, side === 'twenty' ? { twenty: returned.twenty[field]!, external: there } : { twenty: there, external: returned.external[field]! });
    }
  }
  return next;
}

/**
 * The merge, where a lost run may have written: a side that holds what was to be sent, as far as a side may make something of its own of it, has
 * not been changed by anybody else.
 */
function merged(rule: FieldRule, base: Both | undefined, now: Both, changedAt: ChangedAt, pending: PendingWrites | undefined): Decision {
  for (const side of ['twenty', 'external'] as const) {
    const sent = pending?.[side][rule.name];
    if (sent === undefined || (base !== undefined && same(base[side], now[side])) || !isAlike(now[side], sent)) continue;
    const source = side === 'twenty' ? rule.toTwenty(now.external) : rule.toExternal(now.twenty);
    if (same(source, sent)) return { kind: 'accept' };
    // The other side has moved on since; what it held then is what was sent.
    const before = side === 'twenty' ? { twenty: now.twenty, external: rule.toExternal(sent) } : { twenty: rule.toTwenty(sent), external: now.external };
    return mergeField(rule, before, now, changedAt);
  }
  return mergeField(rule, base, now, changedAt);
}

/** The same but for blanks, case, punctuation, and what was cut off. */
export function isAlike(kept: Value, sent: Value): boolean {
  if (same(kept, sent)) return true;
  if (typeof kept === 'object' || typeof sent === 'object') return false;
  const [a, b] = [kept, sent].map((one) => String(one).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
  return a !== '' && b !== '' && (b!.startsWith(a!) || b!.endsWith(a!));
}

function resolved(rule: FieldRule, resolution: Resolution, now: Both): readonly Decision[] {
  if ('keep' in resolution) {
    const value = resolution.keep === 'twenty' ? rule.toExternal(now.twenty) : rule.toTwenty(now.external);
    return [{ kind: 'write', to: other(resolution.keep), value, because: 'conflict' }];
  }
  return (['twenty', 'external'] as const).map((to) => ({ kind: 'write', to, value: resolution.value[to], because: 'conflict' }));
}

function both(twenty: Values, external: Values, field: string): Both {
  return { twenty: twenty[field] ?? null, external: external[field] ?? null };
}
