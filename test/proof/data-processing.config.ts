import { z } from 'zod';
import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';

/** Contacts with a long note that is checked and not written; those of other regions are left out. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', country: 'DE', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: process.env['TWENTY_API_URL'] ?? 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: process.env['RESEND_BASE_URL'] ?? 'https://api.resend.com' }),
  },
  integrations: {
    contacts: dataProcessing({
      receive: { unauthenticated: true, maxMegabytes: 64 },
      schema: z.object({ last: z.string(), email: z.email(), title: z.string(), region: z.string(), note: z.string() }),
      rules: [{ when: { not: { field: 'region', is: 'north' } }, then: { skip: 'Another region.' } }],
      write: { object: 'person', fields: { lastName: 'last', email: 'email', jobTitle: 'title' } },
    }),
  },
});
