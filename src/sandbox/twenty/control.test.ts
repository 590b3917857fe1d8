import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty } from './index.ts';
import { clientOf } from './testing/test-client.ts';

let twenty: SandboxTwenty;

beforeEach(async () => {
  twenty = await startSandboxTwenty({ standardWorkflow: 'off', now: () => 1_000 });
});

afterEach(() => twenty.close());

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${twenty.url}/sandbox/${path}`, { method, headers: { 'content-type': 'application/json' }, ...content });
  const text = await response.text();
  return text === '' ? response.status : (JSON.parse(text) as unknown);
}

it('another process can act as a user, read records and the ledger, and is not counted', async () => {
  const person = (await control('POST', 'as-user/people', { jobTitle: 'By hand' })) as { id: string };
  await control('PATCH', `as-user/people/${person.id}`, { jobTitle: 'Changed' });
  await control('DELETE', `as-user/people/${person.id}`);
  await clientOf(twenty).graphql('{people{totalCount}}');

  expect(await control('GET', 'records/people')).toMatchObject([
    { id: person.id, jobTitle: 'Changed', deletedAt: '1970-01-01T00:00:01.000Z', updatedBy: { source: 'MANUAL', name: 'Ada Sales' } },
  ]);
  expect(await control('GET', 'ledger?since=0')).toMatchObject([{ index: 0, operation: 'people', tokens: 1, outcome: 'served' }]);
  expect(await control('GET', 'ledger?since=1')).toEqual([]);
});

it('another process can inject faults, empty the bucket and clear up', async () => {
  const { graphql } = clientOf(twenty);
  await control('POST', 'faults', { effect: { kind: 'status', status: 500, body: '{}' }, operation: 'people' });
  await control('POST', 'refusals', { object: 'person', path: 'jobTitle', equals: 'no', message: 'No such job' });
  const spoiled = await graphql('{people{totalCount}}');
  const refused = await graphql('mutation{createPerson(data:{jobTitle:"no"}){id}}');
  await control('DELETE', 'faults');
  await control('PUT', 'tokens', { available: 1 });
  const served = await graphql('mutation{createPerson(data:{jobTitle:"no"}){jobTitle}}');

  const seen = [spoiled, refused.errors?.[0]?.message, served, await control('GET', 'tokens')];

  expect(seen).toEqual([{}, 'No such job', { data: { createPerson: { jobTitle: 'no' } } }, { available: 0 }]);
});

it('people can look at what is there: a start page, lists, and a record under the address Twenty gives it', async () => {
  const person = twenty.asUser.create('people', { name: { firstName: '<Ann>', lastName: 'Lee' } });
  const pages = await Promise.all(['/', '/objects/people', `/object/person/${String(person.id)}`, '/object/person/unknown'].map(async (path) => {
    const response = await fetch(twenty.url + path);
    return { status: response.status, text: await response.text() };
  }));

  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
  expect(pages[0]?.text).toContain('/sandbox/records/people');
  expect(pages[2]?.text).toContain('<h1>&lt;Ann&gt; Lee</h1>');
});
