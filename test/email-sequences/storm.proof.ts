import { afterEach, expect, test } from 'vitest';
import { mailOf, type SequenceStack, startSequences } from './rig.ts';

let stack: SequenceStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const PEOPLE = 1_000;

test('1,000 people at once cost at most 0.05 calls to Twenty each and one request to the tool for 200, and are each enrolled once', { timeout: 240_000 }, async () => {
  stack = await startSequences({ tool: 'smartlead', rules: [{ field: 'jobTitle', operator: 'isFilled', sequence: '372' }], followUp: { otherwise: 'Ada Sales' } }, { budget: { perMinute: 100_000 } }, ['worker']);
  const acme = stack.make('companies', { name: 'Acme' });
  const ids = Array.from({ length: PEOPLE }, (_, n) => stack!.person({ ...mailOf(`p${String(n)}`), jobTitle: 'Gardener', companyId: acme }));
  await stack.twenty.settled();
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.start('dispatcher');
  await stack.quiet(180_000);
  const calls = stack.twenty.ledger.recordCalls().slice(before).map(({ operation }) => operation);

  expect(stack.smartlead.emails('372').length).toBe(PEOPLE);
  expect(new Set(ids.map((id) => stack!.state(id).join('/')))).toEqual(new Set(['372/ENROLLED']));
  expect(stack.twenty.records('tasks').length).toBe(PEOPLE);
  expect(stack.twenty.records('taskTargets').length).toBe(2 * PEOPLE);
  expect(stack.tools.ledger.filter(({ tool }) => tool === 'smartlead').length).toBe(PEOPLE / 200);
  expect(calls.length / PEOPLE).toBeLessThanOrEqual(0.05);
  const ends = Map.groupBy(await stack.endings(), ({ action, code }) => `${String(action)} ${String(code)}`);
  expect([...ends].map(([end, all]) => [end, all.length])).toEqual([['created enrolled', PEOPLE]]);

  // What Smartlead tells is signed, and finds the person by the address.
  expect(await stack.tellSmartlead({ event_type: 'EMAIL_REPLY', sl_lead_email: 'P0@acme.example', campaign_id: 372, event_timestamp: '2026-01-06T14:12:00Z' })).toBe(202);
  await stack.quiet();
  expect(stack.state(ids[0]!)).toEqual(['372', 'REPLIED']);
});
