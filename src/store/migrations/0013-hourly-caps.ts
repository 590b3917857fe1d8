import { type Kysely, sql } from 'kysely';

/** How many mails and invoices each integration sent in each minute of the last hours. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw('create table hourly_counts (integration text not null, kind text not null, minute timestamptz not null, count int not null, primary key (integration, kind, minute))')
    .execute(db);
}
