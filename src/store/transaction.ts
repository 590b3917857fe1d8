import type pg from 'pg';
import type { Database } from './database.ts';

/**
 * A process that stands still in the middle of a transaction must not keep the locks that others wait for: a lane's keeps the
 * gateway from taking events in, whose senders wait for five seconds.
 */
const BEGIN = `begin; set local idle_in_transaction_session_timeout = '2s'`;

/** Runs `work` in one transaction on one connection; any error rolls it back and is passed on. */
export async function inTransaction<T>(database: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    await client.query(BEGIN);
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is broken and leaves the pool.
    await client.query('rollback').then(
      () => client.release(),
      (rollbackError: unknown) => client.release(rollbackError instanceof Error ? rollbackError : true),
    );
    throw error;
  }
}
