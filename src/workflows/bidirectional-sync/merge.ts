import { type Both, isBlank, other, same, type Side, type Value } from '../../domain/sync.ts';

/** Who wins when both sides changed a field to different values. `ask`: a person. */
export type Policy = 'twenty' | 'external' | 'latest' | 'ask';

/** How one field is kept in step. */
export interface FieldRule {
  /** Its name in the configuration. */
  readonly name: string;
  readonly direction: 'both' | 'to-external' | 'from-external';
  readonly onConflict: Policy;
  /** What a value that is emptied on one side does on the other: it stays there (`keep`), it is emptied too (`clear`), or it comes back (`refill`). */
  readonly blank: 'keep' | 'clear' | 'refill';
  /** A value of Twenty as the other side writes it, and back. Pure. */
  toExternal(value: Value): Value;
  toTwenty(value: Value): Value;
}

/** When each side last changed the record, milliseconds since 1970; undefined when it does not say. */
export type ChangedAt = Readonly<Record<Side, number | undefined>>;

/** What is to be done about a field. `accept`: the sides agree, or their difference is meant; it is the new base. */
export type Decision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'write'; readonly to: Side; readonly value: Value; readonly because: 'changed' | 'conflict' | 'filled' }
  | { readonly kind: 'conflict' };

/**
 * The three-way merge of one field. Change is judged within a side, against what that side returned when the two last agreed (`base`,
 * undefined while they never have); equality across sides after conversion. Applying the decision and storing what the sides return as
 * the new base makes the same question answer `nothing`, whatever either side makes of what it is sent.
 */
export function mergeField(rule: FieldRule, base: Both | undefined, now: Both, changedAt: ChangedAt): Decision {
  if (base === undefined) return firstTime(rule, now, changedAt);
  const twenty = !same(base.twenty, now.twenty);
  const external = !same(base.external, now.external);
  if (!twenty && !external) return { kind: 'nothing' };
  if (agree(rule, now)) return { kind: 'accept' };
  if (rule.direction !== 'both') return carry(rule, rule.direction === 'to-external' ? 'twenty' : 'external', now, 'changed');
  if (!external) return carry(rule, 'twenty', now, 'changed');
  if (!twenty) return carry(rule, 'external', now, 'changed');
  return decide(rule, now, changedAt);
}

/** Whether both sides hold the same, each in its own form. */
export function agree(rule: Pick<FieldRule, 'toExternal' | 'toTwenty'>, now: Both): boolean {
  if (isBlank(now.twenty) && isBlank(now.external)) return true;
  return same(rule.toExternal(now.twenty), now.external) || same(now.twenty, rule.toTwenty(now.external));
}

/** Two records that were matched by their keys: what one side lacks is filled, what differs is a conflict. */
function firstTime(rule: FieldRule, now: Both, changedAt: ChangedAt): Decision {
  if (agree(rule, now)) return { kind: 'accept' };
  if (rule.direction === 'to-external') return isBlank(now.twenty) ? { kind: 'accept' } : write(rule, 'twenty', now, 'filled');
  if (rule.direction === 'from-external') return isBlank(now.external) ? { kind: 'accept' } : write(rule, 'external', now, 'filled');
  if (isBlank(now.external)) return write(rule, 'twenty', now, 'filled');
  if (isBlank(now.twenty)) return write(rule, 'external', now, 'filled');
  return decide(rule, now, changedAt);
}

function decide(rule: FieldRule, now: Both, changedAt: ChangedAt): Decision {
  // Where a blank does not travel, it is no opinion either.
  if (rule.blank !== 'clear' && isBlank(now.twenty)) return write(rule, 'external', now, 'changed');
  if (rule.blank !== 'clear' && isBlank(now.external)) return write(rule, 'twenty', now, 'changed');
  const winner = winnerOf(rule.onConflict, changedAt);
  return winner === undefined ? { kind: 'conflict' } : write(rule, winner, now, 'conflict');
}

/** The side whose value stays; undefined when a person has to say. Times that are equal or missing decide nothing. */
export function winnerOf(policy: Policy, { twenty, external }: ChangedAt): Side | undefined {
  if (policy === 'ask') return undefined;
  if (policy !== 'latest') return policy;
  if (twenty === undefined || external === undefined || twenty === external) return undefined;
  return twenty > external ? 'twenty' : 'external';
}

function carry(rule: FieldRule, from: Side, now: Both, because: 'changed'): Decision {
  if (!isBlank(now[from]) || rule.blank === 'clear') return write(rule, from, now, because);
  if (rule.blank === 'keep' || isBlank(now[other(from)]) || rule.direction !== 'both') return { kind: 'accept' };
  return write(rule, other(from), now, because);
}

function write(rule: FieldRule, from: Side, now: Both, because: 'changed' | 'conflict' | 'filled'): Decision {
  const value = from === 'twenty' ? rule.toExternal(now.twenty) : rule.toTwenty(now.external);
  return { kind: 'write', to: other(from), value, because };
}
