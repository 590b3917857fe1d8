import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty } from './index.ts';
import { clientOf } from './testing/test-client.ts';

let twenty: SandboxTwenty;
let client: ReturnType<typeof clientOf>;

beforeEach(async () => {
  twenty = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
  client = clientOf(twenty);
});

afterEach(() => twenty.close());

const create = (jobTitle: string): Promise<unknown> => client.graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', { d: [{ jobTitle }] });
const titles = (): unknown[] => twenty.records('people').map(({ jobTitle }) => jobTitle);

it('a connection cut before the write leaves nothing, cut after it leaves the record', async () => {
  twenty.faults.add({ effect: { kind: 'cut' } });
  await expect(create('before')).rejects.toThrow('fetch failed');
  twenty.faults.add({ effect: { kind: 'cut' }, when: 'after' });
  await expect(create('after')).rejects.toThrow('fetch failed');

  expect(titles()).toEqual(['after']);
  expect(twenty.ledger.entries.map(({ outcome, fault, writes }) => ({ outcome, fault, created: writes?.created?.length ?? 0 }))).toEqual([
    { outcome: 'error', fault: 'cut', created: 0 }, { outcome: 'served', fault: 'cut', created: 1 },
  ]);
});

it('a fault spoils only so many calls, and only those of its operation', async () => {
  twenty.faults.add({ effect: { kind: 'status', status: 502, body: '{"gone":true}' }, operation: 'people', times: 2 });
  await create('untouched');
  const answers = [await client.graphql('{people{totalCount}}'), await client.graphql('{people{totalCount}}'), await client.graphql('{people{totalCount}}')];

  expect(answers).toEqual([{ gone: true }, { gone: true }, { data: { people: { totalCount: 1 } } }]);
});

it('a malformed answer is no JSON, a delayed one is whole', async () => {
  twenty.faults.add({ effect: { kind: 'malformed' } });
  await expect(client.graphql('{people{totalCount}}')).rejects.toThrow(SyntaxError);
  twenty.faults.add({ effect: { kind: 'delay', delayMs: 5 } });

  expect(await client.graphql('{people{totalCount}}')).toEqual({ data: { people: { totalCount: 0 } } });
});

it('a call that hangs is never answered', async () => {
  twenty.faults.add({ effect: { kind: 'hang' } });
  const request = fetch(`${twenty.url}/graphql`, {
    method: 'POST', headers: { authorization: `Bearer ${twenty.apiKey}`, 'content-type': 'application/json' }, body: '{"query":"{people{totalCount}}"}',
    signal: AbortSignal.timeout(100),
  });

  await expect(request).rejects.toThrow('timeout');
});

it('a refused record takes its whole batch down, with the message given', async () => {
  twenty.faults.refuse({ object: 'person', path: 'emails.primaryEmail', contains: 'bad', message: 'Not this one' });
  const d = [{ emails: { primaryEmail: 'good@example.com' } }, { emails: { primaryEmail: 'bad@example.com' } }];
  const { errors } = await client.graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', { d });

  expect([errors?.[0]?.message, errors?.[0]?.extensions?.subCode, titles()]).toEqual(['Not this one', 'INVALID_ARGS_DATA', []]);
});

it('the hook runs between the token and the work, so a record can vanish between a find and a write', async () => {
  const person = twenty.asUser.create('people', { jobTitle: 'here' });
  twenty.beforeOperation = (operation) => {
    if (operation === 'updatePerson') twenty.asUser.destroy('people', String(person.id));
  };
  const answer = await client.graphql('mutation($i:UUID!){updatePerson(id:$i,data:{jobTitle:"gone"}){id}}', { i: person.id });

  expect(answer.errors?.[0]?.message).toBe('Record not found');
});
