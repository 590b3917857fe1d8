import { afterEach, expect, test } from 'vitest';
import { findEvent } from '../../src/store/views.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const ranks = { above: 'CEO', near: 'VP Sales', low: 'Gardener' } as const;
/** 27, 22 and 2 points beside the company's four. */
const settings = { threshold: 30, hysteresis: 5 } as const;

function memberOf(own: ScoringStack): { readonly id: string; readonly email: string; readonly name: string } {
  const [member] = own.twenty.records('workspaceMembers');
  const { firstName, lastName } = member!['name'] as { firstName: string; lastName: string };
  return { id: String(member!['id']), email: String(member!['userEmail']), name: `${firstName} ${lastName}` };
}

test('crossing the threshold makes one task for the owner, hovering around it none, and a new crossing another', { timeout: 180_000 }, async () => {
  stack = await startScoring({ ...settings, onThreshold: { task: { title: 'Call {name} of {company}' } } });
  const owner = memberOf(stack);
  const companyId = stack.company({ name: 'Acme', accountOwnerId: owner.id });
  const id = stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, ...mailOf('ann'), jobTitle: ranks.low, companyId });
  await stack.quiet();
  const tasks: number[] = [];
  for (const jobTitle of [ranks.above, ranks.near, ranks.above, ranks.low, ranks.above]) {
    stack.update(id, { jobTitle });
    await stack.quiet();
    tasks.push(stack.twenty.records('tasks').length);
  }

  expect(tasks).toEqual([1, 1, 1, 1, 2]);
  expect(stack.twenty.records('tasks')).toMatchObject([{ title: 'Call Ann Lee of Acme', assigneeId: owner.id, status: 'TODO' }, { assigneeId: owner.id }]);
  expect(JSON.stringify(stack.twenty.records('tasks')[0]!['bodyV2'])).toContain('+25 C-level: CEO');
  expect(stack.twenty.records('taskTargets')).toHaveLength(4);
  expect((await stack.endings(id))[1]).toEqual({ action: 'updated', state: 'succeeded', code: 'scored', reason: `31 points instead of 6, task made for ${owner.name}` });
});

test('a person who is created above the threshold is told of, one who was there before is not, and nobody twice', { timeout: 180_000 }, async () => {
  stack = await startScoring({ threshold: 20, onThreshold: { task: {} } }, {}, ['worker']);
  const old = stack.person({ ...mailOf('old'), jobTitle: ranks.above });
  await stack.twenty.settled();
  await stack.database.pool.query('delete from deliveries');
  await stack.start('dispatcher');
  const fresh = stack.person({ ...mailOf('fresh'), jobTitle: ranks.above });
  await stack.quiet();
  await stack.run({ all: true });
  await stack.quiet();
  await stack.run({ ids: [old, fresh] });
  await stack.quiet();

  expect(stack.twenty.records('taskTargets').map((link) => link['targetPersonId'])).toEqual([fresh]);
  expect([old, fresh].map((id) => stack!.score(id))).toEqual([27, 27]);
});

test('by mail, the owner is told once, and whoever the configuration names for leads that nobody owns', { timeout: 180_000 }, async () => {
  stack = await startScoring({ threshold: 20, onThreshold: { email: { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' } } });
  const owner = memberOf(stack);
  const companyId = stack.company({ name: 'Acme', accountOwnerId: owner.id });
  const owned = stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, ...mailOf('ann'), jobTitle: ranks.above, companyId });
  await stack.quiet();
  stack.person({ name: { firstName: 'Ben', lastName: 'Ito' }, ...mailOf('ben'), jobTitle: ranks.above });
  await stack.quiet();
  stack.update(owned, { jobTitle: 'Founder' });
  await stack.quiet();

  expect(stack.mail.mails().map(({ to, subject }) => [to, subject])).toEqual([[[owner.email], 'Ann Lee reached 31 points'], [['sales@acme.example'], 'Ben Ito reached 27 points']]);
  expect(stack.mail.mails()[0]!.text).toContain(`- +25 C-level: CEO`);
  expect(stack.mail.mails()[0]!.text).toContain(owned);
});

test('above the hourly cap a mail waits while the score stands, and goes out once when the hour allows', { timeout: 180_000 }, async () => {
  stack = await startScoring({ threshold: 20, onThreshold: { email: { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' } }, hourly: { mails: 1 } });
  const { database, mail } = stack;
  const taken = async () => (await database.pool.query<{ sum: number }>('select coalesce(sum(count), 0)::int as sum from hourly_counts')).rows[0]!.sum;
  const nextHour = async (): Promise<void> => {
    await database.pool.query(`update hourly_counts set minute = minute - interval '61 minutes'`);
    await database.pool.query(`update deliveries set waiting_until = clock_timestamp() where state = 'waiting'`);
  };
  mail.faults.next('cut'); // sent, but nobody heard of it: the step is repeated with the mail frozen already
  stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, ...mailOf('ann'), jobTitle: ranks.above });
  await stack.quiet();
  const first = { mails: mail.mails().length, taken: await taken() };
  const id = stack.person({ name: { firstName: 'Ben', lastName: 'Ito' }, ...mailOf('ben'), jobTitle: ranks.above });
  await stack.quiet();
  stack.update(id, { jobTitle: 'Founder' });
  await stack.quiet();
  const { rows: waiting } = await database.pool.query('select state, code, waiting_for, waiting_until > clock_timestamp() as timed from deliveries where record_id = $1 order by seq', [id]);
  const mailsBefore = mail.mails().length;
  const scoreBefore = stack.score(id);
  await nextHour();
  await stack.until(() => mail.mails().length === 2);
  await stack.quiet();
  await nextHour();
  stack.update(id, { jobTitle: ranks.above });
  await stack.quiet();

  expect(first).toEqual({ mails: 1, taken: 1 });
  expect(waiting).toEqual(Array(2).fill({ state: 'waiting', code: 'hourly_cap', waiting_for: 'hour', timed: true }));
  expect([mailsBefore, scoreBefore]).toEqual([1, 27]);
  expect(mail.mails().map(({ subject }) => subject)).toEqual(['Ann Lee reached 27 points', 'Ben Ito reached 27 points']);
  expect((await stack.endings(id)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
});

test('a dry run shows what would be written and told, and does neither', { timeout: 120_000 }, async () => {
  stack = await startScoring({ threshold: 20, tellFirst: 'always', onThreshold: { task: {} } }, {}, ['worker']);
  const id = stack.person({ ...mailOf('ann'), jobTitle: ranks.above });
  await stack.twenty.settled();
  await stack.database.pool.query('delete from deliveries');
  await stack.start('dispatcher');
  await stack.run({ ids: [id] }, { dryRun: true });
  await stack.quiet();

  const { rows } = await stack.database.pool.query<{ event_id: string }>('select event_id from deliveries where record_id = $1', [id]);
  const event = await findEvent(stack.database, rows[0]!.event_id);
  const delivery = event!.deliveries.find(({ effects }) => effects.length > 0)!;
  expect(delivery).toMatchObject({ state: 'skipped', code: 'dry_run' });
  expect(delivery.effects.map(({ state, summary }) => [state, summary]).toSorted()).toEqual([
    ['planned', 'create task “ann@acme.example reached 27 points”'], ['planned', 'link the task to the person'], ['planned', 'write the lead score 27'],
  ]);
  expect([stack.score(id), stack.twenty.records('tasks')]).toEqual([null, []]);
  expect((await stack.database.pool.query('select 1 from lead_scores')).rows).toEqual([]);
  await stack.run({ ids: [id] });
  await stack.quiet();
  expect([stack.score(id), stack.twenty.records('tasks').length]).toEqual([27, 1]);
});
