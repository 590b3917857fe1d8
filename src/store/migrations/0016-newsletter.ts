import { type Kysely, sql } from 'kysely';

/** Whom newsletters go to, frozen before anybody is added to a list, and how each ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // plan: what the view came to mean. cursor: the page to read next. walk: the page of the tool's list to read next.
  `create table newsletters (
     delivery_id uuid primary key references deliveries (id) on delete cascade,
     dry_run boolean not null,
     plan jsonb,
     cursor text,
     is_read boolean not null default false,
     walk text,
     is_walked boolean not null default false,
     mailing jsonb,
     code text,
     problem text
   )`,

  // part: the bulk request that a person is in. seen: found on the tool's list afterwards.
  `create table newsletter_people (
     delivery_id uuid not null references newsletters (delivery_id) on delete cascade,
     record_id text not null,
     name text not null,
     email text,
     first_name text,
     last_name text,
     fields jsonb not null,
     state text not null,
     says text,
     part int,
     seen boolean not null default false,
     primary key (delivery_id, record_id)
   ) with (fillfactor = 80)`,
  `create index newsletter_addresses on newsletter_people (delivery_id, email)`,
  `create index newsletter_members on newsletter_people (delivery_id, part) where part is not null`,

  // state: open, under way (the tool works it off as job), done. attempt: rises when the tool gives a job up. unnamed: refused by the tool
  // without saying whom.
  `create table newsletter_parts (
     delivery_id uuid not null references newsletters (delivery_id) on delete cascade,
     part int not null,
     state text not null default 'open',
     job text,
     attempt int not null default 0,
     unnamed int not null default 0,
     primary key (delivery_id, part)
   )`,
];
