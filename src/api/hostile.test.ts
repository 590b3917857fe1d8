import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineConfig } from '../config/define-config.ts';
import type { RecordRouter } from '../config/record-routing.ts';
import { secret } from '../config/secret.ts';
import type { HookRequest } from '../config/use-case.ts';
import { htmlForm } from '../connectors/html-form/index.ts';
import { jotform } from '../connectors/jotform/index.ts';
import { jsonForm } from '../connectors/json-form/index.ts';
import { tally } from '../connectors/tally/index.ts';
import { twenty } from '../connectors/twenty/settings.ts';
import { typeform } from '../connectors/typeform/index.ts';
import { webflow } from '../connectors/webflow/index.ts';
import { webForms } from '../workflows/web-forms/index.ts';
import { depsOf, integrationsOf, MemoryInbox, openHook } from './gateway.fixture.ts';
import { startGateway, type RunningGateway } from './server.ts';

/** Nothing here makes the inbox fail, so that any 5xx is a fault of the gateway or of a form's reader. */
let gateway: RunningGateway;

beforeAll(async () => {
  const key = secret('KEY');
  const config = defineConfig({
    connections: { twenty: twenty({ url: 'http://127.0.0.1:1', apiKey: key }) },
    integrations: {
      form: webForms({ source: [htmlForm({ unauthenticated: true }), jsonForm({ unauthenticated: true })], thankYouUrl: 'https://example.com/thanks' }),
      site: webForms({ source: [htmlForm({ unauthenticated: true })], allowedOrigins: ['https://example.com'] }),
      typeform: webForms({ source: typeform({ secret: key }) }),
      tally: webForms({ source: tally({ secret: key }) }),
      webflow: webForms({ source: webflow({ secret: key }) }),
      jotform: webForms({ source: jotform({ secret: key }) }),
    },
  });
  const verified = (scheme: string) => openHook({ verification: { scheme, secrets: [key] }, maxBodyBytes: 50_000, read: readJson });
  const others = integrationsOf({ zoom: verified('zoom'), stripe: verified('stripe'), basic: verified('basic') });
  const integrations = new Map([...Object.entries(config.integrations), ...others]);
  const route: RecordRouter = ({ object, action, recordId: id, updatedAt }) => ({
    dedupe: { key: `${id}:${updatedAt}` },
    record: { workspace: 'main', object, id, action, updatedAt, hash: '', deleted: false },
    deliveries: [{ integration: 'form', laneKey: id, urgency: 'bulk' }],
  });
  const twentyWorkspaces = new Map([['main', { secrets: [key], route }]]);
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
  '{"id":"1","email":"ann@example.com","__proto__":{"polluted":true}}',
  '{"event":"endpoint.url_validation","payload":null}',
  '{"eventName":"person.created","record":{"id":"1","updatedAt":"\\u0000"}}',
);
const words = fc.constantFrom('email=ann%40example.com&message=%00', 'email=%ff%fe&email=b', 'a=%&%=&=&&', 'rawRequest=%7B%22q1_x%22%3A1%7D', 'email=ann%40example.com');
const brokenMultipart = fc.constantFrom(
  '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
  '--b--',
  '--b\r\n\r\n\r\n--b--\r\n',
  '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
  '--c\r\nContent-Disposition: attachment\r\n',
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.oneof(fc.json(), deepJson, pollution, brokenMultipart, words, fc.string({ unit: 'binary', maxLength: 200 })).map((text) => Buffer.from(text)),
  fc.integer({ min: 49_990, max: 60_000 }).map((size) => Buffer.alloc(size, 0x80)),
);
const segment = fc.oneof(fc.constantFrom('%00', '%ff', '..', '%2e%2e', '__proto__', 'constructor', '', '%F0%9F%92%A9'), fc.webSegment());
const doors = ['/hooks/form', '/hooks/site', '/hooks/typeform', '/hooks/tally', '/hooks/webflow', '/hooks/jotform/key', '/hooks/zoom', '/hooks/stripe', '/hooks/basic', '/twenty/main'];
const target = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...doors) },
  { weight: 2, arbitrary: fc.constantFrom('/api/deliveries/retry', '/api/deliveries/plan', '/api/events?limit=0&before=%00', '/events/1', '/healthz', '/readyz', '/metrics', '/openapi.json') },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('/hooks/jotform/', '/hooks/', '/twenty/', '/events/'), segment).map((parts) => parts.join('')) },
);
const contentType = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('application/json', 'multipart/form-data; boundary=b', 'application/x-www-form-urlencoded') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16', 'multipart/form-data', 'APPLICATION/X-WWW-FORM-URLENCODED; charset=x', 'text/plain', ';', '',
      'multipart/form-data; boundary="', 'application/json, text/plain',
    ),
  },
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
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('POST') },
  { weight: 1, arbitrary: fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'LINK', 'PURGE') },
);

test('whatever is sent, the answer is never a fault of the server, and every refusal says what to do', async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(method, target, contentType, headers, body, fc.boolean(), fc.boolean(), async (verb, path, type, extra, bytes, browser, honest) => {
      const sent = { ...extra, 'content-type': type, ...(browser ? { accept: 'text/html' } : {}), ...(honest ? proof(path, bytes) : {}) };

      const answer = await send(verb, path, sent, bytes);

      seen.add(answer.status);
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400 && verb !== 'HEAD' && answer.type.includes('json')) {
        expect(JSON.parse(answer.text)).toEqual({ error: expect.objectContaining({ code: expect.any(String), message: expect.any(String), remedy: expect.any(String) }) });
      }
    }),
    { numRuns: 1_000 },
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect([...seen]).toEqual(expect.arrayContaining([200, 202, 303, 400, 401, 403, 404, 405, 413, 415, 422]));
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

/** What a genuine sender would show, so that hostile bodies get behind the door too. */
function proof(path: string, bytes: Buffer): Record<string, string> {
  const seconds = String(Math.floor(Date.now() / 1_000));
  const hmac = (encoding: 'hex' | 'base64', lead = '') => createHmac('sha256', 'key').update(lead).update(bytes).digest(encoding);
  switch (path) {
    case '/hooks/typeform':
      return { 'typeform-signature': `sha256=${hmac('base64')}` };
    case '/hooks/tally':
      return { 'tally-signature': hmac('base64') };
    case '/hooks/webflow':
      return { 'x-webflow-timestamp': `${seconds}000`, 'x-webflow-signature': hmac('hex', `${seconds}000:`) };
    case '/hooks/zoom':
      return { 'x-zm-request-timestamp': seconds, 'x-zm-signature': `v0=${hmac('hex', `v0:${seconds}:`)}` };
    case '/hooks/stripe':
      return { 'stripe-signature': `t=${seconds},v1=${hmac('hex', `${seconds}.`)}` };
    case '/hooks/basic':
      return { authorization: `Basic ${btoa('key')}` };
    case '/twenty/main':
      return { 'x-twenty-webhook-timestamp': `${seconds}000`, 'x-twenty-webhook-signature': hmac('hex', `${seconds}000:`) };
    default:
      return { authorization: 'Bearer token' };
  }
}

function readJson(request: HookRequest) {
  const { id } = JSON.parse(Buffer.from(request.body).toString('utf8')) as { id: string };
  return { kind: 'event', dedupe: { key: id.toString() }, laneKey: id.toString() } as const;
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
