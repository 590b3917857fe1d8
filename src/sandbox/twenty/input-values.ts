import { inspect } from 'node:util';
import { databaseFailure, invalidData } from './refusal.ts';
import { isTwentyUuid } from './uuid.ts';

// One function per field type: a value as the client sent it becomes the value that is stored. Empty text is stored as null.

export function parseText(value: unknown, name: string): string | null {
  if (typeof value !== 'string') throw invalidValue(`Invalid string value ${inspect(value)} for text field "${name}"`, value);
  if (value.includes('\0')) throw databaseFailure();
  return value === '' ? null : value;
}

export function parseUuid(value: unknown, name: string): string {
  if (!isTwentyUuid(value)) throw invalidValue(`Invalid UUID value ${inspect(value)} for field "${name}"`, value);
  return value.toLowerCase();
}

/** ISO 8601 with or without a time; without a zone it is UTC. Kept in milliseconds. */
export function parseDateTime(value: unknown, name: string): string {
  const date = typeof value === 'string' && instant.test(value) ? new Date(withZone(value)) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw invalidValue(`Invalid value ${inspect(value)} for date-time field "${name}". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`, value);
  }
  return date.toISOString();
}

/** A date-time is accepted and loses its time. */
export function parseDate(value: unknown, name: string): string {
  const valid = typeof value === 'string' && instant.test(value) && !Number.isNaN(Date.parse(withZone(value)));
  if (!valid) throw invalidValue(`Invalid value ${inspect(value)} for date field "${name}". Expected format: 'YYYY-MM-DD'`, value);
  return value.slice(0, 10);
}

export function parseBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalidValue(`Invalid boolean value ${inspect(value)} for field "${name}"`, value);
  return value;
}

export function parseNumber(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidValue(`Invalid number value ${inspect(value)} for field "${name}"`, value);
  return value;
}

export function parsePosition(value: unknown, name: string): number | 'first' | 'last' {
  if (value === 'first' || value === 'last') return value;
  if (typeof value !== 'number') throw invalidValue(`Invalid position value ${inspect(value)} for field "${name}"`, value);
  return value;
}

export function parseSelect(value: unknown, name: string, options: readonly string[]): string {
  if (typeof value === 'string' && options.includes(value)) return value;
  const shown = typeof value === 'string' ? `"${value}"` : inspect(value);
  throw invalidData(`Invalid value ${shown} for field "${name}". Valid values are: ${options.join(', ')}`, `Invalid value for field "${name}"`);
}

export function parseMultiSelect(value: unknown, name: string, options: readonly string[]): readonly string[] | null {
  const valid = Array.isArray(value) && value.every((item) => options.includes(item as string));
  if (!valid) throw invalidValue(`Invalid value ${inspect(value)} for multi select field "${name}"`, value);
  return value.length === 0 ? null : (value as string[]);
}

export function parseTextList(value: unknown, name: string): readonly string[] | null {
  const valid = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!valid) throw invalidValue(`Invalid value ${inspect(value)} for array field "${name}"`, value);
  return value.length === 0 ? null : (value as string[]);
}

/** A string is parsed as JSON, as Twenty does; what does not parse is a SyntaxError. */
export function parseJson(value: unknown): unknown {
  if (JSON.stringify(value).includes('\\u0000')) throw databaseFailure();
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
}

export function parseFiles(value: unknown, name: string): unknown {
  if (!Array.isArray(value)) throw invalidValue(`Invalid value ${inspect(value)} for files field "${name}"`, value);
  return value.length === 0 ? null : value;
}

export function invalidValue(message: string, value: unknown): Error {
  return invalidData(message, `Invalid value: "${inspect(value)}"`);
}

const instant = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

function withZone(value: string): string {
  return /T|\s/.test(value.slice(10, 11)) && !/(Z|[+-]\d{2}:?\d{2})$/.test(value) ? `${value}Z` : value;
}
