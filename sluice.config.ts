// The whole configuration of Sluice. Every mistake in it is reported at start, with its place and what to write instead.
import { z } from 'zod';
import { defineConfig } from './src/config/define-config.ts';
import { secret } from './src/config/secret.ts';
import { clickhouse } from './src/connectors/clickhouse/index.ts';
import { fathomWebhook } from './src/connectors/fathom/index.ts';
import { htmlForm } from './src/connectors/html-form/index.ts';
import { hubspot } from './src/connectors/hubspot/index.ts';
import { jsonForm } from './src/connectors/json-form/index.ts';
import { lemlist, lemlistNews } from './src/connectors/lemlist/index.ts';
import { mailchimp } from './src/connectors/mailchimp/index.ts';
import { peopleDataLabs } from './src/connectors/people-data-labs/index.ts';
import { resend } from './src/connectors/resend/settings.ts';
import { stripe, stripeWebhook } from './src/connectors/stripe/index.ts';
import { twenty } from './src/connectors/twenty/settings.ts';
import { bidirectionalSync } from './src/workflows/bidirectional-sync/index.ts';
import { dataProcessing } from './src/workflows/data-processing/index.ts';
import { emailSequences } from './src/workflows/email-sequences/index.ts';
import { enrichment } from './src/workflows/enrichment/index.ts';
import { invoices } from './src/workflows/invoices/index.ts';
import { leadScoring } from './src/workflows/lead-scoring/index.ts';
import { meetingNotes } from './src/workflows/meeting-notes/index.ts';
import { newsletter } from './src/workflows/newsletter/index.ts';
import { productDataSync } from './src/workflows/product-data-sync/index.ts';
import { webForms } from './src/workflows/web-forms/index.ts';

/** What the environment says; an empty line of .env says nothing. */
const env = (name: string): string | undefined => process.env[name] || undefined;
/** A tool, and what uses it, is there where its key is set. */
const has = (name: string): boolean => (env(name) ?? env(`${name}_FILE`)) !== undefined;

const from = env('SLUICE_NOTIFY_FROM') ?? 'Sluice <sluice@acme.example>';
const sales = env('SLUICE_NOTIFY_TO') ?? 'sales@acme.example';

export default defineConfig({
  workspace: {
    timeZone: env('SLUICE_TIME_ZONE') ?? 'America/New_York',
    country: 'US', // where phone numbers without a country belong
  },

  // Who we talk to. `secret` names an environment variable; its value is read when it is used.
  connections: {
    twenty: twenty({
      url: env('TWENTY_API_URL') ?? 'https://api.twenty.com',
      apiKey: secret('TWENTY_API_KEY'),
      webhookSecret: secret('TWENTY_WEBHOOK_SECRET'),
      budget: { perMinute: Number(env('TWENTY_CALLS_PER_MINUTE') ?? 100) },
    }),
    mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: env('RESEND_BASE_URL') }),
    ...(has('PDL_API_KEY') && { 'people-data-labs': peopleDataLabs({ apiKey: secret('PDL_API_KEY'), baseUrl: env('PDL_BASE_URL') }) }),
    ...(has('LEMLIST_API_KEY') && { lemlist: lemlist({ apiKey: secret('LEMLIST_API_KEY'), baseUrl: env('LEMLIST_BASE_URL') }) }),
    ...(has('MAILCHIMP_API_KEY') && { mailchimp: mailchimp({ apiKey: secret('MAILCHIMP_API_KEY'), baseUrl: env('MAILCHIMP_BASE_URL') }) }),
    ...(has('CLICKHOUSE_PASSWORD') && { warehouse: clickhouse({ baseUrl: env('CLICKHOUSE_URL') ?? 'https://localhost:8443', user: env('CLICKHOUSE_USER') ?? 'sluice', password: secret('CLICKHOUSE_PASSWORD') }) }),
    ...(has('HUBSPOT_ACCESS_TOKEN') && { hubspot: hubspot({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), baseUrl: env('HUBSPOT_BASE_URL') }) }),
    ...(has('STRIPE_SECRET_KEY') && { stripe: stripe({ apiKey: secret('STRIPE_SECRET_KEY'), baseUrl: env('STRIPE_BASE_URL') }) }),
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
      notify: { to: sales, from },
      freeMail: { add: ['freemail.example'] }, // mail providers that the built-in list does not know
      honeypot: 'website_url', // a field that people do not see
    }),

    // People change: their score with its reasons is written beside them, and whoever owns a lead that reached the threshold gets a task.
    'lead-score': leadScoring({
      threshold: 70,
      settle: { quietSeconds: 5, maxSeconds: 60 }, // an edit session makes one score
      model: {
        // All weights have defaults; these say that a form is worth more here.
        forms: [{ integrations: ['contact-form'], points: 20, halfLifeDays: 30, most: 40, says: 'wrote to us by form' }],
      },
      onThreshold: { task: { title: 'Call {name}: {score} points', dueInWorkingDays: 1 } },
      // What people do fades with time; every night all are scored anew.
      schedules: { fullRescore: { cron: '0 4 * * *' } },
    }),

    // Fathom posts a meeting to /hooks/meetings: a note with the summary, a task for each next step, and a mail to our own people.
    ...(has('FATHOM_WEBHOOK_SECRET') && {
      meetings: meetingNotes({ source: fathomWebhook({ secret: secret('FATHOM_WEBHOOK_SECRET') }), email: { from } }),
    }),

    // People are made: blanks are filled with what People Data Labs knows, and sales hears of those that are worth a call.
    ...(has('PDL_API_KEY') && {
      'enrich-people': enrichment({ providers: 'people-data-labs', highValue: {}, signals: { to: sales, from } }),
    }),

    // Whoever decides is put into a sequence, once; lemlist posts what became of it to /hooks/outreach.
    ...(has('LEMLIST_API_KEY') && {
      outreach: emailSequences({
        tool: 'lemlist',
        rules: [{ field: 'jobTitle', operator: 'contains', value: 'Chief', sequence: env('LEMLIST_CAMPAIGN') ?? 'cam_SampleCampaign1' }],
        settle: { quietSeconds: 10, maxSeconds: 120 },
        ...(has('LEMLIST_WEBHOOK_SECRET') && { webhook: lemlistNews({ secret: secret('LEMLIST_WEBHOOK_SECRET') }) }),
      }),
    }),

    // A deal is won: its invoice is made in Stripe, finance hears of it, and Stripe posts to /hooks/invoices when it is paid.
    ...(has('STRIPE_SECRET_KEY') && {
      invoices: invoices({
        stages: ['CUSTOMER'],
        settle: { quietSeconds: 10, maxSeconds: 120 },
        finance: { to: env('SLUICE_FINANCE_TO') ?? 'finance@acme.example', from },
        ...(has('STRIPE_WEBHOOK_SECRET') && { webhook: stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') }) }),
      }),
    }),

    // sluice trigger newsletter: everybody in a view of people is put on a list of Mailchimp.
    ...(has('MAILCHIMP_API_KEY') && {
      newsletter: newsletter({
        view: env('NEWSLETTER_VIEW') ?? 'All People',
        tool: 'mailchimp',
        list: env('MAILCHIMP_AUDIENCE') ?? 'a6b5da1054',
        confirm: { to: sales, from },
      }),
    }),

    // Every morning the usage of each customer is read from the warehouse; whoever owns a company that uses less gets a task.
    ...(has('CLICKHOUSE_PASSWORD') && {
      'product-usage': productDataSync({
        source: { query: 'select account_id, domain, active_users from usage', orderBy: ['account_id'] },
        keys: { domain: 'domain' },
        metrics: { activeUsers: { column: 'active_users', decimals: 0, alert: { dropsByPercent: 30 } } },
        schedule: { cron: '0 5 * * *' },
      }),
    }),

    // A file of contacts is posted to /hooks/contacts as CSV, JSON or NDJSON: bad rows are kept for a person, the others become people.
    ...(has('CONTACTS_SECRET') && {
      contacts: dataProcessing({
        receive: { secret: secret('CONTACTS_SECRET') },
        schema: z.object({ 'E-Mail': z.email(), 'Last name': z.string(), ...Object.fromEntries(['First name', 'Title', 'Company', 'Website'].map((column) => [column, z.string().optional()])) }),
        write: {
          object: 'person',
          fields: { email: 'E-Mail', firstName: 'First name', lastName: 'Last name', jobTitle: 'Title' },
          company: { domain: 'Website', name: 'Company' },
        },
        badRows: { to: sales, from },
      }),
    }),

    // People and the contacts of HubSpot are kept in step, field by field, whoever edits where. It begins with a first load:
    // sluice trigger hubspot-contacts --input '{"job":"first-load"}' shows what it would do.
    ...(has('HUBSPOT_ACCESS_TOKEN') && {
      'hubspot-contacts': bidirectionalSync({
        object: 'person',
        external: { connection: 'hubspot', object: 'contacts' },
        match: ['email'],
        fields: {
          email: { twenty: 'emails.primaryEmail', external: 'email' },
          firstName: { twenty: 'name.firstName', external: 'firstname' },
          lastName: { twenty: 'name.lastName', external: 'lastname' },
          jobTitle: { twenty: 'jobTitle', external: 'jobtitle', onConflict: 'latest' },
        },
      }),
    }),
  },
});
