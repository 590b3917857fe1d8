import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { madkudu } from '../../src/connectors/madkudu/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { leadScoring } from '../../src/workflows/lead-scoring/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', MADKUDU_BASE_URL = '' } = process.env;
const common = { threshold: 20, tellFirst: 'always', settle: { quietSeconds: 0, maxSeconds: 0 } } as const;

/** Lead scoring alone, started by hand: once with tasks, once with mails, once by a tool that is asked. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    madkudu: madkudu({ apiKey: secret('MADKUDU_API_KEY'), baseUrl: MADKUDU_BASE_URL, api: 'legacy' }),
  },
  integrations: {
    tasks: leadScoring({ ...common, onThreshold: { task: {} } }),
    mails: leadScoring({ ...common, onThreshold: { email: { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' } } }),
    outside: leadScoring({ ...common, scorer: { connection: 'madkudu' }, onThreshold: { task: {} } }),
  },
});
