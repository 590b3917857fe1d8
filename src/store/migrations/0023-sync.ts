import { type Kysely, sql } from 'kysely';

/** Two-way sync: which records belong together, what they held when they last agreed, and what people have to decide. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table links (
     id uuid primary key default gen_random_uuid(),
     integration text not null,
     twenty_id text not null,
     external_id text not null,
     state text not null check (state in ('new', 'in-step', 'conflict', 'missing', 'ended')),
     -- By side and field, each side in its own form.
     base jsonb not null default '{"twenty": {}, "external": {}}',
     external_version text,
     -- What a run is about to write, by side and field; gone when it has kept what came of it.
     pending jsonb,
     revision bigint not null default 1,
     -- Which side seems to be gone, and since when; a complete read decides.
     missing_side text check (missing_side in ('twenty', 'external')),
     missing_since timestamptz,
     -- A complete read has not found it either.
     missing_confirmed boolean not null default false,
     ended_reason text,
     synced_at timestamptz,
     created_at timestamptz not null default clock_timestamp(),
     updated_at timestamptz not null default clock_timestamp()
   )`,
  // A record belongs to one living link of an integration, on either side.
  `create unique index links_twenty on links (integration, twenty_id) where state <> 'ended'`,
  `create unique index links_external on links (integration, external_id) where state <> 'ended'`,
  `create index links_missing on links (integration) where state = 'missing'`,
  `create table sync_conflicts (
     id uuid primary key default gen_random_uuid(),
     integration text not null,
     link_id uuid not null references links (id) on delete cascade,
     field text not null,
     base jsonb,
     twenty jsonb,
     external jsonb,
     twenty_by text,
     twenty_at timestamptz,
     external_at timestamptz,
     task_id text,
     -- The task is done as well, once the conflict is closed.
     task_done boolean not null default false,
     opened_at timestamptz not null default clock_timestamp(),
     -- What a person decided: {"keep": "twenty"} or {"value": {"twenty": …, "external": …}}.
     resolution jsonb,
     resolved_by text,
     resolved_at timestamptz,
     -- Carried out, or closed by itself because both sides became equal.
     closed_at timestamptz,
     closed_because text
   )`,
  `create unique index sync_conflicts_open on sync_conflicts (link_id, field) where closed_at is null`,
  `create index sync_conflicts_integration on sync_conflicts (integration, opened_at) where closed_at is null`,
  `create table sync_cursors (integration text primary key, cursor text not null, read_at timestamptz not null default clock_timestamp())`,
  // A reading of both sides as a whole, by the delivery that asked for it: the first load, or the complete read that deletes wait for.
  `create table sync_loads (
     id uuid primary key,
     integration text not null,
     kind text not null,
     state text not null default 'reading' check (state in ('reading', 'planned', 'writing', 'done')),
     start_cursor text,
     twenty_cursor text, twenty_done boolean not null default false,
     external_cursor text, external_done boolean not null default false,
     plan jsonb,
     started_at timestamptz not null default clock_timestamp()
   )`,
  `create table sync_rows (load_id uuid not null references sync_loads (id) on delete cascade, side text not null, id text not null, values jsonb not null, pair text, ambiguous boolean not null default false,
     added boolean not null default false, primary key (load_id, side, id))`,
];
