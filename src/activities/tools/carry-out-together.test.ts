import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { Database } from '../../store/database.ts';
import { insertItems, loadDeliveries, loadItems } from '../../store/items.ts';
import { ensureIntegrations } from '../../store/sets.ts';
import { acceptOne, claim, eventFor, refOf } from '../../store/store.fixture.ts';
import { inActivity } from '../activity.fixture.ts';
import type { ActivityDeps } from '../deps.ts';
import { carryOutTogether, type TogetherStep } from './carry-out-together.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeEach(async () => {
  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects, integrations cascade');
  await ensureIntegrations(database, ['contact-form']);
});

type Step = Partial<TogetherStep<{ readonly email: string }, string>>;
const LEADS = 8;

/** A set of eight deliveries and a step that enrols them, five with one request. */
async function begin(dryRun = false) {
  for (let n = 0; n < LEADS; n += 1) await acceptOne(database, eventFor(`d${String(n)}`));
  const set = await claim(database);
  const run = { ...refOf(set), integration: 'contact-form', urgent: false, dryRun };
  const ids = (await loadDeliveries(database, run)).map(({ deliveryId }) => deliveryId);
  await insertItems(database, run, ids.map((deliveryId, position) => ({ deliveryId, position, data: {} })));
  const deps = { database, budgeted: new Set() } as unknown as ActivityDeps;
  const sent: string[] = [];
  const changes = ids.map((id, n) => ({ key: `contact-form/${String(n)}/enrol`, summary: 'enrol', members: [id], request: { email: `p${String(n)}` } }));
  const play = (step: Step = {}) => inActivity(() => carryOutTogether<{ readonly email: string }, string>(deps, run, {
    connection: 'tool', step: 'enrol', changes, atOnce: 5,
    send: (requests) => {
      sent.push(requests.map(({ email }) => email).join(' '));
      return Promise.resolve(requests.map(({ email }) => ({ status: 'done' as const, outsideId: `id of ${email}`, answer: 'made' })));
    },
    ...step,
  }, (ends, first) => ends.map((end, index) => ({ deliveryId: ids[first + index]!, data: { end: end.status } }))));
  const states = async () => (await database.pool.query<{ state: string }>('select state from effects order by key')).rows.map(({ state }) => state);
  const items = async () => (await loadItems<{ end?: string }>(database, run)).map(({ data }) => data.end);
  return { play, sent, states, items };
}

const fill = (state: string, n = LEADS): readonly string[] => Array.from({ length: n }, () => state);
const lost = () => Promise.reject(new ConnectorError('tool', 'timed_out', 'no answer', { outcomeUnknown: true }));

test('many go with one request, each with an end of its own, and what is done is not sent again', async () => {
  const { play, sent, states, items } = await begin();
  const first = await play();
  const second = await play();
  expect(sent).toEqual(['p0 p1 p2 p3 p4', 'p5 p6 p7']);
  expect(first[7]).toEqual({ status: 'done', outsideId: 'id of p7', answer: 'made', fresh: true });
  expect(second[7]).toEqual({ status: 'done', outsideId: 'id of p7', answer: undefined, fresh: false });
  expect([await states(), await items()]).toEqual([fill('done'), fill('done')]);
});

test('one that the tool leaves out is refused alone, and may be sent again later', async () => {
  const { play, sent, states } = await begin();
  const send: Step['send'] = (requests) => Promise.resolve(requests.map(({ email }) => (email === 'p3' ? { status: 'rejected', code: 'opted_out', message: 'has unsubscribed' } : { status: 'done', answer: 'made' })));
  const ends = await play({ send });
  const between = await states();
  await play();
  expect(ends[3]).toEqual({ status: 'rejected', code: 'opted_out', message: 'has unsubscribed' });
  expect(between).toEqual([...fill('done', 3), 'rejected', ...fill('done', 4)]);
  expect(sent).toEqual(['p3']);
});

test('of a request whose answer was lost each is looked up: what is there is done, what is absent is sent, and what nobody knows is held', async () => {
  const { play, sent, states } = await begin();
  await expect(play({ send: lost })).rejects.toThrow('no answer');
  const ends = await play({ lookUp: (requests) => Promise.resolve(requests.map(({ email }) => (email < 'p2' ? { outsideId: `found ${email}`, answer: 'found' } : email === 'p2' ? 'unknown' : 'absent'))) });
  expect(ends.map((end) => (end.status === 'done' ? `${end.status} ${String(end.fresh)}` : end.status))).toEqual(['done false', 'done false', 'unknown', 'done false', 'done false', 'done true', 'done true', 'done true']);
  expect(sent).toEqual(['p3 p4', 'p5 p6 p7']);
  expect(await states()).toEqual(['done', 'done', 'unknown', ...fill('done', 5)]);
});

test('where a repeat does no harm it is sent again, and a request that was surely not carried out is not looked up', async () => {
  const repeatable = await begin();
  await expect(repeatable.play({ send: lost })).rejects.toThrow('no answer');
  await repeatable.play();
  expect(repeatable.sent[0]).toBe('p0 p1 p2 p3 p4');

  await database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items, effects cascade');
  const limited = await begin();
  await expect(limited.play({ send: () => Promise.reject(new ConnectorError('tool', 'rate_limited', 'too many requests')) })).rejects.toThrow('too many');
  await limited.play({ lookUp: () => Promise.reject(new Error('was looked up')) });
  expect(limited.sent).toHaveLength(2);
});

test('a request that is refused for one of its leads is taken apart until that one stands alone', async () => {
  const { play, sent } = await begin();
  const send: Step['send'] = (requests) => {
    sent.push(requests.map(({ email }) => email).join(' '));
    const bad = requests.find(({ email }) => email === 'p6');
    return bad === undefined ? Promise.resolve(requests.map(() => ({ status: 'done', answer: 'made' }))) : Promise.reject(new ConnectorError('tool', 'rejected', 'lead 6 is bad'));
  };
  const ends = await play({ send, atOnce: 8 });
  expect(ends.map(({ status }) => status)).toEqual([...fill('done', 6), 'rejected', 'done']);
  expect(sent.length).toBeLessThanOrEqual(1 + 6);
});

test('a request that is refused for what all have in common costs two more and no further ones', async () => {
  const { play, sent } = await begin();
  const send: Step['send'] = (requests) => {
    sent.push(String(requests.length));
    return Promise.reject(new ConnectorError('tool', 'rejected', 'no such campaign'));
  };
  const ends = await play({ send, atOnce: 8 });
  expect(ends.map((end) => ('message' in end ? end.message : ''))).toEqual(fill('no such campaign'));
  expect(sent).toEqual(['8', '4', '4']);
});

test('a dry run sends nothing and leaves plans', async () => {
  const { play, sent, states, items } = await begin(true);
  expect((await play()).map(({ status }) => status)).toEqual(fill('planned'));
  expect([sent, await states(), await items()]).toEqual([[], fill('planned'), fill('planned')]);
});
