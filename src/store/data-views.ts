import type { Database } from './database.ts';
import type { RowState } from './data-rows.ts';

/** How many rows of a file stand how; rejected ones by code, a row with two problems under both. */
export interface FileCounts {
  readonly deliveryId: string;
  readonly total: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
}

export async function countRows(database: Database, deliveryIds: readonly string[]): Promise<ReadonlyMap<string, FileCounts>> {
  const { rows: states } = await database.pool.query<{ delivery_id: string; state: string; count: number }>(
    'select delivery_id, state, count(*)::int as count from data_rows where delivery_id = any($1::uuid[]) group by 1, 2', [deliveryIds]);
  const { rows: codes } = await database.pool.query<{ delivery_id: string; code: string; count: number }>(
    `select delivery_id, p ->> 'code' as code, count(distinct "row")::int as count from data_rows cross join lateral jsonb_array_elements(problems) p
     where delivery_id = any($1::uuid[]) and state = 'rejected' group by 1, 2`, [deliveryIds]);
  return new Map(deliveryIds.map((deliveryId) => {
    const own = states.filter((one) => one.delivery_id === deliveryId);
    return [deliveryId, {
      deliveryId,
      total: own.reduce((sum, { count }) => sum + count, 0),
      byState: Object.fromEntries(own.map(({ state, count }) => [state, count])),
      codes: Object.fromEntries(codes.filter((one) => one.delivery_id === deliveryId).map(({ code, count }) => [code, count])),
    }];
  }));
}

/** A row as people see it. `raw` is there while it is not done. */
export interface RowView {
  readonly deliveryId: string;
  readonly row: number;
  readonly line: number | undefined;
  readonly state: RowState;
  readonly raw: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly { readonly code: string; readonly path: string; readonly message: string; readonly value?: string }[];
  readonly recordId: string | undefined;
}

export interface RowQuery {
  readonly states?: readonly RowState[] | undefined;
  readonly code?: string | undefined;
  /** Behind this row. */
  readonly after?: { readonly deliveryId: string; readonly row: number } | undefined;
  readonly limit: number;
}

/** Rows of an event in their order. */
export async function rowsOfEvent(database: Database, eventId: string, { states, code, after, limit }: RowQuery): Promise<readonly RowView[]> {
  const { rows } = await database.pool.query<{ delivery_id: string; row: number; line: number | null; state: RowState; raw: RowView['raw'] | null; problems: RowView['problems'] | null; record_id: string | null }>(
    `select r.delivery_id, r."row", r.line, r.state, r.raw, r.problems, r.record_id from data_files f join data_rows r on r.delivery_id = f.delivery_id
     where f.event_id = $1 and ($2::text[] is null or r.state = any($2)) and ($3::text is null or r.problems @> jsonb_build_array(jsonb_build_object('code', $3::text)))
       and ($4::uuid is null or (r.delivery_id, r."row") > ($4, $5::int))
     order by r.delivery_id, r."row" limit $6`,
    [eventId, states ?? null, code ?? null, after?.deliveryId ?? null, after?.row ?? null, limit]);
  return rows.map((row) => ({ deliveryId: row.delivery_id, row: row.row, line: row.line ?? undefined, state: row.state, raw: row.raw ?? undefined, problems: row.problems ?? [], recordId: row.record_id ?? undefined }));
}

/** The files that an event has brought: how far they are, and the columns they have. */
export async function filesOfEvent(database: Database, eventId: string): Promise<readonly { readonly deliveryId: string; readonly integration: string; readonly state: string; readonly columns: readonly string[] }[]> {
  const { rows } = await database.pool.query<{ delivery_id: string; integration: string; state: string; columns: string[] }>(
    'select delivery_id, integration, state, columns from data_files where event_id = $1 order by delivery_id', [eventId]);
  return rows.map((row) => ({ deliveryId: row.delivery_id, integration: row.integration, state: row.state, columns: row.columns }));
}

/** The first rejected rows of each code, for a mail. */
export async function sampleProblems(database: Database, deliveryId: string, each: number): Promise<readonly { readonly row: number; readonly line: number | undefined; readonly code: string; readonly path: string; readonly value: string | undefined }[]> {
  const { rows } = await database.pool.query<{ row: number; line: number | null; code: string; path: string; value: string | null }>(
    `select "row", line, code, path, value from (
       select r."row", r.line, p ->> 'code' as code, p ->> 'path' as path, p ->> 'value' as value, row_number() over (partition by p ->> 'code' order by r."row") as nth
       from data_rows r cross join lateral jsonb_array_elements(r.problems) p where r.delivery_id = $1 and r.state = 'rejected') t
     where nth <= $2 order by code, "row"`, [deliveryId, each]);
  return rows.map((row) => ({ ...row, line: row.line ?? undefined, value: row.value ?? undefined }));
}
