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
}

const COLUMNS = 'id, link_id, field, base, twenty, external, resolution, task_id, opened_at';
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

/** Opens conflicts, or brings open ones up to what both sides hold now; a decision on other values than these no longer counts. */
export async function keepConflicts(database: Database, ref: SetRef, integration: string, conflicts: readonly NewConflict[]): Promise<readonly OpenConflict[]> {
  if (conflicts.length === 0) return [];
  const sorted = conflicts.toSorted((a, b) => (`${a.linkId}${a.field}` < `${b.linkId}${b.field}` ? -1 : 1));
  const { rows } = await database.pool.query<ConflictRow>({
    name: 'keep-conflicts',
    text: `insert into sync_conflicts as c (integration, link_id, field, base, twenty, external, twenty_by, twenty_at, external_at)
             select $3, t.link_id, t.field, t.base::jsonb, t.twenty::jsonb, t.external::jsonb, t.by, t.twenty_at, t.external_at
             from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])
               as t (link_id, field, base, twenty, external, by, twenty_at, external_at) where ${OPEN_SET}
           on conflict (link_id, field) where closed_at is null do update set twenty = excluded.twenty, external = excluded.external,
             twenty_by = excluded.twenty_by, twenty_at = excluded.twenty_at, external_at = excluded.external_at,
             resolution = case when c.twenty = excluded.twenty and c.external = excluded.external then c.resolution end
           returning ${COLUMNS}`,
    values: [
      ref.setId, ref.epoch, integration, sorted.map((one) => one.linkId), sorted.map((one) => one.field),
      sorted.map((one) => (one.base === undefined ? null : storableJson(one.base))), sorted.map((one) => JSON.stringify(one.twenty)), sorted.map((one) => JSON.stringify(one.external)),
      sorted.map((one) => one.twentyBy ?? null), sorted.map((one) => at(one.twentyAtMs)), sorted.map((one) => at(one.externalAtMs)),
    ],
  });
  return rows.map(conflict);
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

/** Conflicts that wait for a decision, oldest first, with the records they are about. */
export async function listConflicts(database: Database, integration: string): Promise<readonly ListedConflict[]> {
  const { rows } = await database.pool.query<ConflictRow & { twenty_id: string; external_id: string; twenty_at: Date | null; external_at: Date | null }>(
    `select ${COLUMNS.split(', ').map((name) => `c.${name}`).join(', ')}, c.twenty_at, c.external_at, l.twenty_id, l.external_id from sync_conflicts c join links l on l.id = c.link_id
     where c.integration = $1 and c.closed_at is null order by c.opened_at, c.field limit 1000`, [integration]);
  return rows.map((row) => ({ ...conflict(row), twentyId: row.twenty_id, externalId: row.external_id, twentyAt: row.twenty_at ?? undefined, externalAt: row.external_at ?? undefined }));
}

export interface ListedConflict extends OpenConflict {
  readonly twentyId: string;
  readonly externalId: string;
  readonly twentyAt: Date | undefined;
  readonly externalAt: Date | undefined;
}

/** Notes a person's decision; the next run of the pair carries it out. Undefined when there is no such open conflict. */
export async function decideConflict(database: Database, id: string, resolution: ConflictResolution, by: string): Promise<{ readonly integration: string; readonly twentyId: string } | undefined> {
  const { rows } = await database.pool.query<{ integration: string; twenty_id: string }>(
    `update sync_conflicts c set resolution = $2::jsonb, resolved_by = $3, resolved_at = clock_timestamp() from links l
     where c.id::text = $1 and c.closed_at is null and l.id = c.link_id returning c.integration, l.twenty_id`, [id, storableJson(resolution), by]);
  return rows[0] === undefined ? undefined : { integration: rows[0].integration, twentyId: rows[0].twenty_id };
}

/** Notes the task that asks a person to decide. */
export async function noteConflictTask(database: Database, tasks: readonly { readonly id: string; readonly taskId: string }[]): Promise<void> {
  if (tasks.length === 0) return;
  await database.pool.query({
    name: 'note-conflict-task',
    text: 'update sync_conflicts c set task_id = t.task_id from unnest($1::uuid[], $2::text[]) as t (id, task_id) where c.id = t.id',
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
  };
}
