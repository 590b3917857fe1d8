import { afterAll, beforeAll, expect, test } from 'vitest';
import { emailSequences } from '../../src/workflows/email-sequences/index.ts';
import { HOT, mailOf, type SequenceStack, startSequences, WELCOME } from './rig.ts';

let stack: SequenceStack;
beforeAll(async () => void (stack = await startSequences({
  another: 'when-finished',
  criteria: ({ person }) => {
    if (person['jobTitle'] === 'Impossible') throw new Error('no idea');
    return person['jobTitle'] !== 'Intern' && person['jobTitle'] !== 'Guess';
  },
  watch: ['jobTitle'],
  variables: { title: 'jobTitle' },
}, {
  integrations: {
    guessing: emailSequences({
      tool: 'own', rules: [{ field: 'jobTitle', operator: 'is', value: 'Guess', sequence: WELCOME }], settle: { quietSeconds: 0, maxSeconds: 0 }, followUp: false,
      write: { sequence: 'ownSequence', state: 'ownSequenceState', at: 'ownSequenceAt' },
    }),
  },
})), 120_000);
afterAll(() => stack.close());

test('started again and again, and told the same news twice, nothing happens twice', { timeout: 120_000 }, async () => {
  const ids = ['a', 'b', 'c'].map((name) => stack.person({ ...mailOf(name), jobTitle: 'Gardener' }));
  await stack.quiet();
  const first = { tool: stack.tools.changesOf('lemlist').length, writes: stack.twenty.ledger.written('updated').length, tasks: stack.twenty.records('tasks').length };
  await stack.run({ ids });
  await stack.run({ all: true });
  await stack.quiet();
  const news = { type: 'emailsReplied', campaignId: WELCOME, leadEmail: 'a@acme.example' };
  for (const _id of ['act_1', 'act_2', 'act_2']) await stack.tell({ ...news, _id });
  await stack.quiet();

  expect(first).toEqual({ tool: 3, writes: 3, tasks: 3 });
  expect([stack.tools.changesOf('lemlist').length, stack.twenty.records('tasks').length]).toEqual([3, 3]);
  // One state of one person has moved on, and one task was told.
  expect(stack.twenty.ledger.written('updated').length).toBe(5);
  expect((await stack.endings(ids[1])).map(({ code }) => code)).toEqual(['enrolled', 'enrolled_before', 'enrolled_before']);
});

test('an answer that was lost is looked up: the person is enrolled once, and says so', { timeout: 120_000 }, async () => {
  stack.tools.faults.next('lemlist', 'cut');
  const dee = stack.person({ ...mailOf('dee'), jobTitle: 'Gardener' });
  await stack.quiet();
  expect(stack.lemlist.leads(WELCOME).filter(({ fields }) => fields.email === 'dee@acme.example')).toHaveLength(1);
  expect(stack.tools.ledger.slice(-2).map(({ method, status }) => [method, status])).toEqual([['POST', 'cut'], ['GET', 200]]);
  expect(await stack.endings(dee)).toMatchObject([{ state: 'succeeded', code: 'enrolled' }]);
  expect(stack.state(dee)).toEqual(['Welcome', 'ENROLLED']);
});

test('one bad person among others ends alone: a function that throws, a state that Twenty refuses', { timeout: 120_000 }, async () => {
  stack.twenty.faults.refuse({ object: 'person', path: 'emailSequence', equals: 'Hot leads', message: 'Not today' });
  const [throws, intern, refused, fine] = ['Impossible', 'Intern', 'Chief Gardener', 'Gardener'].map((jobTitle, n) => stack.person({ ...mailOf(`bad${String(n)}`), jobTitle })) as [string, string, string, string];
  await stack.quiet();
  const before = await stack.endings(refused);
  stack.twenty.faults.clear();
  await fetch(`${stack.gatewayUrl}/api/deliveries/retry`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: before[0]!.code }) });
  await stack.quiet();

  expect(await stack.endings(throws)).toEqual([{ action: 'created', state: 'failed', code: 'criteria_failed', reason: 'A function in the configuration failed: no idea' }]);
  expect((await stack.endings(intern)).map(({ code }) => code)).toEqual(['no_match']);
  expect(before).toMatchObject([{ state: 'failed', reason: 'Enrolled in “Hot leads”, but Twenty did not take the state: Not today' }]);
  expect((await stack.endings(fine)).map(({ code }) => code)).toEqual(['enrolled']);
  // The retry goes on where it was left: nobody is enrolled again, the state and the task are made up for.
  expect(stack.lemlist.leads(HOT).filter(({ fields }) => fields.email === 'bad2@acme.example')).toHaveLength(1);
  expect([stack.state(refused), stack.tasks(refused).length, (await stack.endings(refused)).map(({ state }) => state)]).toEqual([['Hot leads', 'ENROLLED'], 1, ['succeeded']]);
});

test('a sequence that ended without an answer makes way for another one, one that is running does not', { timeout: 120_000 }, async () => {
  const eve = stack.person({ ...mailOf('eve'), jobTitle: 'Gardener' });
  await stack.quiet();
  stack.update(eve, { jobTitle: 'Chief Gardener' });
  await stack.quiet();
  const between = (await stack.endings(eve)).map(({ code }) => code);
  await stack.tell({ _id: 'act_eve', type: 'campaignComplete', campaignId: WELCOME, leadEmail: 'eve@acme.example' });
  await stack.quiet();
  stack.update(eve, { jobTitle: 'Chief of all Gardeners' });
  await stack.quiet();

  expect(between).toEqual(['enrolled', 'in_sequence']);
  // lemlist itself takes nobody into a second campaign unless it is told to.
  expect((await stack.endings(eve)).map(({ code }) => code)).toEqual(['enrolled', 'in_sequence', 'elsewhere']);
});

test('where the tool cannot be asked, an answer that was lost is held instead of guessed at', { timeout: 120_000 }, async () => {
  const fine = stack.person({ ...mailOf('fine'), jobTitle: 'Guess' });
  await stack.quiet();
  stack.tools.faults.next('lemlist', 'cut');
  const lost = stack.person({ ...mailOf('lost'), jobTitle: 'Guess' });
  await stack.quiet();

  expect([stack.record(fine)['ownSequenceState'], stack.record(lost)['ownSequenceState']]).toEqual(['ENROLLED', null]);
  expect(await stack.endings(lost, 'guessing')).toMatchObject([{ state: 'held', code: 'enrolment_unknown', reason: expect.stringMatching(/^Nobody can say whether lost@acme\.example was enrolled.*Look it up in the sequence tool/) as string }]);
  expect(stack.lemlist.leads(WELCOME).filter(({ fields }) => fields.email === 'lost@acme.example')).toHaveLength(1);
});
