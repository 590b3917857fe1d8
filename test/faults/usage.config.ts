import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { snowflake } from '../../src/connectors/snowflake/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { productDataSync } from '../../src/workflows/product-data-sync/index.ts';

const { TWENTY_API_URL = '', SNOWFLAKE_BASE_URL = '' } = process.env;

/** Product data sync alone, started by hand, in small pages. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    warehouse: snowflake({ account: 'myorg-myaccount', auth: { token: secret('SNOWFLAKE_TOKEN') }, baseUrl: SNOWFLAKE_BASE_URL }),
  },
  integrations: {
    'usage-sync': productDataSync({
      source: { query: 'select account_id, domain, active_users from usage' }, keys: { externalId: { column: 'account_id' }, domain: 'domain' }, unmatched: 'create', schedule: 'off',
      metrics: { activeUsers: { column: 'active_users', combine: 'sum', alert: { below: 10 } } }, tellFirst: true, pages: { companies: 4, perRun: 3 },
    }),
  },
});
