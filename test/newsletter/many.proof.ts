import { afterAll, expect, test } from 'vitest';
import { LIST, type NewsletterStack, startNewsletters } from './rig.ts';

let stack: NewsletterStack | undefined;
afterAll(() => stack?.close());

const PEOPLE = 5_000;

test('5,000 readers cost at most 0.01 calls to Twenty each and ten requests to the tool, and all are on the list once', { timeout: 240_000 }, async () => {
  stack = await startNewsletters({ monthly: {} });
  stack.view();
  for (let n = 0; n < PEOPLE; n += 1) stack.reader(`p${String(n)}`, n % 100 === 0 ? { emailOptOut: true } : {});
  const first = await stack.begin();
  const calls = stack.twenty.ledger.recordCalls().length;
  const requests = stack.tools.changesOf('mailchimp').map(({ changed }) => changed);
  const { rows } = await stack.database.pool.query<{ effects: number }>('select count(*) as effects from effects');

  expect(first.reason).toMatch(/^4,950 of 5,000 people are on the list; 50 opted out\. Opted out: p\d+ Reader, p\d+ Reader, p\d+ Reader and more\.$/);
  expect(calls / PEOPLE).toBeLessThanOrEqual(0.01);
  expect(requests).toEqual([...Array.from({ length: 9 }, () => 'subscribed 500'), 'subscribed 450']);
  expect(stack.mailchimp.audiences.membersOf(LIST)).toHaveLength(4_950);
  // A campaign, ten requests, a result and a mail: effects grow with the requests, not with the people.
  expect(rows[0]!.effects).toBe(13);
  expect((await stack.recipients()).filter(({ state }) => state === 'added')).toHaveLength(4_950);
});
