import fc from 'fast-check';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HookRequest } from '../config/use-case.ts';
import { depsOf, integrationsOf, MemoryInbox, openHook } from './gateway.fixture.ts';
import { startGateway, type RunningGateway } from './server.ts';

/** Nothing here makes the inbox fail, so that any 5xx is a fault of the gateway. */
let gateway: RunningGateway;

beforeAll(async () => {
  const secrets = [{ kind: 'secret', name: 'KEY' }] as const;
  const contentTypes = ['application/json', 'multipart/form-data', 'application/x-www-form-urlencoded', 'text/plain'];
  const parts = { contentTypes, maxBodyBytes: 50_000, read: readAnything };
  const integrations = integrationsOf({
    open: openHook(parts),
    strict: openHook({ ...parts, allowedOrigins: ['https://example.com'], thankYouUrl: 'https://example.com/thanks' }),
    zoom: openHook({ ...parts, verification: { scheme: 'zoom', secrets } }),
    stripe: openHook({ ...parts, verification: { scheme: 'stripe', secrets } }),
    basic: openHook({ ...parts, verification: { scheme: 'basic', secrets } }),
    path: openHook({ ...parts, verification: { scheme: 'path-secret', secrets } }),
  });
  const twentyWorkspaces = new Map([['main', { secrets, route: () => [] }]]);
  gateway = await startGateway(depsOf(new MemoryInbox(), { integrations, twentyWorkspaces }), {
    port: 0,
    env: { KEY: 'key', SLUICE_API_TOKEN: 'token' },
  });
});

afterAll(() => gateway.close(0));

const deepJson = fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
const pollution = fc.constantFrom(
  '{"__proto__":{"polluted":true},"id":"1"}',
  '{"constructor":{"prototype":{"polluted":true}},"id":"1"}',
  '{"id":{"__proto__":null}}',
  '{"id":"\\ud800"}',
  '{"id":"\\u0000"}',
);
const brokenMultipart = fc.constantFrom(
  '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
  '--b--',
  '--b\r\n\r\n\r\n--b--\r\n',
  '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
  '--c\r\nContent-Disposition: attachment\r\n',
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.oneof(fc.json(), deepJson, pollution, brokenMultipart, fc.string({ unit: 'binary', maxLength: 200 })).map((text) => Buffer.from(text)),
  fc.integer({ min: 49_990, max: 60_000 }).map((size) => Buffer.alloc(size, 0x80)),
);
const segment = fc.oneof(fc.constantFrom('%00', '%ff', '..', '%2e%2e', '__proto__', 'constructor', '', ' '.repeat(0), '%F0%9F%92%A9'), fc.webSegment());
const target = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('/hooks/open', '/hooks/strict', '/hooks/zoom', '/hooks/stripe', '/hooks/basic', '/hooks/path', '/twenty/main') },
  { weight: 2, arbitrary: fc.constantFrom('/api/deliveries/retry', '/api/deliveries/plan', '/api/events?limit=0&before=%00', '/events/1', '/healthz', '/readyz', '/metrics', '/openapi.json') },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`) },
  { weight: 1, arbitrary: segment.map((last) => `/hooks/path/${last}`) },
  { weight: 1, arbitrary: segment.map((last) => `/events/${last}`) },
);
const contentType = fc.constantFrom(
  'application/json', 'application/json; charset=utf-16', 'multipart/form-data; boundary=b', 'multipart/form-data', 'APPLICATION/X-WWW-FORM-URLENCODED',
  'text/plain', 'text/html', ';', '', 'multipart/form-data; boundary="', 'application/json, text/plain',
);
const headerValue = fc.oneof(fc.constantFrom('null', 'Basic', 'Basic !!!', 'Bearer token', 'Bearer ', 't=,v1=', 't=99999999999999999,v1=zz', 'v0=', '-1', '1e9'), fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?')));
const headers = fc.dictionary(
  fc.constantFrom(
    'accept', 'authorization', 'origin', 'referer', 'cookie', 'set-cookie', 'x-forwarded-for', 'forwarded', 'stripe-signature', 'x-zm-signature',
    'x-zm-request-timestamp', 'x-twenty-webhook-signature', 'x-twenty-webhook-timestamp', 'content-encoding', 'if-none-match', 'range', 'upgrade', '__proto__',
  ),
  headerValue,
  { maxKeys: 5 },
);
const method = fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'LINK', 'PURGE');

test('whatever is sent, the answer is never a fault of the server, and every refusal says what to do', async () => {
  await fc.assert(
    fc.asyncProperty(method, target, contentType, headers, body, fc.boolean(), async (verb, path, type, extra, bytes, browser) => {
      const sent = { ...extra, 'content-type': type, ...(browser ? { accept: 'text/html' } : {}), ...(path.startsWith('/api') ? { authorization: 'Bearer token' } : {}) };

      const { status, text, type: answered } = await send(verb, path, sent, bytes);

      expect(status).toBeLessThan(500);
      if (status >= 400 && verb !== 'HEAD' && answered.includes('json')) {
        expect(JSON.parse(text)).toEqual({ error: expect.objectContaining({ code: expect.any(String), message: expect.any(String), remedy: expect.any(String) }) });
      }
    }),
    { numRuns: 600 },
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}, 120_000);

test('bytes that are no HTTP end the connection, not the server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string().map((text) => Buffer.from(`POST /hooks/open HTTP/1.1\r\nHost: a\r\n${text}\r\n\r\n`))), async (bytes) => {
      const answer = await sendRaw(bytes);
      expect(/^HTTP\/1\.1 5/.test(answer)).toBe(false);
    }),
    { numRuns: 100 },
  );
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
}, 60_000);

function readAnything(request: HookRequest) {
  const text = Buffer.from(request.body).toString('utf8');
  const id = request.contentType === 'application/json' ? (JSON.parse(text) as { id: string }).id.toString() : text;
  return { kind: 'event', dedupe: { key: id }, laneKey: id } as const;
}

async function send(verb: string, path: string, extra: Record<string, string>, bytes: Buffer) {
  const call = request({ host: '127.0.0.1', port: gateway.port, method: verb, path, headers: { ...extra, 'content-length': bytes.length }, agent: false });
  call.on('error', () => undefined);
  call.end(bytes);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'close');
  return { status: response.statusCode!, text: Buffer.concat(chunks).toString('utf8'), type: response.headers['content-type'] ?? '' };
}

async function sendRaw(bytes: Uint8Array): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}
