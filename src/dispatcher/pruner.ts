import type { RetentionPolicy } from '../domain/retention.ts';
import type { Database } from '../store/database.ts';
import { prune } from '../store/retention.ts';
import { createLoop } from './loop.ts';

export interface PrunerDeps {
  readonly database: Database;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
}

const EVERY_MS = 600_000;

/** Prunes every ten minutes what has been kept long enough; of several dispatchers one at a time. */
export function startPruner({ database, log }: PrunerDeps, policy: RetentionPolicy): { close(): Promise<void> } {
  const ending = new AbortController();
  const round = async (): Promise<number> => {
    const startedAtMs = Date.now();
    const pruned = await prune(database, policy, { signal: ending.signal });
    if (pruned !== undefined && Object.values(pruned).some((count) => count > 0)) log('pruned', { ...pruned, tookMs: Date.now() - startedAtMs });
    return EVERY_MS;
  };
  const loop = createLoop(round, (error) => log('pruning failed', { problem: error instanceof Error ? error.message : String(error) }));
  return {
    async close() {
      ending.abort();
      await loop.close();
    },
  };
}
