import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { fireflies, firefliesWebhook } from '../../src/connectors/fireflies/index.ts';
import { resend } from '../../src/connectors/resend/settings.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { meetingNotes } from '../../src/workflows/meeting-notes/index.ts';

const { TWENTY_API_URL = '', RESEND_BASE_URL = '', FIREFLIES_BASE_URL = '' } = process.env;

/** Meeting notes alone, of a recorder that has to be asked, with mails to everyone. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), budget: 'off' }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: RESEND_BASE_URL, limits: { perSecond: 5 } }),
    fireflies: fireflies({ apiKey: secret('FIREFLIES_API_KEY'), baseUrl: FIREFLIES_BASE_URL }),
  },
  integrations: {
    meetings: meetingNotes({
      source: firefliesWebhook({ unauthenticated: true }), unknown: 'create',
      email: { to: 'everyone', from: 'Sluice <sluice@acme.example>' }, optOut: 'noMeetingMails',
    }),
  },
});
