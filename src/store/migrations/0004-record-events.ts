import { type Kysely, sql } from 'kysely';

/** Events about Twenty records: what was seen of each, and how their deliveries are weighed when they are claimed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What is known of each watched record. The `was_` columns carry what it replaced from one part of a statement to the next.
  `create table seen (
     workspace text not null,
     object text not null,
     record_id text not null,
     updated_at timestamptz not null,
     hash text not null,
     created_known boolean not null default false,
     deleted boolean not null default false,
     destroyed boolean not null default false,
     was_updated_at timestamptz,
     was_hash text,
     was_created_known boolean,
     was_deleted boolean,
     was_destroyed boolean,
     primary key (workspace, object, record_id)
   ) with (fillfactor = 80)`,

  // rule: change or transition; inputs: hash of what is watched, or the watched field's value. released: a person let it pass.
  `alter table deliveries
     add column record_id text,
     add column action text,
     add column rule text check (rule in ('change', 'transition')),
     add column inputs text,
     add column matches boolean,
     add column settle_at timestamptz,
     add column settle_by timestamptz,
     add column released boolean not null default false,
     add column workflow_type text`,

  // inputs: of the last success, or the field as it was last looked at. runs: begun within the hour after runs_since.
  `alter table lanes
     add column inputs text,
     add column inputs_match boolean,
     add column inputs_at timestamptz,
     add column runs int not null default 0,
     add column runs_since timestamptz,
     add column settle_by timestamptz`,
];
