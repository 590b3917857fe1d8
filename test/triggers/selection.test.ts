import { afterEach, beforeAll, expect, test } from 'vitest';
import { findEvent } from '../../src/store/views.ts';
import { errand } from './errand/index.ts';
import { bundleErrands, startTriggerStack, type TriggerStack, until } from './harness.ts';

let bundle: string;
let stack: TriggerStack | undefined;
beforeAll(async () => void (bundle = await bundleErrands()));
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const overPeople = { over: { kind: 'records', object: 'person', connection: 'twenty' } } as const;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${stack!.gatewayUrl}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** So many people are in Twenty; answers their ids, ascending. */
function people(count: number): readonly string[] {
  const ids = Array.from({ length: count }, (_, n) => id(n));
  for (const one of ids) stack!.twenty.asUser.create('people', { id: one, name: { firstName: 'P', lastName: one } });
  return ids;
}

async function recordIds(): Promise<readonly string[]> {
  const { rows } = await stack!.database.pool.query<{ record_id: string }>('select record_id from deliveries where record_id is not null order by seq');
  return rows.map((row) => row.record_id);
}

test('a few chosen records become a delivery each, without a call, and twice the same request is once', async () => {
  stack = await startTriggerStack(bundle, { scores: errand(overPeople) });
  const chosen = { selection: { ids: [id(1), id(2), id(2), id(3)] } };
  const first = await post('/triggers/scores', chosen, { 'idempotency-key': 'click-1' });
  const again = await post('/triggers/scores', { ...chosen, requestId: 'click-1' });
  await stack.settled();
  const event = (await findEvent(stack.database, first.body['eventId'] as string))!;

  expect([first.status, again.status]).toEqual([202, 200]);
  expect(again.body).toEqual({ eventId: event.id, repeat: true });
  expect(event.deliveries.map(({ state, code, reason }) => [state, code, reason])).toEqual([
    ['succeeded', 'selected', '3 records selected.'],
    ...Array.from({ length: 3 }, () => ['succeeded', 'done', undefined]),
  ]);
  expect(await recordIds()).toEqual([id(1), id(2), id(3)]);
  expect(stack.twenty.ledger.entries).toEqual([]);
});

test('10,000 selected people are one selecting run of 51 calls at most and 50 sets', { timeout: 180_000 }, async () => {
  stack = await startTriggerStack(bundle, { scores: errand(overPeople) });
  const all = people(10_000);
  const { body } = await post('/triggers/scores', { selection: { all: true } });
  await until(async () => (await stack!.events('manual:scores'))[0]?.states[0] === 'succeeded', 120_000);
  await stack.settled(120_000);
  const { rows } = await stack.database.pool.query<{ workflow_type: string; count: number }>('select workflow_type, count(*) as count from sets group by 1 order by 1');

  expect((await findEvent(stack.database, body['eventId'] as string))!.deliveries[0]).toMatchObject({ state: 'succeeded', code: 'selected', reason: '10,000 records selected.' });
  expect([...(await recordIds())].sort()).toEqual(all);
  expect(stack.twenty.ledger.recordCalls().length).toBeLessThanOrEqual(51);
  expect(rows).toEqual([{ workflow_type: 'errand', count: expect.any(Number) }, { workflow_type: 'selectRecords', count: 1 }]);
  expect(rows[0]!.count).toBeLessThanOrEqual(60);
});

test('ids that stand for no record are named, and the others go on', async () => {
  stack = await startTriggerStack(bundle, { scores: errand(overPeople) });
  const known = people(250);
  const { body } = await post('/triggers/scores', { selection: { ids: [...known, id(900), 'nonsense'] } });
  await stack.settled();

  expect((await findEvent(stack.database, body['eventId'] as string))!.deliveries[0]!.reason).toBe(`250 records selected; 2 ids stand for no record: ${id(900)}, nonsense (no id).`);
  expect(await recordIds()).toHaveLength(250);
});

test('a view that is not there fails its own start with the reason; a dry run is handed on to every record', async () => {
  stack = await startTriggerStack(bundle, { scores: errand(overPeople) });
  const wrong = await post('/triggers/scores', { selection: { view: 'No such view' } });
  const plan = await post('/triggers/scores', { selection: { ids: [id(1)] }, dryRun: true });
  await stack.settled();
  const { rows } = await stack.database.pool.query<{ dry_run: boolean }>('select dry_run from deliveries where event_id = $1', [plan.body['eventId']]);

  expect((await findEvent(stack.database, wrong.body['eventId'] as string))!.deliveries).toMatchObject([{ state: 'failed', code: 'selection_refused' }]);
  expect(rows).toEqual([{ dry_run: true }, { dry_run: true }]);
});

test('a start that cannot be is refused with the place and what to write', async () => {
  stack = await startTriggerStack(bundle, { scores: errand(overPeople), never: errand({}), chore: errand({ over: { kind: 'nothing' } }) }, []);
  const answers = await Promise.all([
    post('/triggers/nobody'),
    post('/triggers/never'),
    post('/triggers/scores'),
    post('/triggers/chore', { selection: { all: true } }),
    post('/triggers/scores', { selection: { ids: ['a', 7] } }),
    post('/triggers/scores', { selection: { all: true } }, { 'idempotency-key': 'with blanks' }),
    post('/triggers/chore', undefined),
  ]);
  const said = answers.map(({ status, body }) => [status, (body['error'] as { code?: string; path?: string } | undefined)?.code, (body['error'] as { path?: string } | undefined)?.path]);

  expect(said).toEqual([
    [404, 'unknown_integration', 'path.integration'],
    [409, 'not_startable', 'path.integration'],
    [400, 'invalid_value', 'body.selection'],
    [400, 'invalid_value', 'body.selection'],
    [400, 'invalid_value', 'body.selection.ids.1'],
    [400, 'invalid_value', 'header.idempotency-key'],
    [202, undefined, undefined],
  ]);
});
