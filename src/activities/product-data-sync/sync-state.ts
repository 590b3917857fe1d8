import type { Integration } from '../../config/use-case.ts';
import type { WarehouseSource } from '../../connectors/warehouse.ts';
import type { RunInput } from '../../domain/run.ts';
import { EpochOverError } from '../../store/effects.ts';
import { loadDeliveries } from '../../store/items.ts';
import { loadCompanies, type SyncCompany } from '../../store/product-companies.ts';
import { findSync, type ProductSync } from '../../store/product-sync.ts';
import type { MetricValue } from '../../workflows/product-data-sync/contract.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** The source without what the sync itself adds to it. */
export type KeptSource = Omit<WarehouseSource, 'requestId'>;
export type Sync = ProductSync<KeptSource>;

/** What is needed to deal with a company. */
export interface CompanyData {
  readonly keys: { readonly externalId?: string; readonly domain?: string; readonly host?: string; readonly name?: string };
  readonly values: Readonly<Record<string, MetricValue>>;
  /** The fields as they stood when the company was found. */
  readonly current?: Readonly<Record<string, unknown>>;
  readonly ownerId?: string;
  readonly changed?: boolean;
  readonly falls?: readonly FallenMetric[];
}

/** A metric whose fall is to be told. */
export interface FallenMetric {
  readonly metric: string;
  readonly fall: number;
  readonly value: number;
  readonly before: number | undefined;
  readonly why: 'below' | 'dropped';
  readonly limit: number;
  readonly taskId?: string;
}

export type PageCompany = SyncCompany<CompanyData>;

export function syncSettings(deps: ActivityDeps, run: RunInput): Integration<ProductDataSyncSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<ProductDataSyncSettings>;
}

/** The sync of the set: that of its first delivery; the others come to the same end. Throws EpochOverError. */
export async function openedSync(deps: ActivityDeps, run: RunInput): Promise<Sync> {
  const [leader] = await loadDeliveries(deps.database, run);
  const sync = leader === undefined ? undefined : await findSync<KeptSource>(deps.database, leader.deliveryId);
  if (sync === undefined) throw new EpochOverError(run);
  return sync;
}

/** The sync with the companies of the page that it is on. */
export async function openedPage(deps: ActivityDeps, run: RunInput): Promise<{ readonly sync: Sync; readonly companies: readonly PageCompany[] }> {
  const sync = await openedSync(deps, run);
  return { sync, companies: await loadCompanies<CompanyData>(deps.database, sync.deliveryId, sync.companyPage) };
}
