import { type Kysely, sql } from 'kysely';

/** What product data sync keeps: how far each sync has come, what it has read, how each company ended, and how metrics stand. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // cursor: where the warehouse is to be gone on with; page: the next one to be read. generation: rises when the read starts anew.
  `create table product_syncs (
     delivery_id uuid primary key references deliveries (id) on delete cascade,
     integration text not null,
     dry_run boolean not null,
     phase text not null default 'reading',
     source jsonb not null,
     started_at timestamptz not null,
     begun_at timestamptz not null default clock_timestamp(),
     generation int not null default 1,
     cursor text,
     page int not null default 1,
     rows_read bigint not null default 0,
     company_page int not null default 1,
     company_key text not null default '',
     companies bigint not null default 0
   ) with (fillfactor = 70)`,

  // A page is known again by the hash of its rows.
  `create table product_sync_pages (
     delivery_id uuid not null references product_syncs (delivery_id) on delete cascade,
     page int not null,
     hash text not null,
     rows int not null,
     generation int not null,
     primary key (delivery_id, page)
   )`,

  `create table product_sync_rows (
     delivery_id uuid not null references product_syncs (delivery_id) on delete cascade,
     page int not null,
     row int not null,
     key text collate "C" not null,
     data jsonb not null,
     primary key (delivery_id, page, row)
   )`,
  'create index product_sync_rows_of_company on product_sync_rows (delivery_id, key, page, row)',

  // One row for each company of a sync, and for each row that says none. data: what is still needed to deal with it.
  `create table product_sync_companies (
     delivery_id uuid not null references deliveries (id) on delete cascade,
     key text collate "C" not null,
     position bigint not null,
     page int not null,
     name text not null,
     state text not null,
     reason text,
     company_id uuid,
     tasks int not null default 0,
     data jsonb,
     primary key (delivery_id, key)
   ) with (fillfactor = 70)`,
  'create index product_sync_companies_of_page on product_sync_companies (delivery_id, page, position)',
  'create index product_sync_companies_found on product_sync_companies (delivery_id, company_id) where company_id is not null',

  // fall: names the task, rises with each. owed: its task has not been made yet.
  `create table product_metrics (
     integration text not null,
     company_id uuid not null,
     metric text not null,
     value double precision not null,
     under boolean not null,
     below double precision,
     drop_line double precision,
     fall int not null default 0,
     owed boolean not null default false,
     synced_at timestamptz not null default clock_timestamp(),
     told_at timestamptz,
     primary key (integration, company_id, metric)
   ) with (fillfactor = 70)`,

  // When the last sync that ended well began, for queries that read what is new.
  'create table product_sync_times (integration text primary key, started_at timestamptz not null)',
];
