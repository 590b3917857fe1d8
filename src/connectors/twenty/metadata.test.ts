import { afterEach, expect, it } from 'vitest';
import { createTwentyClient } from './index.ts';
import type { TwentyClient } from './index.ts';
import answers from './recordings/answers.json' with { type: 'json' };
import refusals from './recordings/refusals.json' with { type: 'json' };
import { serveRecorded } from './testing/recorded.ts';
import type { Recorded, Sent } from './testing/recorded.ts';
import { idOf, testWorkspace } from './testing/workspace.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function facing(...recorded: Recorded[]): Promise<{ readonly client: TwentyClient; readonly sent: readonly Sent[] }> {
  const server = await serveRecorded(recorded);
  const client = createTwentyClient({ url: server.url, apiKey: () => 'key' });
  open.push(client, server);
  return { client, sent: server.sent };
}

const field = { objectMetadataId: '282e3cb6-6577-437a-8b07-59afc91452f7', type: 'NUMBER', name: 'leadScore', label: 'Lead score' };
const object = { nameSingular: 'campaign', namePlural: 'campaigns', labelSingular: 'Campaign', labelPlural: 'Campaigns' };

it('objects come with their fields, in either envelope', async () => {
  const wrapped = answers['objects-list-limit2'];
  const { client } = await facing(wrapped, { status: 200, body: { data: wrapped.body.data.objects } });
  const names = async (): Promise<unknown> => (await client.metadata.objects()).map(({ nameSingular, fields }) => [nameSingular, fields?.length]);
  expect([await names(), await names()]).toEqual([[['rocket', 2], [expect.any(String), 2]], [['rocket', 2], [expect.any(String), 2]]]);
});

it('a new field is created, one that is there already is not an error', async () => {
  const { client, sent } = await facing(answers['field-create-leadScore-number'], refusals['field-create-leadScore-again']);
  expect(await client.metadata.createField(field)).toMatchObject({ name: 'leadScore', type: 'NUMBER' });
  expect(await client.metadata.createField(field)).toBeUndefined();
  expect(sent[0]).toEqual({ method: 'POST', path: '/rest/metadata/fields', authorization: 'Bearer key', body: field });
});

it('a new object is created, one that is there already is not an error', async () => {
  const { client } = await facing(answers['object-create-campaign'], refusals['object-create-campaign-again']);
  expect(await client.metadata.createObject(object)).toMatchObject({ nameSingular: 'campaign' });
  expect(await client.metadata.createObject(object)).toBeUndefined();
});

it('a field that Twenty refuses is rejected with the reason', async () => {
  const { client } = await facing(refusals['field-create-bad-name']);
  await expect(client.metadata.createField({ ...field, name: 'Bad Name' })).rejects.toMatchObject({
    kind: 'rejected', message: expect.stringContaining('it must start with lowercase letter') as unknown,
  });
});

it('a field that may not be empty and has no default is rejected without a call', async () => {
  const { client, sent } = await facing(refusals['field-create-not-null-no-default']);
  await expect(client.metadata.createField({ ...field, isNullable: false })).rejects.toMatchObject({ kind: 'rejected' });
  expect(sent).toEqual([]);
});

it('webhooks are listed, created and removed', async () => {
  const { client, sent } = await facing(answers['webhook-list'], answers['webhook-create'], refusals['webhook-delete'], refusals['webhook-delete-404']);
  expect(await client.metadata.webhooks()).toHaveLength(2);
  const { id } = await client.metadata.createWebhook({ targetUrl: 'http://localhost:33999/ok', operations: ['person.created'], secret: 'lab-secret-1' });
  expect([await client.metadata.deleteWebhook(id), await client.metadata.deleteWebhook(id)]).toEqual([true, false]);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /rest/metadata/webhooks', 'POST /rest/metadata/webhooks', `DELETE /rest/metadata/webhooks/${id}`, `DELETE /rest/metadata/webhooks/${id}`,
  ]);
});

it('a ping that meets a revoked key is unauthorized', async () => {
  const { client } = await facing(refusals['revoked-key']);
  await expect(client.ping()).rejects.toMatchObject({ kind: 'unauthorized' });
});

it('a custom field that was made is written, read and kept unique', async () => {
  const { twenty, ctx, calls, sandbox } = await testWorkspace();
  const person = (await twenty.metadata.objects()).find(({ nameSingular }) => nameSingular === 'person');
  const externalId = { objectMetadataId: person?.id ?? '', type: 'TEXT', name: 'externalId', label: 'External id', isUnique: true };
  expect(await twenty.metadata.createField(externalId)).toMatchObject({ name: 'externalId' });
  expect(await twenty.metadata.createField(externalId)).toBeUndefined();
  sandbox.asUser.create('people', { id: idOf(9), externalId: 'x-1' });
  const results = await twenty.createMany('person', [{ id: idOf(1), externalId: 'x-1' }, { id: idOf(2), externalId: 'x-2' }], ctx, { fields: ['externalId'], uniqueFields: ['externalId'] });
  expect(results).toMatchObject([{ status: 'exists', id: idOf(9) }, { status: 'created', record: { externalId: 'x-2' } }]);
  expect(calls()).toEqual(['createPeople', 'people', 'createPeople']);
});

it('webhooks of the workspace can be changed', async () => {
  const { twenty } = await testWorkspace();
  const { id } = await twenty.metadata.createWebhook({ targetUrl: 'https://example.com/twenty', operations: ['person.created'], secret: 'first' });
  expect(await twenty.metadata.updateWebhook(id, { operations: ['person.*'] })).toMatchObject({ id, operations: ['person.*'], secret: 'first' });
  expect([await twenty.metadata.deleteWebhook(id), (await twenty.metadata.webhooks()).length]).toEqual([true, 0]);
});
