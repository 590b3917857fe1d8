import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty } from './index.ts';
import { clientOf } from './testing/test-client.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-twenty-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

const start = (): Promise<SandboxTwenty> => startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', dataDir });

it('records, trash, fields, objects and webhooks are there again after a restart', async () => {
  const first = await start();
  const { rest } = clientOf(first);
  await rest('POST', '/rest/metadata/objects', { nameSingular: 'rocket', namePlural: 'rockets', labelSingular: 'Rocket', labelPlural: 'Rockets' });
  await rest('POST', '/rest/metadata/fields', { objectMetadataId: '282e3cb6-6577-437a-8b07-59afc91452f7', type: 'NUMBER', name: 'score', label: 'Score' });
  await rest('POST', '/rest/people', { emails: { primaryEmail: 'ann@example.com' }, score: 7 });
  await rest('POST', '/rest/rockets', { name: 'One' });
  await rest('POST', '/rest/webhooks', { targetUrl: 'http://127.0.0.1:9/x', operations: ['person.*'] });
  const trashed = first.asUser.create('people', { emails: { primaryEmail: 'gone@example.com' } });
  first.asUser.softDelete('people', String(trashed.id));
  first.asUser.destroy('people', String(first.asUser.create('people', {}).id));
  const before = [first.records('people'), first.records('rockets'), (await rest('GET', '/rest/webhooks')).body];
  await first.close();
  const second = await start();
  const again = clientOf(second);
  const after = [second.records('people'), second.records('rockets'), (await again.rest('GET', '/rest/webhooks')).body];
  const duplicate = await again.graphql('mutation{createPerson(data:{emails:{primaryEmail:"gone@example.com"}}){id}}');
  await second.close();

  expect(after).toEqual(before);
  expect(duplicate.errors?.[0]?.extensions?.conflictingRecordId).toBe(trashed.id);
});

it('a last line cut by a crash is left out', async () => {
  const first = await start();
  first.asUser.create('people', { jobTitle: 'whole' });
  await first.close();
  appendFileSync(join(dataDir, 'twenty.jsonl'), '{"put":"person","record":{"id":"7e57');
  const second = await start();
  const titles = second.records('people').map(({ jobTitle }) => jobTitle);
  await second.close();

  expect(titles).toEqual(['whole']);
});
