import { type Kysely, sql } from 'kysely';

/** What pruning walks along and leaves behind, and claims that stay quick however much has passed through the inbox. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // An effect that must not happen again however late its business key comes back: it stays as a tombstone without a request.
  'alter table effects add column forever boolean not null default false',
  'create index effects_kept on effects (created_at, key) where request is not null',
  'create index events_payload on events (received_at, id) where body is not null',

  // Items go with their set or with their payload; the key from deliveries would be looked up in every item for each one that goes.
  'alter table items drop constraint items_delivery_id_fkey',

  // Who filled the lane while it was idle: sources of one integration share its sets evenly.
  `alter table lanes add column source text not null default ''`,
  'drop index lanes_ready',
  `create index lanes_ready on lanes (integration, source, urgent, due_at, id) where state = 'ready'`,

  // Where looking for ready lanes begins. Below it lie only index entries of lanes that were claimed, which nobody can remove
  // while some old transaction could still see them. What does lie below is found when the floor is looked at again.
  `create table lane_sources (
     integration text not null,
     source text not null,
     urgent_from timestamptz not null default '-infinity',
     bulk_from timestamptz not null default '-infinity',
     looked_at timestamptz not null default '-infinity',
     primary key (integration, source)
   ) with (fillfactor = 50)`,
  'insert into lane_sources (integration, source) select distinct integration, source from lanes',

  // A floor counts only for a minute: when nobody looks any more, claims read everything again. Lanes without a source are
  // found whether or not anybody has noted it.
  `create function lane_ranges(p_integration text) returns table (source text, urgent boolean, due_from timestamptz)
   language sql stable as $$
     select s.source, c.urgent,
       case when s.looked_at < statement_timestamp() - interval '1 minute' then '-infinity' when c.urgent then s.urgent_from else s.bulk_from end
     from (
       select source, urgent_from, bulk_from, looked_at from lane_sources where integration = p_integration
       union all select '', '-infinity', '-infinity', '-infinity'
         where not exists (select 1 from lane_sources where integration = p_integration and source = '')
     ) s cross join (values (true), (false)) c (urgent)
   $$`,

  // Sets never open again, and epochs rise in the order of claims: no open set is older than this.
  'create table open_sets (epoch_from bigint not null)',
  'insert into open_sets values (0)',
  'drop index sets_open',
  `create index sets_open on sets (epoch) where state in ('claimed', 'started')`,
];
