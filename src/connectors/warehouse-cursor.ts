import type { z } from 'zod';
import { ConnectorError } from '../domain/failure.ts';
import type { WarehouseSource } from './warehouse.ts';

/** Where a read goes on, kept as text by those who read; only the connector that wrote it understands it. */
export function cursorText(cursor: object): string {
  return JSON.stringify(cursor);
}

export function readCursor<T>(service: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConnectorError(service, 'rejected', `${service}: the place to go on from is not understood; start the sync again`, { cause });
  }
}

/** The query of a source; those that are read otherwise are refused. */
export function queryOf(service: string, { query }: WarehouseSource): string {
  if (query === undefined) throw new ConnectorError(service, 'rejected', `${service} is read by a query: write source: { query: 'select …' }.`);
  return query.trim().replace(/;\s*$/, '');
}
