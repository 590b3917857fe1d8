import pg from 'pg';
import { ConnectorError } from '../../domain/failure.ts';
import type { Counterpart, CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import { column, columnsOf, qualified, type Query, recordOf, type Row, type SyncTable } from './counterpart-table.ts';
import { rowWrites } from './counterpart-writes.ts';
import { postgresFault } from './faults.ts';
import { sessionOf } from './session.ts';
import type { PostgresSettings } from './settings.ts';

const AT_ONCE = 500;
const PAGE = 500;

/**
 * Keeps tables in step. A row's version is its `xmin`, which every change renews, so that an update of a row that changed since it was read
 * writes nothing. Changes are read by the column with their time; since a transaction may commit late, the last minutes before the latest
 * change are read again, for an hour.
 * The key and that column should each have an index.
 */
export function openCounterpart(settings: PostgresSettings, context: ToolContext): { readonly counterpart: Counterpart; close(): Promise<void> } {
  const password = context.secret(settings.password);
  const ca = settings.ca === undefined ? undefined : context.secret(settings.ca);
  let pool: pg.Pool | undefined;
  const tables = new Map<string, SyncTable>();

  const query: Query = async <R extends object>(text: string, values: readonly unknown[], call: ToolCall, changes = false): Promise<readonly R[]> => {
    await call.pace(1);
    try {
      pool ??= guarded(new pg.Pool({ ...sessionOf(settings, context, password(), ca?.()), max: 4, types: PLAIN }));
      return (await pool.query<R>(text, [...values])).rows;
    } catch (error) {
      throw changed(postgresFault(error), changes);
    }
  };
  /** A table and the types of its columns, asked for once. */
  const tableOf = async (object: CounterpartObject, call: ToolCall): Promise<SyncTable> => {
    const own = settings.tables[object.name];
    if (own === undefined) throw new ConnectorError('postgres', 'rejected', `postgres: the table ${object.name} is not described in the connection. Write tables: { '${object.name}': { key: 'id', changedAt: 'updated_at' } }.`);
    const known = tables.get(object.name);
    if (known !== undefined) return known;
    const name = qualified(object.name);
    const rows = await query<{ column: string; type: string }>(
      `select attname as column, format_type(atttypid, null) as type from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`, [name], call);
    const types = new Map(rows.map((row) => [row.column, row.type]));
    const table: SyncTable = { settings: own, name, key: column(own.key), keyType: types.get(own.key) ?? 'text', types };
    if (rows.length > 0) tables.set(object.name, table);
    return table;
  };
  const records = (rows: readonly Row[], object: CounterpartObject): readonly CounterpartRecord[] => rows.map((row) => recordOf(row, object));

  const counterpart: Counterpart = {
    service: 'postgres',
    atOnce: AT_ONCE,
    knowsKeys: false,
    ...rowWrites(query, tableOf),
    async get(object, ids, call) {
      const table = await tableOf(object, call);
      return records(await query<Row>(`select ${columnsOf(table, object)} from ${table.name} where ${table.key} = any($1::text[]::${table.keyType}[])`, [ids], call), object);
    },
    async find(object, field, values, call) {
      const table = await tableOf(object, call);
      return records(await query<Row>(`select ${columnsOf(table, object)} from ${table.name} where lower(${column(field)}::text) = any($1::text[])`, [values.map((value) => value.toLowerCase())], call), object);
    },
    async changes(object, cursor, call) {
      const table = await tableOf(object, call);
      const { overlapSeconds } = table.settings;
      const changedAt = `${column(table.settings.changedAt)}::timestamptz`;
      if (cursor === undefined) {
        const [now] = await query<{ at: string }>(`select (clock_timestamp() - $1 * interval '1 second')::text as at`, [overlapSeconds], call);
        return { records: [], gone: [], cursor: JSON.stringify({ at: now!.at, id: '' }), more: false };
      }
      const { at, id } = JSON.parse(cursor) as { readonly at: string; readonly id: string };
      const after = id === '' ? `${changedAt} >= $1::timestamptz` : `(${changedAt}, ${table.key}) > ($1::timestamptz, $2::text::${table.keyType})`;
      const rows = await query<Row>(
        `select ${columnsOf(table, object)} from ${table.name} where ${after} order by ${changedAt}, ${table.key} limit ${String(PAGE)}`, id === '' ? [at] : [at, id], call);
      const last = rows.at(-1);
      if (rows.length === PAGE) return { records: records(rows, object), gone: [], cursor: JSON.stringify({ at: last!.sluice_changed!, id: last!.sluice_id }), more: true };
      const end = last === undefined ? { at, id } : { at: last.sluice_changed!, id: last.sluice_id };
      if (end.id === '') return { records: [], gone: [], cursor, more: false };
      // Never beyond now, since a time in the future would hide what comes before it. What is long past is not read again and again.
      const [back] = await query<{ at: string | null }>(
        `select case when $1::timestamptz > clock_timestamp() - $2 * interval '1 second' - interval '1 hour' then (least($1::timestamptz, clock_timestamp()) - $2 * interval '1 second')::text end as at`, [end.at, overlapSeconds], call);
      return { records: records(rows, object), gone: [], cursor: JSON.stringify(back!.at === null ? end : { at: back!.at, id: '' }), more: false };
    },
    async all(object, cursor, call) {
      const table = await tableOf(object, call);
      const after = cursor === undefined ? '' : ` where ${table.key} > $1::text::${table.keyType}`;
      const rows = await query<Row>(`select ${columnsOf(table, object)} from ${table.name}${after} order by ${table.key} limit ${String(PAGE)}`, cursor === undefined ? [] : [cursor], call);
      return { records: records(rows, object), next: rows.length === PAGE ? rows.at(-1)!.sluice_id : undefined };
    },
    async remove(object, ids, forGood, call) {
      const table = await tableOf(object, call);
      const { archivedAt, changedAt } = table.settings;
      const text = !forGood && archivedAt !== undefined
        ? `update ${table.name} set ${column(archivedAt)} = coalesce(${column(archivedAt)}, now()), ${column(changedAt)} = now()`
        : `delete from ${table.name}`;
      await query(`${text} where ${table.key} = any($1::text[]::${table.keyType}[])`, [ids], call, true);
      return ids;
    },
  };
  return { counterpart, close: async () => void (await pool?.end()) };
}

/** Numbers that fit are numbers, dates stay texts, so that what was read can be compared and written back. */
const PLAIN = {
  getTypeParser: (oid: number) => {
    if (oid === 16) return (text: string): unknown => text === 't';
    if ([20, 21, 23, 700, 701, 1700].includes(oid)) return (text: string): unknown => (Number.isFinite(Number(text)) && String(Number(text)) === text ? Number(text) : text);
    if (oid === 114 || oid === 3802) return (text: string): unknown => JSON.parse(text) as unknown;
    return (text: string): unknown => text;
  },
} as unknown as pg.CustomTypesConfig;

function changed(error: ConnectorError, changes: boolean): ConnectorError {
  if (!changes || (error.kind !== 'unavailable' && error.kind !== 'timed_out')) return error;
  return new ConnectorError('postgres', error.kind, error.message, { cause: error.cause, outcomeUnknown: true });
}

function guarded(pool: pg.Pool): pg.Pool {
  pool.on('error', () => undefined); // a session that breaks while it rests is replaced
  return pool;
}
