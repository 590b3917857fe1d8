import { z } from 'zod';
import type { CustomObject, KnownObject } from './objects.ts';

/** Twenty answers "" for empty text; a few places answer null. */
const text = z.string().nullish().transform((value) => value ?? '');
const id = z.string().nullish().transform((value) => value ?? undefined);
const list = <T extends z.ZodType>(member: T) => z.array(member).nullish().transform((value) => value ?? []);
/** Extra parts of a composite are kept, so that what is written back is whole. */
const composite = <T extends z.ZodRawShape>(parts: T) => z.preprocess((value) => value ?? {}, z.looseObject(parts));

const fullName = composite({ firstName: text, lastName: text });
const link = composite({ primaryLinkUrl: text, primaryLinkLabel: text, secondaryLinks: list(z.unknown()) });

export const record = z.looseObject({
  id: z.string(),
  /** ISO 8601 instants, milliseconds. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Set while the record lies in the trash. */
  deletedAt: id,
});

const person = record.extend({
  name: fullName,
  emails: composite({ primaryEmail: text, additionalEmails: list(z.string()) }),
  phones: composite({
    primaryPhoneNumber: text, primaryPhoneCountryCode: text, primaryPhoneCallingCode: text, additionalPhones: list(z.unknown()),
  }),
  jobTitle: text,
  linkedinLink: link,
  companyId: id,
});

const company = record.extend({ name: text, domainName: link, linkedinLink: link, accountOwnerId: id });

const workspaceMember = record.extend({ name: fullName, userEmail: text });

/** A record as Twenty holds it. Other fields are there under Twenty's own names when they were asked for. */
export type TwentyRecord = Readonly<z.output<typeof record>>;
export type TwentyPerson = Readonly<z.output<typeof person>>;
export type TwentyCompany = Readonly<z.output<typeof company>>;

export interface WorkspaceMember {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** The shape of each object's records; objects without a special shape have the common one. */
export interface RecordOf {
  readonly person: TwentyPerson;
  readonly company: TwentyCompany;
  readonly workspaceMember: Readonly<z.output<typeof workspaceMember>>;
  readonly opportunity: TwentyRecord;
  readonly task: TwentyRecord;
  readonly taskTarget: TwentyRecord;
  readonly note: TwentyRecord;
  readonly noteTarget: TwentyRecord;
  readonly campaign: TwentyRecord;
  readonly [other: CustomObject]: TwentyRecord;
}

export const RECORD_SCHEMAS: { readonly [O in KnownObject]: z.ZodType<RecordOf[O]> } = {
  person, company, workspaceMember,
  opportunity: record, task: record, taskTarget: record, note: record, noteTarget: record, campaign: record,
};

/** Fields of a record to write, under Twenty's own names. */
export type TwentyFields = Readonly<Record<string, unknown>>;
/** A record to create. Its id is ours: a UUID of version 1 to 5, so that a repeated create is recognised. */
export type TwentyRecordInput = TwentyFields & { readonly id: string };
