import { type Kysely, sql } from 'kysely';

/** What setup knows of each workspace: the webhook that Twenty tells us by, whether it does, and the records written to find out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table workspace_feeds (
     workspace text primary key,
     connection text not null,
     webhook_id text,
     target_url text not null,
     operations text[] not null,
     state text not null check (state in ('unproven', 'arriving', 'silent')),
     reason text,
     checked_at timestamptz not null default clock_timestamp(),
     heard_at timestamptz
   )`,

  // Written before the record they stand for, so that it is known by the gateway and removed after a crash.
  `create table probes (
     id text primary key,
     workspace text not null,
     connection text not null,
     object text not null,
     action text not null,
     written_at timestamptz not null default clock_timestamp(),
     arrived_at timestamptz,
     removed_at timestamptz
   )`,
];
