import { ConnectorError } from '../../domain/failure.ts';
import type { TwentyField, TwentyObject } from './metadata.ts';

/** The parts of each composite type, all of them, as webhooks carry them. Source: the introspection of Twenty 2.21. */
export const COMPOSITE_PARTS: Readonly<Record<string, string>> = {
  FULL_NAME: '{firstName lastName}',
  EMAILS: '{primaryEmail additionalEmails}',
  PHONES: '{primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode additionalPhones}',
  LINKS: '{primaryLinkLabel primaryLinkUrl secondaryLinks}',
  CURRENCY: '{amountMicros currencyCode}',
  ADDRESS: '{addressStreet1 addressStreet2 addressCity addressPostcode addressState addressCountry addressLat addressLng}',
  ACTOR: '{source workspaceMemberId name context}',
  RICH_TEXT: '{blocknote markdown}',
  RICH_TEXT_V2: '{blocknote markdown}',
};

/** What every record has and every reader needs; a record's author tells whether a change is our own. */
const ALWAYS = ['id', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy'];

/**
 * The selection of these fields as a webhook's record carries them: composites whole, a relation by the id it holds. A field
 * that the object does not have is left out, as it is in webhooks.
 */
export function recordSelection(object: TwentyObject, fields: readonly string[]): string {
  const known = object.fields ?? [];
  const selected = [...ALWAYS, ...fields].flatMap((name) => {
    const field = known.find((one) => one.name === name || joinColumn(one) === name);
    return field === undefined ? [] : [`${joinColumn(field) ?? plain(object, field)}`];
  });
  return [...new Set(selected)].join(' ');
}

/** A relation to one other record stands in the record as that record's id. */
export function joinColumn({ name, type, settings }: TwentyField): string | undefined {
  if (type !== 'RELATION' && type !== 'MORPH_RELATION') return undefined;
  const column = settings?.['joinColumnName'];
  if (typeof column === 'string') return column;
  return settings?.['relationType'] === 'MANY_TO_ONE' ? `${name}Id` : undefined;
}

function plain(object: TwentyObject, { name, type }: TwentyField): string {
  if (type === 'RELATION' || type === 'MORPH_RELATION') {
    throw new ConnectorError('twenty', 'rejected', `twenty: ${object.nameSingular}.${name} leads to many records, which are no part of it: watch them instead`);
  }
  return `${name}${COMPOSITE_PARTS[type] ?? ''}`;
}
