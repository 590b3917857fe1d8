import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { stripe } from '../../src/connectors/stripe/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { invoices } from '../../src/workflows/invoices/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', STRIPE_BASE_URL = '' } = process.env;

/** Invoices of two lines that are sent; finance is told. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    stripe: stripe({ apiKey: secret('STRIPE_SECRET_KEY'), baseUrl: STRIPE_BASE_URL }),
  },
  integrations: {
    invoices: invoices({
      upTo: 'sent',
      settle: { quietSeconds: 0, maxSeconds: 0 },
      lines: ({ opportunity }) => ['Licence', 'Support'].map((what) => ({ description: `${what}, ${String(opportunity['name'])}`, amountMicros: 50_000_000 })),
      finance: { to: 'finance@acme.example', from: 'Sluice <sluice@acme.example>' },
      hourly: { invoices: 1_000 },
    }),
  },
});
