/** How a sub-field of a composite is stored and read back when empty. */
export interface SubField {
  readonly type: 'TEXT' | 'NUMERIC' | 'RAW_JSON' | 'SELECT' | 'UUID' | 'CODE';
  readonly name: string;
  readonly options?: readonly string[];
}

export interface Composite {
  /** As error messages call it: `full name`. */
  readonly title: string;
  readonly graphqlType: string;
  readonly subFields: readonly SubField[];
  readonly subByName: ReadonlyMap<string, SubField>;
  /** The sub-field that a unique field compares. */
  readonly unique?: string;
}

/** The sub-fields of a composite field type, in the order the API answers; undefined for a plain type. */
export function compositeOf(type: string): Composite | undefined {
  return composites.get(type);
}

export const actorSources = ['EMAIL', 'CALENDAR', 'WORKFLOW', 'AGENT', 'API', 'IMPORT', 'MANUAL', 'SYSTEM', 'WEBHOOK', 'APPLICATION'] as const;

const composites = new Map<string, Composite>([
  composite('FULL_NAME', 'FullName', [text('firstName'), text('lastName')]),
  composite('EMAILS', 'Emails', [text('primaryEmail'), list('additionalEmails')], 'primaryEmail'),
  composite('PHONES', 'Phones', [
    text('primaryPhoneNumber'), text('primaryPhoneCountryCode'), text('primaryPhoneCallingCode'), list('additionalPhones'),
  ], 'primaryPhoneNumber'),
  composite('LINKS', 'Links', [text('primaryLinkLabel'), text('primaryLinkUrl'), list('secondaryLinks')], 'primaryLinkUrl'),
  // A currency code without a value reads as null, unlike every other text.
  composite('CURRENCY', 'Currency', [numeric('amountMicros'), { name: 'currencyCode', type: 'CODE' }]),
  composite('ADDRESS', 'Address', [
    text('addressStreet1'), text('addressStreet2'), text('addressCity'), text('addressPostcode'), text('addressState'),
    text('addressCountry'), numeric('addressLat'), numeric('addressLng'),
  ]),
  composite('ACTOR', 'Actor', [
    { name: 'source', type: 'SELECT', options: actorSources },
    { name: 'workspaceMemberId', type: 'UUID' },
    text('name'),
    { name: 'context', type: 'RAW_JSON' },
  ]),
  composite('RICH_TEXT', 'RichText', [{ name: 'blocknote', type: 'CODE' }, text('markdown')]),
]);

function composite(type: string, graphqlType: string, subFields: readonly SubField[], unique?: string): [string, Composite] {
  const title = type.toLowerCase().replaceAll('_', ' ');
  const subByName = new Map(subFields.map((sub) => [sub.name, sub]));
  return [type, { title, graphqlType, subFields, subByName, ...(unique === undefined ? {} : { unique }) }];
}

function text(name: string): SubField {
  return { name, type: 'TEXT' };
}

function numeric(name: string): SubField {
  return { name, type: 'NUMERIC' };
}

function list(name: string): SubField {
  return { name, type: 'RAW_JSON' };
}
