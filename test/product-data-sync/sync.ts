import type { ProductDataSyncInput } from '../../src/workflows/product-data-sync/index.ts';

/** A sync of one metric by domain, started by hand. */
export const SYNC: ProductDataSyncInput = {
  source: { query: 'select account_id, domain, company_name, active_users, mrr from usage' },
  keys: { domain: 'domain' },
  metrics: { activeUsers: { column: 'active_users', combine: 'max', decimals: 0 } },
  schedule: 'off',
};
