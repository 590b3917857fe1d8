import { inspect } from 'node:util';
import { parseBoolean, parseDate, parseDateTime, parseUuid, invalidValue } from './input-values.ts';
import { containedText, patternOf } from './like.ts';
import { databaseRefusal, invalidQuery } from './refusal.ts';

export interface Condition {
  /** `emails.primaryEmail` */
  readonly path: string;
  readonly type: string;
  readonly operator: string;
  readonly operand: unknown;
  readonly options?: readonly string[];
  readonly object: string;
}

/** A test of one stored value; a comparison with an empty value is unknown. */
export interface ValueTest {
  (value: unknown): boolean | null;
  /** Set when the test is "contains this text", so that many of them can be made one. */
  readonly search?: Search;
}

export interface Search {
  readonly text: string;
  /** The searched text of a value. */
  readonly textOf: (value: unknown) => string;
  /** Searches with equal keys read the value in the same way. */
  readonly key: string;
}

export function compileOperator(condition: Condition): ValueTest {
  const { operator, operand, path } = condition;
  if (!(operatorsOf[condition.type] ?? []).includes(operator)) throw invalidQuery(`Operator "${operator}" is not supported for field "${path}"`);
  if (operator === 'is') return isTest(operand, path);
  if (operator === 'isEmptyArray') return (value) => (value === null || value === undefined || (value as unknown[]).length === 0) === (operand === true);
  if (operator === 'eq' && isEmpty(operand)) return isEmpty;
  if (operator === 'neq' && isEmpty(operand)) return (value) => !isEmpty(value);
  const search = searchOf(condition);
  const test = search === undefined ? compare(condition) : (value: unknown) => search.textOf(value).includes(search.text);
  if (operator === 'in' && (operand as readonly unknown[]).some(isEmpty)) return (value) => isEmpty(value) || test(value);
  const nullable = (value: unknown): boolean | null => (isEmpty(value) ? null : test(value));
  return search === undefined ? nullable : Object.assign(nullable, { search });
}

/** `like '%text%'` without other wildcards is a plain search. */
function searchOf({ operator, operand, type }: Condition): Search | undefined {
  if ((operator !== 'like' && operator !== 'ilike') || typeof operand !== 'string') return undefined;
  const text = containedText(operand);
  if (text === undefined) return undefined;
  const read = type === 'RAW_JSON' ? printed : String;
  return operator === 'like'
    ? { text, textOf: read, key: type }
    : { text: text.toLowerCase(), textOf: (value) => read(value).toLowerCase(), key: `${type} in any case` };
}

function compare(condition: Condition): (value: unknown) => boolean {
  const { operator, operand, type, path } = condition;
  switch (operator) {
    case 'in': {
      const wanted = new Set(nonEmptyList(operand, path).filter((item) => !isEmpty(item)).map((item) => comparable(condition, item)));
      return (value) => wanted.has(value);
    }
    case 'containsAny': {
      const wanted = nonEmptyList(operand, path).map((item) => comparable(condition, item));
      return (value) => wanted.some((item) => (value as readonly unknown[]).includes(item));
    }
    case 'containsIlike': return someMatch(patternOf(text(operand, path), true));
    case 'like':
    case 'ilike': {
      const matches = patternOf(text(operand, path), operator === 'ilike');
      return type === 'RAW_JSON' ? (value) => matches(printed(value)) : (value) => matches(value as string);
    }
    case 'startsWith': return prefixed(text(operand, path));
    case 'endsWith': return suffixed(text(operand, path));
    case 'regex':
    case 'iregex': return matching(new RegExp(text(operand, path), operator === 'iregex' ? 'iu' : 'u'));
    case 'search': return (value) => String(value).toLowerCase().includes(text(operand, path).toLowerCase());
    default: return ordering(operator, comparable(condition, operand));
  }
}

function ordering(operator: string, wanted: unknown): (value: unknown) => boolean {
  const operand = wanted as string | number;
  switch (operator) {
    case 'eq': return (value) => value === operand;
    case 'neq': return (value) => value !== operand;
    case 'gt': return (value) => (value as typeof operand) > operand;
    case 'gte': return (value) => (value as typeof operand) >= operand;
    case 'lt': return (value) => (value as typeof operand) < operand;
    default: return (value) => (value as typeof operand) <= operand;
  }
}

/** The operand in the form values are stored in; refused when the type does not allow it. */
function comparable({ type, path, options, object }: Condition, operand: unknown): unknown {
  switch (type) {
    case 'UUID': return parseUuid(operand, path);
    case 'DATE_TIME': return parseDateTime(operand, path);
    case 'DATE': return parseDate(operand, path);
    case 'BOOLEAN': return parseBoolean(operand, path);
    case 'NUMBER':
    case 'NUMERIC':
    case 'POSITION': return numeric(operand, path);
    case 'SELECT':
    case 'RATING':
    case 'MULTI_SELECT':
      if (options?.includes(operand as string) === true) return operand;
      throw databaseRefusal(`invalid input value for enum workspace_sandbox.${object}_${path.replace('.', '_')}_enum: "${String(operand)}"`);
    default: return text(operand, path);
  }
}

function numeric(operand: unknown, path: string): number {
  const number = typeof operand === 'string' && operand.trim() !== '' ? Number(operand) : operand;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidValue(`Invalid number value ${inspect(operand)} for field "${path}"`, operand);
  return number;
}

function text(operand: unknown, path: string): string {
  if (typeof operand !== 'string') throw invalidValue(`Invalid string value ${inspect(operand)} for text field "${path}"`, operand);
  return operand;
}

function isTest(operand: unknown, path: string): ValueTest {
  if (operand === 'NULL') return isEmpty;
  if (operand === 'NOT_NULL') return (value) => !isEmpty(value);
  throw invalidQuery(`Invalid "is" value ${inspect(operand)} for field "${path}". Valid values are: NULL, NOT_NULL`);
}

function nonEmptyList(operand: unknown, path: string): readonly unknown[] {
  if (Array.isArray(operand) && operand.length > 0) return operand;
  throw invalidQuery(`Invalid filter value for field ${path}. Expected non-empty array`, `Invalid filter value: "${inspect(operand)}"`);
}

function prefixed(prefix: string): (value: unknown) => boolean {
  return (value) => (value as string).startsWith(prefix);
}

function suffixed(suffix: string): (value: unknown) => boolean {
  return (value) => (value as string).endsWith(suffix);
}

function matching(pattern: RegExp): (value: unknown) => boolean {
  return (value) => pattern.test(value as string);
}

function someMatch(matches: (value: string) => boolean): (value: unknown) => boolean {
  return (value) => (value as readonly string[]).some(matches);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** JSON as PostgreSQL prints jsonb: a blank after commas and colons. Values are never mutated, so each is printed once. */
export function printed(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const known = jsonTexts.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value)
    ? `[${value.map(printed).join(', ')}]`
    : `{${Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${printed(part)}`).join(', ')}}`;
  jsonTexts.set(value, text);
  return text;
}

const jsonTexts = new WeakMap<object, string>();

const ordered = ['eq', 'neq', 'in', 'gt', 'gte', 'lt', 'lte', 'is'];
const textual = [...ordered, 'startsWith', 'endsWith', 'like', 'ilike', 'regex', 'iregex'];
const chosen = ['eq', 'neq', 'in', 'containsAny', 'is', 'isEmptyArray'];

/** As the filter inputs of the introspection document allow. */
const operatorsOf: Readonly<Record<string, readonly string[]>> = {
  TEXT: textual, CODE: textual, UUID: ordered, DATE_TIME: ordered, DATE: ordered, NUMBER: ordered, NUMERIC: ordered, POSITION: ordered,
  BOOLEAN: ['eq', 'is'], SELECT: chosen, RATING: chosen, MULTI_SELECT: chosen, ARRAY: ['containsIlike', 'is', 'isEmptyArray'],
  RAW_JSON: ['is', 'like'], FILES: ['is', 'like'], TS_VECTOR: ['search'],
};
