import { boundedKey } from './accept.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

export type RowState = 'ready' | 'taken' | 'created' | 'updated' | 'unchanged' | 'skipped' | 'held' | 'rejected';

/** A row that has been read and checked. */
export interface NewRow {
  readonly row: number;
  readonly line: number | undefined;
  readonly state: 'ready' | 'skipped' | 'rejected';
  readonly raw: object;
  readonly plan?: object | undefined;
  readonly problems?: readonly object[] | undefined;
  readonly decision?: string | undefined;
  /** What it is compared by inside its file; with a name, likely doubles are looked for under the key. */
  readonly keys: readonly { readonly key: string; readonly name?: string }[];
}

/** A row of the page that is worked on. `P` is its plan, `F` what was found for it. */
export interface TakenRow<P = unknown, F = unknown> {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly row: number;
  readonly plan: P;
  readonly found: F | undefined;
  readonly decision: string | undefined;
  /** A newer file has come through before: only blanks may be filled. */
  readonly fillOnly: boolean;
}

export interface RowRef {
  readonly deliveryId: string;
  readonly row: number;
}

export interface RowEnd extends RowRef {
  readonly state: Exclude<RowState, 'ready' | 'taken'>;
  readonly recordId?: string | undefined;
  /** Why it was skipped, held or rejected. */
  readonly problems?: readonly object[];
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** Keeps rows of a file; those that are there already stay as they are. */
export async function insertRows(database: Database, ref: SetRef, deliveryId: string, rows: readonly NewRow[], columns: readonly string[]): Promise<void> {
  if (rows.length === 0) return;
  const keys = rows.flatMap(({ row, keys: own }) => own.map(({ key, name }) => ({ row, key, name })));
  await database.pool.query({
    name: 'insert-data-rows',
    text: `with open as (select 1 where ${OPEN_SET}), written as (
             insert into data_rows (delivery_id, "row", line, state, raw, plan, problems, decision)
             select $3, t.* from unnest($4::int[], $5::int[], $6::text[], $7::jsonb[], $8::jsonb[], $9::jsonb[], $10::text[]) as t ("row", line, state, raw, plan, problems, decision), open
             on conflict do nothing
           ), keyed as (
             insert into data_keys (delivery_id, "row", key, name)
             select $3, t.* from unnest($11::int[], $12::text[], $13::text[]) as t ("row", key, name), open on conflict do nothing
           )
           update data_files set rows = greatest(rows, $14), columns = case when columns = '{}' then $15::text[] else columns end where delivery_id = $3 and exists (select 1 from open)`,
    values: [
      ref.setId, ref.epoch, deliveryId, rows.map((one) => one.row), rows.map((one) => one.line), rows.map((one) => one.state), rows.map((one) => storableJson(one.raw)),
      rows.map((one) => (one.plan === undefined ? null : storableJson(one.plan))), rows.map((one) => (one.problems === undefined ? null : storableJson(one.problems))), rows.map((one) => one.decision),
      keys.map((one) => one.row), keys.map((one) => bounded(one.key)), keys.map((one) => one.name), rows.at(-1)!.row, columns,
    ],
  });
}

/** The rows of the page that is worked on, in order. */
export async function takenRows<P, F>(database: Database, ref: SetRef): Promise<readonly TakenRow<P, F>[]> {
  return inState<P, F>(database, ref, 'taken', 1_000);
}

/** The next rows that wait, over all files of the set, in order. */
export async function readyRows<P>(database: Database, ref: SetRef, limit: number): Promise<readonly TakenRow<P, never>[]> {
  return inState<P, never>(database, ref, 'ready', limit);
}

async function inState<P, F>(database: Database, ref: SetRef, state: 'ready' | 'taken', limit: number): Promise<readonly TakenRow<P, F>[]> {
  const { rows } = await database.pool.query<{ delivery_id: string; event_id: string; row: number; plan: P; found: F | null; decision: string | null; fill_only: boolean }>({
    name: `data-rows-${state}`,
    text: `select r.* from (select d.id, d.event_id, d.seq, d.fill_only or coalesce(l.last_success_seq > d.seq, false) as fill_only from deliveries d join lanes l on l.id = d.lane_id where d.set_id = $1 and d.epoch = $2 and d.state = 'running' and ${OPEN_SET} order by d.seq) d
           cross join lateral (
             select delivery_id, d.event_id, d.fill_only, "row", plan, found, decision from data_rows
             where delivery_id = d.id and state in ('ready', 'taken') and state = '${state}' order by "row" limit $3) r
           order by d.seq, r."row" limit $3`,
    values: [ref.setId, ref.epoch, limit],
  });
  return rows.map((one) => ({ deliveryId: one.delivery_id, eventId: one.event_id, row: one.row, plan: one.plan, found: one.found ?? undefined, decision: one.decision ?? undefined, fillOnly: one.fill_only }));
}

/** The earlier or later rows of the same file that share a key with these, unless they came to nothing; likely doubles have a `name`. */
export async function sameRows(database: Database, rows: readonly RowRef[], side: 'earlier' | 'later'): Promise<readonly (RowRef & { readonly other: number; readonly key: string; readonly name?: string; readonly otherName?: string })[]> {
  if (rows.length === 0) return [];
  const found = await database.pool.query<{ delivery_id: string; row: number; other: number; key: string; name: string | null; other_name: string | null }>({
    name: `data-same-${side}`,
    text: `select k.delivery_id, k."row", o."row" as other, k.key, k.name, o.name as other_name
           from unnest($1::uuid[], $2::int[]) as t (delivery_id, "row")
           join data_keys k on k.delivery_id = t.delivery_id and k."row" = t."row"
           join data_keys o on o.delivery_id = k.delivery_id and o.key = k.key and o."row" ${side === 'earlier' ? '<' : '>'} k."row"
           join data_rows r on r.delivery_id = o.delivery_id and r."row" = o."row" and r.state not in ('rejected', 'skipped')
           order by k.delivery_id, k."row", o."row" limit 100000`,
    values: [rows.map((one) => one.deliveryId), rows.map((one) => one.row)],
  });
  return found.rows.map((one) => ({ deliveryId: one.delivery_id, row: one.row, other: one.other, key: one.key, ...(one.name === null ? {} : { name: one.name }), ...(one.other_name === null ? {} : { otherName: one.other_name }) }));
}

/** Takes rows into the page, with what is known of them already; or puts them back. */
export async function markRows(database: Database, ref: SetRef, state: 'taken' | 'ready', rows: readonly (RowRef & { readonly found?: object | undefined })[]): Promise<void> {
  if (rows.length === 0) return;
  await database.pool.query({
    name: 'mark-data-rows',
    text: `update data_rows r set state = $3, found = t.found from unnest($4::uuid[], $5::int[], $6::jsonb[]) as t (delivery_id, "row", found)
           where r.delivery_id = t.delivery_id and r."row" = t."row" and r.state in ('ready', 'taken') and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, state, rows.map((one) => one.deliveryId), rows.map((one) => one.row), rows.map((one) => (one.found === undefined ? null : storableJson(one.found)))],
  });
}

/** Ends rows. What is done needs neither its values nor its plan any more. */
export async function endRows(database: Database, ref: SetRef, ends: readonly RowEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await database.pool.query({
    name: 'end-data-rows',
    text: `update data_rows r set state = t.state, record_id = t.record_id, problems = t.problems, plan = null, found = null,
             raw = case when t.state in ('created', 'updated', 'unchanged') then null else r.raw end
           from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::jsonb[]) as t (delivery_id, "row", state, record_id, problems)
           where r.delivery_id = t.delivery_id and r."row" = t."row" and r.state in ('ready', 'taken') and ${OPEN_SET}`,
    values: [
      ref.setId, ref.epoch, ends.map((one) => one.deliveryId), ends.map((one) => one.row), ends.map((one) => one.state), ends.map((one) => one.recordId),
      ends.map((one) => (one.problems === undefined ? null : storableJson(one.problems))),
    ],
  });
}

/** The first letter says what kind of key it is. */
function bounded(key: string): string {
  return `${key.slice(0, 1)}${boundedKey(key.slice(1))}`;
}
