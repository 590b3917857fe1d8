import { z } from 'zod';
import * as field from '../../config/fields.ts';

/** Short names for fields of Twenty that are made of parts. */
export const SHORT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  person: { email: 'emails.primaryEmail', phone: 'phones', linkedin: 'linkedinLink', firstName: 'name.firstName', lastName: 'name.lastName', fullName: 'name' },
  company: { domain: 'domainName', linkedin: 'linkedinLink' },
  opportunity: {},
};

const KEYS: Readonly<Record<string, readonly string[]>> = { person: ['emails.primaryEmail'], company: ['domainName'], opportunity: [] };

const fieldPath = z.string({ error: "Write a field of Twenty, for example 'email', 'jobTitle' or 'address.addressCity'." }).regex(/^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)?$/, { error: "Write a field under its API name in Twenty, for example 'jobTitle' or 'address.addressCity'." });
const column = z.union([field.text('E-Mail'), field.code<(row: never) => unknown>('(row) => row.first + row.last')], { error: "Write a column of the row, for example 'email', or a function (row) => …." });

/** What a record that is there may lose, by Twenty's field names. */
export interface FieldPolicy {
  readonly default: 'fill' | 'overwrite';
  readonly fill: readonly string[];
  readonly overwrite: readonly string[];
}

/** Where a row is written. */
export type Target = z.output<typeof Target>;
export const Target = field
  .settings({
    object: field.oneOf(['person', 'company', 'opportunity']),
    /** Fields of Twenty, each with the column it comes from or a function of the row. */
    fields: z.record(fieldPath, column),
    /** How the record is found that is there already. */
    match: field.settings({
      /** Fields that name a record, in the order in which they count. `[]` finds none, so that every new row makes a record, once. */
      keys: z.array(fieldPath).optional(),
      /** Without a hit by key: names are compared. From `same` on it is the record, from `ask` on the row is held for a person. 0 to 100. */
      names: field.settings({ same: field.wholeNumber(50, 100).default(95), ask: field.wholeNumber(40, 100).default(85) }, 'Write { same: 95, ask: 85 }.').optional(),
    }).prefault({}),
    /** What becomes of a record that is found: `skip` leaves it alone; else fields are filled where blank, or overwritten. A blank never overwrites. */
    found: z.union([
      z.literal('skip'),
      field.settings({ default: field.oneOf(['fill', 'overwrite']).default('fill'), fill: z.array(fieldPath).default([]), overwrite: z.array(fieldPath).default([]) }),
    ], { error: "Write 'skip' or { default: 'fill', overwrite: ['jobTitle'] }." }).prefault({}),
    /** Links to the company of this domain, else of this name; made when there is none, unless `create: false`. */
    company: field.settings({ domain: field.text('website').optional(), name: field.text('company').optional(), create: field.yesNo().default(true) }, "Write { domain: 'website', name: 'company' }.").optional(),
    /** Links an opportunity to the person with this address. */
    contact: field.settings({ email: field.text('email') }).optional(),
    /** A multi-select field that takes the tags of rules. */
    tags: field.apiName('importTags').optional(),
    /** Currency of amounts that come without one. */
    currency: z.string().regex(/^[A-Z]{3}$/, { error: "Write a currency by three letters, for example 'EUR'." }).optional(),
  })
  .transform(({ fields, match, found, ...rest }) => {
    const long = (name: string): string => SHORT[rest.object]![name] ?? name;
    return {
      ...rest,
      fields: Object.fromEntries(Object.entries(fields).map(([name, from]) => [long(name), from])),
      match: { keys: (match.keys ?? KEYS[rest.object]!).map(long), ...(match.names === undefined ? {} : { names: match.names }) },
      found: found === 'skip' ? found : ({ default: found.default, fill: found.fill.map(long), overwrite: found.overwrite.map(long) } satisfies FieldPolicy as FieldPolicy),
    };
  })
  .superRefine((value, context) => {
    if (value.company !== undefined && value.object === 'company') context.addIssue({ code: 'custom', path: ['company'], message: 'A company is not linked to a company. Leave it out.' });
    if (value.contact !== undefined && value.object !== 'opportunity') context.addIssue({ code: 'custom', path: ['contact'], message: 'Only an opportunity has a point of contact. Leave it out.' });
    const names = value.match.names;
    if (names !== undefined && names.ask > names.same) context.addIssue({ code: 'custom', path: ['match', 'names', 'ask'], message: 'Write at most as much as same.' });
    if (names !== undefined && value.object === 'opportunity') context.addIssue({ code: 'custom', path: ['match', 'names'], message: 'Names of opportunities say too little. Leave it out, or match by a field of its own.' });
    for (const key of value.match.keys) {
      if (!(key in value.fields)) context.addIssue({ code: 'custom', path: ['match', 'keys'], message: `Records are to be found by “${key}”, which no column fills. Add it to fields, or name other keys.` });
    }
  });
