import { LEASE_MS, releaseLease, renewLease } from '../../store/budgets.ts';
import type { Database } from '../../store/database.ts';

/** A place among the calls under way. It is renewed while the process lives and ends by itself when it does not. */
export interface Lease {
  release(): Promise<void>;
}

export function keepLease(database: Database, connection: string, holder: string): Lease {
  const renewing = setInterval(() => void renewLease(database, connection, holder).catch(() => undefined), LEASE_MS / 3);
  return {
    async release() {
      clearInterval(renewing);
      // Lost with the database, it ends by itself.
      await releaseLease(database, connection, holder).catch(() => undefined);
    },
  };
}
