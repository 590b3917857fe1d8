import { type Kysely, sql } from 'kysely';

/** Rows of files and feeds on their way into Twenty, and what became of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One per delivery that brings rows. rows: how many have been read. cursor: where a feed goes on.
  `create table data_files (
     delivery_id uuid primary key references deliveries (id) on delete cascade,
     event_id uuid not null,
     integration text not null,
     pulled boolean not null,
     dry_run boolean not null,
     state text not null default 'reading' check (state in ('reading', 'read', 'ended')),
     rows int not null default 0,
     columns text[] not null default '{}',
     cursor jsonb,
     etag text,
     problem jsonb,
     began_at timestamptz not null default clock_timestamp()
   )`,
  'create index data_files_event on data_files (event_id)',

  // A body in slices of a megabyte, while it is being read: so nobody holds it whole.
  `create table data_parts (
     delivery_id uuid not null references data_files (delivery_id) on delete cascade,
     part int not null,
     bytes bytea not null,
     primary key (delivery_id, part)
   )`,
  'alter table data_parts alter column bytes set storage external',

  // ready and taken rows are still to be worked off; of those that are done only the number and the record are kept.
  `create table data_rows (
     delivery_id uuid not null references data_files (delivery_id) on delete cascade,
     "row" int not null,
     line int,
     state text not null check (state in ('ready', 'taken', 'created', 'updated', 'unchanged', 'skipped', 'held', 'rejected')),
     raw jsonb,
     plan jsonb,
     found jsonb,
     problems jsonb,
     decision text,
     record_id text,
     primary key (delivery_id, "row")
   ) with (fillfactor = 70)`,
  `create index data_rows_open on data_rows (delivery_id, "row") where state in ('ready', 'taken')`,
  `create index data_rows_attention on data_rows (delivery_id, state, "row") where state in ('rejected', 'held', 'skipped')`,

  // What rows are compared by inside their file: exactly, or by the first letters of a name.
  `create table data_keys (
     delivery_id uuid not null references data_files (delivery_id) on delete cascade,
     key text not null,
     "row" int not null,
     name text,
     primary key (delivery_id, key, "row")
   )`,

  // What a feed said when it was last read to its end.
  `create table data_feeds (
     integration text primary key,
     etag text,
     since timestamptz not null
   )`,
];
