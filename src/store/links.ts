import type { PendingWrites, Side, SyncWrite, Values } from '../domain/sync.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** A pair of records that a two-way sync keeps in step, as it is stored. */
export interface StoredLink {
  readonly id: string;
  readonly twentyId: string;
  readonly externalId: string;
  readonly state: 'new' | 'in-step' | 'conflict' | 'missing' | 'ended';
  readonly base: Readonly<Record<Side, Values>>;
  readonly externalVersion: string | undefined;
  readonly revision: number;
  readonly missingSide: Side | undefined;
  /** A complete read has not found it either. */
  readonly missingConfirmed: boolean;
  /** What a run was about to write and never said how it ended. */
  readonly pending: PendingWrites | undefined;
  /** The last writes, which may have covered an edit; newest last. */
  readonly written: readonly SyncWrite[];
}

/** A pair that belongs together from now on. */
export interface NewLink {
  readonly twentyId: string;
  readonly externalId: string;
  /** `new` has no base yet. */
  readonly state: 'new' | 'in-step';
  readonly base?: StoredLink['base'];
  readonly externalVersion?: string | undefined;
}

/** What a run makes of a link. */
export interface LinkChange {
  readonly id: string;
  /** As the run has read it; with another one stored meanwhile, nothing is changed. */
  readonly revision: number;
  readonly state: StoredLink['state'];
  readonly base: StoredLink['base'];
  readonly externalVersion?: string | undefined;
  readonly missingSide?: Side | undefined;
  readonly endedReason?: string | undefined;
  /** Left as they are when not given. */
  readonly written?: readonly SyncWrite[] | undefined;
  /** The other record that it links to from now on. */
  readonly twentyId?: string;
  readonly externalId?: string;
}

interface LinkRow {
  readonly id: string;
  readonly twenty_id: string;
  readonly external_id: string;
  readonly state: StoredLink['state'];
  readonly base: StoredLink['base'];
  readonly external_version: string | null;
  readonly revision: number;
  readonly missing_side: Side | null;
  readonly missing_confirmed: boolean;
  readonly pending: PendingWrites | null;
  readonly written: readonly SyncWrite[];
}

const COLUMNS = 'id, twenty_id, external_id, state, base, external_version, revision, missing_side, missing_confirmed, pending, written';
const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** The living links of these records, by either side's ids. */
export async function linksOf(database: Database, integration: string, ids: { readonly twenty?: readonly string[]; readonly external?: readonly string[] }): Promise<readonly StoredLink[]> {
  const { rows } = await database.pool.query<LinkRow>({
    name: 'links-of',
    text: `select ${COLUMNS} from links where integration = $1 and state <> 'ended' and twenty_id = any($2::text[])
           union select ${COLUMNS} from links where integration = $1 and state <> 'ended' and external_id = any($3::text[])`,
    values: [integration, ids.twenty ?? [], ids.external ?? []],
  });
  return rows.map(stored);
}

/** Which of these records have lost the one that they were linked with: it was deleted, or merged into one that is linked elsewhere. */
export async function endedLinks(database: Database, integration: string, ids: Readonly<Record<Side, readonly string[]>>): Promise<Readonly<Record<Side, ReadonlySet<string>>>> {
  const { rows } = await database.pool.query<{ twenty_id: string; external_id: string }>({
    name: 'ended-links',
    text: `select twenty_id, external_id from links where integration = $1 and state = 'ended' and twenty_id = any($2::text[])
           union select twenty_id, external_id from links where integration = $1 and state = 'ended' and external_id = any($3::text[])`,
    values: [integration, ids.twenty, ids.external],
  });
  return { twenty: new Set(rows.map((row) => row.twenty_id)), external: new Set(rows.map((row) => row.external_id)) };
}

/** A page of an integration's living links, in the order of their ids. */
export async function linkPage(database: Database, integration: string, after: string | undefined, limit: number): Promise<readonly StoredLink[]> {
  const { rows } = await database.pool.query<LinkRow>({
    name: 'link-page',
    text: `select ${COLUMNS} from links where integration = $1 and state <> 'ended' and id > $2 order by id limit $3`,
    values: [integration, after ?? '00000000-0000-0000-0000-000000000000', limit],
  });
  return rows.map(stored);
}

/** Links pairs, unless one of the records belongs to another living link; answers those that were linked now. */
export async function addLinks(database: Database, ref: SetRef, integration: string, links: readonly NewLink[]): Promise<readonly StoredLink[]> {
  if (links.length === 0) return [];
  const sorted = links.toSorted((a, b) => (a.twentyId < b.twentyId ? -1 : 1));
  const { rows } = await database.pool.query<LinkRow>({
    name: 'add-links',
    text: `insert into links (integration, twenty_id, external_id, state, base, external_version, synced_at)
             select $3, t.twenty_id, t.external_id, t.state, t.base::jsonb, t.version, case when t.state = 'in-step' then clock_timestamp() end
             from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as t (twenty_id, external_id, state, base, version)
             where ${OPEN_SET}
           on conflict do nothing returning ${COLUMNS}`,
    values: [
      ref.setId, ref.epoch, integration, sorted.map((link) => link.twentyId), sorted.map((link) => link.externalId), sorted.map((link) => link.state),
      sorted.map((link) => storableJson(link.base ?? { twenty: {}, external: {} })), sorted.map((link) => link.externalVersion ?? null),
    ],
  });
  return rows.map(stored);
}

/** Changes links that are still as the run has read them; answers the ids of those. */
export async function changeLinks(database: Database, ref: SetRef, changes: readonly LinkChange[]): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  const sorted = changes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { rows } = await database.pool.query<{ id: string }>({
    name: 'change-links',
    text: `update links l set state = t.state, base = t.base::jsonb, pending = null, written = coalesce(t.written::jsonb, l.written), external_version = coalesce(t.version, l.external_version), revision = l.revision + 1,
             missing_confirmed = l.missing_confirmed and t.missing is not null, missing_side = t.missing, missing_since = case when t.missing is null then null when l.missing_side = t.missing then l.missing_since else clock_timestamp() end,
             ended_reason = t.reason, twenty_id = coalesce(t.twenty_id, l.twenty_id), external_id = coalesce(t.external_id, l.external_id),
             synced_at = case when t.state = 'in-step' then clock_timestamp() else l.synced_at end, updated_at = clock_timestamp()
           from unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
             as t (id, revision, state, base, version, missing, reason, twenty_id, external_id, written)
           where l.id = t.id and l.revision = t.revision and ${OPEN_SET} returning l.id`,
    values: [
      ref.setId, ref.epoch, sorted.map((change) => change.id), sorted.map((change) => change.revision), sorted.map((change) => change.state),
      sorted.map((change) => storableJson(change.base)), sorted.map((change) => change.externalVersion ?? null), sorted.map((change) => change.missingSide ?? null),
      sorted.map((change) => change.endedReason ?? null), sorted.map((change) => change.twentyId ?? null), sorted.map((change) => change.externalId ?? null),
      sorted.map((change) => (change.written === undefined ? null : storableJson(change.written))),
    ],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Notes what is about to be written, beside what a lost run has noted of other fields, so that a run after a lost one knows its own values again; answers the links' new revisions. */
export async function planWrites(database: Database, ref: SetRef, writes: readonly { readonly id: string; readonly revision: number; readonly pending: PendingWrites }[]): Promise<ReadonlyMap<string, number>> {
  if (writes.length === 0) return new Map();
  const sorted = writes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { rows } = await database.pool.query<{ id: string; revision: number }>({
    name: 'plan-writes',
    text: `update links l set revision = l.revision + 1, pending = jsonb_build_object(
             'twenty', coalesce(l.pending -> 'twenty', '{}') - array(select jsonb_object_keys(t.pending::jsonb -> 'external')) || (t.pending::jsonb -> 'twenty'),
             'external', coalesce(l.pending -> 'external', '{}') - array(select jsonb_object_keys(t.pending::jsonb -> 'twenty')) || (t.pending::jsonb -> 'external'),
             'read', jsonb_build_object(
               'twenty', coalesce(l.pending #> '{read,twenty}', '{}') || coalesce(t.pending::jsonb #> '{read,twenty}', '{}'),
               'external', coalesce(l.pending #> '{read,external}', '{}') || coalesce(t.pending::jsonb #> '{read,external}', '{}')))
           from unnest($3::uuid[], $4::bigint[], $5::text[]) as t (id, revision, pending)
           where l.id = t.id and l.revision = t.revision and ${OPEN_SET} returning l.id, l.revision`,
    values: [ref.setId, ref.epoch, sorted.map(({ id }) => id), sorted.map(({ revision }) => revision), sorted.map(({ pending }) => storableJson(pending))],
  });
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}

/** How many living links an integration has, by state. */
export async function countLinks(database: Database, integration: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await database.pool.query<{ state: string; count: number }>(`select state, count(*) as count from links where integration = $1 and state <> 'ended' group by state order by state`, [integration]);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** Links of which a complete read has not found one side, and which nobody has changed since it began. */
export async function missingAfter(database: Database, integration: string, loadId: string): Promise<readonly { readonly id: string; readonly twentyId: string; readonly side: Side }[]> {
  const { rows } = await database.pool.query<{ id: string; twenty_id: string; side: Side }>(
    `select l.id, l.twenty_id, case when t.id is null then 'twenty' else 'external' end as side
     from sync_loads load join links l on l.integration = $1 and l.state <> 'ended' and l.updated_at < load.started_at
     left join sync_rows t on t.load_id = load.id and t.side = 'twenty' and t.id = l.twenty_id
     left join sync_rows e on e.load_id = load.id and e.side = 'external' and e.id = l.external_id
     where load.id = $2 and load.twenty_done and load.external_done and (t.id is null or e.id is null) order by l.id`, [integration, loadId]);
  return rows.map((row) => ({ id: row.id, twentyId: row.twenty_id, side: row.side }));
}

/** Notes that a complete read has confirmed what seemed to be missing. */
export async function confirmMissing(database: Database, ref: SetRef, missing: readonly { readonly id: string; readonly side: Side }[]): Promise<void> {
  await database.pool.query({
    name: 'confirm-missing',
    text: `update links l set state = 'missing', missing_side = t.side, missing_since = coalesce(l.missing_since, clock_timestamp()), missing_confirmed = true, revision = l.revision + 1
           from unnest($3::uuid[], $4::text[]) as t (id, side) where l.id = t.id and l.state <> 'ended' and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, missing.map(({ id }) => id), missing.map(({ side }) => side)],
  });
}

/** Where reading the other side's changes goes on. */
export async function syncCursor(database: Database, integration: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ cursor: string }>('select cursor from sync_cursors where integration = $1', [integration]);
  return rows[0]?.cursor;
}

function stored(row: LinkRow): StoredLink {
  return {
    id: row.id, twentyId: row.twenty_id, externalId: row.external_id, state: row.state, base: row.base,
    externalVersion: row.external_version ?? undefined, revision: row.revision, missingSide: row.missing_side ?? undefined, missingConfirmed: row.missing_confirmed, pending: row.pending ?? undefined, written: row.written,
  };
}
