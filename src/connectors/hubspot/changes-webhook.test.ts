import { expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { Crm } from '../../sandbox/tools/hubspot/crm.ts';
import { hubspotWebhooks } from './index.ts';

const URL = 'https://sluice.acme.example/hooks/contacts-sync';
const source = hubspotWebhooks({ secret: secret('HUBSPOT_CLIENT_SECRET'), url: URL });
const CONTACTS = { name: 'contacts', fields: ['email', 'jobtitle'] };
const read = (events: unknown, object = CONTACTS) =>
  source.read({ contentType: 'application/json', contentTypeHeader: 'application/json', headers: {}, body: new TextEncoder().encode(JSON.stringify(events)) }, object);
const event = (subscriptionType: string, objectId: number, more: object = {}) => ({ eventId: 1, subscriptionId: 2, portalId: 3, appId: 4, occurredAt: 1_760_000_000_000, subscriptionType, attemptNumber: 0, objectId, changeSource: 'CRM_UI', ...more });

test('each record that changed is named once, in either form of subscription', () => {
  const change = { propertyName: 'jobtitle', propertyValue: 'CEO' };
  expect(read([event('contact.propertyChange', 151, change), event('object.propertyChange', 152, { ...change, objectTypeId: '0-1' }), event('contact.creation', 151)])).toMatchObject({ kind: 'changed', ids: ['151', '152'] });
});

test('other objects, fields that are not kept in step, and conversations are not for us', () => {
  const events = [event('company.creation', 1), event('object.creation', 2, { objectTypeId: '0-3' }), event('contact.propertyChange', 3, { propertyName: 'hs_analytics_num_visits' }), event('conversation.creation', 4)];
  expect(read(events)).toEqual({ kind: 'ignored', what: 'company.creation, object.creation, contact.propertyChange, conversation.creation' });
  expect(read(events, { name: 'company', fields: [] })).toMatchObject({ ids: ['1'] });
  expect(read([event('object.creation', 5, { objectTypeId: '2-123456' })], { name: '2-123456', fields: [] })).toMatchObject({ ids: ['5'] });
});

test('a merge names the record that prevails, the other one and the new one; deletions name theirs', () => {
  expect(read([event('contact.merge', 153, { primaryObjectId: 151, mergedObjectIds: [152], newObjectId: 153 })])).toMatchObject({ ids: ['151', '152', '153'] });
  expect(read([event('contact.deletion', 151), event('contact.privacyDeletion', 152), event('object.restore', 153, { objectTypeId: '0-1' })])).toMatchObject({ ids: ['151', '152', '153'] });
});

test('the same events in another attempt, order or company have the same key, other events another', () => {
  const key = (events: unknown): unknown => (read(events) as { readonly key?: string }).key;
  const [a, b] = [event('contact.creation', 151), event('contact.creation', 152)];
  expect(key([{ ...b, attemptNumber: 3 }, { ...a, attemptNumber: 1 }, event('deal.creation', 9)])).toBe(key([a, b]));
  expect(new Set([key([a]), key([b]), key([a, b]), key([{ ...a, occurredAt: 1_760_000_000_001 }]), key([{ ...a, eventId: 2 }])]).size).toBe(5);
});

test('what HubSpot does not send is refused with the place', () => {
  expect(read({ not: 'a list' })).toMatchObject({ kind: 'refused', path: 'body' });
  expect(read([{ objectId: 1 }])).toMatchObject({ kind: 'refused', path: '0.subscriptionType' });
});

test('it is signed with the address of the configuration, and wrong settings are told', () => {
  expect(source.verification).toMatchObject({ scheme: 'hubspot-v3', options: { url: URL } });
  expect(hubspotWebhooks({ secret: secret('S'), url: 'https://a.example/h?x=%28a%29%20b' }).verification).toMatchObject({ options: { url: 'https://a.example/h?x=(a)%20b' } });
  expect(hubspotWebhooks({ url: 'nowhere' } as never).problems.map(({ path }) => path)).toEqual(['secret', 'url']);
});

test('the stand-in sends what the reader reads', () => {
  const crm = new Crm();
  const [ann, bo] = ['ann', 'bo'].map((name) => crm.make('contacts', { email: `${name}@acme.example` })) as [string, string];
  const both = crm.merge('contacts', ann, bo);
  expect(crm.events.at(-1)).toMatchObject({ type: 'merge', objectId: both, more: { primaryObjectId: Number(ann), mergedObjectIds: [Number(bo)], newObjectId: Number(both) } });
});
