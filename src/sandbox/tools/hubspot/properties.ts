import { notValid, type Refused } from './refusal.ts';

type Kind = 'text' | 'email' | 'domain' | 'number' | 'read-only';

const COMMON: Readonly<Record<string, Kind>> = { hs_object_id: 'read-only', hs_lastmodifieddate: 'read-only', createdate: 'read-only', hs_merged_object_ids: 'read-only', hubspot_owner_id: 'text' };

/** Properties of a new account, as far as they are of use here. What an account has added of its own comes on top. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  contacts: {
    ...COMMON, email: 'email', firstname: 'text', lastname: 'text', company: 'text', website: 'text', jobtitle: 'text', phone: 'text', city: 'text', associatedcompanyid: 'number',
    lifecyclestage: 'text', lastmodifieddate: 'read-only', hs_email_optout: 'read-only', hs_email_hard_bounce_reason_enum: 'read-only', hs_additional_emails: 'read-only',
  },
  companies: { ...COMMON, name: 'text', domain: 'domain', website: 'text', phone: 'text', city: 'text', industry: 'text', numberofemployees: 'number' },
  deals: { ...COMMON, dealname: 'text', amount: 'number', closedate: 'text', dealstage: 'text', pipeline: 'text' },
};

/** Sent, and kept as HubSpot keeps it; or what is wrong with it. */
export function checked(object: string, own: readonly string[], sent: Readonly<Record<string, string>>): { readonly properties: Readonly<Record<string, string | null>> } | Refused {
  const problems: { readonly name: string; readonly message: string; readonly error: string }[] = [];
  const properties: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(sent)) {
    const kind = kindOf(object, own, name);
    const text = kind === 'email' ? value.trim().toLowerCase() : kind === 'domain' ? value.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/^www\./, '').replace(/\/.*$/, '') : value;
    if (kind === undefined) problems.push({ name, message: `Property "${name}" does not exist`, error: 'PROPERTY_DOESNT_EXIST' });
    else if (kind === 'read-only') problems.push({ name, message: `"${name}" is a read only property; its value cannot be set.`, error: 'READ_ONLY_VALUE' });
    else if (kind === 'email' && text !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) problems.push({ name, message: `Email address ${text} is invalid`, error: 'INVALID_EMAIL' });
    else if (kind === 'number' && text !== '' && !Number.isFinite(Number(text))) problems.push({ name, message: `${text} was not a valid number.`, error: 'INVALID_LONG' });
    else properties[name] = text === '' ? null : text;
  }
  return problems.length > 0 ? notValid(problems) : { properties };
}

export function hasProperty(object: string, own: readonly string[], name: string): boolean {
  return kindOf(object, own, name) !== undefined;
}

/** GET /crm/v3/properties/{object}, as far as it is of use here. */
export function propertiesOf(object: string, own: readonly string[]): readonly object[] {
  return [...Object.keys(KNOWN[object] ?? {}), ...own].map((name) => ({ name, label: name, type: 'string', fieldType: 'text', groupName: 'information', hidden: false, archived: false }));
}

function kindOf(object: string, own: readonly string[], name: string): Kind | undefined {
  const known = KNOWN[object];
  return known !== undefined && Object.hasOwn(known, name) ? known[name] : own.includes(name) ? 'text' : undefined;
}
