import { type Kysely, sql } from 'kysely';

/** How far the reading of each watched object of Twenty has come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Times named _by_twenty are of Twenty's clock, the others of ours. watched: the fields that the noted hashes are of.
  `create table watermarks (
     workspace text not null,
     object text not null,
     baseline_by_twenty timestamptz not null,
     watermark_by_twenty timestamptz not null,
     watched text not null,
     last_run_at timestamptz,
     swept_at timestamptz not null default clock_timestamp(),
     held_gone int,
     problem text,
     primary key (workspace, object)
   )`,

  // A walk under way: a row exists from its first page to its last, so that it goes on where it stood.
  `create table walks (
     workspace text not null,
     object text not null,
     kind text not null check (kind in ('baseline', 'changes', 'sweep')),
     began_by_twenty timestamptz not null,
     began_at timestamptz not null default clock_timestamp(),
     from_by_twenty timestamptz,
     cursor text not null,
     last_id text not null,
     pages int not null default 1,
     primary key (workspace, object, kind)
   )`,

  // Which integrations have, or wait for, a snapshot of what they compare transitions with; version says of which field and values.
  `create table baselines (
     workspace text not null,
     object text not null,
     integration text not null,
     version text not null,
     walk_began_at timestamptz,
     done_at timestamptz,
     primary key (workspace, object, integration)
   )`,

  // Noted, but not met by the sweep under way; taken for destroyed only when it has come to its end.
  `create table vanished (
     workspace text not null,
     object text not null,
     record_id text not null,
     primary key (workspace, object, record_id)
   )`,
];
