import type { Counterpart } from '../counterpart.ts';
import { type Api, SERVICE } from './api.ts';
import { readChangedSince } from './changes.ts';
import { checkProperties } from './known-properties.ts';
import { BATCH, findRecords, getRecords, listRecords } from './reading.ts';
import { createRecords, removeRecords, updateRecords } from './writing.ts';

/**
 * HubSpot's records as the other side of a two-way sync: contacts, companies, deals, or any other object by its name or number
 * (developers.hubspot.com/docs/api-reference/crm). Values are texts, as HubSpot holds them. A company of a contact is its property
 * `associatedcompanyid`; what is only an association, such as the company of a deal, is not kept in step.
 */
export function openCounterpart(api: Api): Counterpart {
  const check = checkProperties(api);
  return {
    service: SERVICE,
    atOnce: BATCH,
    knowsKeys: false,
    get: async (object, ids, call) => (ids.length === 0 ? [] : getRecords(api, object, ids, await check(object, call))),
    find: async (object, field, values, call) => findRecords(api, object, field, values, await check(object, call)),
    changes: async (object, cursor, call) => readChangedSince(api, object, cursor, await check(object, call)),
    all: async (object, cursor, call) => listRecords(api, object, cursor, await check(object, call)),
    create: (object, records, call) => createRecords(api, object, records, call),
    update: (object, rows, call) => updateRecords(api, object, rows, call),
    remove: (object, ids, _forGood, call) => removeRecords(api, object, ids, call),
  };
}
