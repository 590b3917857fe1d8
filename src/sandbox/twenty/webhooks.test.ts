import { afterEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty, SandboxTwentyOptions } from './index.ts';
import { clientOf } from './testing/test-client.ts';
import { listen } from './testing/webhook-listener.ts';
import type { Listener } from './testing/webhook-listener.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const part of open.splice(0)) await part.close();
});

async function start(options: SandboxTwentyOptions = {}): Promise<SandboxTwenty> {
  const twenty = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', ...options });
  open.push(twenty);
  return twenty;
}

async function target(...answer: Parameters<typeof listen>): Promise<Listener> {
  const listener = await listen(...answer);
  open.push(listener);
  return listener;
}

async function subscribe(twenty: SandboxTwenty, targetUrl: string, operations: readonly string[]): Promise<void> {
  await clientOf(twenty).rest('POST', '/rest/webhooks', { targetUrl, operations });
}

const eventsOf = (listener: Listener): string[] => listener.received.map(({ rawBody }) => (JSON.parse(rawBody) as { eventName: string }).eventName);

it('200 creates make 200 deliveries, each once, at most twenty at a time', async () => {
  const twenty = await start();
  const listener = await target();
  await subscribe(twenty, listener.url, ['person.created']);
  await clientOf(twenty).graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', { d: Array.from({ length: 200 }, (_, n) => ({ jobTitle: String(n) })) });
  await twenty.settled();

  const ids = listener.received.map(({ rawBody }) => (JSON.parse(rawBody) as { record: { id: string } }).record.id);
  expect({ deliveries: ids.length, distinct: new Set(ids).size, withinTwenty: listener.mostAtOnce() <= 20 }).toEqual({ deliveries: 200, distinct: 200, withinTwenty: true });
});

it('a target that answers 500, cuts the line or is too slow gets one attempt', async () => {
  const twenty = await start({ webhookTimeoutMs: 50 });
  const failing = await target((response) => void response.writeHead(500).end());
  const targets = [failing, await target((response) => void response.destroy()), await target(() => undefined)];
  for (const listener of targets) await subscribe(twenty, listener.url, ['company.*']);
  twenty.asUser.create('companies', { name: 'Acme' });
  await twenty.settled();

  expect(targets.map(eventsOf)).toEqual([['company.created'], ['company.created'], ['company.created']]);
  expect(twenty.deliveries.map(({ outcome }) => outcome)).toEqual([500, 'socket hang up', 'timeout of 50ms exceeded']);
});

it('a redirect is followed as a GET without body', async () => {
  const twenty = await start();
  const listener = await target((response, { method }) => void response.writeHead(method === 'POST' ? 302 : 200, { location: '/elsewhere' }).end());
  await subscribe(twenty, listener.url, ['company.*']);
  twenty.asUser.create('companies', { name: 'Acme' });
  await twenty.settled();

  expect(listener.received.map(({ method, rawBody }) => ({ method, empty: rawBody === '' }))).toEqual([{ method: 'POST', empty: false }, { method: 'GET', empty: true }]);
});

it('only what was asked for is sent; a typo is accepted and never fires', async () => {
  const twenty = await start();
  const [created, all, typo] = [await target(), await target(), await target()];
  await subscribe(twenty, created.url, ['*.created']);
  await subscribe(twenty, all.url, ['note.*']);
  await subscribe(twenty, typo.url, ['notes.created']);
  const note = twenty.asUser.create('notes', { title: 'One' });
  twenty.asUser.softDelete('notes', String(note.id));
  await twenty.settled();

  expect([created, all, typo].map(eventsOf)).toEqual([['note.created'], ['note.created', 'note.deleted'], []]);
});

it('a new webhook counts only after the activation time', async () => {
  let nowMs = 1_000_000;
  const twenty = await start({ webhookActivationMs: 10_000, now: () => nowMs });
  const listener = await target();
  await subscribe(twenty, listener.url, ['*.*']);
  twenty.asUser.create('notes', { title: 'Too early' });
  nowMs += 10_000;
  twenty.asUser.create('notes', { title: 'In time' });
  await twenty.settled();

  expect(listener.received.map(({ rawBody }) => (JSON.parse(rawBody) as { record: { title: string } }).record.title)).toEqual(['In time']);
});

it('in safe mode a loopback target hears nothing, though it could be registered', async () => {
  const twenty = await start({ webhookSafeMode: true });
  const listener = await target();
  await subscribe(twenty, listener.url, ['*.*']);
  twenty.asUser.create('notes', { title: 'Hush' });
  await twenty.settled();

  expect(eventsOf(listener)).toEqual([]);
});

it('the user who wrote is named; links and records that hang on a destroyed one change without a word', async () => {
  const twenty = await start();
  const listener = await target();
  const company = twenty.asUser.create('companies', { name: 'Acme' });
  const person = twenty.asUser.create('people', { companyId: company.id });
  const note = twenty.asUser.create('notes', { title: 'About Acme' });
  twenty.asUser.create('noteTargets', { noteId: note.id, targetCompanyId: company.id });
  await subscribe(twenty, listener.url, ['*.*']);
  twenty.asUser.destroy('companies', String(company.id));
  await twenty.settled();

  expect(eventsOf(listener)).toEqual(['company.destroyed']);
  expect(JSON.parse(listener.received[0]?.rawBody ?? '')).toMatchObject({
    userId: '5a9db0c5-0000-4000-8000-000000000201', workspaceMemberId: '5a9db0c5-0000-4000-8000-000000000101',
  });
  const { companyId } = twenty.records('people').find(({ id }) => id === person.id) ?? {};
  expect({ companyId, targets: twenty.records('noteTargets') }).toEqual({ companyId: null, targets: [] });
});
