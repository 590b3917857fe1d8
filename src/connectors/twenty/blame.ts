import { inspect } from 'node:util';
import type { TwentyRefusal } from './errors.ts';
import type { TwentyFields } from './records.ts';

/**
 * The rows that a refusal speaks of: by their place in the batch, by an id, by a field nobody knows, or by the value it
 * quotes. Every row that carries the refused value is meant, since each would be refused for it. Empty when it names none.
 */
export function namedBy<Row extends TwentyFields>(refusal: TwentyRefusal, rows: readonly Row[]): readonly Row[] {
  const message = refusal.technical;

  const index = /(?:\$data|\bdata)\[(\d+)\]/.exec(message)?.[1];
  if (index !== undefined) return rows.slice(Number(index), Number(index) + 1);

  const unknownField = /doesn't have any "([^"]+)" field/.exec(message)?.[1];
  if (unknownField !== undefined) return rows.filter((row) => unknownField in row);

  const ids = new Set(message.match(UUID) ?? []);
  const byId = rows.filter(({ id }) => typeof id === 'string' && ids.has(id));
  if (byId.length > 0) return byId;

  const quoted = /value (.+) for (?:[\w-]+ )?field "([^"]+)"/is.exec(message);
  if (quoted?.[1] !== undefined && quoted[2] !== undefined) {
    const [, printed, path] = quoted;
    return rows.filter((row) => valuesAt(row, path).some((value) => isPrintedAs(value, printed)));
  }
  const loose = /(?:Value "(.+)" is not a valid|phone number is invalid (.+)$)/is.exec(message);
  const printed = loose?.[1] ?? loose?.[2];
  return printed === undefined ? [] : rows.filter((row) => leavesOf(row).some((value) => isPrintedAs(value, printed)));
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** What stands at a dotted path; of a list, also its members, since Twenty quotes the member it dislikes. */
function valuesAt(row: TwentyFields, path: string): readonly unknown[] {
  let value: unknown = row;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return Array.isArray(value) ? [value, ...(value as unknown[])] : [value];
}

function leavesOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

/** Twenty quotes values as Node's inspect prints them, some as they are, some in double quotes. */
function isPrintedAs(value: unknown, printed: string): boolean {
  if (value === undefined || value === null) return false;
  return [inspect(value), `"${String(value)}"`, `'${String(value)}'`, String(value)].includes(printed);
}
