import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { snowflake } from '../../src/connectors/snowflake/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { productDataSync } from '../../src/workflows/product-data-sync/index.ts';
import { SYNC } from '../product-data-sync/sync.ts';

/** What the proof's stack and its worker, a process of its own, have in common. */
export const usageSync = productDataSync({ ...SYNC, keys: { externalId: { column: 'account_id' }, domain: 'domain' }, metrics: { activeUsers: { column: 'active_users', combine: 'sum' } } });

const { TWENTY_API_URL = 'http://127.0.0.1', SNOWFLAKE_BASE_URL = 'http://127.0.0.1' } = process.env;

export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), budget: { perMinute: 100_000 } }),
    warehouse: snowflake({ account: 'myorg-myaccount', auth: { token: secret('SNOWFLAKE_TOKEN') }, baseUrl: SNOWFLAKE_BASE_URL, limits: { perSecond: 1_000 } }),
  },
  integrations: { 'usage-sync': usageSync },
});
