import pg from 'pg';
import { ConnectorError } from '../../domain/failure.ts';
import type { Value } from '../../domain/sync.ts';
import type { Counterpart, CounterpartEnd, CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import { postgresFault } from './faults.ts';
import { sessionOf } from './session.ts';
import type { PostgresSettings } from './settings.ts';

const AT_ONCE = 500;
const PAGE = 500;

type Table = PostgresSettings['tables'][string];
type Row = Readonly<Record<string, unknown>> & { readonly sluice_id: string; readonly sluice_version: string; readonly sluice_changed: string | null; readonly sluice_archived: boolean };

/**
 * Keeps tables in step. A row's version is its `xmin`, which every change renews, so that an update of a row that changed since it was read
 * writes nothing. Changes are read by the column with their time; since a transaction may commit late, the last minutes are read again.
 */
export function openCounterpart(settings: PostgresSettings, context: ToolContext): { readonly counterpart: Counterpart; close(): Promise<void> } {
  const password = context.secret(settings.password);
  const ca = settings.ca === undefined ? undefined : context.secret(settings.ca);
  let pool: pg.Pool | undefined;

  const query = async <R extends object>(text: string, values: readonly unknown[], call: ToolCall, changes = false): Promise<readonly R[]> => {
    await call.pace(1);
    try {
      pool ??= guarded(new pg.Pool({ ...sessionOf(settings, context, password(), ca?.()), max: 4, types: PLAIN }));
      return (await pool.query<R>(text, [...values])).rows;
    } catch (error) {
      throw changed(postgresFault(error), changes);
    }
  };
  const tableOf = (object: CounterpartObject): Table => {
    const table = settings.tables[object.name];
    if (table === undefined) throw new ConnectorError('postgres', 'rejected', `postgres: the table ${object.name} is not described in the connection. Write tables: { '${object.name}': { key: 'id', changedAt: 'updated_at' } }.`);
    return table;
  };
  const select = (object: CounterpartObject, table: Table): string =>
    `select ${column(table.key)}::text as sluice_id, xmin::text as sluice_version, ${column(table.changedAt)}::timestamptz::text as sluice_changed,
       ${table.archivedAt === undefined ? 'false' : `${column(table.archivedAt)} is not null`} as sluice_archived${object.fields.map((name) => `, ${column(name)}`).join('')} from ${qualified(object.name)}`;

  const counterpart: Counterpart = {
    service: 'postgres',
    atOnce: AT_ONCE,
    knowsKeys: false,
    async get(object, ids, call) {
      const table = tableOf(object);
      const rows = await query<Row>(`${select(object, table)} where ${column(table.key)}::text = any($1::text[])`, [ids], call);
      return rows.map((row) => recordOf(row, object));
    },
    async find(object, field, values, call) {
      const table = tableOf(object);
      const rows = await query<Row>(`${select(object, table)} where lower(${column(field)}::text) = any($1::text[])`, [values.map((value) => value.toLowerCase())], call);
      return rows.map((row) => recordOf(row, object));
    },
    async changes(object, cursor, call) {
      const table = tableOf(object);
      const changedAt = `${column(table.changedAt)}::timestamptz`;
      if (cursor === undefined) {
        const [now] = await query<{ at: string }>(`select (clock_timestamp() - $1 * interval '1 second')::text as at`, [table.overlapSeconds], call);
        return { records: [], gone: [], cursor: JSON.stringify({ at: now!.at, id: '' }), more: false };
      }
      const { at, id } = JSON.parse(cursor) as { readonly at: string; readonly id: string };
      const rows = await query<Row>(
        `${select(object, table)} where (${changedAt}, ${column(table.key)}::text) > ($1::timestamptz, $2::text) order by ${changedAt}, ${column(table.key)}::text limit ${String(PAGE)}`, [at, id], call);
      const more = rows.length === PAGE;
      const last = rows.at(-1);
      const next = last === undefined ? { at, id } : { at: last.sluice_changed!, id: last.sluice_id };
      if (more) return { records: rows.map((row) => recordOf(row, object)), gone: [], cursor: JSON.stringify(next), more };
      const [back] = await query<{ at: string }>(`select greatest($1::timestamptz, $2::timestamptz - $3 * interval '1 second')::text as at`, [at, next.at, table.overlapSeconds], call);
      return { records: rows.map((row) => recordOf(row, object)), gone: [], cursor: JSON.stringify({ at: back!.at, id: '' }), more };
    },
    async all(object, cursor, call) {
      const table = tableOf(object);
      const rows = await query<Row>(`${select(object, table)} where $1::text is null or ${column(table.key)}::text > $1 order by ${column(table.key)}::text limit ${String(PAGE)}`, [cursor ?? null], call);
      return { records: rows.map((row) => recordOf(row, object)), next: rows.length === PAGE ? rows.at(-1)!.sluice_id : undefined };
    },
    async create(object, records, call) {
      const ends: CounterpartEnd[] = [];
      for (const { fields } of records) ends.push(await insert(object, fields, call));
      return ends;
    },
    async update(object, rows, call) {
      const ends: CounterpartEnd[] = [];
      for (const row of rows) ends.push(await updateOne(object, row, call));
      return ends;
    },
    async remove(object, ids, forGood, call) {
      const table = tableOf(object);
      const archives = !forGood && table.archivedAt !== undefined;
      const text = archives
        ? `update ${qualified(object.name)} set ${column(table.archivedAt!)} = coalesce(${column(table.archivedAt!)}, now()), ${column(table.changedAt)} = now() where ${column(table.key)}::text = any($1::text[])`
        : `delete from ${qualified(object.name)} where ${column(table.key)}::text = any($1::text[])`;
      await query(text, [ids], call, true);
      return ids;
    },
  };

  async function insert(object: CounterpartObject, fields: Readonly<Record<string, Value>>, call: ToolCall): Promise<CounterpartEnd> {
    const table = tableOf(object);
    const names = Object.keys(fields);
    const columns = [...names.map(column), ...(names.includes(table.changedAt) ? [] : [column(table.changedAt)])];
    const values = [...names.map((_name, n) => `$${String(n + 1)}`), ...(names.includes(table.changedAt) ? [] : ['now()'])];
    return settled(object, () => query<Row>(`insert into ${qualified(object.name)} (${columns.join(', ')}) values (${values.join(', ')}) returning ${returning(object, table)}`, names.map((name) => sent(fields[name]!)), call, true), 'gone');
  }

  async function updateOne(object: CounterpartObject, { id, fields, version }: { readonly id: string; readonly fields: Readonly<Record<string, Value>>; readonly version?: string | undefined }, call: ToolCall): Promise<CounterpartEnd> {
    const table = tableOf(object);
    const names = Object.keys(fields);
    const sets = [...names.map((name, n) => `${column(name)} = $${String(n + 3)}`), ...(names.includes(table.changedAt) ? [] : [`${column(table.changedAt)} = now()`])];
    const text = `update ${qualified(object.name)} set ${sets.join(', ')} where ${column(table.key)}::text = $1 and ($2::text is null or xmin::text = $2) returning ${returning(object, table)}`;
    return settled(object, () => query<Row>(text, [id, version ?? null, ...names.map((name) => sent(fields[name]!))], call, true), 'changed');
  }

  function returning(object: CounterpartObject, table: Table): string {
    return select(object, table).replace(/^select /, '').replace(/ from [^]*$/, '');
  }
  return { counterpart, close: async () => void (await pool?.end()) };
}

async function settled(object: CounterpartObject, write: () => Promise<readonly Row[]>, none: 'gone' | 'changed'): Promise<CounterpartEnd> {
  try {
    const [row] = await write();
    return row === undefined ? { status: none } : { status: 'done', record: recordOf(row, object) };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    const isDuplicate = (error.cause as { readonly code?: string }).code === '23505';
    return isDuplicate ? { status: 'exists', id: undefined, message: error.message } : { status: 'rejected', message: error.message };
  }
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

function recordOf(row: Row, object: CounterpartObject): CounterpartRecord {
  const changedAtMs = row.sluice_changed === null ? Number.NaN : Date.parse(row.sluice_changed.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return {
    id: row.sluice_id, version: row.sluice_version, archived: row.sluice_archived, ...(Number.isNaN(changedAtMs) ? {} : { changedAtMs }),
    fields: Object.fromEntries(object.fields.map((name) => [name, (row[name] ?? null) as Value])),
  };
}

function sent(value: Value): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value === '' ? null : value;
}

function changed(error: ConnectorError, changes: boolean): ConnectorError {
  if (!changes || (error.kind !== 'unavailable' && error.kind !== 'timed_out')) return error;
  return new ConnectorError('postgres', error.kind, error.message, { cause: error.cause, outcomeUnknown: true });
}

function guarded(pool: pg.Pool): pg.Pool {
  pool.on('error', () => undefined); // a session that breaks while it rests is replaced
  return pool;
}

function column(name: string): string {
  return pg.escapeIdentifier(name);
}

/** `public.customers` names a schema and a table. */
function qualified(name: string): string {
  return name.split('.').map((part) => pg.escapeIdentifier(part)).join('.');
}
