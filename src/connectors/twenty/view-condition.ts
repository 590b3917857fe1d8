import { ConnectorError } from '../../domain/failure.ts';
import type { TwentyField } from './metadata.ts';

/** A filter as Twenty's GraphQL takes it, sent as a variable. */
export type Filter = Readonly<Record<string, unknown>>;

/** One condition of a view, its field resolved. */
export interface Condition {
  readonly field: TwentyField;
  readonly operand: string;
  /** The value as Twenty reads it: what is not a text is its JSON. */
  readonly value: string;
  /** The part of a composite field, `primaryEmail`. */
  readonly sub: string | undefined;
  readonly clock: Clock;
}

/** When and where dates such as "today" are read. */
export interface Clock {
  readonly nowMs: number;
  /** IANA name, for conditions that do not name one themselves. */
  readonly timeZone: string;
}

export function allOf(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { and: filters };
}

export function anyOf(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { or: filters };
}

export function not(filter: Filter): Filter {
  return { not: filter };
}

/** A test of a plain field or, with `sub`, of one part of a composite. */
export function test(condition: Pick<Condition, 'field'>, operator: string, operand: unknown, sub?: string): Filter {
  const leaf = { [operator]: operand };
  return { [condition.field.name]: sub === undefined ? leaf : { [sub]: leaf } };
}

/** A condition that cannot be carried out as the view means it: better no records than the wrong ones. */
export function untranslatable({ field, operand, sub }: Pick<Condition, 'field' | 'operand' | 'sub'>, why: string): ConnectorError {
  const name = sub === undefined ? field.name : `${field.name}.${sub}`;
  return new ConnectorError('twenty', 'rejected', `twenty: the view's condition on ${name} (${operand}, ${field.type}) ${why}`);
}

export function unknownOperand(condition: Condition): ConnectorError {
  return untranslatable(condition, 'has an operand that is not known for this kind of field');
}

export function unknownPart(condition: Condition): ConnectorError {
  return untranslatable(condition, 'names a part that this kind of field does not have');
}
