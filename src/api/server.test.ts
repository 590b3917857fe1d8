import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { depsOf, integrationsOf, MemoryInbox, openHook } from './gateway.fixture.ts';
import { startGateway, type RunningGateway } from './server.ts';

let running: RunningGateway | undefined;
afterEach(() => running?.close(0));

async function start(inbox = new MemoryInbox()) {
  running = await startGateway(depsOf(inbox, { integrations: integrationsOf({ form: openHook() }) }), { port: 0 });
  return running;
}

/** Sends text as it is and answers all that comes back until the connection ends. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
  ['headers above the limit', `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ['an impossible host', 'GET /healthz HTTP/1.1\r\nHost: a b<>\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
  ['a path that is none', 'GET \\ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
])('%s is answered in the same words as everything else', async (_, text, status, code) => {
  const { port } = await start();

  const answer = await talk(port, text);

  expect([answer.slice(0, 12), JSON.parse(answer.slice(answer.indexOf('{')))]).toEqual([`HTTP/1.1 ${status}`, { error: expect.objectContaining({ code }) }]);
});

test('an oversized body is refused by its announced length, before it is sent', async () => {
  const { port } = await start();

  const answer = await talk(port, 'POST /hooks/form HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n');

  expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"body_too_large"/);
});

test('a sender that hangs up in the middle leaves nothing behind', async () => {
  const inbox = new MemoryInbox();
  const { port, url } = await start(inbox);
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /hooks/form HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"id":');
  await once(socket, 'connect');
  socket.destroy();

  const next = await fetch(`${url}/hooks/form`, { method: 'POST', body: '{"id":"next"}', headers: { 'content-type': 'application/json' } });

  expect([next.status, inbox.stored.length]).toEqual([202, 1]);
});

test('closing answers what is under way and takes nothing new', async () => {
  const inbox = new MemoryInbox();
  const commit = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  inbox.gate = commit.promise;
  const deps = depsOf(inbox, { integrations: integrationsOf({ form: openHook() }) });
  const gateway = await startGateway({ ...deps, accept: (events) => (reached.resolve(), inbox.accept(events)) }, { port: 0 });
  const under = fetch(`${gateway.url}/hooks/form`, { method: 'POST', body: '{"id":"one"}', headers: { 'content-type': 'application/json' } });
  await reached.promise;

  const closed = gateway.close();
  const refused = await fetch(`${gateway.url}/healthz`).then(() => 'answered', () => 'refused');
  commit.resolve();
  const answer = await under;
  await closed;

  expect([refused, answer.status, inbox.stored.length]).toEqual(['refused', 202, 1]);
});

test('a port that is taken is an error at the start', async () => {
  const { port } = await start();
  await expect(startGateway(depsOf(new MemoryInbox()), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
