import { type Kysely, sql } from 'kysely';

/** Events, lanes, deliveries, sets and items: the inbox and what is claimed from it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table events (
     id uuid primary key,
     source text not null,
     dedupe_key text not null,
     received_at timestamptz not null default clock_timestamp(),
     content_type text not null,
     headers jsonb not null,
     body bytea,
     verdict text not null
   )`,
  'create index events_received on events (received_at)',

  // The keys outlive their events as tombstones; with a window the key counts only while it was seen lately.
  `create table dedupe_keys (
     source text not null,
     key text not null,
     event_id uuid not null,
     seen_at timestamptz not null default clock_timestamp(),
     window_ms bigint,
     primary key (source, key)
   )`,

  // One row per integration and ordering key. Claims lock these rows and never deliveries.
  `create table lanes (
     id bigint generated always as identity primary key,
     integration text not null,
     key text not null,
     state text not null default 'idle' check (state in ('idle', 'ready', 'running')),
     urgent boolean not null default false,
     due_at timestamptz,
     set_id text,
     last_success_seq bigint,
     unique (integration, key)
   ) with (fillfactor = 70)`,
  `create index lanes_ready on lanes (integration, urgent desc, due_at, id) where state = 'ready'`,

  'create index lanes_set on lanes (set_id) where set_id is not null',

  // Event, lane and delivery are written by one statement; foreign keys would look each of them up once more, which is a fifth
  // of what an accept costs the database.
  `create table deliveries (
     id uuid primary key,
     seq bigint generated always as identity unique,
     event_id uuid not null,
     integration text not null,
     lane_id bigint not null,
     urgent boolean not null,
     state text not null check (state in
       ('pending','running','waiting','held','succeeded','skipped','failed','superseded','discarded')),
     due_at timestamptz not null default clock_timestamp(),
     set_id text,
     epoch bigint,
     claims int not null default 0,
     returns int not null default 0,
     max_set int,
     fill_only boolean not null default false,
     dry_run boolean not null default false,
     turn bigint,
     code text,
     reason text,
     waiting_for text,
     waiting_until timestamptz,
     created_at timestamptz not null default clock_timestamp(),
     started_at timestamptz,
     ended_at timestamptz
   ) with (fillfactor = 80)`,
  `create index deliveries_pending on deliveries (lane_id, seq) where state = 'pending'`,
  'create index deliveries_set on deliveries (set_id) where set_id is not null',
  `create index deliveries_attention on deliveries (integration, state, code) where state in ('waiting','held','failed')`,
  'create index deliveries_event on deliveries (event_id)',
  'create index deliveries_created on deliveries (integration, created_at)',

  'create sequence epochs',
  `create table sets (
     id text primary key,
     epoch bigint not null default nextval('epochs'),
     integration text not null,
     workflow_type text not null,
     urgent boolean not null,
     size int not null,
     state text not null default 'claimed' check (state in ('claimed', 'started', 'ended', 'returned')),
     dry_run boolean not null default false,
     calls int not null default 0,
     claimed_by text not null,
     claimed_at timestamptz not null default clock_timestamp(),
     started_at timestamptz,
     checked_at timestamptz,
     ended_at timestamptz,
     result jsonb
   )`,
  `create index sets_open on sets (integration, urgent) where state in ('claimed', 'started')`,
  'create index sets_claimed on sets (integration, claimed_at)',

  // Normalised values and step results of the members of a set; histories hold only counts and codes.
  `create table items (
     set_id text not null references sets (id) on delete cascade,
     delivery_id uuid not null references deliveries (id),
     position int not null,
     ended boolean not null default false,
     data jsonb not null,
     primary key (set_id, delivery_id)
   ) with (fillfactor = 70)`,

  // One row per integration that has ever been claimed: the turn-taking, the pace of its claims, its alert.
  `create table integrations (
     name text primary key,
     last_claim_at timestamptz not null default '-infinity',
     pace_credit double precision not null default 20,
     pace_at timestamptz not null default clock_timestamp(),
     next_turn bigint not null default 0,
     alert_state text not null default 'ok',
     alert_since timestamptz,
     alert_reason text
   )`,
];
