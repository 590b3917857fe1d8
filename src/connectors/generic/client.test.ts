import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { secret } from '../../config/secret.ts';
import { createHttpClient } from '../http/client.ts';
import type { ToolContext } from '../tool.ts';
import { createGenericClient } from './client.ts';
import { type GenericAuth, operation } from './settings.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const input = { email: 'ann+1@acme.example', person: { name: 'Ann', tags: ['a', 'b'] } };
const call = { pace: () => Promise.resolve() };

test('templates carry values as they are, paths are encoded, and the answer is read by expressions', async () => {
  const { url, asked, client } = await toolThat({ status: 200, body: { data: { people: [{ id: 7 }, { id: 8 }] } } }, { bearer: secret('KEY') });
  const ask = operation<typeof input, unknown>('/people').parse({
    path: '/people/{email}', query: { first: '{person.name}' }, body: { tags: '{person.tags}', text: 'for {person.name}', absent: '{nothing}' },
    answer: { ids: 'data.people[*].id' }, idempotencyHeader: 'Idempotency-Key',
  });
  const answer = await client(url).ask(ask, input, z.object({ ids: z.array(z.number()) }), call, { idempotencyKey: 'k1' });
  expect(answer).toEqual({ ids: [7, 8] });
  expect(asked).toMatchObject([{
    method: 'POST', path: '/people/ann%2B1%40acme.example?first=Ann', headers: { authorization: 'Bearer s3cret', 'idempotency-key': 'k1', 'content-type': 'application/json' },
    body: JSON.stringify({ tags: ['a', 'b'], text: 'for Ann' }),
  }]);
});

test('each way to say who calls puts the secret in its place', async () => {
  const ways: readonly GenericAuth[] = [
    { header: 'X-Key', secret: secret('KEY'), prefix: 'Token ' }, { query: 'api_key', secret: secret('KEY') }, { user: 'me', password: secret('KEY') },
  ];
  const places = [];
  for (const auth of ways) {
    const { url, asked, client } = await toolThat({ status: 200, body: {} }, auth);
    await client(url).ask(operation<object, unknown>('/x').parse({ path: '/x', method: 'GET' }), {}, z.unknown(), call);
    places.push([asked[0]!.path, asked[0]!.headers['x-key'], asked[0]!.headers['authorization']]);
  }
  expect(places).toEqual([['/x', 'Token s3cret', undefined], ['/x?api_key=s3cret', undefined, undefined], ['/x', undefined, `Basic ${btoa('me:s3cret')}`]]);
});

test('what is not there is an answer, a refusal keeps its words, and a shape that does not fit names the place', async () => {
  const kinds = [];
  for (const answer of [{ status: 404, body: {} }, { status: 422, body: { error: { message: 'bad email ann@acme.example' } } }, { status: 200, body: { score: 'high' } }, { status: 503, body: {} }]) {
    const { url, client } = await toolThat(answer, undefined);
    const ask = operation<object, { score: number }>('/x').parse({ path: '/x' });
    kinds.push(await client(url).ask(ask, {}, z.object({ score: z.number() }), call).catch((error: unknown) => {
      const { kind, message, outcomeUnknown } = error as { kind: string; message: string; outcomeUnknown: boolean };
      return [kind, message, outcomeUnknown];
    }));
  }
  expect(kinds).toEqual([
    undefined,
    ['rejected', 'tool: bad email … (422)', false],
    ['malformed', 'tool: score, as the configuration reads it, is not as expected (Invalid input: expected number, received string)', true],
    ['unavailable', 'tool: answered 503 without saying why', true],
  ]);
});

async function toolThat(answer: { readonly status: number; readonly body: unknown }, auth: GenericAuth | undefined) {
  const asked: { method: string; path: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      asked.push({ method: request.method!, path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const context: ToolContext = {
    secret: () => () => 's3cret',
    http: (options) => {
      const http = createHttpClient(options);
      closing.unshift(() => http.close());
      return http;
    },
    allowInsecure: [],
  };
  return { url, asked, client: (base: string) => createGenericClient('tool', { url: base, auth, headers: {}, timeoutMs: 5_000 }, context) };
}
