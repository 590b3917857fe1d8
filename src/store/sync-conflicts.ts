import type { Side, Value } from '../domain/sync.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** A field of a link that a person has to decide. */
export interface OpenConflict {
  readonly id: string;
  readonly linkId: string;
  readonly field: string;
  readonly base: Readonly<Record<Side, Value>> | undefined;
  readonly twenty: Value;
  readonly external: Value;
  /** What a person decided, not carried out yet. */
  readonly resolution: ConflictResolution | undefined;
  readonly taskId: string | undefined;
  readonly openedAt: Date;
  /** Who had changed the record in Twenty last when the conflict opened, and when each side's had last changed. */
  readonly twentyBy: string | undefined;
  readonly twentyAt: Date | undefined;
  readonly externalAt: Date | undefined;
  /** The task says what both sides hold now. */
  readonly told: boolean;
  /** The side whose edit a write of ours covered: the value of that side is the edit, and both sides hold `base`. */
  readonly lostSide: Side | undefined;
}

export type ConflictResolution = { readonly keep: Side } | { readonly value: Readonly<Record<Side, Value>> };

export interface NewConflict {
  readonly linkId: string;
  readonly field: string;
  readonly base: Readonly<Record<Side, Value>> | undefined;
  readonly twenty: Value;
  readonly external: Value;
  /** Who changed it last in Twenty. */
  readonly twentyBy?: string | undefined;
  readonly twentyAtMs?: number | undefined;
  readonly externalAtMs?: number | undefined;
  readonly lostSide?: Side | undefined;
}

interface ConflictRow {
  readonly id: string;
  readonly link_id: string;
  readonly field: string;
  readonly base: Readonly<Record<Side, Value>> | null;
  readonly twenty: Value;
  readonly external: Value;
  readonly resolution: ConflictResolution | null;
  readonly task_id: string | null;
  readonly opened_at: Date;
  readonly twenty_by: string | null;
  readonly twenty_at: Date | null;
  readonly external_at: Date | null;
  readonly told: boolean;
  readonly lost_side: Side | null;
}

const COLUMNS = 'id, link_id, field, base, twenty, external, resolution, task_id, opened_at, twenty_by, twenty_at, external_at, told, lost_side';
const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** The conflicts of these links that are not closed. */
export async function openConflicts(database: Database, linkIds: readonly string[]): Promise<readonly OpenConflict[]> {
  if (linkIds.length === 0) return [];
  const { rows } = await database.pool.query<ConflictRow>({
    name: 'open-conflicts',
    text: `select ${COLUMNS} from sync_conflicts where link_id = any($1::uuid[]) and closed_at is null order by opened_at, field`,
    values: [linkIds],
  });
  return rows.map(conflict);
}

/**
 * Opens conflicts, or brings open ones up to what both sides hold now; a decision on other values than these no longer counts. Of a side that
 * holds what it held, who and when stay: our own writes of other fields have touched the record since. Answers them, without the task where it does not
 * tell of these values.
 */
export async function keepConflicts(database: Database, ref: SetRef, integration: string, conflicts: readonly NewConflict[]): Promise<readonly OpenConflict[]> {
  if (conflicts.length === 0) return [];
  const sorted = conflicts.toSorted((a, b) => (`${a.linkId}${a.field}` < `${b.linkId}${b.field}` ? -1 : 1));
  const { rows } = await database.pool.query<ConflictRow>({
    name: 'keep-conflicts',
    text: `insert into sync_conflicts as c (integration, link_id, field, base, twenty, external, twenty_by, twenty_at, external_at, lost_side)
             select $3, t.link_id, t.field, t.base::jsonb, t.twenty::jsonb, t.external::jsonb, t.by, t.twenty_at, t.external_at, t.lost_side
             from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[])
               as t (link_id, field, base, twenty, external, by, twenty_at, external_at, lost_side) where ${OPEN_SET}
           on conflict (link_id, field) where closed_at is null do update set twenty = excluded.twenty, external = excluded.external, lost_side = excluded.lost_side, base = excluded.base,
             twenty_by = case when c.twenty = excluded.twenty then c.twenty_by else excluded.twenty_by end,
             twenty_at = case when c.twenty = excluded.twenty then c.twenty_at else excluded.twenty_at end,
             external_at = case when c.external = excluded.external then c.external_at else excluded.external_at end,
             told = c.told and c.twenty = excluded.twenty and c.external = excluded.external,
             resolution = case when c.twenty = excluded.twenty and c.external = excluded.external then c.resolution end
           returning ${COLUMNS}`,
    values: [
      ref.setId, ref.epoch, integration, sorted.map((one) => one.linkId), sorted.map((one) => one.field),
      sorted.map((one) => (one.base === undefined ? null : storableJson(one.base))), sorted.map((one) => JSON.stringify(one.twenty)), sorted.map((one) => JSON.stringify(one.external)),
      sorted.map((one) => one.twentyBy ?? null), sorted.map((one) => at(one.twentyAtMs)), sorted.map((one) => at(one.externalAtMs)), sorted.map((one) => one.lostSide ?? null),
    ],
  });
  return rows.map((row) => ({ ...conflict(row), taskId: row.told ? (row.task_id ?? undefined) : undefined }));
}

/** Closes conflicts that a decision or the sides themselves have settled. */
export async function closeConflicts(database: Database, ref: SetRef, closed: readonly { readonly id: string; readonly because: 'decided' | 'equal' | 'ended' }[]): Promise<void> {
  if (closed.length === 0) return;
  await database.pool.query({
    name: 'close-conflicts',
    text: `update sync_conflicts c set closed_at = clock_timestamp(), closed_because = t.because
           from unnest($3::uuid[], $4::text[]) as t (id, because) where c.id = t.id and c.closed_at is null and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, closed.map(({ id }) => id), closed.map(({ because }) => because)],
  });
}

/** Tasks of closed conflicts of these links that still stand open. */
export async function tasksToClose(database: Database, linkIds: readonly string[]): Promise<readonly { readonly id: string; readonly linkId: string; readonly taskId: string }[]> {
  if (linkIds.length === 0) return [];
  const { rows } = await database.pool.query<{ id: string; link_id: string; task_id: string }>({
    name: 'tasks-to-close',
    text: `select id, link_id, task_id from sync_conflicts c where link_id = any($1::uuid[]) and closed_at is not null and task_id is not null and not task_done
             and not exists (select 1 from sync_conflicts o where o.link_id = c.link_id and o.task_id = c.task_id and o.closed_at is null)`,
    values: [linkIds],
  });
  return rows.map((row) => ({ id: row.id, linkId: row.link_id, taskId: row.task_id }));
}

/** Notes that the tasks of these conflicts are done. */
export async function noteTasksDone(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await database.pool.query({ name: 'note-tasks-done', text: 'update sync_conflicts set task_done = true where id = any($1::uuid[])', values: [ids] });
}

/** Notes a person's decision; the next run of the pair carries it out. False when the conflict is not open any more. */
export async function decideConflict(database: Database, id: string, resolution: ConflictResolution, by: string): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    'update sync_conflicts set resolution = $2::jsonb, resolved_by = $3, resolved_at = clock_timestamp(), refused = null where id = $1 and closed_at is null', [id, storableJson(resolution), by]);
  return rowCount === 1;
}

/**
 * Takes back what was decided about these fields, since a side did not take it; why is kept for whoever decides anew. What was about to be written of
 * them is forgotten: where one side has taken it and the other has not, both have changed.
 */
export async function refuseDecisions(database: Database, ref: SetRef, refused: readonly { readonly linkId: string; readonly field: string; readonly reason: string }[]): Promise<void> {
  if (refused.length === 0) return;
  await database.pool.query({
    name: 'refuse-decisions',
    text: `with refused as (
             update sync_conflicts c set resolution = null, refused = t.reason from unnest($3::uuid[], $4::text[], $5::text[]) as t (link_id, field, reason)
             where c.link_id = t.link_id and c.field = t.field and c.closed_at is null and c.resolution is not null and ${OPEN_SET} returning c.link_id, c.field
           )
           update links l set pending = l.pending || jsonb_build_object('twenty', (l.pending -> 'twenty') - r.fields, 'external', (l.pending -> 'external') - r.fields)
           from (select link_id, array_agg(field) as fields from refused group by link_id) r where l.id = r.link_id and l.pending is not null`,
    values: [ref.setId, ref.epoch, refused.map(({ linkId }) => linkId), refused.map(({ field }) => field), refused.map(({ reason }) => reason)],
  });
}

/** Notes the task that asks a person to decide, and that it says what both sides hold now. */
export async function noteConflictTask(database: Database, tasks: readonly { readonly id: string; readonly taskId: string }[]): Promise<void> {
  if (tasks.length === 0) return;
  await database.pool.query({
    name: 'note-conflict-task',
    text: 'update sync_conflicts c set task_id = t.task_id, told = true from unnest($1::uuid[], $2::text[]) as t (id, task_id) where c.id = t.id',
    values: [tasks.map(({ id }) => id), tasks.map(({ taskId }) => taskId)],
  });
}

function at(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function conflict(row: ConflictRow): OpenConflict {
  return {
    id: row.id, linkId: row.link_id, field: row.field, base: row.base ?? undefined, twenty: row.twenty, external: row.external,
    resolution: row.resolution ?? undefined, taskId: row.task_id ?? undefined, openedAt: row.opened_at,
    twentyBy: row.twenty_by ?? undefined, twentyAt: row.twenty_at ?? undefined, externalAt: row.external_at ?? undefined, told: row.told, lostSide: row.lost_side ?? undefined,
  };
}
