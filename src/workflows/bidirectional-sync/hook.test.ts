import { expect, test } from 'vitest';
import type { CounterpartReading, CounterpartSource } from '../../connectors/counterpart-source.ts';
import { bidirectionalSyncUseCase } from './index.ts';
import { BidirectionalSyncSettings } from './settings.ts';

const request = { contentType: 'application/json', contentTypeHeader: 'application/json', headers: {}, body: new Uint8Array() };
const source = (reading: CounterpartReading, problems: CounterpartSource['problems'] = []): CounterpartSource => ({
  name: 'crm', problems, verification: { scheme: 'none' }, contentTypes: ['application/json'], maxBodyBytes: 1_000, read: () => reading,
});
const settings = (webhooks?: CounterpartSource) => BidirectionalSyncSettings.safeParse({
  object: 'person', external: { connection: 'crm', object: 'contacts', ...(webhooks === undefined ? {} : { webhooks }) }, fields: { email: { twenty: 'emails.primaryEmail', external: 'email' } }, match: ['email'],
});
const read = (reading: CounterpartReading) => bidirectionalSyncUseCase.hook!(settings(source(reading)).data!)!.read(request);

test('each record that a webhook names becomes a delivery in its own lane, and settles like any other', () => {
  const settle = { quietMs: 5_000, maxMs: 60_000 };
  expect(read({ kind: 'changed', ids: ['151', '152'], key: 'k' })).toEqual({ kind: 'event', dedupe: { key: 'k' }, laneKey: 'changes', records: [{ id: 'external:151', settle }, { id: 'external:152', settle }] });
});

test('one that names none asks what changed, and a key of any kind is kept short', () => {
  expect(read({ kind: 'changed', ids: [], key: 'a key with spaces', windowMs: 1_000 })).toEqual({ kind: 'event', dedupe: { key: expect.stringMatching(/^hash:[0-9a-f]{64}$/) as string, windowMs: 1_000 }, laneKey: 'changes' });
});

test('what is about something else is acknowledged, what makes no sense refused', () => {
  expect(read({ kind: 'ignored', what: 'deal.creation' })).toEqual({ kind: 'answer', status: 200, body: { ignored: 'deal.creation' } });
  expect(read({ kind: 'refused', path: 'body', problem: 'No.' })).toEqual({ kind: 'refused', status: 400, path: 'body', problem: 'No.' });
});

test('without webhooks there is no hook, and wrong settings of a source are problems of the configuration', () => {
  expect(bidirectionalSyncUseCase.hook!(settings().data!)).toBeUndefined();
  const wrong = settings(source({ kind: 'ignored', what: '' }, [{ path: 'secret', message: 'Is missing.' }]));
  expect(wrong.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([['external.webhooks.secret', 'Is missing.']]);
});
