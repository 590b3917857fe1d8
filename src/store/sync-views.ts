import type { Side, Value } from '../domain/sync.ts';
import type { Database } from './database.ts';
import type { ConflictResolution } from './sync-conflicts.ts';
import type { SyncLoad } from './sync-loads.ts';

/** How a two-way sync stands. */
export interface SyncStanding {
  readonly integration: string;
  /** How many living pairs there are, by state. */
  readonly pairs: Readonly<Record<string, number>>;
  /** Conflicts that are not closed. */
  readonly conflicts: number;
  /** The newest of each kind; absent when there was none. */
  readonly firstLoad?: LoadStanding;
  readonly completeRead?: LoadStanding;
  readonly drift?: LoadStanding;
  /** When the other side was last asked what changed. */
  readonly changesReadAt?: Date;
}

/** How a reading over all pairs stands. */
export interface LoadStanding {
  readonly deliveryId: string;
  /** `planned` waits for a person. */
  readonly state: SyncLoad['state'] | 'failed' | 'discarded';
  /** What it found, by name: of a first load what it makes of it. Empty until it is known. */
  readonly counts: Readonly<Record<string, number>>;
  readonly startedAt: Date;
}

/** A conflict as people see it. */
export interface ListedConflict {
  readonly id: string;
  readonly integration: string;
  readonly twentyId: string;
  readonly externalId: string;
  readonly field: string;
  readonly base: Readonly<Record<Side, Value>> | undefined;
  readonly twenty: Value;
  readonly external: Value;
  /** The side whose edit a write of ours covered: the value of that side is the edit, and both sides hold `base`. */
  readonly lostSide: Side | undefined;
  /** Who had changed the record in Twenty last. */
  readonly twentyBy: string | undefined;
  /** When each side had last changed the record. */
  readonly twentyAt: Date | undefined;
  readonly externalAt: Date | undefined;
  readonly openedAt: Date;
  readonly closedAt: Date | undefined;
  readonly taskId: string | undefined;
  /** What a person decided, not carried out yet. */
  readonly decided: { readonly resolution: ConflictResolution; readonly by: string; readonly at: Date } | undefined;
  /** Why the last decision was not taken. */
  readonly refused: string | undefined;
}

const KINDS = { 'first-load': 'firstLoad', 'complete-read': 'completeRead', drift: 'drift' } as const;

/** How these two-way syncs stand, in their order. */
export async function syncStandings(database: Database, integrations: readonly string[]): Promise<readonly SyncStanding[]> {
  const [pairs, conflicts, cursors, loads] = await Promise.all([
    database.pool.query<{ integration: string; state: string; count: number }>(
      `select integration, state, count(*) as count from links where integration = any($1::text[]) and state <> 'ended' group by 1, 2 order by 1, 2`, [integrations]),
    database.pool.query<{ integration: string; count: number }>(
      `select integration, count(*) as count from sync_conflicts where integration = any($1::text[]) and closed_at is null group by 1`, [integrations]),
    database.pool.query<{ integration: string; read_at: Date }>(`select integration, read_at from sync_cursors where integration = any($1::text[])`, [integrations]),
    database.pool.query<{ integration: string; kind: keyof typeof KINDS; id: string; state: LoadStanding['state']; plan: Readonly<Record<string, number>> | null; started_at: Date }>(
      `select distinct on (l.integration, l.kind) l.integration, l.kind, l.id, case when d.state in ('failed', 'discarded') then d.state else l.state end as state, l.plan, l.started_at
       from sync_loads l left join deliveries d on d.id = l.id where l.integration = any($1::text[]) order by l.integration, l.kind, l.started_at desc`, [integrations]),
  ]);
  return integrations.map((integration) => {
    const own = <T extends { readonly integration: string }>(rows: readonly T[]): readonly T[] => rows.filter((row) => row.integration === integration);
    const cursor = own(cursors.rows)[0];
    return {
      integration,
      pairs: Object.fromEntries(own(pairs.rows).map(({ state, count }) => [state, count])),
      conflicts: own(conflicts.rows)[0]?.count ?? 0,
      ...Object.fromEntries(own(loads.rows).map(({ kind, id, state, plan, started_at: startedAt }): [string, LoadStanding] => [KINDS[kind], { deliveryId: id, state, counts: plan ?? {}, startedAt }])),
      ...(cursor === undefined ? {} : { changesReadAt: cursor.read_at }),
    };
  });
}

interface ConflictRow {
  readonly id: string;
  readonly integration: string;
  readonly twenty_id: string;
  readonly external_id: string;
  readonly field: string;
  readonly base: Readonly<Record<Side, Value>> | null;
  readonly twenty: Value;
  readonly external: Value;
  readonly twenty_by: string | null;
  readonly twenty_at: Date | null;
  readonly external_at: Date | null;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly task_id: string | null;
  readonly resolution: ConflictResolution | null;
  readonly resolved_by: string | null;
  readonly resolved_at: Date | null;
  readonly refused: string | null;
  readonly lost_side: Side | null;
}

const LISTED = `select c.id, c.integration, l.twenty_id, l.external_id, c.field, c.base, c.twenty, c.external, c.twenty_by, c.twenty_at, c.external_at, c.opened_at, c.closed_at, c.task_id,
  c.resolution, c.resolved_by, c.resolved_at, c.refused, c.lost_side from sync_conflicts c join links l on l.id = c.link_id`;

/** A page of the conflicts that wait for a decision, oldest first; `after` is the last one of the page before. */
export async function listConflicts(database: Database, integration: string, { after, limit }: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly ListedConflict[]> {
  const { rows } = await database.pool.query<ConflictRow>(
    `${LISTED} where c.integration = $1 and c.closed_at is null
       and ($2::text is null or (c.opened_at, c.id) > (select opened_at, id from sync_conflicts where id::text = $2))
     order by c.opened_at, c.id limit $3`, [integration, after ?? null, limit]);
  return rows.map(listed);
}

/** A conflict of one of these integrations, open or closed. */
export async function findConflict(database: Database, integrations: readonly string[], id: string): Promise<ListedConflict | undefined> {
  const { rows } = await database.pool.query<ConflictRow>(`${LISTED} where c.integration = any($1::text[]) and c.id::text = $2`, [integrations, id]);
  return rows.map(listed)[0];
}

function listed(row: ConflictRow): ListedConflict {
  return {
    id: row.id, integration: row.integration, twentyId: row.twenty_id, externalId: row.external_id, field: row.field, base: row.base ?? undefined, twenty: row.twenty, external: row.external,
    twentyBy: row.twenty_by ?? undefined, twentyAt: row.twenty_at ?? undefined, externalAt: row.external_at ?? undefined,
    openedAt: row.opened_at, closedAt: row.closed_at ?? undefined, taskId: row.task_id ?? undefined,
    decided: row.resolution === null ? undefined : { resolution: row.resolution, by: row.resolved_by ?? '', at: row.resolved_at ?? row.opened_at },
    refused: row.refused ?? undefined, lostSide: row.lost_side ?? undefined,
  };
}
