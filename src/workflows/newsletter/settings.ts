import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { MailingContext } from './contract.ts';

/** What `newsletter({...})` takes. */
export type NewsletterInput = z.input<typeof NewsletterSettings>;
/** The settings after validation, defaults in place. */
export type NewsletterSettings = Readonly<z.output<typeof NewsletterSettings>>;
export type MailingSettings = z.output<typeof mailing>;

const textOrCode = (example: string) =>
  z.union([z.string().min(1), field.code<(context: MailingContext) => string | Promise<string>>(`({ name }) => '${example}'`)], {
    error: `Write a text such as '${example}', or a function ({ name, day, people }) => text.`,
  });

const optOut = field.settings({
  /** A yes/no field of the person, which `sluice setup` makes when it is missing; or a select field together with `values`. */
  field: field.apiName('emailOptOut').default('emailOptOut'),
  /** Of a select or multi-select field: the values that mean no. */
  values: z.array(field.text('OPTED_OUT'), { error: "Write a list of options of the field, for example ['OPTED_OUT']." }).min(1, { error: "Name at least one option that means no, for example ['OPTED_OUT']." }).optional(),
}, "Write { field: 'emailOptOut' }, or { field: 'consent', values: ['OPTED_OUT'] } for a select field.");

const MAILING = "Write { subject: 'News in {day}', html: '…', from: 'Acme <news@acme.example>' }.";

const mailing = field
  .settings({
    subject: textOrCode('News of {day}'),
    /** With the tool's own words for leaving: `*|UNSUB|*` at Mailchimp, `{{{RESEND_UNSUBSCRIBE_URL}}}` at Resend. */
    html: textOrCode('<p>Hello</p>').optional(),
    text: textOrCode('Hello').optional(),
    from: field.emailAddress(),
    replyTo: field.emailAddress().optional(),
    preview: field.text('What spring brings').optional(),
    /** At Resend the topic that people may leave by itself. */
    topic: field.text('b6d24b8e-af0b-4c3c-be0c-359bbd97381e').optional(),
    /** False leaves a draft in the tool for a person to look at and send. */
    send: field.yesNo().default(false),
  }, MAILING)
  .refine(({ html, text }) => html !== undefined || text !== undefined, { error: `Has nothing in it. ${MAILING}` });

export const NewsletterSettings = field.settings(
  {
    /** The connection whose people are read. */
    twenty: field.text('twenty').default('twenty'),
    /** The view of people that the newsletter goes to, by name or id. */
    view: field.text('Newsletter readers'),
    /** The connection of the newsletter tool. */
    tool: field.text('mailchimp'),
    /** The list under its id in the tool: a Mailchimp audience, a Brevo list, a Kit tag, a Resend segment. */
    list: field.text('a6b5da1054'),
    /** A part of it: at Mailchimp the id of a tag, so that a mailing goes to these people and not to the whole audience. */
    group: field.text('49377').optional(),
    /** How it is called in Twenty and in the tool. What bears the same name is the same mailing, and is sent once. */
    name: field.text('{integration} {day}').default('{integration} {day}'),
    optOut: optOut.prefault({}),
    /** Further fields of the list under the tool's names, from fields of the person: `{ JOB: 'jobTitle' }`. */
    fields: z.record(z.string().min(1), field.apiName('jobTitle'), { error: "Write { JOB: 'jobTitle' }: the tool's field and the person's." }).default({}),
    /** A mailing that is made in the tool once everybody is on the list; left out, people are added and nothing is mailed. */
    mailing: mailing.optional(),
    /** Who is told how it went. */
    confirm: field.settings({
      to: field.emailAddresses(),
      from: field.emailAddress(),
      /** The connection that sends it. */
      mail: field.text('mail').default('mail'),
    }, "Write { to: 'marketing@acme.example', from: 'Sluice <sluice@acme.example>' }."),
    schedules: field.settings({
      regular: field.settings({
        cron: field.cron('0 9 1 * *', 'at nine on the first of each month'),
        /** The workspace's when left out. */
        timeZone: field.timeZone().optional(),
      }, "Write { cron: '0 9 1 * *' }.").optional(),
    }, "Write { regular: { cron: '0 9 1 * *' } }.").prefault({}),
    /** Where the day in the name is; the workspace's when left out. */
    timeZone: field.timeZone().optional(),
  },
  "Write newsletter({ view: 'Newsletter readers', tool: 'mailchimp', list: 'a6b5da1054', confirm: { to: 'marketing@acme.example', from: 'Sluice <sluice@acme.example>' } }).",
).refine(({ name, mailing: mails, schedules }) => mails === undefined || schedules.regular === undefined || name.includes('{day}'), {
  path: ['name'], error: "Write a name with {day}, for example 'Monthly news {day}': a mailing of one name is sent once, and this one would not be sent again by its schedule.",
});
