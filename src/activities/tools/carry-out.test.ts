import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { Database } from '../../store/database.ts';
import { insertItems, loadDeliveries, loadItems } from '../../store/items.ts';
import { ensureIntegrations } from '../../store/sets.ts';
import { acceptOne, claim, eventFor, refOf } from '../../store/store.fixture.ts';
import { inActivity } from '../activity.fixture.ts';
import type { ActivityDeps } from '../deps.ts';
import { carryOut, type ToolEnd, type ToolStep } from './carry-out.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeEach(async () => {
  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects, integrations cascade');
  await ensureIntegrations(database, ['contact-form']);
});

type Step = Partial<ToolStep<{ readonly email: string }, string>>;

/** A set of two deliveries and a step that enrols each of them. */
async function begin(dryRun = false) {
  for (const key of ['a', 'b']) await acceptOne(database, eventFor(key));
  const set = await claim(database);
  const run = { ...refOf(set), integration: 'contact-form', urgent: false, dryRun };
  const ids = (await loadDeliveries(database, run)).map(({ deliveryId }) => deliveryId);
  await insertItems(database, run, ids.map((deliveryId, position) => ({ deliveryId, position, data: {} })));
  const deps = { database, budgeted: new Set() } as unknown as ActivityDeps;
  const sent: string[] = [];
  const changes = ids.map((id, n) => ({ key: `contact-form/${String(n)}/enrol`, summary: 'enrol', members: [id], request: { email: `p${String(n)}@acme.example` } }));
  const play = (step: Step = {}) => inActivity(() => carryOut<{ readonly email: string }, string>(deps, run, {
    connection: 'tool', step: 'enrol', changes,
    send: ({ email }, key) => {
      sent.push(`${email} ${key}`);
      return Promise.resolve({ outsideId: `id of ${email}`, answer: 'made' });
    },
    ...step,
  }, (end, index) => [{ deliveryId: ids[index]!, data: { end: end.status } }]));
  const states = async () => (await database.pool.query<{ state: string }>('select state from effects order by key')).rows.map(({ state }) => state);
  const items = async () => (await loadItems<{ end?: string }>(database, run)).map(({ data }) => data.end);
  return { play, sent, states, items };
}

const lost = () => Promise.reject(new ConnectorError('tool', 'timed_out', 'no answer', { outcomeUnknown: true }));
const done = (n: number, fresh: boolean, answer: string | undefined = 'made'): ToolEnd<string> => ({ status: 'done', outsideId: `id of p${String(n)}@acme.example`, answer, fresh });

test('each change is sent once with a key of its own; a second time what was done is not sent again', async () => {
  const { play, sent, states, items } = await begin();
  const first = await play();
  const second = await play({ recall: () => Promise.resolve('recalled') });
  expect(first).toEqual([done(0, true), done(1, true)]);
  expect(second).toEqual([done(0, false, 'recalled'), done(1, false, 'recalled')]);
  expect(sent).toEqual(['p0@acme.example contact-form/0/enrol/0', 'p1@acme.example contact-form/1/enrol/0']);
  expect([await states(), await items()]).toEqual([['done', 'done'], ['done', 'done']]);
});

test('a refusal ends one change and no other, and is sent under another key when it is tried anew', async () => {
  const { play, sent, states } = await begin();
  const ends = await play({
    send: ({ email }) => (email.startsWith('p0') ? Promise.reject(new ConnectorError('tool', 'rejected', 'tool: no such address')) : Promise.resolve({ answer: 'made' })),
  });
  const between = await states();
  await play();
  expect(ends).toEqual([{ status: 'rejected', code: 'tool_rejected', message: 'tool: no such address' }, { status: 'done', outsideId: undefined, answer: 'made', fresh: true }]);
  expect(between).toEqual(['rejected', 'done']);
  expect(sent).toEqual(['p0@acme.example contact-form/0/enrol/1']);
});

test('a change whose answer was lost is sent again under its key where the tool knows it, looked up where it does not, and otherwise left alone', async () => {
  const known = await begin();
  await expect(known.play({ send: lost })).rejects.toThrow('no answer');
  await known.play({ keyLastsMs: 60_000 });
  expect(known.sent[0]).toBe('p0@acme.example contact-form/0/enrol/0');

  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects cascade');
  const asked = await begin();
  await expect(asked.play({ send: lost })).rejects.toThrow('no answer');
  const found = await asked.play({ lookUp: ({ email }) => Promise.resolve(email.startsWith('p0') ? { outsideId: `id of ${email}`, answer: 'found' } : 'absent') });
  expect(found).toEqual([done(0, false, 'found'), done(1, true)]);
  expect(asked.sent).toEqual(['p1@acme.example contact-form/1/enrol/0']);

  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects cascade');
  const silent = await begin();
  await expect(silent.play({ send: lost })).rejects.toThrow('no answer');
  await database.pool.query(`update effects set attempted_at = attempted_at - interval '1 day'`);
  const ends = await silent.play({ keyLastsMs: 60_000 });
  expect(ends.map(({ status }) => status)).toEqual(['unknown', 'done']);
  expect([silent.sent, await silent.states()]).toEqual([['p1@acme.example contact-form/1/enrol/0'], ['unknown', 'done']]);
});

test('a dry run plans everything and sends nothing', async () => {
  const { play, sent, states, items } = await begin(true);
  expect(await play()).toEqual([{ status: 'planned' }, { status: 'planned' }]);
  expect([sent, await states(), await items()]).toEqual([[], ['planned', 'planned'], ['planned', 'planned']]);
});
