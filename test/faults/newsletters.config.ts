import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { mailchimp } from '../../src/connectors/mailchimp/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { newsletter } from '../../src/workflows/newsletter/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', MAILCHIMP_BASE_URL = '' } = process.env;

/** A newsletter alone, started by hand, that ends with a mailing. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    mailchimp: mailchimp({ apiKey: secret('MAILCHIMP_API_KEY'), baseUrl: MAILCHIMP_BASE_URL }),
  },
  integrations: {
    news: newsletter({
      view: 'Readers', tool: 'mailchimp', list: 'a6b5da1054', group: '49377',
      mailing: { subject: 'News', html: '<p>Hi</p>', from: 'Acme <news@acme.example>', send: true },
      confirm: { to: 'marketing@acme.example', from: 'Sluice <sluice@acme.example>' },
    }),
  },
});
