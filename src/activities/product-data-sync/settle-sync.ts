import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { loadDeliveries } from '../../store/items.ts';
import { closeCompanies, companyCounts, firstNames } from '../../store/product-companies.ts';
import { endSync, findSync } from '../../store/product-sync.ts';
import { resultOf } from '../../store/sets.ts';
import { settle } from '../../store/settle.ts';
import { outcomeWords } from '../../workflows/product-data-sync/outcome.ts';
import type { ActivityDeps } from '../deps.ts';
import { type KeptSource, openedSync } from './sync-state.ts';

const NAMED_IN_OUTCOME = 5;

/** The page has been dealt with. */
export async function closePage(deps: ActivityDeps, run: RunInput): Promise<void> {
  const { deliveryId, companyPage } = await openedSync(deps, run);
  await closeCompanies(deps.database, run, deliveryId, companyPage);
}

/** Ends the sync with its numbers, for all deliveries of the set alike; answers how they ended. */
export async function settleSync(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const { database } = deps;
  const deliveries = await loadDeliveries(database, run);
  const [leader] = deliveries;
  if (leader === undefined) return resultOf(database, run);
  const sync = await findSync<KeptSource>(database, leader.deliveryId);
  const outcome = await outcomeOf(deps, run, leader.deliveryId, sync?.rowsRead ?? 0);
  await endSync(database, run, leader.deliveryId, run.dryRun || sync === undefined ? undefined : { integration: run.integration, startedAt: sync.startedAt });
  await settle(database, run, deliveries.map(({ deliveryId }) => ({ deliveryId, outcome })));
  return resultOf(database, run);
}

async function outcomeOf({ database }: ActivityDeps, run: RunInput, deliveryId: string, rows: number): Promise<Outcome> {
  const { states, remarks, tasks } = await companyCounts(database, deliveryId);
  const unmatched = await firstNames(database, deliveryId, 'unmatched', NAMED_IN_OUTCOME);
  const words = outcomeWords({ rows, states, remarks, tasks, unmatched }, run.dryRun);
  if (run.dryRun) return { state: 'skipped', code: 'dry_run', reason: `Dry run: ${words}.` };
  return { state: 'succeeded', code: states.size === 0 ? 'no_rows' : 'synced', reason: words };
}
