import { checked, hasProperty, propertiesOf } from './properties.ts';
import type { CrmEvent, CrmOptions, Properties, Row } from './row.ts';
import { SearchIndex } from './search-index.ts';
import { gone, type Refused } from './refusal.ts';

export const OBJECTS = ['contacts', 'companies', 'deals'] as const;

/** Contacts, companies and deals of an account. Its methods do what a person does in the app; events of all changes are kept. */
export class Crm {
  readonly #rows = new Map<string, Map<string, Row>>(OBJECTS.map((object) => [object, new Map<string, Row>()]));
  readonly #index = new SearchIndex();
  /** Ids of records that are no more, and what they were merged into. */
  readonly #merged = new Map<string, string>();
  readonly events: CrmEvent[] = [];
  readonly #options: CrmOptions;
  #last = 150;
  #time = 0;

  constructor(options: CrmOptions = {}) {
    this.#options = options;
  }

  /** Throws when HubSpot would refuse it. */
  make(object: string, properties: Readonly<Record<string, string>>): string {
    return idOr(this.create(object, properties));
  }

  edit(object: string, id: string, properties: Readonly<Record<string, string>>): void {
    idOr(this.update(object, id, properties));
  }

  /** All records that a person sees. */
  records(object: string): readonly Row[] {
    return [...this.#rows.get(object)!.values()].filter(({ archived }) => !archived);
  }

  archive(object: string, id: string): void {
    const row = this.#rows.get(object)?.get(id);
    if (row === undefined || row.archived) return;
    this.#put(object, { ...row, archived: true });
    this.#note('deletion', object, id);
  }

  /** Deletes for good, as a request under the GDPR. */
  erase(object: string, id: string): void {
    this.#rows.get(object)!.delete(id);
    this.#index.note(object, id, undefined, this.#now());
    this.#note('privacyDeletion', object, id);
  }

  /** Makes a third record out of two: the values of the first prevail, and both old ids lead to it from now on. */
  merge(object: string, primaryId: string, otherId: string): string {
    const rows = this.#rows.get(object)!;
    const [primary, other] = [rows.get(primaryId)!, rows.get(otherId)!];
    const id = this.#newId();
    const earlier = [primary, other].flatMap((row) => (row.properties['hs_merged_object_ids'] ?? '').split(';').filter(Boolean));
    for (const old of [primaryId, otherId]) {
      rows.delete(old);
      this.#index.note(object, old, undefined, this.#now());
      this.#merged.set(old, id);
    }
    const filled = (row: Row): [string, string | null][] => Object.entries(row.properties).filter(([, value]) => value !== null);
    const emails = [other.properties['email'], other.properties['hs_additional_emails']].filter(Boolean).join(';');
    this.#put(object, {
      ...primary, id,
      properties: { ...primary.properties, ...Object.fromEntries([...filled(other), ...filled(primary)]), ...(object === 'contacts' && emails !== '' ? { hs_additional_emails: emails } : {}), hs_merged_object_ids: [...earlier, primaryId, otherId].join(';') },
    });
    this.#note('merge', object, id, { primaryObjectId: Number(primaryId), mergedObjectIds: [Number(otherId)], newObjectId: Number(id), numberOfPropertiesMoved: 1 });
    return id;
  }

  /** The record that an id leads to, merged or archived. */
  find(object: string, id: string): Row | undefined {
    let own = id;
    while (this.#merged.has(own)) own = this.#merged.get(own)!;
    return this.#rows.get(object)?.get(own);
  }

  isMerged(id: string): boolean {
    return this.#merged.has(id);
  }

  /** By its address or one of its other ones. */
  byEmail(email: string): Row | undefined {
    const own = email.trim().toLowerCase();
    return this.records('contacts').find(({ properties }) => [properties['email'], ...(properties['hs_additional_emails'] ?? '').split(';')].includes(own));
  }

  all(object: string): readonly Row[] {
    return [...this.#rows.get(object)!.values()];
  }

  knows(object: string, property: string): boolean {
    return hasProperty(object, this.#own(object), property);
  }

  properties(object: string): readonly object[] {
    return propertiesOf(object, this.#own(object));
  }

  /** Records as the search knows them: later than they are. */
  indexed(object: string): readonly Row[] {
    return this.#index.rows(object, this.#now() - (this.#options.searchLagMs ?? 0)).filter(({ archived }) => !archived);
  }

  /** What HubSpot would refuse of this; undefined when nothing. Without an id it is a new record. */
  problemOf(object: string, id: string | undefined, sent: Readonly<Record<string, string>>): Refused | undefined {
    const row = id === undefined ? undefined : this.#rows.get(object)?.get(id);
    if (id !== undefined && (row === undefined || row.archived)) return gone(object, [id]);
    const read = checked(object, this.#own(object), sent);
    if (!('properties' in read)) return read;
    const { email } = read.properties;
    const rival = object === 'contacts' && typeof email === 'string' ? this.byEmail(email) : undefined;
    if (rival === undefined || rival.id === id) return undefined;
    return { status: 409, category: 'CONFLICT', message: id === undefined ? `Contact already exists. Existing ID: ${rival.id}` : `A contact with the email '${String(email)}' already exists. Existing ID: ${rival.id}` };
  }

  create(object: string, sent: Readonly<Record<string, string>>): Row | Refused {
    const problem = this.problemOf(object, undefined, sent);
    if (problem !== undefined) return problem;
    const filled = Object.entries(this.#kept(object, sent)).filter(([, value]) => value !== null);
    const id = this.#newId();
    this.#put(object, { id, properties: Object.fromEntries(filled), createdAt: iso(this.#now()), updatedAt: '', archived: false });
    this.#note('creation', object, id, { changeFlag: 'NEW' });
    return this.#rows.get(object)!.get(id)!;
  }

  update(object: string, id: string, sent: Readonly<Record<string, string>>): Row | Refused {
    const problem = this.problemOf(object, id, sent);
    if (problem !== undefined) return problem;
    const row = this.#rows.get(object)!.get(id)!;
    const changed = Object.entries(this.#kept(object, sent)).filter(([name, value]) => (row.properties[name] ?? null) !== value);
    if (changed.length === 0) return row;
    this.#put(object, { ...row, properties: { ...row.properties, ...Object.fromEntries(changed) } });
    for (const [name, value] of changed) this.#note('propertyChange', object, id, { propertyName: name, propertyValue: value ?? '' });
    return this.#rows.get(object)!.get(id)!;
  }

  /** Sets what neither a person nor the API can: opt-outs, bounces. */
  mark(object: string, id: string, properties: Properties): void {
    const row = this.#rows.get(object)!.get(id)!;
    this.#put(object, { ...row, properties: { ...row.properties, ...properties } });
  }

  saved(): unknown {
    return { last: this.#last, merged: [...this.#merged], rows: [...this.#rows].map(([object, rows]) => [object, [...rows.values()]]) };
  }

  load(saved: unknown): void {
    const { last, merged, rows } = saved as { last: number; merged: [string, string][]; rows: [string, Row[]][] };
    this.#last = last;
    for (const [from, to] of merged) this.#merged.set(from, to);
    for (const [object, own] of rows) for (const row of own) this.#keep(object, row);
  }

  #put(object: string, row: Row): void {
    // No two changes of an account share a moment here, unless the clock is a test's own.
    this.#time = this.#options.now === undefined ? Math.max(Date.now(), this.#time + 1) : this.#options.now();
    const updatedAt = iso(this.#time);
    const properties: Properties = { ...row.properties, createdate: row.createdAt, hs_object_id: row.id, [object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate']: updatedAt };
    this.#keep(object, { ...row, properties, updatedAt });
  }

  #keep(object: string, row: Row): void {
    this.#rows.get(object)!.set(row.id, row);
    this.#index.note(object, row.id, row, this.#now());
  }

  #note(type: CrmEvent['type'], object: string, objectId: string, more: CrmEvent['more'] = {}): void {
    this.events.push({ type, object, objectId, occurredAt: this.#now(), more });
  }

  #own(object: string): readonly string[] {
    return this.#options.properties?.[object] ?? [];
  }

  #kept(object: string, sent: Readonly<Record<string, string>>): Properties {
    const read = checked(object, this.#own(object), sent);
    return 'properties' in read ? read.properties : {};
  }

  #newId(): string {
    this.#last += 1;
    return String(this.#last);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

function idOr(result: Row | Refused): string {
  if ('message' in result) throw new Error(result.message);
  return result.id;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
