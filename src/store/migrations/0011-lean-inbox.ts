import { type Kysely, sql } from 'kysely';

/** Every index of the inbox is paid for with each accept. `seq` is an identity: it is unique by itself, and looked up only within a lane. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table deliveries drop constraint deliveries_seq_key').execute(db);
}
