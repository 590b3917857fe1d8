import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { webForms } from '../../src/workflows/web-forms/index.ts';

/** What the workers of a proof run with: Twenty's own budget of 100 calls a minute. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', country: 'DE' },
  connections: {
    twenty: twenty({ url: process.env['TWENTY_API_URL'] ?? '', apiKey: secret('TWENTY_API_KEY'), budget: { perMinute: 100 } }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: process.env['RESEND_BASE_URL'] ?? '', limits: { perSecond: 1000 } }),
  },
  integrations: {
    'contact-form': webForms({ source: jsonForm({ unauthenticated: true }), notify: { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' } }),
  },
});
