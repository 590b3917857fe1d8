import { expect, test } from 'vitest';
import { createGroupCommit } from '../src/api/group-commit.ts';
import { acceptEvents } from '../src/store/accept.ts';
import { type Database, isDatabaseAway } from '../src/store/database.ts';
import { eventFor } from '../src/store/store.fixture.ts';
import { ownDatabase } from './harness/own-database.ts';
import { startStack } from './harness/stack.ts';

let database: Database;
ownDatabase((own) => (database = own));

test('in a shared commit a row with a NUL fails alone and a repeated key is answered with the first one’s id', async () => {
  const commit = createGroupCommit({ accept: (events) => acceptEvents(database, events), isDatabaseAway });
  const events = [...Array.from({ length: 50 }, (_, n) => eventFor(`k${String(n)}`)), eventFor('hostile', { lane: 'a\0b' }), eventFor('k7')];
  const results = await Promise.allSettled(events.map((event) => commit(event)));

  expect(results.map(({ status }) => status)).toEqual(events.map(({ dedupe }) => (dedupe.key === 'hostile' ? 'rejected' : 'fulfilled')));
  const ids = results.map((result) => (result.status === 'fulfilled' ? result.value.eventId : ''));
  expect(ids.at(-1)).toBe(ids[7]);
  const { rows } = await database.pool.query('select count(*) as events, (select count(*) from deliveries) as deliveries from events');
  expect(rows).toEqual([{ events: 50, deliveries: 50 }]);
});

test('whatever strange text a form holds, it is accepted and has an end', async () => {
  const stack = await startStack();
  try {
    const strange = ['a\u0000b', '\ud800', "O'Brien, \"Nord\" & <b>", '%_\\', '💥'.repeat(300), ' '.repeat(50), 'x'.repeat(20_000)];
    const statuses = await Promise.all(strange.flatMap((text, n) => [
      stack.submit({ name: text, email: `p${String(n)}@acme.example`, company: text, message: text }),
      stack.submit({ name: 'Ann', email: text, message: text }),
    ]));
    await stack.settled();
    expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 202));
    const { rows } = await stack.database.pool.query<{ state: string; n: number }>('select state, count(*) as n from deliveries group by state order by state');
    expect(rows).toEqual([{ state: 'failed', n: strange.length }, { state: 'succeeded', n: strange.length }]);
    expect(stack.twenty.records('people')).toHaveLength(strange.length);
  } finally {
    await stack.close();
  }
});
