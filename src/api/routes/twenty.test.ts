import { createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { RecordRouter } from '../../config/record-routing.ts';
import type { NewDelivery } from '../../domain/event.ts';
import type { RecordEvent } from '../../domain/record-event.ts';
import type { GatewayDeps } from '../contract.ts';
import { depsOf, MemoryInbox } from '../gateway.fixture.ts';
import { startGateway, type RunningGateway } from '../server.ts';
import { vectors } from '../signatures/vectors.fixture.ts';

const [taskDone] = vectors;
const now = taskDone!.sentAtMs!;
const delivery: NewDelivery = { integration: 'tasks', laneKey: 'lane', urgency: 'bulk' };

let running: RunningGateway | undefined;
afterEach(() => running?.close(0));

/** Wants every event, told apart by the whole record. */
const everything: RecordRouter = ({ object, action, recordId: id, updatedAt, record }) => {
  const hash = JSON.stringify(record);
  return { dedupe: { key: hash }, record: { workspace: 'main', object, id, action, updatedAt, hash, deleted: false }, deliveries: [delivery] };
};

async function start(route: RecordRouter, parts: Partial<GatewayDeps> = {}) {
  const inbox = new MemoryInbox();
  const twentyWorkspaces = new Map([['main', { secrets: [{ kind: 'secret', name: 'TWENTY' }] as const, route }]]);
  const deps = depsOf(inbox, { twentyWorkspaces, ...parts });
  running = await startGateway(deps, { port: 0, env: { TWENTY: taskDone!.secret }, now: () => now });
  return { inbox, deps, address: `${running.url}/twenty/main`, url: running.url };
}

function post(address: string, body: string, headers: Readonly<Record<string, string | undefined>>): Promise<Response> {
  return fetch(address, { method: 'POST', body, headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) } });
}

function signed(body: string): Record<string, string> {
  const signature = createHmac('sha256', taskDone!.secret).update(`${now}:${body}`).digest('hex');
  return { 'x-twenty-webhook-timestamp': String(now), 'x-twenty-webhook-signature': signature };
}

test('a recorded webhook is stored for those who want it, and known again when another webhook brings it', async () => {
  let seen: RecordEvent | undefined;
  const { address, inbox } = await start((event) => {
    seen = event;
    return everything(event);
  });
  const copy = taskDone!.body.replace('9fced0f6-cbc5-4777-ad54-34b7c13f5efa', '00000000-0000-4000-8000-000000000000');

  const answers = [await post(address, taskDone!.body, taskDone!.headers), await post(address, copy, signed(copy))];

  expect(answers.map((answer) => answer.status)).toEqual([202, 200]);
  expect(inbox.stored.map(({ source, verdict, deliveries }) => ({ source, verdict, deliveries }))).toEqual([
    { source: 'twenty:main', verdict: 'twenty', deliveries: [delivery] },
  ]);
  expect({ ...seen, record: seen?.record['status'] }).toEqual({
    object: 'task',
    action: 'updated',
    recordId: '7e57f000-0000-4000-8000-000000000001',
    createdAt: expect.any(String),
    origin: 'webhook',
    updatedAt: '2026-11-22T04:07:41.251Z',
    record: 'DONE',
    updatedFields: ['status'],
  });
});

test('two changes of one record are two events, even at one instant', async () => {
  const { address, inbox } = await start(everything);
  const other = taskDone!.body.replace('"title":"Hook task"', '"title":"Renamed"');

  await post(address, taskDone!.body, taskDone!.headers);
  await post(address, other, signed(other));

  expect(inbox.stored).toHaveLength(2);
});

test('an event nobody wants, and one about the data model, are counted and dropped', async () => {
  const { address, inbox, deps } = await start(() => undefined);
  const aboutTheModel = '{"eventName":"metadata.fieldMetadata.created","event":{"type":"created"}}';

  const answers = [await post(address, taskDone!.body, taskDone!.headers), await post(address, aboutTheModel, signed(aboutTheModel))];

  expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]))).toEqual([
    [200, { dropped: true }],
    [200, { dropped: true }],
  ]);
  expect(inbox.stored).toEqual([]);
  expect(await deps.metrics.metrics()).toContain('sluice_events_dropped_total{source="twenty:main"} 2');
});

test.each([
  ['not JSON', '{', 400, 'body'],
  ['no object at the top', '[]', 400, 'body'],
  ['no event name', '{}', 400, 'body.eventName'],
  ['an unknown action', '{"eventName":"person.exploded"}', 400, 'body.eventName'],
  ['no record', '{"eventName":"person.created"}', 400, 'body.record'],
  ['no id', '{"eventName":"person.created","record":{}}', 400, 'body.record.id'],
  ['no time of change', '{"eventName":"person.created","record":{"id":"1"}}', 400, 'body.record.updatedAt'],
])('a signed body with %s is refused with the path', async (_, body, status, path) => {
  const { address } = await start(everything);

  const response = await post(address, body, signed(body));

  const answer = (await response.json()) as { error: { path: string } };
  expect([response.status, answer.error.path]).toEqual([status, path]);
});

test('an unsigned body is refused, and an unknown workspace does not exist', async () => {
  const { address, url } = await start(everything);

  const answers = [await post(address, taskDone!.body, {}), await post(`${url}/twenty/other`, taskDone!.body, taskDone!.headers)];

  expect(answers.map((answer) => answer.status)).toEqual([401, 404]);
});
