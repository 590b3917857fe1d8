import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { postgres } from '../../src/connectors/postgres/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { bidirectionalSync } from '../../src/workflows/bidirectional-sync/index.ts';

const { TWENTY_API_URL = '', BILLING_PORT = '5432', BILLING_DATABASE = '', BILLING_USER = '', FAULT_CALLS_PER_MINUTE } = process.env;

/** Two-way sync alone, with a table. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({
      url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'),
      budget: FAULT_CALLS_PER_MINUTE === undefined ? 'off' : { perMinute: Number(FAULT_CALLS_PER_MINUTE) },
    }),
    billing: postgres({ host: '127.0.0.1', port: Number(BILLING_PORT), database: BILLING_DATABASE, user: BILLING_USER, password: secret('BILLING_PASSWORD'), tls: 'off', tables: { contacts: {} } }),
  },
  integrations: {
    'contacts-sync': bidirectionalSync({
      object: 'person', external: { connection: 'billing', object: 'contacts' }, match: ['email'],
      fields: {
        email: { twenty: 'emails.primaryEmail', external: 'email' },
        firstName: { twenty: 'name.firstName', external: 'first_name' },
        lastName: { twenty: 'name.lastName', external: 'last_name' },
        title: { twenty: 'jobTitle', external: 'title' },
      },
      firstLoad: 'write', settle: { quietSeconds: 0, maxSeconds: 0 }, schedules: { changesEverySeconds: 86_400 },
      deletes: { inTwenty: 'propagate', outside: 'propagate', brake: { share: 1, count: 1_000_000 } },
    }),
  },
});
