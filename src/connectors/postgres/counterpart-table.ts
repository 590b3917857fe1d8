import pg from 'pg';
import type { Value } from '../../domain/sync.ts';
import type { CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import type { PostgresSettings } from './settings.ts';

/** Runs a statement; `changes` when it may have changed something although nobody heard how it ended. */
export type Query = <R extends object>(text: string, values: readonly unknown[], call: ToolCall, changes?: boolean) => Promise<readonly R[]>;

/** A table that is kept in step, as statements speak of it: all names are escaped. */
export interface SyncTable {
  readonly settings: PostgresSettings['tables'][string];
  readonly name: string;
  readonly key: string;
  /** Ids come as texts and are compared as what they are, so that the key's index is used. */
  readonly keyType: string;
  /** Types of all columns by their plain names, without lengths: a cast with one would cut a value off. */
  readonly types: ReadonlyMap<string, string>;
}

export type Row = Readonly<Record<string, unknown>> & { readonly sluice_id: string; readonly sluice_version: string; readonly sluice_changed: string | null; readonly sluice_archived: boolean };

/** The columns of a record, for `select` and `returning` alike. */
export function columnsOf({ settings, key }: SyncTable, { fields }: CounterpartObject): string {
  const archived = settings.archivedAt === undefined ? 'false' : `${column(settings.archivedAt)} is not null`;
  return `${key}::text as sluice_id, xmin::text as sluice_version, ${column(settings.changedAt)}::timestamptz::text as sluice_changed, ${archived} as sluice_archived${fields.map((name) => `, ${column(name)}`).join('')}`;
}

export function recordOf(row: Row, { fields }: CounterpartObject): CounterpartRecord {
  const changedAtMs = row.sluice_changed === null ? Number.NaN : Date.parse(row.sluice_changed.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return {
    id: row.sluice_id, version: row.sluice_version, archived: row.sluice_archived, ...(Number.isNaN(changedAtMs) ? {} : { changedAtMs }),
    fields: Object.fromEntries(fields.map((name) => [name, (row[name] ?? null) as Value])),
  };
}

export function column(name: string): string {
  return pg.escapeIdentifier(name);
}

/** `public.customers` names a schema and a table. */
export function qualified(name: string): string {
  return name.split('.').map((part) => pg.escapeIdentifier(part)).join('.');
}
