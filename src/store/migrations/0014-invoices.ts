import { type Kysely, sql } from 'kysely';

/** Which deal was billed with which invoice, and whose data a waiting delivery waits for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A row stays for ever: no deal is billed twice. round: rises when a draft was deleted in the tool and is made anew. plan: what is
  // being billed, forgotten when the invoice is complete. mailed: finance knows. told: what the owner has been told is missing.
  `create table invoices (
     integration text not null,
     opportunity_id text not null,
     connection text not null,
     round int not null default 1,
     plan jsonb,
     customer_id text,
     invoice_id text,
     number text,
     url text,
     status text,
     complete boolean not null default false,
     mailed boolean not null default false,
     told text[] not null default '{}',
     tasks int not null default 0,
     created_at timestamptz not null default clock_timestamp(),
     updated_at timestamptz not null default clock_timestamp(),
     primary key (integration, opportunity_id)
   ) with (fillfactor = 80)`,
  'create index invoices_outside on invoices (integration, invoice_id) where invoice_id is not null',

  // Whom a company or a person is in the tool. round: rises when that customer was deleted there.
  `create table invoice_customers (
     connection text not null,
     party text not null,
     customer_id text,
     round int not null default 1,
     noted_at timestamptz not null default clock_timestamp(),
     primary key (connection, party)
   )`,

  // Records whose change lets a waiting delivery go on.
  `create table awaited (
     delivery_id uuid not null references deliveries (id) on delete cascade,
     record_id text not null,
     integration text not null,
     changed boolean not null default false,
     primary key (delivery_id, record_id)
   )`,
  'create index awaited_record on awaited (integration, record_id)',
  'create index awaited_changed on awaited (delivery_id) where changed',

  'alter table deliveries drop constraint deliveries_rule_check',
  `alter table deliveries add constraint deliveries_rule_check check (rule in ('change', 'transition', 'awaited'))`,
];
