/** What the stand-ins of warehouses hold, and as much of SQL as is asked of them. */
export interface SampleTable {
  readonly columns: readonly { readonly name: string; readonly type: 'number' | 'text' | 'day' | 'instant' | 'yes-no' }[];
  /** Days and instants in ISO 8601. */
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

export type SampleTables = Readonly<Record<string, SampleTable>>;

export interface WarehouseStandInOptions {
  readonly tables?: SampleTables;
  /** Rows in a page, partition or chunk, where the service decides. */
  readonly pageRows?: number;
  /** Times it says that the query is still at work. */
  readonly slow?: number;
}

/** What tests do to the stand-in of a warehouse. */
export interface WarehouseHands {
  /** Queries that were run; a result that is fetched in pages is one. */
  readonly queries: () => number;
  /** Other tables from now on. */
  readonly hold: (tables: SampleTables) => void;
  /** The results that were kept are gone, as after their time. */
  readonly forget: () => void;
}

export type Selected =
  | { readonly ok: true; readonly table: SampleTable; readonly limit: number | undefined }
  | { readonly ok: false; readonly what: 'syntax' | 'table' | 'column'; readonly name: string };

/** Answers `select … from table`, and such a query in a frame that orders and cuts it, behind the values in `after`. */
export function selectFrom(tables: SampleTables, sql: string, after: readonly (string | number | boolean)[] = []): Selected {
  const framed = /^\s*select \* from \(\n([\s\S]*)\n\) as sluice_rows(?:\s+where [\s\S]+?)?\s+order by ([^\n]+?)\s+limit (\d+)(?:\s+format \w+)?\s*$/i.exec(sql);
  const plain = plainSelect(tables, framed?.[1] ?? sql);
  if (!plain.ok || framed === null) return plain;
  const order = framed[2]!.split(',').map((name) => bare(name));
  const unknown = order.find((name) => !plain.table.columns.some((column) => column.name === name));
  if (unknown !== undefined) return { ok: false, what: 'column', name: unknown };
  return { ok: true, limit: Number(framed[3]), table: { ...plain.table, rows: ordered(plain.table, order, after).slice(0, Number(framed[3])) } };
}

/** The rows in this order, those behind `after` only. */
export function ordered({ columns, rows }: SampleTable, order: readonly string[], after: readonly (string | number | boolean)[]): SampleTable['rows'] {
  const places = order.map((name) => columns.findIndex((column) => column.name === name));
  const keyOf = (row: SampleTable['rows'][number]) => places.map((place) => row[place] ?? null);
  const isNumber = places.map((place) => columns[place]?.type === 'number');
  const compare = (a: readonly unknown[], b: readonly unknown[]): number => {
    for (const [index, left] of a.entries()) {
      const right = b[index];
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const [x, y] = isNumber[index] === true ? [Number(left), Number(right)] : [String(left), String(right)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  const sorted = rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  return after.length === 0 ? sorted : sorted.filter((row) => keyOf(row).includes(null) || compare(keyOf(row), after) > 0);
}

function plainSelect(tables: SampleTables, sql: string): Selected {
  const [, list, from] = /^\s*select\s+([\s\S]+?)\s+from\s+([\w."`]+)/i.exec(sql) ?? [];
  if (list === undefined || from === undefined) return { ok: false, what: 'syntax', name: sql.trim().split(/\s+/)[0] ?? '' };
  const table = tables[bare(from.split('.').at(-1)!).toLowerCase()];
  if (table === undefined) return { ok: false, what: 'table', name: bare(from) };
  if (list.trim() === '*') return { ok: true, table, limit: undefined };
  const names = list.split(',').map((part) => bare(part.trim().split(/\s+/).at(-1)!));
  const places = names.map((name) => table.columns.findIndex((column) => column.name === name.toLowerCase()));
  const missing = places.indexOf(-1);
  if (missing >= 0) return { ok: false, what: 'column', name: names[missing]! };
  return { ok: true, limit: undefined, table: { columns: places.map((place) => table.columns[place]!), rows: table.rows.map((row) => places.map((place) => row[place] ?? null)) } };
}

function bare(name: string): string {
  return name.trim().replace(/["`]/g, '');
}

/** How a few customers use the product. */
export const SAMPLE_TABLES: SampleTables = {
  usage: {
    columns: [
      { name: 'account_id', type: 'text' }, { name: 'domain', type: 'text' }, { name: 'company_name', type: 'text' }, { name: 'active_users', type: 'number' },
      { name: 'mrr', type: 'number' }, { name: 'plan', type: 'text' }, { name: 'last_seen', type: 'instant' }, { name: 'renews_on', type: 'day' }, { name: 'is_trial', type: 'yes-no' },
    ],
    rows: [
      ['acc-1', 'brightharbor.example', 'Bright Harbor', 42, 1200.5, 'pro', '2026-01-05T09:30:00.000Z', '2026-06-30', false],
      ['acc-2', 'northwind.example', 'Northwind', 7, 99, 'starter', '2026-01-04T17:05:00.000Z', '2026-03-01', true],
      ['acc-3', 'oakline.example', 'Oakline', 230, 8400, 'enterprise', '2026-01-05T11:00:00.000Z', '2026-12-31', false],
    ],
  },
};
