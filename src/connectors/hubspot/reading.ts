import { z } from 'zod';
import type { CounterpartObject, CounterpartPage, CounterpartRecord } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import { type Api, ask, midway } from './api.ts';
import { objectPath, objectType } from './objects.ts';
import { CrmRecord, mergedInto, propertiesOf, recordOf } from './records.ts';
import { search } from './search.ts';

/** Records that one batch request reads or writes at most (developers.hubspot.com, "Contacts": 100 records per batch). */
export const BATCH = 100;

const Found = z.object({ results: z.array(CrmRecord) });
const Listed = Found.extend({ paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional() });

/**
 * Records by their ids. The id of a record that was merged answers with the one that it became, under another id; archived ones are
 * asked for separately, and only when something is missing.
 */
export async function getRecords(api: Api, object: CounterpartObject, ids: readonly string[], call: ToolCall): Promise<readonly CounterpartRecord[]> {
  const found = await batchRead(api, object, ids, call);
  const later = midway(call);
  const byId = new Map(found.map((record) => [record.id, record]));
  const missing: string[] = [];
  const records: CounterpartRecord[] = [];
  for (const id of new Set(ids)) {
    const own = byId.get(id);
    const survivor = own ?? found.find((record) => mergedInto(record).includes(id));
    if (survivor === undefined) missing.push(id);
    else records.push({ ...recordOf(object, survivor), ...(own === undefined ? { mergedFrom: id } : {}) });
  }
  if (missing.length === 0) return records;
  const isTold = (record: CrmRecord): boolean => ids.includes(record.id) || ids.some((id) => mergedInto(record).includes(id));
  // Something came for an id that it does not name: merged more than once, perhaps. Each is asked for by itself.
  const lost = found.every(isTold) ? missing : [];
  for (const id of found.every(isTold) ? [] : missing) {
    const record = await readOne(api, object, id, later);
    if (record === undefined) lost.push(id);
    else records.push({ ...recordOf(object, record), ...(record.id === id ? {} : { mergedFrom: id }) });
  }
  if (lost.length === 0) return records;
  const archived = await batchRead(api, object, lost, later, { archived: true });
  return [...records, ...archived.filter(({ id }) => lost.includes(id)).map((record) => recordOf(object, { ...record, archived: true }))];
}

/** By a property that HubSpot keeps unique at once, by others through the search, which knows of a change some seconds later. */
export async function findRecords(api: Api, object: CounterpartObject, field: string, values: readonly string[], call: ToolCall): Promise<readonly CounterpartRecord[]> {
  const wanted = new Set(values.map((value) => value.trim().toLowerCase()).filter((value) => value !== ''));
  if (wanted.size === 0) return [];
  const asked = { name: object.name, fields: [...new Set([...object.fields, field])] };
  const found: CrmRecord[] = [];
  let next = call;
  if (isUnique(api, object.name, field)) {
    for (const some of parts([...wanted])) {
      found.push(...(await batchRead(api, asked, some, next, { idProperty: field })));
      next = midway(call);
    }
  } else {
    // The operator knows capitals of choices, and of texts only small letters.
    for (const some of parts([...new Set([...values.map((value) => value.trim()).filter((value) => value !== ''), ...wanted])])) {
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await search(api, asked, { filterGroups: [{ filters: [{ propertyName: field, operator: 'IN', values: some }] }], after }, next);
        found.push(...page.records);
        after = page.after;
        next = midway(call);
      }
    }
  }
  // A contact is found by its other addresses as well, which are not its address.
  const exact = found.filter((record) => wanted.has((record.properties[field] ?? '').trim().toLowerCase()));
  return [...new Map(exact.map((record) => [record.id, recordOf(object, record)])).values()];
}

/** A page of the list, in the order of ids; archived records are not in it. */
export async function listRecords(api: Api, object: CounterpartObject, cursor: string | undefined, call: ToolCall): Promise<CounterpartPage> {
  const { body } = await ask(api, {
    method: 'GET', url: objectPath(object.name), query: { limit: BATCH, after: cursor, properties: propertiesOf(object).join(','), archived: false }, answer: Listed,
  }, call);
  return { records: body!.results.map((record) => recordOf(object, record)), next: body!.paging?.next?.after };
}

export async function batchRead(api: Api, object: CounterpartObject, ids: readonly string[], call: ToolCall, { archived, idProperty }: { readonly archived?: true; readonly idProperty?: string } = {}): Promise<readonly CrmRecord[]> {
  const { body } = await ask(api, {
    method: 'POST', url: `${objectPath(object.name)}/batch/read`, query: { archived }, changes: false,
    body: { ...(idProperty === undefined ? {} : { idProperty }), properties: propertiesOf(object), inputs: [...new Set(ids)].map((id) => ({ id })) }, answer: Found,
  }, call);
  return body!.results;
}

async function readOne(api: Api, object: CounterpartObject, id: string, call: ToolCall): Promise<CrmRecord | undefined> {
  const { body } = await ask(api, { method: 'GET', url: `${objectPath(object.name)}/${encodeURIComponent(id)}`, query: { properties: propertiesOf(object).join(',') }, answers: [404], answer: CrmRecord }, call);
  return body;
}

function isUnique({ settings }: Api, name: string, field: string): boolean {
  if (objectType(name) === '0-1' && field === 'email') return true;
  return Object.entries(settings.uniqueProperties).some(([object, fields]) => objectType(object) === objectType(name) && fields.includes(field));
}

function parts<T>(values: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / BATCH) }, (_, n) => values.slice(n * BATCH, (n + 1) * BATCH));
}
