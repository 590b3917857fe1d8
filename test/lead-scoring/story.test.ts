import { afterEach, expect, test } from 'vitest';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

test('a new person is scored with reasons, a change is scored anew, a form counts, and our own write makes no further run', { timeout: 120_000 }, async () => {
  stack = await startScoring();
  const acme = stack.company({ name: 'Acme' });
  const id = stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, ...mailOf('ann'), jobTitle: 'Sales Manager' });
  await stack.quiet();
  const first = stack.record(id);
  stack.update(id, { jobTitle: 'Chief Revenue Officer', companyId: acme });
  await stack.quiet();
  const second = stack.record(id);
  // It changes nothing of the person, so no record event tells of it; the next run over all counts it.
  await stack.submit({ name: 'Ann Lee', email: 'Ann@Acme.example', message: 'Please call me' });
  await stack.quiet();
  await stack.run({ all: true });
  await stack.quiet();

  expect(first).toMatchObject({ leadScore: 12, leadScoreReasons: '+10 manager: Sales Manager\n+2 known: job title' });
  expect(second).toMatchObject({ leadScore: 31, leadScoreReasons: '+25 C-level: Chief Revenue Officer\n+6 known: company and job title' });
  expect(stack.record(id)).toMatchObject({ leadScore: 46, leadScoreReasons: '+25 C-level: Chief Revenue Officer\n+15 filled in a form today\n+6 known: company and job title' });
  expect(Date.parse(String(stack.record(id)['leadScoredAt']))).toBeGreaterThan(Date.parse(String(first['leadScoredAt'])));
  expect(await stack.endings(id)).toEqual([
    { action: 'created', state: 'succeeded', code: 'scored', reason: '12 points' },
    { action: 'updated', state: 'succeeded', code: 'scored', reason: '31 points instead of 12' },
    { action: null, state: 'succeeded', code: 'scored', reason: '46 points instead of 31' },
  ]);
});

test('A to B and back to A ends with the score of A, also when the run of B failed', { timeout: 120_000 }, async () => {
  stack = await startScoring();
  const id = stack.person({ ...mailOf('ann'), jobTitle: 'Sales Manager' });
  await stack.quiet();
  stack.twenty.faults.refuse({ object: 'person', path: 'leadScore', equals: 27, message: 'Not today' });
  stack.update(id, { jobTitle: 'CEO' });
  await stack.quiet();
  const between = await stack.endings(id);
  stack.update(id, { jobTitle: 'Sales Manager' });
  await stack.quiet();
  stack.update(id, { phones: { primaryPhoneNumber: '301234567', primaryPhoneCountryCode: 'DE' } });
  await stack.quiet();

  expect(between.at(-1)).toMatchObject({ state: 'failed', reason: 'The score was not taken: Not today' });
  expect((await stack.endings(id)).map(({ code }) => code).slice(2)).toEqual(['unchanged', 'scored']);
  expect(stack.record(id)).toMatchObject({ leadScore: 14 });
});

test('created and changed in one set is scored once, and what is gone is skipped, neither revived nor made again', { timeout: 120_000 }, async () => {
  stack = await startScoring({}, {}, ['worker']);
  const [changed, trashed, destroyed] = ['a', 'b', 'c'].map((name) => stack!.person({ ...mailOf(name), jobTitle: 'Gardener' })) as [string, string, string];
  await stack.twenty.settled();
  stack.update(changed, { jobTitle: 'CEO' });
  stack.twenty.asUser.softDelete('people', trashed);
  stack.twenty.asUser.destroy('people', destroyed);
  await stack.twenty.settled();
  await stack.start('dispatcher');
  await stack.quiet();

  const gone = [{ action: 'created', state: 'skipped', code: 'deleted' }];
  expect(await stack.endings(trashed)).toMatchObject(gone);
  expect(await stack.endings(destroyed)).toMatchObject(gone);
  expect((await stack.endings(changed)).filter(({ state }) => state === 'succeeded').map(({ reason }) => reason)).toContain('27 points');
  expect(stack.twenty.ledger.written('updated')).toEqual([changed]);
  expect([stack.record(trashed)['leadScore'], stack.record(destroyed)['id']]).toEqual([null, undefined]);
});

test('a record trashed between reading and writing keeps its score and stays in the trash', { timeout: 120_000 }, async () => {
  stack = await startScoring({}, {}, ['worker']);
  const { twenty } = stack;
  const ids = ['a', 'b', 'c', 'd'].map((name) => stack!.person({ ...mailOf(name), jobTitle: 'CEO' }));
  await twenty.settled();
  let reads = 0;
  twenty.beforeOperation = (operation) => {
    if (operation !== 'people' || (reads += 1) !== 2) return;
    twenty.asUser.softDelete('people', ids[0]!);
    twenty.asUser.destroy('people', ids[1]!);
  };
  await stack.start('dispatcher');
  await stack.quiet();

  expect(ids.map((id) => stack!.score(id))).toEqual([null, undefined, 27, 27]);
  expect((await stack.endings(ids[0])).at(-1)).toMatchObject({ state: 'skipped', code: 'deleted' });
  expect(stack.record(ids[0]!)['deletedAt']).not.toBeNull();
});
