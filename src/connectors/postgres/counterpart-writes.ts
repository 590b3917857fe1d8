import { ConnectorError } from '../../domain/failure.ts';
import type { Value } from '../../domain/sync.ts';
import type { Counterpart, CounterpartCreate, CounterpartEnd, CounterpartObject, CounterpartUpdate } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import { column, columnsOf, type Query, recordOf, type Row, type SyncTable } from './counterpart-table.ts';

/** PostgreSQL numbers a statement's values with 16 bits. */
const VALUES_AT_ONCE = 60_000;

/** Rows that are written by one statement: all of them, or none when one is refused. */
type Together<R> = (table: SyncTable, object: CounterpartObject, rows: readonly R[], call: ToolCall) => Promise<readonly CounterpartEnd[]>;

/** Writes many rows by one statement; when that is refused, each by one of its own, so that only those that are at fault are refused. */
export function rowWrites(query: Query, tableOf: (object: CounterpartObject, call: ToolCall) => Promise<SyncTable>): Pick<Counterpart, 'create' | 'update'> {
  const insert: Together<CounterpartCreate> = async (table, object, rows, call) => {
    const { changedAt } = table.settings;
    const names = [...new Set([...rows.flatMap(({ fields }) => Object.keys(fields)), changedAt])];
    const values: unknown[] = [];
    const tuples = rows.map(({ fields }) => `(${names.map((name) => {
      const value = fields[name];
      if (value === undefined) return name === changedAt ? 'now()' : 'default';
      return `$${String(values.push(sent(value)))}`;
    }).join(', ')})`);
    // What is returned stands in the order of what was given. Rows that a trigger swallows would move it: then nothing is kept.
    const text = `with made as (insert into ${table.name} (${names.map(column).join(', ')}) values ${tuples.join(', ')} returning ${columnsOf(table, object)})
      select *, 1 / (case when (select count(*) from made) = ${String(rows.length)} then 1 else 0 end) from made`;
    const made = await query<Row>(text, values, call, true);
    return rows.map((_row, index) => endOf(made[index], object, 'gone'));
  };

  const update: Together<CounterpartUpdate> = async (table, object, rows, call) => {
    const { changedAt } = table.settings;
    const names = Object.keys(rows[0]!.fields);
    const types = [table.keyType, 'text', ...names.map((name) => table.types.get(name) ?? 'text')];
    const values: unknown[] = [];
    const tuples = rows.map(({ id, version, fields }) => `(${[id, version ?? null, ...names.map((name) => sent(fields[name]!))].map((value, n) => `$${String(values.push(value))}::${types[n]!}`).join(', ')})`);
    const sets = [...names.map((name, n) => `${column(name)} = sluice_${String(n + 2)}`), ...(names.includes(changedAt) ? [] : [`${column(changedAt)} = now()`])];
    const text = `update ${table.name} set ${sets.join(', ')} from (values ${tuples.join(', ')}) as sluice_rows (${types.map((_type, n) => `sluice_${String(n)}`).join(', ')})
      where ${table.key} = sluice_0 and (sluice_1 is null or xmin::text = sluice_1) returning sluice_0::text as sluice_asked, ${columnsOf(table, object)}`;
    const changed = new Map((await query<Row & { readonly sluice_asked: string }>(text, values, call, true)).map((row) => [row.sluice_asked, row]));
    return rows.map(({ id }) => endOf(changed.get(id), object, 'changed'));
  };

  const each = async <R>(write: Together<R>, table: SyncTable, object: CounterpartObject, rows: readonly R[], call: ToolCall): Promise<readonly CounterpartEnd[]> => {
    try {
      return await write(table, object, rows, call);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
      if (rows.length === 1) return [refusal(error)];
      const ends: CounterpartEnd[] = [];
      for (const row of rows) ends.push(...(await each(write, table, object, [row], call)));
      return ends;
    }
  };

  return {
    async create(object, records, call) {
      const table = await tableOf(object, call);
      const ends: CounterpartEnd[] = [];
      for (const part of parts(records)) ends.push(...(await each(insert, table, object, part, call)));
      return ends;
    },
    async update(object, rows, call) {
      const table = await tableOf(object, call);
      const ends = new Map<CounterpartUpdate, CounterpartEnd>();
      // A statement sets the same columns of all its rows.
      for (const alike of Map.groupBy(rows, ({ fields }) => JSON.stringify(Object.keys(fields))).values()) {
        for (const part of parts(alike)) (await each(update, table, object, part, call)).forEach((end, index) => ends.set(part[index]!, end));
      }
      return rows.map((row) => ends.get(row)!);
    },
  };
}

function endOf(row: Row | undefined, object: CounterpartObject, none: 'gone' | 'changed'): CounterpartEnd {
  return row === undefined ? { status: none } : { status: 'done', record: recordOf(row, object) };
}

function refusal(error: ConnectorError): CounterpartEnd {
  const isDuplicate = (error.cause as { readonly code?: string }).code === '23505';
  return isDuplicate ? { status: 'exists', id: undefined, message: error.message } : { status: 'rejected', message: error.message };
}

/** As many rows as one statement has numbers for. */
function parts<R extends { readonly fields: object }>(rows: readonly R[]): readonly (readonly R[])[] {
  const widest = Math.max(...rows.map(({ fields }) => Object.keys(fields).length), 0) + 3;
  const size = Math.max(1, Math.floor(VALUES_AT_ONCE / widest));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, n) => rows.slice(n * size, (n + 1) * size));
}

function sent(value: Value): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value === '' ? null : value;
}
