import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { peopleDataLabs } from '../../src/connectors/people-data-labs/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { enrichment } from '../../src/workflows/enrichment/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', PDL_BASE_URL = '' } = process.env;

/** Enrichment alone, started by hand, with everything that it tells. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    pdl: peopleDataLabs({ apiKey: secret('PDL_API_KEY'), baseUrl: PDL_BASE_URL }),
  },
  integrations: {
    enrich: enrichment({
      providers: 'pdl',
      settle: { quietSeconds: 0, maxSeconds: 0 },
      highValue: { task: {} },
      signals: { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' },
    }),
  },
});
