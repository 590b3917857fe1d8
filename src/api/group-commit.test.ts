import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Accepted, NewEvent } from '../domain/event.ts';
import { MemoryInbox, sqlError } from './gateway.fixture.ts';
import { createGroupCommit, type GroupCommitOptions } from './group-commit.ts';

const eventOf = (key: string, source = 'hook:form'): NewEvent => ({
  source,
  dedupe: { key },
  contentType: 'application/json',
  headers: {},
  body: Buffer.from(key),
  verdict: 'github',
  deliveries: [],
});

function commitTo(inbox: MemoryInbox, options: Partial<GroupCommitOptions> = {}) {
  return createGroupCommit({
    accept: (events) => inbox.accept(events),
    isDatabaseAway: (error) => (error as { code?: string }).code === '57P01',
    ...options,
  });
}

const keysOf = (inbox: MemoryInbox) => inbox.stored.map((event) => event.dedupe.key);
const outcomes = (answers: readonly PromiseSettledResult<Accepted>[]) =>
  answers.map((answer) => (answer.status === 'fulfilled' ? (answer.value.repeat ? 'repeat' : 'new') : 'refused'));

test('requests of one turn go into one commit, in the order they came', async () => {
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox);

  await Promise.all(['a', 'b', 'c'].map((key) => commit(eventOf(key))));

  expect([inbox.commits, keysOf(inbox)]).toEqual([[3], ['a', 'b', 'c']]);
});

test('a group has an upper size, and no more groups are open than allowed', async () => {
  let open = 0;
  let mostOpen = 0;
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox, {
    maxGroupSize: 4,
    accept: async (events) => {
      mostOpen = Math.max(mostOpen, (open += 1));
      const answers = await inbox.accept(events);
      open -= 1;
      return answers;
    },
  });

  await Promise.all(Array.from({ length: 10 }, (_, index) => commit(eventOf(String(index)))));

  expect([inbox.commits, mostOpen]).toEqual([[4, 4, 2], 2]);
});

test('of two requests with one key the second is answered as a repeat of the first, without a row of its own', async () => {
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox);

  const [first, second] = await Promise.all([commit(eventOf('same')), commit(eventOf('same'))]);

  expect([first.repeat, second, inbox.commits]).toEqual([false, { eventId: first.eventId, repeat: true }, [1]]);
});

test('one key of two sources is two events', async () => {
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox);

  const answers = await Promise.all([commit(eventOf('same', 'hook:a')), commit(eventOf('same', 'hook:b'))]);

  expect(answers.map((answer) => answer.repeat)).toEqual([false, false]);
});

test('a bad row in a shared commit fails alone', async () => {
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox);

  const answers = await Promise.allSettled(['a', 'poison', 'b'].map((key) => commit(eventOf(key))));

  expect([outcomes(answers), keysOf(inbox)]).toEqual([['new', 'refused', 'new'], ['a', 'b']]);
});

test('a request behind a bad row of the same key gets its own try', async () => {
  let calls = 0;
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox, {
    accept: async (events) => {
      calls += 1;
      if (calls === 1) throw sqlError('22021');
      return inbox.accept(events);
    },
  });

  const answers = await Promise.allSettled([commit(eventOf('same')), commit(eventOf('same'))]);

  expect(outcomes(answers)).toEqual(['refused', 'new']);
});

test('while the database is away everybody is told so at once, and the next request finds it back', async () => {
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox);
  inbox.away = true;

  const away = await Promise.allSettled([commit(eventOf('a')), commit(eventOf('b')), commit(eventOf('a'))]);
  inbox.away = false;
  const back = await commit(eventOf('a'));

  expect([outcomes(away), back.repeat, inbox.commits]).toEqual([['refused', 'refused', 'refused'], false, [1]]);
});

test('a deadlock is tried once more, even for a single row', async () => {
  let calls = 0;
  const inbox = new MemoryInbox();
  const commit = commitTo(inbox, {
    accept: async (events) => {
      calls += 1;
      if (calls === 1) throw sqlError('40P01');
      return inbox.accept(events);
    },
  });

  expect((await commit(eventOf('a'))).repeat).toBe(false);
});

test('commits that hang turn everybody away, until one of them ends', async () => {
  const inbox = new MemoryInbox();
  const hang = Promise.withResolvers<void>();
  inbox.gate = hang.promise;
  const commit = commitTo(inbox, { maxInFlight: 1, commitTimeoutMs: 10 });

  const hung = await Promise.allSettled([commit(eventOf('a'))]);
  const meanwhile = await Promise.allSettled([commit(eventOf('b'))]);
  hang.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  const afterwards = await commit(eventOf('a'));

  expect([outcomes(hung), outcomes(meanwhile), afterwards.repeat]).toEqual([['refused'], ['refused'], true]);
});

test('what waits is bounded by its bytes', async () => {
  const commit = commitTo(new MemoryInbox(), { maxHeldBytes: 5 });

  const answers = await Promise.allSettled([commit(eventOf('four')), commit(eventOf('more')), commit(eventOf('x'))]);

  expect(outcomes(answers)).toEqual(['new', 'refused', 'new']);
});

test('whatever arrives together: every request is answered, every good key is stored once and new for exactly one of them', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'poison 1', 'poison 2'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 8 }), async (arrivals, maxGroupSize) => {
      const inbox = new MemoryInbox();
      const commit = commitTo(inbox, { maxGroupSize });

      const answers = await Promise.allSettled(arrivals.map((key) => commit(eventOf(key))));

      const good = [...new Set(arrivals.filter((key) => !key.startsWith('poison')))];
      expect(keysOf(inbox).toSorted()).toEqual(good.toSorted());
      for (const key of new Set(arrivals)) {
        const ended = outcomes(answers).filter((_, index) => arrivals[index] === key);
        const expected = ended.map((_, index) => (good.includes(key) ? (index === 0 ? 'new' : 'repeat') : 'refused'));
        expect(ended).toEqual(expected);
      }
    }),
  );
});
