import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../domain/failure.ts';
import { createTwentyClient } from './index.ts';
import type { CallContext, TwentyClient } from './index.ts';
import refusals from './recordings/refusals.json' with { type: 'json' };
import { serveRecorded } from './testing/recorded.ts';
import type { Recorded } from './testing/recorded.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

const ctx: CallContext = { pace: () => Promise.resolve() };
const id = '7e57d000-0000-4000-8000-000000000001';

async function facing(...answers: Recorded[]): Promise<TwentyClient> {
  const server = await serveRecorded(answers);
  const client = createTwentyClient({ url: server.url, apiKey: () => 'key' });
  open.push(client, server);
  return client;
}

async function thrown(work: Promise<unknown>): Promise<object> {
  const error: unknown = await work.then(() => undefined, (failure: unknown) => failure);
  if (!(error instanceof ConnectorError)) throw new Error(`expected a ConnectorError, got ${String(error)}`);
  return { kind: error.kind, outcomeUnknown: error.outcomeUnknown };
}

describe('a whole call fails as', () => {
  it.each([
    ['rate_limited', 'graphql-limit-reached', false],
    ['rate_limited', 'rest-429', false],
    ['unauthorized', 'err-bad-token', false],
    ['unauthorized', 'err-missing-auth', false],
    ['unauthorized', 'revoked-key-graphql', false],
    ['unauthorized', 'revoked-key', false],
    ['unauthorized', 'auth-bad-token', false],
    ['unauthorized', 'restricted-read-rockets', false],
    ['rejected', 'body-too-large', false],
    ['rejected', 'malformed-json', false],
    ['unavailable', 'err-null-byte', true],
  ] as const)('%s: %s', async (kind, name, unknownForChanges) => {
    const client = await facing(refusals[name]);
    expect(await thrown(client.findPeopleByEmails(['ann@example.com'], ctx))).toEqual({ kind, outcomeUnknown: false });
    expect(await thrown(client.createMany('person', [{ id }], ctx))).toEqual({ kind, outcomeUnknown: unknownForChanges });
  });

  it('unavailable, with the outcome of a change unknown, when the server failed inside', async () => {
    const client = await facing({ status: 200, body: { data: { createPeople: null }, errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } });
    expect(await thrown(client.createMany('person', [{ id }], ctx))).toEqual({ kind: 'unavailable', outcomeUnknown: true });
  });

  it('malformed, with the path, when an answer does not fit', async () => {
    const client = await facing({ status: 200, body: { data: { people: { edges: [{ node: { id: 5 } }], pageInfo: { hasNextPage: false, endCursor: null } } } } });
    await expect(client.findPeopleByEmails(['ann@example.com'], ctx)).rejects.toMatchObject({ kind: 'malformed', message: expect.stringContaining('edges.0.node.id') as unknown });
  });

  it('malformed when fewer records come back than were written', async () => {
    const client = await facing({ status: 200, body: { data: { createPeople: [] } } });
    expect(await thrown(client.createMany('person', [{ id }], ctx))).toEqual({ kind: 'malformed', outcomeUnknown: true });
  });

  it('unauthorized without a call when no key is configured', async () => {
    const server = await serveRecorded([]);
    const client = createTwentyClient({ url: server.url, apiKey: () => '' });
    open.push(client, server);
    expect({ error: await thrown(client.workspaceMembers(ctx)), calls: server.sent.length }).toEqual({ error: { kind: 'unauthorized', outcomeUnknown: false }, calls: 0 });
  });
});

describe('one record is refused', () => {
  it.each([
    ['err-bad-enum', 'invalid', 'Invalid value "NOPE" for field "stage". Valid values are: NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER'],
    ['err-unknown-input', 'invalid', 'The workspace has no field “nope” on person. sluice setup makes the fields that integrations need.'],
    ['err-wrong-type', 'invalid', 'Invalid string value 5 for text field "jobTitle"'],
    ['err-bad-email', 'invalid', `Invalid string value 'nope nope' for email field "emails.primaryEmail"`],
    ['err-fk', 'missing_reference', 'This operation references a record that does not exist or cannot be modified due to existing relationships.'],
  ] as const)('in words for a person: %s', async (name, code, message) => {
    const client = await facing(refusals[name]);
    expect(await client.createMany('person', [{ id }], ctx)).toEqual([{ status: 'rejected', code, message }]);
  });

  it('and what it held stays out of the error itself', async () => {
    const client = await facing(refusals['err-bad-email']);
    await expect(client.findCompanies({ domains: ['x.test'], names: [] }, ctx)).rejects.toMatchObject({ message: 'twenty: companies was refused (INVALID_ARGS_DATA)' });
  });
});

it('an update or a removal of what is not there says so', async () => {
  const client = await facing(refusals['updatePerson-404'], refusals['deletePerson-404']);
  expect(await client.updateOne('person', id, { jobTitle: 'x' }, ctx)).toEqual({ status: 'gone', id });
  expect(await client.softDelete('person', id, ctx)).toBe(false);
});
