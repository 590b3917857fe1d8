/** The numbers of HubSpot's own objects, as webhooks name them (developers.hubspot.com, "Understanding the CRM", object type ids). */
const TYPES: Readonly<Record<string, string>> = {
  contact: '0-1', contacts: '0-1', company: '0-2', companies: '0-2', deal: '0-3', deals: '0-3', ticket: '0-5', tickets: '0-5', product: '0-7', products: '0-7', line_item: '0-8', line_items: '0-8',
};

/** The type of an object by any of its names; an object of the account's own is named by its number, `2-123456`. */
export function objectType(name: string): string {
  return TYPES[name.toLowerCase()] ?? name;
}

export function objectPath(name: string): string {
  return `/crm/v3/objects/${encodeURIComponent(name)}`;
}

/** The property with the time of the last change; contacts have another one than all others. */
export function modifiedProperty(name: string): string {
  return objectType(name) === '0-1' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
}
