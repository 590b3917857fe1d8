import { afterEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty, SandboxTwentyOptions } from './index.ts';
import { recordedStory, Replay } from './testing/recorded.ts';
import { clientOf } from './testing/test-client.ts';

let sandbox: SandboxTwenty | undefined;

afterEach(() => sandbox?.close());

async function start(options: SandboxTwentyOptions = {}): Promise<SandboxTwenty> {
  sandbox = await startSandboxTwenty({ standardWorkflow: 'off', ...options });
  return sandbox;
}

it('an empty bucket refuses reads and writes as a real Twenty does', async () => {
  const replay = new Replay(await start({ bucket: { capacity: 100, refillMs: 600, startFull: false }, now: () => 1_000 }));
  const answers = await Promise.all(recordedStory('rate-limit').map(async (step) => ({ step, answer: await replay.send(step.request) })));

  expect(answers.map(({ answer }) => answer)).toEqual(answers.map(({ step }) => ({ status: step.response.status, body: step.response.body })));
});

it('a batch of 200 takes one token, two root fields take two, metadata none', async () => {
  const twenty = await start({ now: () => 1_000 });
  const { graphql, rest } = clientOf(twenty);
  await graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', { d: Array.from({ length: 200 }, (_, n) => ({ jobTitle: String(n) })) });
  await graphql('{people(first:1){totalCount} companies(first:1){totalCount}}');
  await rest('GET', '/rest/metadata/objects');

  const calls = twenty.ledger.entries.map(({ operation, tokens, records }) => ({ operation, tokens, records }));
  expect({ left: twenty.availableTokens(), taken: twenty.ledger.tokensTaken(), calls }).toEqual({
    left: 97,
    taken: 3,
    calls: [
      { operation: 'createPeople', tokens: 1, records: 200 },
      { operation: 'people', tokens: 1, records: 1 },
      { operation: 'companies', tokens: 1, records: 0 },
      { operation: 'GET /rest/metadata/objects', tokens: 0, records: 0 },
    ],
  });
});

it('the hundred and first call within a moment is refused and stands in the ledger as refused', async () => {
  const twenty = await start({ now: () => 1_000 });
  const { graphql } = clientOf(twenty);
  const answers = await Promise.all(Array.from({ length: 101 }, () => graphql('{people(first:1){totalCount}}')));

  expect(answers.filter((answer) => answer.errors !== undefined).map((answer) => answer.errors?.[0]?.extensions?.subCode)).toEqual(['LIMIT_REACHED']);
  expect(twenty.ledger.refusals().map(({ operation, tokens }) => ({ operation, tokens }))).toEqual([{ operation: 'people', tokens: 0 }]);
});

it('a revoked key is refused by both APIs until it is good again', async () => {
  const twenty = await start();
  const { graphql, rest } = clientOf(twenty);
  twenty.faults.keyRevoked = true;
  const refused = [await rest('GET', '/rest/people'), (await graphql('{people{totalCount}}')).errors?.[0]?.message];
  twenty.faults.clear();

  expect([...refused, (await rest('GET', '/rest/people')).status]).toEqual([
    { status: 403, body: { statusCode: 403, messages: ['This API Key is revoked'], error: 'FORBIDDEN_EXCEPTION' } }, 'This API Key is revoked', 200,
  ]);
});
