import { oneLine } from './text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What people call a person of Twenty: “Ann Lee”, else the address, else what it is. */
export function personName(person: Fields): string {
  const { firstName, lastName } = (person['name'] ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  const name = [firstName, lastName].filter((part): part is string => typeof part === 'string' && part.trim() !== '').join(' ');
  return oneLine(name) || (primaryEmail(person) ?? 'A person without a name');
}

/** A person's primary e-mail address as it stands in Twenty; undefined when there is none. */
export function primaryEmail(person: Fields): string | undefined {
  const { primaryEmail: email } = (person['emails'] ?? {}) as { readonly primaryEmail?: unknown };
  return typeof email === 'string' && email.trim() !== '' ? email : undefined;
}

/** The name of a company, an opportunity or another record whose name is a text; undefined when it has none. */
export function recordName(record: Fields | undefined): string | undefined {
  const name = record?.['name'];
  return typeof name === 'string' && name.trim() !== '' ? oneLine(name) : undefined;
}
