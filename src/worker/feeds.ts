import type { TwentyFeeds } from '../api/contract.ts';
import type { Database } from '../store/database.ts';
import { feedHeard, noteProbeEvent, workspaceFeeds } from '../store/setup.ts';
import { log } from './log.ts';

/** How often a workspace's sign of life is written down at most, so that the way of an event stays free of it. */
const HEARD_EVERY_MS = 5_000;

export function createFeeds(database: Database): TwentyFeeds {
  const heardAtMs = new Map<string, number>();
  return {
    heard(workspace) {
      const nowMs = Date.now();
      if (nowMs - (heardAtMs.get(workspace) ?? -Infinity) < HEARD_EVERY_MS) return;
      heardAtMs.set(workspace, nowMs);
      feedHeard(database, workspace).catch((error: unknown) => log('a sign of life was not noted', { workspace, problem: error instanceof Error ? error.message : String(error) }));
    },
    isProbe: (recordId, action) => noteProbeEvent(database, recordId, action),
    list: () => workspaceFeeds(database),
  };
}
