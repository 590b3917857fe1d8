import pg from 'pg';
import type { Database } from './database.ts';

const CHANNEL = 'sluice_inbox';

// A message is a transaction like any other and would wait for the disk, although nothing is stored by it.
const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', '')`;

/**
 * Tells every dispatcher that there is work, at most one message in flight: what happens meanwhile shares the next one. A
 * lost message only costs the dispatchers' poll interval.
 */
export function createNotifier(database: Database): () => void {
  let busy = false;
  let again = false;
  const send = (): void => {
    busy = true;
    again = false;
    database.pool
      .query({ name: 'notify', text: NOTIFY })
      .catch(() => undefined)
      .finally(() => {
        busy = false;
        if (again) send();
      });
  };
  return () => {
    if (busy) again = true;
    else send();
  };
}

/** Calls `wake` on every message, and after each reconnect; keeps its own connection until closed. */
export function listen(database: Database, wake: () => void): { close(): Promise<void> } {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: database.url, application_name: 'sluice listen', keepAlive: true });
    client = next;
    next.on('error', () => undefined);
    next.on('end', () => {
      if (!closed) timer = setTimeout(() => void connect(), 1_000);
    });
    next.on('notification', wake);
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      wake();
    } catch {
      await next.end().catch(() => undefined);
    }
  };
  void connect();

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
