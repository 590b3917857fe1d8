import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { webForms } from '../../src/workflows/web-forms/index.ts';
import { integrations } from './rig/integrations.ts';

/** What the parts under fire run with. The servers' addresses come from the environment, as everywhere. */
const { TWENTY_API_URL = '', RESEND_BASE_URL = '', FAULT_CALLS_PER_MINUTE } = process.env;

export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', country: 'DE' },
  connections: {
    twenty: twenty({
      url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'),
      budget: FAULT_CALLS_PER_MINUTE === undefined ? 'off' : { perMinute: Number(FAULT_CALLS_PER_MINUTE) },
    }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
  },
  integrations: Object.fromEntries(integrations.map((name) => [name, webForms({
    source: jsonForm({ unauthenticated: true }),
    notify: { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' },
  })])),
});
