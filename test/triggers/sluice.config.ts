import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { errand } from './errand/index.ts';

/** What the command line is tried with. */
export default defineConfig({
  connections: { twenty: twenty({ url: 'https://crm.example.com', apiKey: secret('TWENTY_API_KEY') }) },
  integrations: {
    scores: errand({ over: { kind: 'records', object: 'person', connection: 'twenty' }, schedules: [{ name: 'nightly', when: { cron: '0 3 * * *' } }] }),
    chores: errand({ over: { kind: 'nothing' } }),
  },
});
