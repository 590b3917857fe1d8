import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../domain/failure.ts';
import { createHttpClient } from './client.ts';
import type { HttpClient, HttpClientOptions, HttpRequest } from './client.ts';
import { RATE_FORMS } from './rate-forms.ts';
import type { RateNews } from './rate-news.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; server: Server; sockets: Set<Socket> }> {
  const server = createServer(handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server, sockets };
}

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ service: 'acme', ...options });
  open.unshift(made);
  return made;
}

async function failure(http: HttpClient, request: HttpRequest): Promise<Pick<ConnectorError, 'service' | 'kind' | 'outcomeUnknown'> & { message: string }> {
  const error: unknown = await http.send(request).then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof ConnectorError)) throw new Error(`expected a ConnectorError, got ${String(error)}`);
  return { service: error.service, kind: error.kind, outcomeUnknown: error.outcomeUnknown, message: error.message };
}

describe('an answer', () => {
  it('comes whole, with lower-case headers', async () => {
    const { url } = await serve((request, response) => {
      request.on('data', () => undefined).on('end', () => {
        response.writeHead(201, { 'X-Thing': 'a', 'content-type': 'application/json' }).end(JSON.stringify({ auth: request.headers.authorization, method: request.method }));
      });
    });
    const answer = await client().send({ method: 'POST', url: `${url}/things`, headers: { authorization: 'Bearer k' }, body: '{}' });
    expect({ status: answer.status, thing: answer.headers['x-thing'], body: answer.json() }).toEqual({ status: 201, thing: 'a', body: { auth: 'Bearer k', method: 'POST' } });
  });

  it('comes from a name that was looked up', async () => {
    const { url } = await serve((_request, response) => response.end('ok'));
    expect((await client().send({ method: 'GET', url: url.replace('127.0.0.1', 'localhost') })).text()).toBe('ok');
  });

  it('that came packed is unpacked, up to the size that is allowed', async () => {
    const { url } = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000))));
    expect((await client().send({ method: 'GET', url })).text()).toHaveLength(100_000);
    expect(await failure(client({ maxAnswerBytes: 50_000 }), { method: 'GET', url })).toMatchObject({ kind: 'malformed', message: expect.stringContaining('too large') as string });
  });

  it('leaves its connection open for the next requests', async () => {
    const { url, sockets } = await serve((_request, response) => response.end('ok'));
    const http = client();
    for (let times = 0; times < 20; times += 1) await http.send({ method: 'GET', url });
    // The pool may open a second one while the first is still being put back.
    expect(sockets.size).toBeLessThan(3);
  });

  it('that is not JSON is malformed when JSON is asked of it', async () => {
    const { url } = await serve((_request, response) => response.end('<html>'));
    const answer = await client().send({ method: 'POST', url });
    expect(() => answer.json()).toThrow(expect.objectContaining({ kind: 'malformed', outcomeUnknown: true }) as Error);
  });

  it('larger than allowed is cut off and malformed', async () => {
    const { url } = await serve((_request, response) => response.end('x'.repeat(2_000)));
    expect(await failure(client({ maxAnswerBytes: 1_000 }), { method: 'POST', url })).toMatchObject({ kind: 'malformed', outcomeUnknown: true });
  });
});

describe('a fault', () => {
  it('before the request left is harmless: nobody listens', async () => {
    const { url, server } = await serve((_request, response) => response.end());
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(client(), { method: 'POST', url })).toMatchObject({ service: 'acme', kind: 'unavailable', outcomeUnknown: false });
  });

  it('before the request left is harmless: the name does not exist', async () => {
    expect(await failure(client(), { method: 'POST', url: 'https://nowhere.invalid/' })).toMatchObject({ kind: 'unavailable', outcomeUnknown: false });
  });

  it('while waiting leaves the outcome of a change unknown, not that of a read', async () => {
    const { url } = await serve(() => undefined);
    const http = client({ timeoutMs: 150 });
    expect(await failure(http, { method: 'POST', url })).toMatchObject({ kind: 'timed_out', outcomeUnknown: true });
    expect(await failure(http, { method: 'GET', url })).toMatchObject({ kind: 'timed_out', outcomeUnknown: false });
    expect(await failure(http, { method: 'POST', url, changes: false })).toMatchObject({ kind: 'timed_out', outcomeUnknown: false });
  });

  it('in the middle of the answer leaves the outcome of a change unknown', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => request.socket.destroy());
    });
    expect(await failure(client(), { method: 'POST', url })).toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
  });

  it('by a connection cut without an answer leaves the outcome of a change unknown', async () => {
    const { url } = await serve((request) => request.socket.destroy());
    expect(await failure(client(), { method: 'POST', url })).toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
  });

  it('of the caller, who cancels, ends the call at once', async () => {
    const cancel = new AbortController();
    const { url } = await serve(() => { cancel.abort(); });
    expect(await failure(client(), { method: 'POST', url, signal: cancel.signal })).toMatchObject({ kind: 'timed_out', outcomeUnknown: true });
  });
});

describe('a redirect', () => {
  it('to another host is not followed, and no credential goes there', async () => {
    let reached = 0;
    const other = await serve((_request, response) => { reached += 1; response.end(); });
    const { url } = await serve((_request, response) => response.writeHead(302, { location: other.url }).end());
    const error = await failure(client(), { method: 'GET', url, headers: { authorization: 'Bearer k' } });
    expect({ error, reached }).toMatchObject({ error: { kind: 'rejected', outcomeUnknown: false }, reached: 0 });
  });

  it('within the host is followed by a read', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/new') response.end('here');
      else response.writeHead(301, { location: '/new' }).end();
    });
    expect((await client().send({ method: 'GET', url: `${url}/old` })).text()).toBe('here');
  });

  it('is never followed by a change', async () => {
    const { url } = await serve((_request, response) => response.writeHead(307, { location: '/new' }).end());
    expect(await failure(client(), { method: 'POST', url })).toMatchObject({ kind: 'rejected' });
  });

  it('in a circle ends', async () => {
    const { url } = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
    expect(await failure(client(), { method: 'GET', url })).toMatchObject({ kind: 'rejected' });
  });
});

describe('a message never tells', () => {
  it('the key in an address', async () => {
    const { url, server } = await serve((_request, response) => response.end());
    await new Promise((resolve) => server.close(resolve));
    const told = [
      await failure(client(), { method: 'GET', url: `${url}/v1?api_key=s3cr3t` }),
      await failure(client(), { method: 'GET', url: 'not a url s3cr3t' }),
      await failure(client(), { method: 'GET', url: 'https://user:s3cr3t@example.com/' }),
      await failure(client(), { method: 'GET', url: 'http://example.com/?k=s3cr3t' }),
    ];
    expect(told.map(({ message }) => message).join()).not.toContain('s3cr3t');
  });
});

describe('with the form in which a service speaks of its rates', () => {
  it('a refusal is thrown with the wait it asks for, and a served call tells what is left', async () => {
    const answers = [
      { status: 429, headers: { 'retry-after': '30' }, body: '{"name":"rate_limit_exceeded"}' },
      { status: 429, headers: { 'retry-after': '1' }, body: '{"name":"monthly_quota_exceeded"}' },
      { status: 200, headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '2', 'ratelimit-reset': '1' }, body: '{}' },
      { status: 422, headers: {}, body: '{"name":"validation_error"}' },
    ];
    const { url } = await serve((_request, response) => {
      const { status, headers, body } = answers.shift()!;
      response.writeHead(status, headers).end(body);
    });
    const told: RateNews[] = [];
    const http = client({ rates: RATE_FORMS.resend, onRateNews: (news) => told.push(news) });
    const thrown = () => http.send({ method: 'POST', url }).then(() => undefined, (error: unknown) => error as ConnectorError);
    const [slow, spent] = [await thrown(), await thrown()];
    expect([slow, spent].map((error) => ({ kind: error?.kind, waitMs: error?.retryAfterMs, unknown: error?.outcomeUnknown, message: error?.message }))).toEqual([
      { kind: 'rate_limited', waitMs: 30_000, unknown: false, message: 'acme: too many requests (429)' },
      { kind: 'rate_limited', waitMs: 3_600_000, unknown: false, message: 'acme: its credits or its quota are used up (429)' },
    ]);
    expect((await http.send({ method: 'POST', url })).status).toBe(200);
    expect((await http.send({ method: 'POST', url })).status).toBe(422);
    expect(told.map(({ remaining, limit, refusedForRate }) => ({ remaining, limit, refusedForRate }))).toEqual([{ remaining: 2, limit: 5, refusedForRate: false }]);
  });

  it('a service that speaks of them in no known form has its refusals returned as any other answer', async () => {
    const { url } = await serve((_request, response) => response.writeHead(429, { 'retry-after': '1' }).end());
    expect((await client().send({ method: 'GET', url })).status).toBe(429);
  });
});
