import type { RunInput } from '../../domain/run.ts';
import { loadDeliveries } from '../../store/items.ts';
import { beginSync, lastSyncAt } from '../../store/product-sync.ts';
import { settle } from '../../store/settle.ts';
import { columnsWanted } from '../../workflows/product-data-sync/normalise-row.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type KeptSource, syncSettings } from './sync-state.ts';

/** What the workflow needs to know; names and numbers only. */
export interface OpenedSync {
  readonly phase: 'reading' | 'matching' | 'ended';
  readonly connections: { readonly warehouse: string; readonly twenty: string };
  /** Steps after which the run goes on as a new one. */
  readonly perRun: number;
}

/** Takes up the sync where it was left, or begins it with the query as the configuration writes it now. */
export async function openSync(deps: ActivityDeps, run: RunInput): Promise<OpenedSync> {
  const { database } = deps;
  const { settings } = syncSettings(deps, run);
  const { warehouse, twenty, pages } = settings;
  const opened = (phase: OpenedSync['phase']): OpenedSync => ({ phase, connections: { warehouse, twenty }, perRun: pages.perRun });
  const deliveries = await loadDeliveries(database, run);
  const [leader] = deliveries;
  if (leader === undefined) return opened('ended');
  const startedAt = new Date().toISOString();
  const source = sourceOf(settings, startedAt, await lastSyncAt(database, run.integration));
  if ('problem' in source) {
    const outcome = { state: 'failed', code: 'query_failed', reason: `The query function in the configuration failed: ${source.problem}` } as const;
    await settle(database, run, deliveries.map(({ deliveryId }) => ({ deliveryId, outcome })));
    return opened('ended');
  }
  const sync = await beginSync<KeptSource>(database, run, { deliveryId: leader.deliveryId, integration: run.integration, dryRun: run.dryRun, source: () => source, startedAt });
  return opened(sync.phase);
}

function sourceOf({ source: { query, ...rest }, ...settings }: ProductDataSyncSettings, now: string, last: string | undefined): KeptSource | { readonly problem: string } {
  try {
    return { ...rest, ...(query === undefined ? {} : { query: typeof query === 'function' ? query({ now, last }) : query }), columns: columnsWanted(settings) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
