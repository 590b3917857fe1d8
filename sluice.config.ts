// The whole configuration of Sluice. Every mistake in it is reported at start, with its place and what to write instead.
import { defineConfig } from './src/config/define-config.ts';
import { secret } from './src/config/secret.ts';
import { htmlForm } from './src/connectors/html-form/index.ts';
import { jsonForm } from './src/connectors/json-form/index.ts';
import { resend } from './src/connectors/resend/settings.ts';
import { twenty } from './src/connectors/twenty/settings.ts';
import { leadScoring } from './src/workflows/lead-scoring/index.ts';
import { webForms } from './src/workflows/web-forms/index.ts';

export default defineConfig({
  workspace: {
    timeZone: process.env['SLUICE_TIME_ZONE'] || 'America/New_York',
    country: 'US', // where phone numbers without a country belong
  },

  // Who we talk to. `secret` names an environment variable; its value is read when it is used.
  connections: {
    twenty: twenty({
      url: process.env['TWENTY_API_URL'] || 'https://api.twenty.com',
      apiKey: secret('TWENTY_API_KEY'),
      webhookSecret: secret('TWENTY_WEBHOOK_SECRET'),
    }),
    mail: resend({
      apiKey: secret('RESEND_API_KEY'),
      baseUrl: process.env['RESEND_BASE_URL'] || undefined,
    }),
  },

  integrations: {
    // POST /hooks/contact-form, from a browser or as JSON: a person, a company, a task and a mail to the sales team.
    'contact-form': webForms({
      source: [htmlForm({ unauthenticated: true }), jsonForm({ unauthenticated: true })],
      policy: { default: 'fill', overwrite: ['jobTitle'] },
      task: {
        title: 'Follow up: {name}',
        dueInWorkingDays: 1,
        // Who follows up: assignee: { member: 'ann@acme.example' }, or { turns: ['ann@acme.example', 'bo@acme.example'] }
      },
      notify: {
        to: process.env['SLUICE_NOTIFY_TO'] || 'sales@acme.example',
        from: process.env['SLUICE_NOTIFY_FROM'] || 'Sluice <sluice@acme.example>',
      },
      freeMail: { add: ['freemail.example'] }, // mail providers that the built-in list does not know
      honeypot: 'website_url', // a field that people do not see
    }),

    // People change: their score with its reasons is written beside them, and whoever owns a lead that reached the threshold gets a task.
    'lead-score': leadScoring({
      threshold: 70,
      model: {
        // All weights have defaults; these say that a form is worth more here.
        forms: [{ integrations: ['contact-form'], points: 20, halfLifeDays: 30, most: 40, says: 'wrote to us by form' }],
      },
      onThreshold: { task: { title: 'Call {name}: {score} points', dueInWorkingDays: 1 } },
      // What people do fades with time; every night all are scored anew.
      schedules: { fullRescore: { cron: '0 4 * * *' } },
    }),
  },
});
