import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { applyAction } from '../../src/store/hand.ts';
import { setMode } from '../../src/store/modes.ts';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';
import { contacts, csv, type DataStack, startData } from './rig.ts';

let stack: DataStack;
beforeAll(async () => {
  const feedSchema = z.object({ id: z.string(), name: z.string(), email: z.email(), title: z.string(), company: z.string(), website: z.string() });
  const write = { object: 'person', fields: { fullName: 'name', email: 'email', jobTitle: 'title' }, found: { default: 'overwrite' }, company: { domain: 'website', name: 'company' } } as const;
  stack = await startData(contacts, {
    integrations: {
      nightly: dataProcessing({ pull: { feed: 'feed' }, schema: feedSchema, write }),
      planned: dataProcessing({ ...contacts, schema: z.object({ last: z.string(), email: z.email() }), write: { object: 'person', fields: { lastName: 'last', email: 'email' } } } as never),
      narrow: dataProcessing({ receive: { unauthenticated: true }, input: { expect: ['email'] }, schema: z.object({ email: z.email() }), write: { object: 'person', fields: { email: 'email', shoeSize: 'size' } } }),
      strict: dataProcessing({ receive: { unauthenticated: true }, input: { expect: ['email'] }, schema: z.object({ email: z.email() }), write: { object: 'person', fields: { email: 'email' } } }),
    },
  });
}, 120_000);
afterAll(() => stack.close());

test('a feed is read page by page; unchanged it is left alone; what changed is written', { timeout: 120_000 }, async () => {
  await stack.run('nightly');
  await stack.quiet();
  const asked = stack.tools.ledger.length;
  await stack.run('nightly');
  await stack.quiet();
  const again = stack.tools.ledger.length - asked;
  stack.feed.rows = stack.feed.rows.map((row) => (row['id'] === 'F-2' ? { ...row, title: 'Chief Buyer' } : row));
  await stack.run('nightly');
  await stack.quiet();

  expect((await stack.endings('nightly')).map(({ state, code, reason }) => [state, code, reason])).toEqual([
    ['succeeded', 'rows_done', '3 of 3 rows: 3 created'],
    ['skipped', 'feed_unchanged', 'The feed has not changed since it was last read.'],
    ['succeeded', 'rows_done', '3 of 3 rows: 1 updated, 2 unchanged'],
  ]);
  expect([asked, again]).toEqual([2, 1]);
  expect(stack.titles()).toMatchObject({ 'tomas.lind@lakeside.example': 'Chief Buyer', 'priya@brightharbor.example': 'Operations Manager' });
});

test('a feed that fails on its second page goes on there, and no row comes twice', { timeout: 120_000 }, async () => {
  stack.feed.rows = [...stack.feed.rows, { id: 'F-4', name: 'Olu Ade', email: 'olu@lakeside.example', title: 'Chef', company: 'Lakeside Foods', website: 'lakeside.example' }];
  const before = stack.tools.ledger.length;
  stack.tools.faults.next('feed', 'error', { path: /contacts/ });
  await stack.run('nightly');
  await stack.quiet();
  expect((await stack.endings('nightly')).at(-1)).toMatchObject({ reason: '4 of 4 rows: 1 created, 3 unchanged' });
  expect(stack.tools.ledger.slice(before).map(({ status }) => status)).toEqual([500, 200, 200]);
});

test('a dry run plans every row and writes nothing; live, the same event is worked off', { timeout: 120_000 }, async () => {
  await fetch(`${stack.gatewayUrl}/api/integrations/planned/mode`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"mode":"dry-run"}' });
  const written = stack.twenty.ledger.written('created').length;
  const { eventId } = await stack.post(csv('Last name,E-Mail', 'Plan,plan@acme.example', 'Bad,nothing'), 'text/csv', {}, 'planned');
  await stack.quiet();
  const [plan] = await stack.endings('planned');

  expect(plan).toMatchObject({ state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done. 1 of 2 rows: 1 to create, 1 rejected (1 email_invalid).' });
  expect(stack.twenty.ledger.written('created').length).toBe(written);
  const { rows } = await stack.database.pool.query<{ state: string; summary: string }>(`select e.state, e.summary from effects e join effect_members m on m.effect_key = e.key join deliveries d on d.id = m.delivery_id where d.event_id = $1`, [eventId]);
  expect(rows).toEqual([{ state: 'planned', summary: 'create person Plan' }]);
  await setMode(stack.database, ['planned'], 'live', 'Ann');
  await applyAction(stack.database, 'replay', { integration: 'planned', code: 'dry_run' }, 'Ann');
  await stack.quiet();
  expect(await stack.endings('planned')).toMatchObject([{ state: 'succeeded', code: 'rows_rejected', reason: expect.stringContaining('1 of 2 rows: 1 created, 1 rejected') as string }]);
  expect(stack.titles()).toHaveProperty(['plan@acme.example']);
});

test('what is no table at all fails as a whole, with what to do; what cannot be read from some place on keeps what was read', { timeout: 120_000 }, async () => {
  await stack.post(csv('name,size', 'a,1'), 'text/csv', {}, 'strict');
  await stack.quiet();
  await stack.post('email\r\nfine@acme.example\r\n"never closed', 'text/csv', {}, 'strict');
  await stack.quiet();
  await stack.post('email\r\n', 'text/csv', {}, 'strict');
  await stack.quiet();
  await stack.post('email,size\r\na@acme.example,1', 'text/csv', {}, 'narrow');
  await stack.quiet();
  const refusals = await Promise.all([stack.post('', 'text/csv'), stack.post('{"a":', 'application/json'), stack.post('x', 'application/pdf')]);

  expect((await stack.endings('strict')).map(({ state, code }) => [state, code])).toEqual([['failed', 'columns_missing'], ['failed', 'quote_not_closed'], ['skipped', 'no_rows']]);
  expect((await stack.endings('strict'))[1]!.reason).toContain('1 of 1 row: 1 created');
  expect((await stack.endings('narrow'))[0]).toMatchObject({ state: 'failed', code: 'field_missing', reason: expect.stringContaining('person.shoeSize') as string });
  expect(refusals.map(({ status }) => status)).toEqual([400, 400, 415]);
});

test('twelve hundred rows cost at most 0.02 calls each, come in order, and a storm of single rows is worked off in sets', { timeout: 240_000 }, async () => {
  const lines = Array.from({ length: 1_200 }, (_, n) => `P${String(n)},p${String(n)}@many.example,Title ${String(n)}`);
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.post(csv('Last name,E-Mail,Title', ...lines));
  await stack.quiet(180_000);
  const calls = stack.twenty.ledger.recordCalls().length - before;
  const dispatcherGap = stack.twenty.ledger.recordCalls().length;
  await Promise.all(Array.from({ length: 60 }, (_, n) => stack.post(JSON.stringify({ last: `P${String(n % 30)}`, email: `p${String(n % 30)}@many.example`, title: `Newer ${String(n)}` }), 'application/json')));
  await stack.quiet(180_000);

  expect((await stack.endings()).find(({ reason }) => reason === '1,200 of 1,200 rows: 1,200 created')).toBeDefined();
  expect(calls / 1_200).toBeLessThanOrEqual(0.02);
  expect(stack.twenty.ledger.recordCalls().length - dispatcherGap).toBeLessThan(60);
  expect((await stack.endings()).filter(({ state }) => state !== 'succeeded')).toEqual([]);
});
