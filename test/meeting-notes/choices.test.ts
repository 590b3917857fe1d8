import { afterAll, beforeAll, expect, test } from 'vitest';
import { firefliesCall } from '../../src/connectors/fireflies/fireflies.fixture.ts';
import { firefliesWebhook } from '../../src/connectors/fireflies/index.ts';
import { meetingNotes, type MeetingNotesInput } from '../../src/workflows/meeting-notes/index.ts';
import { markdownOf, type MeetingStack, memberOf, startMeetings } from './rig.ts';

const from = 'Sluice <sluice@acme.example>';
const with_ = (settings: Partial<MeetingNotesInput>) => meetingNotes({ source: firefliesWebhook({ unauthenticated: true }), email: { to: 'nobody' }, ...settings });

let stack: MeetingStack;
beforeAll(async () => {
  stack = await startMeetings({}, {
    integrations: {
      everyone: with_({ email: { to: 'everyone', from }, optOut: 'noMeetingMails', unknown: 'create', tasks: { enabled: false } }),
      patient: with_({ withoutSummary: 'wait', nothingFound: 'note' }),
      dry: with_({ email: { from } }),
    },
  });
}, 120_000);
afterAll(() => stack.close());

let calls = 0;
/** Tells an integration of a call with these people; answers its title. */
async function call(integration: string, participants: readonly string[], more: Parameters<typeof firefliesCall>[0] = {}): Promise<string> {
  calls += 1;
  const id = more.id ?? `call-${String(calls)}`;
  const made = firefliesCall({ id, title: `Call ${String(calls)}`, organizer_email: null, participants, meeting_attendees: [], sentences: null, ...more });
  stack.recorder.put(made);
  await stack.post({ event: 'meeting.summarized', timestamp: calls, meeting_id: id }, { integration });
  await stack.quiet();
  return made.title;
}

const noteOf = (title: string) => stack.twenty.records('notes').find((note) => note['title'] === title);
const last = async (integration = 'meetings') => (await stack.endings(integration)).at(-1);

test('a meeting of which nobody is in Twenty gets no note, and the outcome names them; neither does one of our own people alone', { timeout: 60_000 }, async () => {
  const strangers = await call('meetings', ['zoe@unknown.example']);
  const first = await last();
  const own = await call('meetings', [memberOf(stack).email]);
  expect(first).toEqual({ action: null, state: 'skipped', code: 'nobody_found', reason: 'Nobody who took part is in Twenty, so no note was made. Not in Twenty: zoe@unknown.example. Add them, then retry.' });
  expect(await last()).toMatchObject({ state: 'skipped', code: 'internal_meeting' });
  expect([noteOf(strangers), noteOf(own)]).toEqual([undefined, undefined]);
});

test('who is in the trash is not linked, nor is a company there; a company is found by the domain of a stranger', { timeout: 60_000 }, async () => {
  const gone = stack.make('companies', { name: 'Gone', domainName: { primaryLinkUrl: 'https://gone.example' } });
  const acme = stack.make('companies', { name: 'Beta', domainName: { primaryLinkUrl: 'https://beta.example' } });
  const ann = stack.make('people', { name: { firstName: 'Ann', lastName: 'Gone' }, emails: { primaryEmail: 'ann@gone.example' }, companyId: gone });
  const old = stack.make('people', { name: { firstName: 'Old', lastName: 'Friend' }, emails: { primaryEmail: 'old@beta.example' }, companyId: acme });
  stack.twenty.asUser.softDelete('companies', gone);
  stack.twenty.asUser.softDelete('people', old);
  const title = await call('meetings', ['ann@gone.example', 'old@beta.example', 'new@beta.example', 'somebody@gmail.com']);
  expect(stack.linksOf(noteOf(title)!['id'])).toEqual({ people: [ann], companies: [acme], opportunities: [] });
  expect((await last())!.reason).toMatch(/^Note made for Ann Gone, Beta; 4 tasks. Not in Twenty: new@beta.example, somebody@gmail.com. In the trash and left there: Old Friend \(old@beta.example\)$/);
});

test('strangers are made people where that is wanted, once, and everyone is told who has not opted out', { timeout: 60_000 }, async () => {
  const gamma = stack.make('companies', { name: 'Gamma', domainName: { primaryLinkUrl: 'https://gamma.example' } });
  const out = stack.make('people', { emails: { primaryEmail: 'out@gamma.example' }, companyId: gamma, noMeetingMails: true });
  const before = stack.mail.mails().length;
  const title = await call('everyone', ['out@gamma.example', 'new@gamma.example', memberOf(stack).email], { meeting_attendees: [{ displayName: 'Nora van der Berg', email: 'new@gamma.example' }] });
  await call('everyone', ['new@gamma.example'], { id: 'again', title: 'Again' });
  const made = stack.twenty.records('people').filter(({ emails }) => (emails as { primaryEmail: string }).primaryEmail === 'new@gamma.example');
  expect(made).toMatchObject([{ name: { firstName: 'Nora', lastName: 'van der Berg' }, companyId: gamma }]);
  expect(stack.linksOf(noteOf(title)!['id'])).toEqual({ people: [out, made[0]!['id']].toSorted(), companies: [gamma], opportunities: [] });
  const mails = stack.mail.mails().slice(before);
  expect(mails.map(({ to }) => to[0]).toSorted()).toEqual([memberOf(stack).email, 'new@gamma.example', 'new@gamma.example'].toSorted());
  expect(mails.filter(({ text }) => text?.includes('Note in Twenty') === true).map(({ to }) => to[0])).toEqual([memberOf(stack).email]);
  expect(stack.twenty.records('tasks').filter(({ bodyV2 }) => JSON.stringify(bodyV2).includes(title))).toEqual([]);
});

test('news without a summary waits where that is wanted, and a meeting of strangers is noted where that is wanted', { timeout: 60_000 }, async () => {
  const title = await call('patient', ['zoe@unknown.example'], { id: 'later', title: 'Later', summary: null });
  const first = await last('patient');
  expect([first!.code, noteOf(title)]).toEqual(['no_summary', undefined]);
  await call('patient', ['zoe@unknown.example'], { id: 'later', title: 'Later' });
  expect(await last('patient')).toMatchObject({ code: 'created', reason: expect.stringMatching(/^Note made, linked to nothing; 4 tasks/) as string });
  expect(markdownOf(noteOf('Later')!)).toContain('**Pricing:**');
});

test('what is no webhook is refused at the door with its path, and nothing of it is kept', { timeout: 60_000 }, async () => {
  const before = (await stack.endings()).length;
  const answers = [];
  for (const payload of ['{', '[]', { event: 'meeting.summarized' }, { event: 'meeting.summarized', meeting_id: 'a b' }, { event: 7, meeting_id: 'x' }]) answers.push(await stack.post(payload));
  expect(answers).toEqual([400, 400, 400, 400, 400]);
  expect(await stack.post({ event: 'meeting.bot_joined', meeting_id: 'x' })).toBe(200);
  expect(await stack.endings()).toHaveLength(before);
});

test('a meeting that the recorder does not know waits a while, one that it refuses fails alone, with what to do', { timeout: 60_000 }, async () => {
  await stack.post({ event: 'meeting.summarized', timestamp: 1, meeting_id: 'nowhere' });
  await stack.quiet();
  expect(await last()).toMatchObject({ state: 'waiting', code: 'no_such_meeting' });
  await stack.database.pool.query(`update events set received_at = received_at - interval '2 hours' where id in (select event_id from deliveries where code = 'no_such_meeting')`);
  await stack.database.pool.query(`update deliveries set waiting_until = clock_timestamp() where code = 'no_such_meeting'`);
  await stack.until(async () => (await last())!.state === 'failed');
  expect((await last())!.reason).toBe('Fireflies does not know the meeting nowhere, or its key may not see it. Use the key of somebody who may, then retry.');
  await stack.post({ event: 'meeting.summarized', timestamp: 1, meeting_id: 'id/refused' });
  await stack.quiet();
  expect(await last()).toMatchObject({ state: 'failed', code: 'recorder_refused', reason: expect.stringContaining('Invalid argument') as string });
});

test('a dry run plans the note, its links, the tasks and the mails, and writes none of them', { timeout: 60_000 }, async () => {
  stack.make('people', { name: { firstName: 'Dora', lastName: 'Dry' }, emails: { primaryEmail: 'dora@delta.example' } });
  await fetch(`${stack.gatewayUrl}/api/integrations/dry/mode`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode: 'dry-run' }) });
  const before = { writes: stack.twenty.ledger.written('created').length, mails: stack.mail.mails().length };
  const title = await call('dry', ['dora@delta.example', memberOf(stack).email], { id: 'dry' });
  const { rows } = await stack.database.pool.query<{ state: string; summary: string }>(`select state, summary from effects where integration = 'dry' order by summary`);
  expect({ writes: stack.twenty.ledger.written('created').length, mails: stack.mail.mails().length }).toEqual(before);
  expect(noteOf(title)).toBeUndefined();
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['planned']));
  expect(rows.map(({ summary }) => summary.replace(/“.*”/, '…'))).toEqual(expect.arrayContaining(['create note …', 'create task …', 'link the note to the person', `mail … to ${memberOf(stack).email}`]));
  expect((await stack.database.pool.query(`select 1 from meetings where integration = 'dry'`)).rows).toEqual([]);
  expect(await last('dry')).toMatchObject({ state: 'skipped', code: 'dry_run' });
});

test('many meetings share their finds and writes: sixty of them cost a handful of calls', { timeout: 120_000 }, async () => {
  const own = await startMeetings({ email: { to: 'nobody' } }, { budget: { perMinute: 600 }, twenty: { bucket: { capacity: 600, refillMs: 100 } } }, ['worker']);
  const company = own.make('companies', { name: 'Epsilon', domainName: { primaryLinkUrl: 'https://epsilon.example' } });
  own.make('opportunities', { name: 'Big deal', stage: 'NEW', companyId: company });
  const numbers = Array.from({ length: 60 }, (_, n) => n);
  for (const n of numbers) {
    own.make('people', { emails: { primaryEmail: `p${String(n)}@epsilon.example` }, companyId: company });
    own.recorder.put(firefliesCall({ id: `m${String(n)}`, title: `M${String(n)}`, organizer_email: null, participants: [`p${String(n)}@epsilon.example`], meeting_attendees: [], summary: { overview: 'Said.', action_items: 'One thing\nAnother matter' } }));
  }
  await own.twenty.settled();
  await Promise.all(numbers.map((n) => own.tell('meeting.summarized', `m${String(n)}`)));
  const from = own.twenty.ledger.recordCalls().length;
  await own.start('dispatcher');
  await own.quiet(100_000);
  const spent = own.twenty.ledger.recordCalls().slice(from).map(({ operation }) => operation);
  expect(own.twenty.records('notes')).toHaveLength(60);
  expect(own.twenty.records('tasks')).toHaveLength(120);
  expect(own.twenty.records('noteTargets')).toHaveLength(180);
  expect(spent.length).toBeLessThanOrEqual(20);
  await own.close();
});
