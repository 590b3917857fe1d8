import { z } from 'zod';
import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { genericFeed } from '../../src/connectors/generic-feed/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', FEED_URL = '' } = process.env;
const found = { default: 'overwrite' } as const;

/** Rows by webhook with a mail about bad ones, and rows from a feed. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    feed: genericFeed({ url: FEED_URL, auth: { bearer: secret('FEED_TOKEN') }, path: '/contacts', query: { limit: 2 }, records: 'data.items', pages: { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' } }),
  },
  integrations: {
    rows: dataProcessing({
      receive: { unauthenticated: true },
      schema: z.object({ last: z.string(), email: z.email(), title: z.string(), company: z.string() }),
      rules: [{ when: { field: 'title', is: 'left out' }, then: { skip: 'Left out.' } }],
      write: { object: 'person', fields: { lastName: 'last', email: 'email', jobTitle: 'title' }, found, company: { name: 'company' } },
      badRows: { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>', abovePercent: 10 },
    }),
    pulled: dataProcessing({
      pull: { feed: 'feed' },
      schema: z.object({ id: z.string(), name: z.string(), email: z.email(), title: z.string() }),
      write: { object: 'person', fields: { fullName: 'name', email: 'email', jobTitle: 'title' }, found },
    }),
  },
});
