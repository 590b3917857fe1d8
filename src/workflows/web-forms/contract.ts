import { z } from 'zod';

/** A value for one of the workspace's own fields, in the shape Twenty takes. */
export type FieldValue = string | number | boolean | readonly string[] | { readonly [part: string]: FieldValue };
export const FieldValue: z.ZodType<FieldValue, FieldValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.record(z.string(), FieldValue)]),
);

const typed = z.string().nullish().transform((text) => text ?? undefined);
const ownFields = z
  .record(z.string(), FieldValue.nullish())
  .nullish()
  .transform((fields): Record<string, FieldValue> => Object.fromEntries(Object.entries(fields ?? {}).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]]))));

/** What a mapping takes out of a submission, still as the person typed it. */
export type RawLead = z.input<typeof RawLead>;
export const RawLead = z.strictObject({
  email: typed,
  /** The whole name in one field; `firstName` and `lastName` go before it. */
  name: typed,
  firstName: typed,
  lastName: typed,
  phone: typed,
  jobTitle: typed,
  linkedin: typed,
  companyName: typed,
  /** The company's website; without one the domain of the e-mail address counts. */
  website: typed,
  message: typed,
  /** Further fields of the person and of the company under Twenty's own names. */
  person: ownFields,
  company: ownFields,
  /** What was said but could not be taken over, in plain words. */
  remarks: z.array(z.string()).optional(),
});

/** A submission as the use case works with it: read, normalised, ready to be compared with Twenty. */
export type FormLead = z.infer<typeof FormLead>;
export const FormLead = z.object({
  email: z.string(),
  /** The registered domain of the e-mail address, `acme.example`. */
  emailDomain: z.string(),
  /** Twenty's own workflow will link a new person of this address to the company of its domain. */
  linkedByTwenty: z.boolean(),
  name: z.object({ firstName: z.string(), lastName: z.string() }),
  phone: z
    .object({ primaryPhoneNumber: z.string(), primaryPhoneCountryCode: z.string(), primaryPhoneCallingCode: z.string() })
    .optional(),
  jobTitle: z.string().optional(),
  /** https link without a trailing slash. */
  linkedin: z.string().optional(),
  companyName: z.string().optional(),
  /** The registered domain of the company; absent for free mail without a website. */
  companyDomain: z.string().optional(),
  /** Whether the person named the domain or we took it from the e-mail address. */
  companyDomainFrom: z.enum(['website', 'email']).optional(),
  message: z.string().optional(),
  person: z.record(z.string(), FieldValue),
  company: z.record(z.string(), FieldValue),
  /** Files that were sent along, with a link where the form tool keeps them. */
  files: z.array(z.object({ name: z.string(), url: z.string().optional() })),
  formName: z.string().optional(),
  /** ISO 8601 instant. */
  submittedAt: z.string().optional(),
  /** What could not be read, in plain words for the person who follows up. */
  remarks: z.array(z.string()),
});

/** What reading a stored submission gives. The code groups failures, the reason explains this one. */
export type LeadReading =
  | { readonly ok: true; readonly lead: FormLead }
  | { readonly ok: false; readonly code: 'no-email' | 'bad-email' | 'unreadable' | 'mapping-failed'; readonly reason: string };

/** A person or a company as Twenty returns it; fields under Twenty's own names. */
export type TwentyRecordView = Readonly<Record<string, unknown>> & { readonly id: string };

/** The company a lead belongs to. `differsFromEmailDomain`: Twenty's own workflow will overwrite the link within seconds. */
export type CompanyChoice =
  | { readonly kind: 'existing'; readonly id: string; readonly via: 'domain' | 'name'; readonly differsFromEmailDomain: boolean }
  | {
      readonly kind: 'create';
      /** Two leads with one key mean one new company: `domain:acme.example`, else `name:acme`. */
      readonly naturalKey: string;
      /** All keys under which somebody else might be creating the same company just now. */
      readonly naturalKeys: readonly string[];
      readonly name: string;
      readonly domain?: string;
      readonly differsFromEmailDomain: boolean;
    }
  | { readonly kind: 'none' };

/** One line of the mail to the sales team. */
export interface DigestEntry {
  readonly lead: FormLead;
  readonly person: 'created' | 'updated' | 'unchanged';
  readonly companyName?: string;
  /** The person's page in Twenty. */
  readonly recordUrl?: string;
  readonly taskTitle?: string;
  /** Who follows up, by name. */
  readonly assignee?: string;
  /** ISO 8601 instant. */
  readonly dueAt?: string;
}

/** A mail before it has sender and recipients. */
export interface Digest {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
