import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { FormSource } from '../../connectors/form-source.ts';
import type { FormSubmission } from '../../domain/form-submission.ts';
import type { DigestEntry, FormLead, RawLead } from './contract.ts';

/** What `webForms({...})` takes. */
export type WebFormsInput = z.input<typeof WebFormsSettings>;
/** The settings after validation, defaults in place. */
export type WebFormsSettings = Readonly<z.output<typeof WebFormsSettings>>;
export type FieldMapping = z.output<typeof mapping>;
export type TaskSettings = z.output<typeof task>;
export type Assignee = z.output<typeof assignee>;
export type UpdatePolicy = z.output<typeof policy>;

/** What may be overwritten or filled; the workspace's own fields come from the mapping. */
export const POLICY_FIELDS = ['name', 'phone', 'jobTitle', 'linkedin', 'company', 'companyName', 'companyDomain'] as const;
/** What can be demanded of a form. */
const REQUIRABLE = ['email', 'name', 'phone', 'companyName', 'message'] as const;

const noneOrNames = z.union([z.tuple([]), z.string().min(1), z.array(z.string().min(1))], {
  error: "Write a field name of the form, a list of them, or [] to leave it out.",
});

const customField = z.union(
  [
    z.string().min(1),
    z.array(z.string().min(1)).min(1),
    z.strictObject({
      from: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
      as: z.enum(['text', 'number', 'boolean', 'list', 'option', 'options', 'link', 'date']).optional(),
    }),
  ],
  { error: "Write a field name of the form, a list of them, or { from: 'size', as: 'number' } (text, number, boolean, list, option, options, link, date)." },
);

const customFields = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]*$/, { error: 'Write the field under its API name in Twenty, for example leadSource.' }),
  customField,
  { error: "Write { twentyField: 'form field' }." },
);

const mappingByName = field.settings({
  email: noneOrNames.optional(), name: noneOrNames.optional(), firstName: noneOrNames.optional(), lastName: noneOrNames.optional(),
  phone: noneOrNames.optional(), jobTitle: noneOrNames.optional(), linkedin: noneOrNames.optional(),
  companyName: noneOrNames.optional(), website: noneOrNames.optional(), message: noneOrNames.optional(),
  person: customFields.default({}), company: customFields.default({}),
});

const mapping = z.union([field.code<(submission: FormSubmission) => RawLead | Promise<RawLead>>('(form) => ({ email: … })'), mappingByName], {
  error: "Write { email: 'your_email', … } with the form's field names, or a function (form) => ({ email: … }).",
});

const policy = field.settings({
  default: field.oneOf(['fill', 'overwrite']).default('fill'),
  /** Fields the newest form wins, by name. */
  overwrite: z.array(z.string(), { error: "Write a list of field names, for example ['jobTitle']." }).default([]),
  /** Fields that are only filled when they are blank, whatever the default. */
  fill: z.array(z.string(), { error: "Write a list of field names, for example ['name']." }).default([]),
});

const member = field.text('ann@acme.example');
const assignee = z.union(
  [
    z.strictObject({ member }),
    z.strictObject({ turns: z.array(member).min(1) }),
    field.code<(lead: FormLead) => string | undefined | Promise<string | undefined>>("(lead) => 'ann@acme.example'"),
  ],
  { error: "Write { member: 'name or e-mail' }, { turns: ['first', 'second'] } or a function (lead) => 'name or e-mail'." },
);

const textOrCode = (example: string) =>
  z.union([z.string().min(1), field.code<(lead: FormLead) => string>(`(lead) => '${example}'`)], {
    error: `Write a text such as '${example}', or a function (lead) => text.`,
  });

const task = field.settings({
  enabled: field.yesNo().default(true),
  title: textOrCode('Call {name}').default('Follow up: {name}'),
  dueInWorkingDays: field.wholeNumber(0, 365).default(1),
  dueHour: field.wholeNumber(0, 23).default(17),
  /** The workspace's time zone when left out. */
  timeZone: field.timeZone().optional(),
  /** Days nobody works, 0 = Sunday. */
  weekend: z.array(field.wholeNumber(0, 6)).max(6, { error: 'A week needs at least one working day.' }).default([0, 6]),
  holidays: z.array(field.day()).default([]),
  assignee: assignee.optional(),
});

const notify = field.settings({
  to: field.emailAddresses(),
  from: field.emailAddress(),
  subject: z
    .union([z.string().min(1), field.code<(entries: readonly DigestEntry[]) => string>('(entries) => …')], {
      error: "Write a text such as 'New enquiry from {name}', or a function (entries) => text.",
    })
    .optional(),
  /** The connection that sends it. */
  mail: field.text('mail').default('mail'),
}, "Write { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' }.");

const captcha = field.settings({
  provider: field.oneOf(['turnstile', 'hcaptcha']),
  secret: field.secretRef('CAPTCHA_SECRET'),
  /** The service's own address when left out. */
  verifyUrl: field.webAddress('https://challenges.cloudflare.com/turnstile/v0/siteverify').optional(),
});

const source = field.oneOrMany(
  z
    .custom<FormSource>((value) => typeof value === 'object' && value !== null && 'read' in value && 'problems' in value, {
      error: 'Write a form source such as htmlForm({…}), jsonForm({…}) or typeform({…}).',
    })
    .superRefine((one, context) => {
      // Its builder kept what is wrong with it, so that all problems come together.
      for (const { path, message } of one.problems ?? []) context.addIssue({ code: 'custom', path: path.split('.').filter(Boolean), message });
    }),
  'Write a form source such as htmlForm({…}), or a list of them.',
);

export const WebFormsSettings = field
  .settings({
    source,
    mapping: mapping.default({ person: {}, company: {} }),
    /** The connection that is written to. */
    twenty: field.text('twenty').default('twenty'),
    policy: policy.default({ default: 'fill', overwrite: [], fill: [] }),
    /** Where phone numbers without a country belong; the workspace's country when left out. */
    country: field.country().optional(),
    /** Mail providers beyond the known ones, and domains that are none. */
    freeMail: field.settings({ add: z.array(field.text('mail.acme.example')).default([]), except: z.array(field.text('acme.example')).default([]) }).default({ add: [], except: [] }),
    task: task.prefault({}),
    notify: notify.optional(),
    /** A person in the trash who owns the address: bring back, leave and make a task, or leave alone. */
    trash: field.oneOf(['restore', 'task', 'skip']).default('restore'),
    /** When Twenty's own workflow links the person elsewhere: accept that, or set our link again, once. */
    companyLink: field.oneOf(['accept', 'restore']).default('accept'),
    /** A field no person sees; whoever fills it is a machine. */
    honeypot: field.text('website_url').optional(),
    thankYouUrl: field.webAddress('https://www.acme.example/thanks').optional(),
    allowedOrigins: z.array(field.origin(), { error: "Write a list of origins, for example ['https://www.acme.example']." }).optional(),
    perAddressPerMinute: field.wholeNumber(1, 10_000).optional(),
    captcha: captcha.optional(),
    /** A form without these is refused at the door instead of ending as failed. */
    required: z.array(field.oneOf(REQUIRABLE)).default([]),
  })
  .superRefine((value, context) => {
    // A source with problems of its own is still as it was written, not yet a list.
    const [first, ...others] = [value.source].flat().map((one) => JSON.stringify(one?.verification));
    if (others.some((one) => one !== first)) {
      context.addIssue({ code: 'custom', path: ['source'], message: 'Sources of one integration share its address, so all must be checked the same way. Give each its own integration.' });
    }
    const custom = typeof value.mapping === 'function' ? undefined : value.mapping;
    for (const list of ['overwrite', 'fill'] as const) {
      value.policy[list].forEach((name, i) => {
        const known = [...POLICY_FIELDS, ...Object.keys(custom?.person ?? {}), ...Object.keys(custom?.company ?? {}).map((key) => `company.${key}`)];
        if (custom !== undefined && !known.includes(name)) {
          context.addIssue({ code: 'custom', path: ['policy', list, i], message: `There is no field “${name}” to ${list}. Known: ${known.join(', ')}.` });
        }
      });
    }
    for (const kind of ['person', 'company'] as const) {
      for (const name of Object.keys(custom?.[kind] ?? {})) {
        const own = RESERVED[kind][name];
        if (own !== undefined) context.addIssue({ code: 'custom', path: ['mapping', kind, name], message: own });
      }
    }
  });

const RESERVED: Readonly<Record<'person' | 'company', Readonly<Record<string, string>>>> = {
  person: {
    id: 'The id is ours. Leave it out.', emails: 'Write it as mapping.email.', name: 'Write it as mapping.name.', phones: 'Write it as mapping.phone.',
    jobTitle: 'Write it as mapping.jobTitle.', linkedinLink: 'Write it as mapping.linkedin.', companyId: 'Write it as mapping.companyName or mapping.website.',
  },
  company: { id: 'The id is ours. Leave it out.', name: 'Write it as mapping.companyName.', domainName: 'Write it as mapping.website.' },
};
