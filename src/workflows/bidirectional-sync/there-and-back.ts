import { isBlank, other, same, type Side, type Value, type Values } from '../../domain/sync.ts';
import { momentOf } from './conversions.ts';
import type { FieldRule } from './merge.ts';

/** A value that is not the same any more when it has been to the other side and back. */
export interface Stray {
  readonly field: string;
  /** Where the value was found. */
  readonly side: Side;
  readonly id: string;
  readonly value: Value;
  /** How it is written on the other side, and how that comes back; neither where the conversion fails. */
  readonly there?: Value;
  readonly back?: Value;
  readonly problem?: string;
}

/** A field without a conversion whose values are of different kinds on both sides, so that they never agree. */
export interface Mismatch {
  readonly field: string;
  readonly kinds: Readonly<Record<Side, readonly string[]>>;
}

export interface SampledRecord {
  readonly side: Side;
  readonly id: string;
  readonly values: Values;
}

/** Every value of the records that its conversion does not bring back as it was. Only values that travel are looked at. */
export function straysIn(rules: readonly FieldRule[], records: readonly SampledRecord[]): readonly Stray[] {
  return rules.flatMap((rule) => records.filter(({ side }) => travelsFrom(rule, side)).flatMap(({ side, id, values }): readonly Stray[] => {
    const value = values[rule.name] ?? null;
    const found = { field: rule.name, side, id, value };
    try {
      const there = convert(rule, other(side), value);
      const back = convert(rule, side, there);
      return meansTheSame(value, back) ? [] : [{ ...found, there, back }];
    } catch (error) {
      return [{ ...found, problem: error instanceof Error ? error.message : String(error) }];
    }
  }));
}

/** Fields of which each side holds values of kinds that the other one never does, and that nobody converts. */
export function mismatchesIn(rules: readonly FieldRule[], records: readonly SampledRecord[]): readonly Mismatch[] {
  return rules.flatMap((rule): readonly Mismatch[] => {
    const kindsOf = (side: Side): ReadonlySet<string> => new Set(records.filter((one) => one.side === side).map(({ values }) => values[rule.name] ?? null).filter((value) => !isBlank(value)).map(kindOf));
    const [twenty, external] = [kindsOf('twenty'), kindsOf('external')];
    if (twenty.size === 0 || external.size === 0 || [...twenty].some((kind) => external.has(kind))) return [];
    return [{ field: rule.name, kinds: { twenty: [...twenty], external: [...external] } }];
  });
}

/** The same, or the same number or moment in another spelling, which the other side chose itself. */
function meansTheSame(a: Value, b: Value): boolean {
  if (same(a, b)) return true;
  if (isBlank(a) || isBlank(b) || typeof a === 'object' || typeof b === 'object') return false;
  if (typeof a !== 'boolean' && typeof b !== 'boolean' && Number(a) === Number(b)) return true;
  return typeof a === 'string' && typeof b === 'string' && TIME.test(a) && TIME.test(b) && momentOf(a) === momentOf(b);
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
/** As Twenty writes them. */
const OWN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function kindOf(value: Value): string {
  if (typeof value === 'number') return 'numbers';
  if (typeof value === 'boolean') return 'yes or no';
  if (typeof value === 'object') return Array.isArray(value) ? 'lists' : 'objects';
  if (OWN_TIME.test(value)) return 'times such as 2026-01-31T09:00:00.000Z';
  if (TIME.test(value)) return 'times in another form';
  return DAY.test(value) ? 'days' : 'texts';
}

function travelsFrom({ direction }: FieldRule, side: Side): boolean {
  return direction === 'both' || direction === (side === 'twenty' ? 'to-external' : 'from-external');
}

function convert(rule: FieldRule, to: Side, value: Value): Value {
  return to === 'external' ? rule.toExternal(value) : rule.toTwenty(value);
}
