// Past 250 lines: all that one route promises its senders, over the same few helpers.
import { createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { Hook } from '../../config/use-case.ts';
import { depsOf, githubSignature, hookOf, integrationsOf, MemoryInbox, openHook, signingSecret, testEnv } from '../gateway.fixture.ts';
import { startGateway, type RunningGateway } from '../server.ts';
import type { GatewayOptions } from '../contract.ts';

let running: RunningGateway | undefined;
afterEach(() => running?.close(0));

async function start(hook: Hook, inbox = new MemoryInbox(), options: GatewayOptions = {}) {
  running = await startGateway(depsOf(inbox, { integrations: integrationsOf({ form: hook }) }), { port: 0, env: testEnv, ...options });
  const address = `${running.url}/hooks/form`;
  return { inbox, address, gateway: running };
}

function postJson(address: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(address, { method: 'POST', body, redirect: 'manual', headers: { 'content-type': 'application/json', ...headers } });
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*;q=0.8' };
const formHook = (parts: Partial<Hook> = {}): Hook =>
  openHook({
    contentTypes: ['application/x-www-form-urlencoded'],
    read: (request) => ({ kind: 'event', dedupe: { key: Buffer.from(request.body).toString() }, laneKey: 'lane' }),
    ...parts,
  });

test('a redelivered event is stored once and acknowledged twice, with one id', async () => {
  const { address, inbox } = await start(hookOf());
  const body = '{"id":"one"}';
  const headers = { 'x-hub-signature-256': githubSignature(body) };

  const first = await postJson(address, body, headers);
  const second = await postJson(address, body, headers);

  const eventId = '00000000-0000-7000-8000-000000000000';
  expect([first.status, await first.json()]).toEqual([202, { eventId, repeat: false }]);
  expect([second.status, await second.json()]).toEqual([200, { eventId, repeat: true }]);
  expect(inbox.stored).toHaveLength(1);
});

test('an event is stored as it came, with its verdict and without its signature', async () => {
  const { address, inbox } = await start(hookOf());
  const body = '{"id": "é"}';

  await postJson(address, body, { 'x-hub-signature-256': githubSignature(body), cookie: 'a=b', authorization: 'Bearer x', 'user-agent': 'tester' });

  const [event] = inbox.stored;
  expect({ ...event, body: Buffer.from(event!.body).toString() }).toEqual({
    source: 'hook:form',
    dedupe: { key: 'é' },
    contentType: 'application/json',
    headers: { 'user-agent': 'tester', 'accept-language': '*' },
    body,
    verdict: 'github',
    deliveries: [{ integration: 'form', laneKey: 'é', urgency: 'urgent', outcome: undefined }],
  });
});

test('a source without authentication says so in its verdict', async () => {
  const { address, inbox } = await start(openHook());

  await postJson(address, '{"id":"one"}');

  expect(inbox.stored.map((event) => event.verdict)).toEqual(['unauthenticated as configured']);
});

test.each([
  ['a bad signature', '{"id":"one"}', { 'x-hub-signature-256': githubSignature('{}') }, 401, 'signature_invalid', 'header.x-hub-signature-256'],
  ['a missing signature', '{"id":"one"}', {}, 401, 'signature_missing', 'header.x-hub-signature-256'],
  ['another content type', '{}', { 'content-type': 'text/xml' }, 415, 'unsupported_media_type', 'header.content-type'],
  ['a compressed body', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_encoding', 'header.content-encoding'],
  ['a body above the limit', 'x'.repeat(10_001), {}, 413, 'body_too_large', 'body'],
  ['a value that is missing', '{}', { 'x-hub-signature-256': githubSignature('{}') }, 400, 'not_accepted', 'body.id'],
  ['a body its reader stumbles over', '{', { 'x-hub-signature-256': githubSignature('{') }, 422, 'unreadable', 'body'],
  ['a NUL in a key', '{"id":"\\u0000"}', { 'x-hub-signature-256': githubSignature('{"id":"\\u0000"}') }, 422, 'unstorable', 'body'],
  ['a row the database refuses', '{"id":"poison"}', { 'x-hub-signature-256': githubSignature('{"id":"poison"}') }, 422, 'unstorable', 'body'],
])('%s is refused with its code and path, and nothing is stored', async (_, body, headers, status, code, path) => {
  const { address, inbox } = await start(hookOf());

  const response = await postJson(address, body, headers as Record<string, string>);

  const answer = (await response.json()) as { error: { code: string; path: string; message: string; remedy: string } };
  expect([response.status, answer.error.code, answer.error.path]).toEqual([status, code, path]);
  expect([answer.error.message, answer.error.remedy]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  expect(inbox.stored).toEqual([]);
});

test('while the database is away a sender is told to come back, and nothing is acknowledged', async () => {
  const inbox = new MemoryInbox();
  inbox.away = true;
  const { address } = await start(openHook(), inbox);

  const response = await postJson(address, '{"id":"one"}');

  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(inbox.stored).toEqual([]);
});

test('a source whose secret is not set answers 503, so that its sender tries again', async () => {
  const { address } = await start(hookOf(), new MemoryInbox(), { env: {} });

  const response = await postJson(address, '{"id":"one"}', { 'x-hub-signature-256': githubSignature('{"id":"one"}') });

  const answer = (await response.json()) as { error: { code: string } };
  expect([response.status, answer.error.code]).toEqual([503, 'not_configured']);
});

test('a body of unknown length is cut off at the limit', async () => {
  const { address } = await start(openHook());
  const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(4_096)) });

  const response = await fetch(address, { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit);

  expect(response.status).toBe(413);
});

test('a body that trickles is given up on', async () => {
  const { address } = await start(openHook(), new MemoryInbox(), { bodyTimeoutMs: 30 });
  const stuck = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(10)) });

  const response = await fetch(address, { method: 'POST', body: stuck, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit);

  expect(response.status).toBe(408);
});

test('the secret in the path opens only a hook that is configured so', async () => {
  const { address } = await start(openHook({ verification: { scheme: 'path-secret', secrets: [{ kind: 'secret', name: 'PATH_SECRET' }] } }), new MemoryInbox(), {
    env: { PATH_SECRET: 'in-the-path' },
  });

  const statuses = [
    (await postJson(`${address}/in-the-path`, '{"id":"one"}')).status,
    (await postJson(`${address}/else`, '{"id":"two"}')).status,
    (await postJson(address, '{"id":"three"}')).status,
  ];

  expect(statuses).toEqual([202, 401, 401]);
});

test('a secret in the path of another hook leads nowhere', async () => {
  const { address } = await start(openHook());

  expect((await postJson(`${address}/anything`, '{"id":"one"}')).status).toBe(404);
});

test('an unknown integration is 404 and GET is 405', async () => {
  const { address, gateway } = await start(openHook());

  const unknown = await postJson(`${gateway.url}/hooks/other`, '{}');
  const get = await fetch(address);

  expect([unknown.status, get.status, get.headers.get('allow')]).toEqual([404, 405, 'POST, OPTIONS']);
});

test('a browser form goes to the thank-you page, the second time too', async () => {
  const { address, inbox } = await start(formHook({ thankYouUrl: 'https://example.com/thanks' }));
  const post = () => fetch(address, { method: 'POST', body: 'email=ann%40example.com', redirect: 'manual', headers: formHeaders });

  const answers = [await post(), await post()];

  expect(answers.map((answer) => [answer.status, answer.headers.get('location')])).toEqual([
    [303, 'https://example.com/thanks'],
    [303, 'https://example.com/thanks'],
  ]);
  expect(inbox.stored).toHaveLength(1);
});

test('a browser form without a thank-you page, and a refused one, are answered with a page in plain words', async () => {
  const { address } = await start(formHook({ maxBodyBytes: 20 }));
  const post = (body: string) => fetch(address, { method: 'POST', body, headers: formHeaders });

  const stored = await post('a=b');
  const refused = await post(`a=${'b'.repeat(30)}`);

  expect([stored.status, stored.headers.get('content-type'), await stored.text()]).toEqual([202, 'text/html; charset=UTF-8', expect.stringContaining('Thank you')]);
  expect([refused.status, await refused.text()]).toEqual([413, expect.stringContaining('The body is larger than the 20 bytes')]);
});

test('a script of an allowed site may send and read the answer, of another it may not', async () => {
  const { address, inbox } = await start(openHook({ allowedOrigins: ['https://example.com'] }));

  const preflight = await fetch(address, { method: 'OPTIONS', headers: { origin: 'https://example.com', 'access-control-request-method': 'POST' } });
  const allowed = await postJson(address, '{"id":"one"}', { origin: 'https://example.com' });
  const broken = await postJson(address, '{}', { origin: 'https://example.com' });
  const other = await postJson(address, '{"id":"two"}', { origin: 'https://elsewhere.example' });
  const referred = await postJson(address, '{"id":"three"}', { referer: 'https://elsewhere.example/page' });

  const cors = (response: Response) => [response.status, response.headers.get('access-control-allow-origin')];
  expect([preflight, allowed, broken, other, referred].map(cors)).toEqual([
    [204, 'https://example.com'],
    [202, 'https://example.com'],
    [400, 'https://example.com'],
    [403, null],
    [403, null],
  ]);
  expect(inbox.stored).toHaveLength(1);
});

test('an address that sends too much waits, and is told how long', async () => {
  const { address } = await start(openHook({ perAddressPerMinute: 2 }), new MemoryInbox(), { now: () => 0 });

  const answers = [await postJson(address, '{"id":"1"}'), await postJson(address, '{"id":"2"}'), await postJson(address, '{"id":"3"}')];

  expect(answers.map((answer) => [answer.status, answer.headers.get('retry-after')])).toEqual([[202, null], [202, null], [429, '30']]);
});

test('a submission already decided at the door is stored with its end', async () => {
  const outcome = { state: 'skipped', code: 'honeypot', reason: 'A field that people cannot see was filled.' } as const;
  const { address, inbox } = await start(openHook({ read: () => ({ kind: 'event', dedupe: { key: 'k' }, laneKey: 'l', outcome }) }));

  const response = await postJson(address, '{}');

  expect([response.status, inbox.stored[0]?.deliveries[0]?.outcome]).toEqual([202, outcome]);
});

test('requests that arrive while the open commits are busy share the next one', async () => {
  const inbox = new MemoryInbox();
  const everybody = Promise.withResolvers<void>();
  let arrived = 0;
  const hook = openHook({
    read: (request) => {
      arrived += 1;
      if (arrived === 100) setImmediate(everybody.resolve);
      return { kind: 'event', dedupe: { key: Buffer.from(request.body).toString() }, laneKey: 'lane' };
    },
  });
  inbox.gate = everybody.promise;
  const { address } = await start(hook, inbox);

  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => postJson(address, String(index))));

  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
  expect(inbox.stored).toHaveLength(100);
  // Two that were open, and what came meanwhile in as few as their size allows.
  expect(inbox.commits.length).toBeLessThanOrEqual(4);
});

test("Zoom's check of the address is answered when it is signed, and never stored", async () => {
  const sentAt = 1_700_000_000;
  const secrets = [{ kind: 'secret', name: 'FORM_SECRET' }] as const;
  const { address, inbox } = await start(openHook({ verification: { scheme: 'zoom', secrets } }), new MemoryInbox(), { now: () => sentAt * 1_000 });
  const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"token"},"event_ts":1700000000000}';
  const hmac = (text: string) => createHmac('sha256', signingSecret).update(text).digest('hex');
  const headers = { 'x-zm-request-timestamp': String(sentAt), 'x-zm-signature': `v0=${hmac(`v0:${sentAt}:${body}`)}` };

  const signed = await postJson(address, body, headers);
  const unsigned = await postJson(address, body);

  expect([signed.status, await signed.json(), unsigned.status]).toEqual([200, { plainToken: 'token', encryptedToken: hmac('token') }, 401]);
  expect(inbox.stored).toEqual([]);
});

test('a provider may be answered without storing anything, and a form may be refused in its own words', async () => {
  const { address } = await start(
    openHook({
      read: ({ body }) =>
        body.length === 2
          ? { kind: 'answer', status: 200, body: { pong: true } }
          : { kind: 'refused', status: 422, path: 'attachment', problem: 'This form takes no files; send a link instead.' },
    }),
  );

  const answer = await postJson(address, '{}');
  const refusal = await postJson(address, '{"file":1}');

  expect([answer.status, await answer.json()]).toEqual([200, { pong: true }]);
  expect([refusal.status, await refusal.json()]).toEqual([
    422,
    { error: expect.objectContaining({ path: 'attachment', message: 'This form takes no files; send a link instead.' }) },
  ]);
});
