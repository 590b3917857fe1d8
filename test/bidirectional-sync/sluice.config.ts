import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { postgres } from '../../src/connectors/postgres/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { bidirectionalSync } from '../../src/workflows/bidirectional-sync/index.ts';
import { companies } from './companies.ts';

const env = (name: string): string => process.env[name] ?? '';

/** The sync of the test of decisions, for the command line beside it. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', country: 'DE' },
  connections: {
    twenty: twenty({ url: env('TWENTY_API_URL'), apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    billing: postgres({ host: env('BILLING_HOST'), port: Number(env('BILLING_PORT')), database: env('BILLING_DATABASE'), user: env('BILLING_USER'), password: secret('BILLING_PASSWORD'), tls: 'off', tables: { contacts: {} } }),
  },
  integrations: { 'contacts-sync': bidirectionalSync(companies) },
});
