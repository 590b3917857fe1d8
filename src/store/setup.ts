import type { Database } from './database.ts';

/** How Twenty's events of a workspace reach us. */
export interface WorkspaceFeed {
  readonly workspace: string;
  readonly connection: string;
  readonly webhookId: string | undefined;
  readonly targetUrl: string;
  readonly operations: readonly string[];
  /** `arriving`: events have come. `silent`: a probe did not come back, the workspace runs on catch-up only. `unproven`: nobody knows yet. */
  readonly state: 'unproven' | 'arriving' | 'silent';
  /** Why it is silent or unproven. */
  readonly reason: string | undefined;
  readonly checkedAt: Date;
  /** When an event last came, to within a few seconds. */
  readonly heardAt: Date | undefined;
}

/** A record written only to see its event come back. */
export interface Probe {
  readonly id: string;
  readonly workspace: string;
  readonly connection: string;
  readonly object: string;
  readonly action: string;
  readonly writtenAt: Date;
}

export async function workspaceFeeds(database: Database): Promise<readonly WorkspaceFeed[]> {
  const { rows } = await database.pool.query<FeedRow>('select * from workspace_feeds order by workspace');
  return rows.map((row) => ({
    workspace: row.workspace, connection: row.connection, webhookId: row.webhook_id ?? undefined, targetUrl: row.target_url, operations: row.operations,
    state: row.state, reason: row.reason ?? undefined, checkedAt: row.checked_at, heardAt: row.heard_at ?? undefined,
  }));
}

/** Notes the webhook as it was registered or changed just now: whether it delivers is open again. */
export async function saveFeed(database: Database, feed: Pick<WorkspaceFeed, 'workspace' | 'connection' | 'webhookId' | 'targetUrl' | 'operations'>): Promise<void> {
  await database.pool.query(
    `insert into workspace_feeds (workspace, connection, webhook_id, target_url, operations, state) values ($1, $2, $3, $4, $5, 'unproven')
     on conflict (workspace) do update set connection = $2, webhook_id = $3, target_url = $4, operations = $5, state = 'unproven', reason = null,
       checked_at = clock_timestamp()`,
    [feed.workspace, feed.connection, feed.webhookId, feed.targetUrl, feed.operations],
  );
}

export async function removeFeed(database: Database, workspace: string): Promise<void> {
  await database.pool.query('delete from workspace_feeds where workspace = $1', [workspace]);
}

/** What a probe showed; `reason` says why it is not `arriving`. */
export async function judgeFeed(database: Database, workspace: string, state: WorkspaceFeed['state'], reason?: string): Promise<void> {
  await database.pool.query('update workspace_feeds set state = $2, reason = $3, checked_at = clock_timestamp() where workspace = $1', [workspace, state, reason]);
}

/** A signed event came: whatever a probe said before, webhooks arrive. */
export async function feedHeard(database: Database, workspace: string): Promise<void> {
  await database.pool.query(`update workspace_feeds set state = 'arriving', reason = null, heard_at = clock_timestamp() where workspace = $1`, [workspace]);
}

export async function startProbe(database: Database, probe: Omit<Probe, 'writtenAt'>): Promise<void> {
  await database.pool.query('insert into probes (id, workspace, connection, object, action) values ($1, $2, $3, $4, $5)', [
    probe.id, probe.workspace, probe.connection, probe.object, probe.action,
  ]);
}

/** Which of these records are probes of a setup that is under way or was cut short. */
export async function probesAmong(database: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await database.pool.query<{ id: string }>('select id::text as id from probes where id::text = any($1::text[])', [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** True when the record is a probe, whose event nobody else is to see. Only the awaited action counts as its arrival. */
export async function noteProbeEvent(database: Database, id: string, action: string): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    'update probes set arrived_at = case when action = $2 then coalesce(arrived_at, clock_timestamp()) else arrived_at end where id = $1',
    [id, action],
  );
  return rowCount === 1;
}

export async function hasArrived(database: Database, ids: readonly string[]): Promise<boolean> {
  const { rows } = await database.pool.query<{ arrived: boolean }>('select exists (select 1 from probes where id = any($1) and arrived_at is not null) as arrived', [ids]);
  return rows[0]!.arrived;
}

export async function probeRemoved(database: Database, id: string): Promise<void> {
  await database.pool.query('update probes set removed_at = clock_timestamp() where id = $1', [id]);
}

/** Probes whose record may still be in Twenty. */
export async function leftoverProbes(database: Database, connection: string): Promise<readonly Probe[]> {
  const { rows } = await database.pool.query<{ id: string; workspace: string; connection: string; object: string; action: string; written_at: Date }>(
    'select id, workspace, connection, object, action, written_at from probes where connection = $1 and removed_at is null order by written_at',
    [connection],
  );
  return rows.map(({ written_at: writtenAt, ...probe }) => ({ ...probe, writtenAt }));
}

/** Forgets probes whose last event has long come. */
export async function forgetProbes(database: Database): Promise<void> {
  await database.pool.query(`delete from probes where removed_at < clock_timestamp() - interval '7 days'`);
}

interface FeedRow {
  readonly workspace: string;
  readonly connection: string;
  readonly webhook_id: string | null;
  readonly target_url: string;
  readonly operations: string[];
  readonly state: WorkspaceFeed['state'];
  readonly reason: string | null;
  readonly checked_at: Date;
  readonly heard_at: Date | null;
}
