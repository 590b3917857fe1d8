import { expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import type { CounterpartReading } from '../counterpart-source.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import { restWebhooks, type RestWebhooksInput } from './index.ts';

const key = secret('TOOL_WEBHOOK_SECRET');
const read = (payload: unknown, more: Partial<RestWebhooksInput> = {}, headers: Readonly<Record<string, string>> = {}): CounterpartReading =>
  restWebhooks({ secret: key, ids: 'data[].id', ...more }).read({ ...jsonRequest(payload), headers }, { name: 'contacts', fields: ['email'] });

test('each record is named once, whether the ids are texts or numbers, one or many; without a place for them what changed is asked', () => {
  expect(read({ data: [{ id: 'a' }, { id: 7 }, { id: 'a' }, {}] })).toMatchObject({ kind: 'changed', ids: ['a', '7'] });
  expect(read([{ id: 'a' }], { ids: '[].id' })).toMatchObject({ ids: ['a'] });
  expect(read({ contact: 'a' }, { ids: 'contact' })).toMatchObject({ ids: ['a'] });
  expect(read({ any: 'thing' }, { ids: undefined })).toMatchObject({ kind: 'changed', ids: [] });
  expect(read({ data: Array.from({ length: 501 }, (_, id) => ({ id })) })).toMatchObject({ kind: 'changed', ids: [] });
});

test('news of other things is acknowledged and dropped, and what is no news is refused with the place', () => {
  const only = { at: 'type', values: ['contact.updated', 'contact.deleted'] };
  expect(read({ type: 'deal.updated', data: [{ id: 'a' }] }, { only })).toEqual({ kind: 'ignored', what: 'deal.updated' });
  expect(read({ type: 'contact.deleted', data: [{ id: 'a' }] }, { only })).toMatchObject({ ids: ['a'] });
  expect(read({ data: [] })).toMatchObject({ kind: 'ignored' });
  expect(read({ data: [{ id: 'ä b' }] })).toMatchObject({ kind: 'refused', path: 'data[].id' });
  expect(restWebhooks({ secret: key }).read({ ...jsonRequest({}), body: new Uint8Array([0xff]) }, { name: 'contacts', fields: [] })).toMatchObject({ kind: 'refused', path: 'body' });
});

test('a repeat is known by the id of the delivery or of the news, else by its words for a moment only', () => {
  const news = { event: { id: 'e1' }, data: [{ id: 'a' }] };
  expect(read(news, {}, { 'webhook-id': 'msg_1' })).toMatchObject({ key: 'delivery:msg_1' });
  expect(read(news, { key: 'event.id' })).toMatchObject({ key: 'delivery:e1' });
  const [one, other] = [read(news), read({ ...news, event: { id: 'e2' } })] as unknown as readonly { readonly key: string; readonly windowMs: number }[];
  expect([one!.windowMs, one!.key === other!.key]).toEqual([1_000, false]);
});

test('the sender signs, shows a secret or is open in so many words', () => {
  expect(restWebhooks({ secret: key, signature: 'github', header: 'X-Signature' }).verification).toEqual({ scheme: 'github', secrets: [key], options: { header: 'X-Signature' } });
  expect(restWebhooks({ secret: key }).verification).toEqual({ scheme: 'path-secret', secrets: [key] });
  expect(restWebhooks({ unauthenticated: true }).verification).toEqual({ scheme: 'none' });
  expect(restWebhooks({ ids: 'data[' }).problems.map(({ path }) => path)).toEqual(['ids', 'secret']);
  expect(restWebhooks({ ids: 'data', signature: 'svix' }).problems.map(({ path }) => path)).toEqual(['secret', 'signature']);
  expect(restWebhooks({ secret: key, unauthenticated: true }).problems.map(({ path }) => path)).toEqual(['unauthenticated']);
});
