import { z } from 'zod';
import { ConnectorError } from '../domain/failure.ts';
import type { WarehousePage, WarehouseRow, WarehouseSource, WarehouseValue } from './warehouse.ts';
import { cursorText, readCursor } from './warehouse-cursor.ts';

/**
 * Reading on behind the last row, for warehouses that keep no result: the source is ordered by columns that together tell every row from
 * every other, and each page begins behind the values that the last one ended with. One row more than a page is asked for.
 */
export interface Keyset {
  /** The values of the ordering columns to begin behind; undefined for the first page. */
  readonly after: readonly NonNullable<WarehouseValue>[] | undefined;
  /** The types that the warehouse gave these columns. */
  readonly types: readonly string[];
}

const Cursor = z.object({ after: z.array(z.union([z.string(), z.number(), z.boolean()])), types: z.array(z.string()).default([]) });

export function keysetOf(service: string, { orderBy }: WarehouseSource, cursor: string | undefined): Keyset {
  if (orderBy.length === 0) throw new ConnectorError(service, 'rejected', `${service} is read in an order: write source: { orderBy: ['company_id'] } with columns that together tell every row from every other.`);
  return cursor === undefined ? { after: undefined, types: [] } : readCursor(service, Cursor, cursor);
}

/**
 * The condition for the rows behind: `a > x or (a = x and b > y)`, and those with an empty column, which are to be noticed and not to
 * be lost. `column` and `value` write the parts.
 */
export function behind(orderBy: readonly string[], column: (name: string) => string, value: (index: number) => string): string {
  const steps = orderBy.map((name, index) => [...orderBy.slice(0, index).map((before, i) => `${column(before)} = ${value(i)}`), `${column(name)} > ${value(index)}`].join(' and '));
  return [...steps.map((step) => `(${step})`), ...orderBy.map((name) => `${column(name)} is null`)].join(' or ');
}

/** A page of what came, and where to go on. `untilEmpty`: the warehouse may answer fewer rows than are there. Rejects an order that does not tell rows apart. */
export function keysetPage(service: string, { orderBy, pageRows }: WarehouseSource, rows: readonly WarehouseRow[], options: { readonly types?: readonly string[]; readonly untilEmpty?: boolean } = {}): WarehousePage {
  const keys = rows.map((row) => orderBy.map((name) => valueAt(service, row, name)));
  keys.forEach((key, index) => {
    if (index > 0 && key.every((value, i) => value === keys[index - 1]![i])) {
      throw new ConnectorError(service, 'rejected', `${service}: two rows have the same ${orderBy.join(', ')}; add a column to orderBy that tells them apart.`);
    }
  });
  const page = rows.slice(0, pageRows);
  const isLast = options.untilEmpty === true ? rows.length === 0 : rows.length <= pageRows;
  const after = keys[page.length - 1];
  return isLast || after === undefined ? { kind: 'rows', rows: page } : { kind: 'rows', rows: page, next: cursorText({ after, types: options.types ?? [] }) };
}

function valueAt(service: string, row: WarehouseRow, name: string): NonNullable<WarehouseValue> {
  const value = row[name];
  if (value === undefined) throw new ConnectorError(service, 'rejected', `${service}: orderBy names ${name}, which is no column of the result.`);
  if (value === null) throw new ConnectorError(service, 'rejected', `${service}: ${name} of orderBy is empty in some rows; leave those out or order by another column.`);
  return value;
}
