import type { CallContext, TwentyClient } from '../../connectors/twenty/index.ts';
import type { Outcome } from '../../domain/delivery.ts';
import { personName, recordName } from '../../domain/record-words.ts';
import { textsOf } from '../../domain/record-values.ts';
import type { Linked } from '../../workflows/meeting-notes/contract.ts';
import type { MeetingNotesSettings } from '../../workflows/meeting-notes/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** A person of Twenty as far as a meeting concerns them. */
export interface Person extends Linked {
  readonly trashed: boolean;
  /** Unless it lies in the trash. */
  readonly company: Linked | undefined;
  /** What the opt-out field holds. */
  readonly wantsNoMail: unknown;
}

/**
 * The people of these addresses with their companies, in one call; the trash included. Several may hold an address: who is not in the
 * trash goes first, then whose primary address it is, then the oldest.
 */
export async function readPeople(twenty: TwentyClient, emails: readonly string[], optOutField: string | undefined, context: CallContext): Promise<ReadonlyMap<string, readonly Person[]>> {
  const wanted = [...new Set(emails)];
  if (wanted.length === 0) return new Map();
  const records = await twenty.findPeopleByEmails(wanted, context, ['company{id name deletedAt}', ...(optOutField === undefined ? [] : [optOutField])]);
  return new Map(wanted.map((email) => {
    const rank = (record: (typeof records)[number]): string =>
      `${record.deletedAt === undefined ? '0' : '1'}${record.emails.primaryEmail.toLowerCase() === email ? '0' : '1'}${record.createdAt}${record.id}`;
    const holders = records.filter(({ emails: { primaryEmail, additionalEmails } }) => [primaryEmail, ...additionalEmails].some((address) => address.toLowerCase() === email));
    return [email, holders.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).map((record): Person => ({
      id: record.id, name: personName(record), trashed: record.deletedAt !== undefined, company: companyOf(record['company']), wantsNoMail: optOutField === undefined ? undefined : record[optOutField],
    }))];
  }));
}

function companyOf(value: unknown): Linked | undefined {
  const company = value as { readonly id?: unknown; readonly deletedAt?: unknown } | null | undefined;
  if (typeof company?.id !== 'string' || (company.deletedAt !== undefined && company.deletedAt !== null)) return undefined;
  return { id: company.id, name: recordName(company as Readonly<Record<string, unknown>>) ?? 'a company without a name' };
}

/** The field that says who wants no mail, and how it says so; undefined where nobody is mailed. */
export function optOutOf({ optOut, email }: MeetingNotesSettings): { readonly field: string; says(value: unknown): boolean } | undefined {
  if (optOut === undefined || email.to === 'nobody') return undefined;
  const { field, values } = optOut;
  return { field, says: (value) => (values === undefined ? value === true || textsOf(value).length > 0 : textsOf(value).some((one) => values.includes(one))) };
}

const FIELD_LASTS_MS = 300_000;
const seen = new WeakMap<object, { readonly field: string; readonly atMs: number }>();

/** Twenty answers nothing for a field that it does not have, and everybody would be mailed: the run says so instead. Costs no token. */
export async function lacksField(deps: ActivityDeps, settings: MeetingNotesSettings): Promise<Outcome | undefined> {
  const field = optOutOf(settings)?.field;
  if (field === undefined) return undefined;
  const { metadata } = deps.twenty(settings.twenty);
  const known = seen.get(metadata);
  if (known?.field === field && Date.now() - known.atMs < FIELD_LASTS_MS) return undefined;
  const person = (await metadata.objects()).find(({ nameSingular }) => nameSingular === 'person');
  if (person?.fields?.some(({ name, isActive }) => name === field && isActive) === true) {
    seen.set(metadata, { field, atMs: Date.now() });
    return undefined;
  }
  return { state: 'failed', code: 'field_missing', reason: `Twenty has not the field person.${field}, which says who wants no mail. Run “sluice setup”, or name another field in the configuration; then retry.` };
}
