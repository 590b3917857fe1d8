import { afterEach, expect, test } from 'vitest';
import type { GatewayDeps, GatewayOptions } from './contract.ts';
import { createGateway } from './gateway.ts';
import { depsOf, eventRow, githubSignature, hookOf, integrationsOf, MemoryInbox, openHook, testEnv } from './gateway.fixture.ts';
import { startGateway, type RunningGateway } from './server.ts';

const { id } = eventRow;
const token = { authorization: 'Bearer the token' };

let running: RunningGateway | undefined;
afterEach(() => running?.close(0));

async function start(parts: Partial<GatewayDeps> = {}, options: GatewayOptions = { env: { SLUICE_API_TOKEN: 'the token' } }) {
  const deps = depsOf(new MemoryInbox(), parts);
  running = await startGateway(deps, { port: 0, ...options });
  return running.url;
}

async function ask(address: string, init?: RequestInit): Promise<readonly [number, unknown]> {
  const response = await fetch(address, init);
  return [response.status, await response.json()];
}

const postJson = (body: unknown, headers: Record<string, string> = token): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

test('an event is shown as the store tells it, and an unknown one is 404', async () => {
  const event = { ...eventRow, verdict: 'typeform' };
  const url = await start({ findEvent: async (asked) => (asked === id ? event : undefined) });

  const shown = await ask(`${url}/events/${id}`, { headers: token });
  const unknown = await ask(`${url}/events/${id.replace('1', '2')}`, { headers: token });
  const odd = await ask(`${url}/events/%00`, { headers: token });

  expect([shown, unknown[0], odd[0]]).toEqual([[200, event], 404, 404]);
});

test('events are listed by what was asked, within limits, with the way to the next page', async () => {
  const asked: unknown[] = [];
  const url = await start({ listEvents: async (query) => (asked.push(query), [eventRow]) });

  const full = await ask(`${url}/api/events?integration=contact-form&state=failed&limit=1`, { headers: token });
  const last = await ask(`${url}/api/events?before=${id}`, { headers: token });
  const wrong = await ask(`${url}/api/events?limit=1000`, { headers: token });

  expect(asked).toEqual([{ integration: 'contact-form', state: 'failed', limit: 1 }, { before: id, limit: 50 }]);
  expect([full, last]).toEqual([[200, { events: [eventRow], next: id }], [200, { events: [eventRow] }]]);
  expect(wrong).toEqual([400, { error: expect.objectContaining({ code: 'invalid_value', path: 'query.limit' }) }]);
});

test("a person's hand: a plan changes nothing, an action says who, by delivery or by code", async () => {
  const calls: unknown[] = [];
  const deps = depsOf(new MemoryInbox());
  const url = await start({
    plan: (...call) => (calls.push(['plan', ...call]), deps.plan(...call)),
    act: async (...call) => (calls.push(call), 3),
  });

  const plan = await ask(`${url}/api/deliveries/plan`, postJson({ action: 'retry', code: 'refused' }));
  const retry = await ask(`${url}/api/deliveries/retry`, postJson({ code: 'refused', integration: 'contact-form', by: 'ann' }));
  await ask(`${url}/api/deliveries/discard`, postJson({ deliveryId: id }));
  await ask(`${url}/api/deliveries/release`, postJson({ deliveryId: id }));

  expect(calls).toEqual([
    ['plan', 'retry', { code: 'refused' }],
    ['retry', { code: 'refused', integration: 'contact-form' }, 'ann'],
    ['discard', { deliveryId: id }, 'api'],
    ['release', { deliveryId: id }, 'api'],
  ]);
  expect([plan, retry]).toEqual([
    [200, { action: 'retry', count: 0, byIntegration: {}, deliveries: [], effects: [] }],
    [200, { action: 'retry', count: 3 }],
  ]);
});

test.each([
  ['nothing selected', '{}', {}, 400],
  ['both ways of selecting', `{"code":"x","deliveryId":"${id}"}`, {}, 400],
  ['an id that is none', '{"deliveryId":"x"}', {}, 400],
  ['broken JSON', '{', {}, 400],
  ['another content type', '{"code":"x"}', { 'content-type': 'text/plain' }, 415],
  ['too much', `{"code":"${'x'.repeat(300_000)}"}`, {}, 413],
])('an action with %s is refused', async (_, body, headers, status) => {
  const url = await start();
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...token, ...(headers as Record<string, string>) } };

  expect((await ask(`${url}/api/deliveries/retry`, init))[0]).toBe(status);
});

test('what can be read and steered needs the token; what a monitor asks does not', async () => {
  const url = await start();
  const status = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status;

  const closed = [
    await status(`/events/${id}`),
    await status('/api/events'),
    await status('/api/deliveries/plan', postJson({ action: 'retry', code: 'x' }, {})),
    await status('/api/events', { headers: { authorization: 'Bearer another' } }),
    await status('/api/anything'),
  ];
  const open = [await status('/healthz'), await status('/readyz'), await status('/metrics'), await status('/openapi.json')];

  expect([closed, open]).toEqual([[401, 401, 401, 401, 401], [200, 200, 200, 200]]);
});

test('without a token the API is closed and says what to set; the local start opens it to programs on this machine only', async () => {
  const closed = await ask(`${await start({}, { env: {} })}/api/events`);
  await running?.close(0);
  const url = await start({}, { env: {}, trustLoopback: true });
  const local = await ask(`${url}/api/events`);
  const proxied = await ask(`${url}/api/events`, { headers: { 'x-forwarded-for': '203.0.113.1' } });
  const page = await ask(`${url}/api/deliveries/plan`, postJson({ action: 'retry', code: 'x' }, { origin: 'https://elsewhere.example' }));

  expect(closed).toEqual([403, { error: expect.objectContaining({ code: 'token_not_set', remedy: expect.stringContaining('SLUICE_API_TOKEN') }) }]);
  expect([local[0], proxied[0], page[0]]).toEqual([200, 403, 403]);
});

test('readiness names what is wrong, and a check that throws is an answer', async () => {
  const wrong = await ask(`${await start({ readiness: async () => ({ database: 'not reachable' }) })}/readyz`);
  await running?.close(0);
  const thrown = await ask(`${await start({ readiness: () => Promise.reject(new Error('broken')) })}/readyz`);

  expect([wrong, thrown]).toEqual([
    [503, { ready: false, checks: { database: 'not reachable' } }],
    [503, { ready: false, checks: { readiness: 'broken' } }],
  ]);
});

test('a fault of the gateway or the database is 503, never 500', async () => {
  const bug = await ask(`${await start({ findEvent: () => Promise.reject(new TypeError('a bug')) })}/events/${id}`, { headers: token });
  await running?.close(0);
  const away = await ask(`${await start({ findEvent: () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })) })}/events/${id}`, { headers: token });

  expect([bug, away]).toEqual([
    [503, { error: expect.objectContaining({ code: 'unexpected' }) }],
    [503, { error: expect.objectContaining({ code: 'database_away' }) }],
  ]);
});

test('every route with every answer is described', async () => {
  const url = await start();

  const [, document] = (await ask(`${url}/openapi.json`)) as [number, OpenApiDocument];

  const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  expect(routes.toSorted()).toEqual([
    'get /api/catch-up',
    'get /api/events',
    'get /api/integrations',
    'get /api/workspaces',
    'get /events/{id}',
    'get /healthz',
    'get /metrics',
    'get /openapi.json',
    'get /readyz',
    'post /api/deliveries/discard',
    'post /api/deliveries/plan',
    'post /api/deliveries/release',
    'post /api/deliveries/replay',
    'post /api/deliveries/retry',
    'post /hooks/{integration}',
    'post /hooks/{integration}/{secret}',
    'post /triggers/{integration}',
    'post /twenty/{workspace}',
    'put /api/integrations/{integration}/mode',
  ]);
  expect(Object.keys(document.paths['/hooks/{integration}']!['post']!.responses)).toEqual([
    '200', '202', '303', '400', '401', '403', '404', '405', '408', '413', '415', '422', '429', '431', '503',
  ]);
  expect([document.paths['/events/{id}']!['get']!.security, Object.keys(document.components.securitySchemes)]).toEqual([[{ apiToken: [] }], ['apiToken']]);
});

test('what happened is counted by source and reason', async () => {
  const deps = depsOf(new MemoryInbox(), { integrations: integrationsOf({ form: hookOf() }) });
  running = await startGateway(deps, { port: 0, env: testEnv });
  const body = '{"id":"one"}';
  const send = (signature: string) => fetch(`${running!.url}/hooks/form`, postRaw(body, { 'x-hub-signature-256': signature }));

  await send(githubSignature(body));
  await send(githubSignature(body));
  await send('sha256=0');
  await fetch(`${running.url}/hooks/made-up-name`, postRaw(body, {}));

  const text = await (await fetch(`${running.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => /^sluice_(events|requests)/.test(line));
  expect(lines).toEqual([
    'sluice_events_accepted_total{source="hook:form"} 1',
    'sluice_events_repeated_total{source="hook:form"} 1',
    'sluice_requests_refused_total{source="hook:form",code="signature_invalid"} 1',
    'sluice_requests_refused_total{source="",code="unknown_integration"} 1',
  ]);
});

test('a hook that cannot work is reported at the start, by name', () => {
  const integrations = integrationsOf({ 'contact-form': openHook({ verification: { scheme: 'gitlab', secrets: [] } }) });
  expect(() => createGateway(depsOf(new MemoryInbox(), { integrations }))).toThrow(/^integrations\.contact-form: "gitlab" is not a way to verify/);
});

function postRaw(body: string, headers: Record<string, string>): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
}

interface OpenApiDocument {
  readonly paths: Record<string, Record<string, { readonly responses: object; readonly security?: unknown }>>;
  readonly components: { readonly securitySchemes: object };
}

test('integrations are listed with how they are run, and switched by those who have the token', async () => {
  const switched: unknown[] = [];
  const at = new Date('2026-01-02T03:04:05Z');
  const url = await start({
    integrations: integrationsOf({ 'contact-form': openHook() }),
    modes: { list: async () => [{ integration: 'contact-form', mode: 'paused', by: 'ann', at, pending: 3 }], set: async (...call) => void switched.push(call) },
  });
  const put = (name: string, body: object) => ask(`${url}/api/integrations/${name}/mode`, { ...postJson(body), method: 'PUT' });

  expect(await ask(`${url}/api/integrations`, { headers: token })).toEqual([
    200,
    { integrations: [{ integration: 'contact-form', useCase: expect.any(String), mode: 'paused', by: 'ann', at: '2026-01-02T03:04:05.000Z', pending: 3 }] },
  ]);
  expect(await put('contact-form', { mode: 'live', by: 'bo' })).toEqual([200, { integration: 'contact-form', mode: 'live' }]);
  expect((await put('contact-form', { mode: 'asleep' }))[0]).toBe(400);
  expect((await put('nonsense', { mode: 'live' }))[0]).toBe(404);
  expect((await ask(`${url}/api/integrations`))[0]).toBe(401);
  expect(switched).toEqual([['contact-form', 'live', 'bo']]);
});

test('the page and the figures say how far each watched object is read', async () => {
  const completeUntil = new Date('2026-03-02T09:00:00.000Z');
  const url = await start({ catchUp: async () => [{ workspace: 'main', object: 'person', state: 'current', completeUntil }, { workspace: 'main', object: 'task', state: 'unread' }] });
  const [status, body] = await ask(`${url}/api/catch-up`, { headers: token });
  const figures = await (await fetch(`${url}/metrics`)).text();
  expect([status, body]).toEqual([200, { objects: [{ workspace: 'main', object: 'person', state: 'current', completeUntil: completeUntil.toISOString() }, { workspace: 'main', object: 'task', state: 'unread' }] }]);
  expect(figures).toContain(`sluice_catch_up_complete_until_seconds{workspace="main",object="person"} ${String(completeUntil.getTime() / 1000)}`);
});
