import { compareValues } from './order.ts';
import type { SortKey } from './order.ts';
import type { StoredRecord } from './record.ts';
import { invalidQuery } from './refusal.ts';

/** Base64 of the sort values and the id: `{"updatedAt":"…","id":"…"}`. */
export function encodeCursor(keys: readonly SortKey[], record: StoredRecord): string {
  const position: Record<string, unknown> = {};
  for (const key of keys) if (key.inCursor) place(position, key.path, key.read(record) ?? null);
  position.id = record.id;
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

/** Tells on which side of the cursor a record lies: negative before, positive after. Sort keys that the cursor lacks are passed over, as in Twenty. */
export function decodeCursor(keys: readonly SortKey[], cursor: string): (record: StoredRecord) => number {
  const position = parse(cursor);
  const known = keys.filter((key) => key.inCursor);
  return (record) => {
    for (const key of known) {
      const order = compareValues(key, key.read(record), valueAt(position, key.path));
      if (order !== 0) return order;
    }
    return record.id < String(position.id) ? -1 : record.id > String(position.id) ? 1 : 0;
  };
}

function parse(cursor: string): Record<string, unknown> {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64').toString()) as unknown;
    if (typeof position === 'object' && position !== null && 'id' in position) return position as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidQuery(`Invalid cursor: ${cursor}`);
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) target[head] = value;
  else place((target[head] ??= {}) as Record<string, unknown>, rest, value);
}

function valueAt(source: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], source);
}
