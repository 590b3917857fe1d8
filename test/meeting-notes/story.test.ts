import { afterAll, beforeAll, expect, test } from 'vitest';
import { firefliesCall } from '../../src/connectors/fireflies/fireflies.fixture.ts';
import { markdownOf, type MeetingStack, memberOf, startMeetings } from './rig.ts';

let stack: MeetingStack;
beforeAll(async () => void (stack = await startMeetings({ ownDomains: ['apple.dev'] })), 120_000);
afterAll(() => stack.close());

/** The notes made since. */
function notesOf(title: string): readonly Readonly<Record<string, unknown>>[] {
  return stack.twenty.records('notes').filter((note) => note['title'] === title);
}

test('transcript, then summary: one note that the summary completes, linked to all whom it concerns; a task for each next step; one mail to our own people', { timeout: 120_000 }, async () => {
  const [host, other] = [memberOf(stack), memberOf(stack, 1)];
  const acme = stack.make('companies', { name: 'Acme', domainName: { primaryLinkUrl: 'https://acme.example' } });
  const ann = stack.make('people', { name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' }, companyId: acme });
  const old = stack.make('opportunities', { name: 'Old deal', stage: 'PROPOSAL', companyId: acme });
  stack.make('opportunities', { name: 'Won deal', stage: 'CUSTOMER', companyId: acme });
  const fresh = stack.make('opportunities', { name: 'Team plan', stage: 'NEW', pointOfContactId: ann });
  stack.edit('opportunities', old, { name: 'Old deal, renewed' });
  for (const now = Date.now(); Date.now() === now; ); // the other one is touched later
  stack.edit('opportunities', fresh, { stage: 'MEETING' });
  const call = firefliesCall({
    organizer_email: host.email, participants: [host.email, other.email, 'ann@acme.example', 'bob@acme.example'],
    summary: { overview: '- **Pricing:** they want the team plan.', action_items: `**${other.name}**\nSend the revised proposal (16:17)\n\n**Ann Lee**\nShare the list of users\n\n**Unassigned**\nCheck the discount by 2026-12-01\n` },
  });
  stack.recorder.put({ ...call, summary: null });
  expect(await stack.tell('meeting.transcribed', call.id)).toBe(202);
  await stack.quiet();
  const first = notesOf('Acme: pricing call').map(markdownOf);
  const tasksBefore = stack.twenty.records('tasks').length;
  const mailsBefore = stack.mail.mails().length;
  stack.recorder.put(call);
  await stack.tell('meeting.summarized', call.id);
  await stack.quiet();

  expect(first).toHaveLength(1);
  expect(first[0]).toContain('The recorder has not written a summary yet.\n\n## What was said\n\n**Ann Lee:** We would like the team plan.');
  expect([tasksBefore, mailsBefore]).toEqual([0, 0]);
  const [note, ...more] = notesOf('Acme: pricing call');
  expect(more).toEqual([]);
  expect(markdownOf(note!)).toBe([
    '**When:** 25 November 2025, 16:00 to 16:45 (Europe/Berlin)',
    `**Who:** ${host.name} (${host.email}), Ann Lee (ann@acme.example), ${other.name} (${other.email}), bob@acme.example`,
    '**Recording:** [open it](https://app.fireflies.ai/view/01JDFIREFLIES01)',
    '## Summary', '- **Pricing:** they want the team plan.',
    '## Next steps', `- Send the revised proposal (${other.name})\n- Share the list of users (Ann Lee)\n- Check the discount by 2026-12-01`,
  ].join('\n\n'));
  expect(stack.linksOf(note!['id'])).toEqual({ people: [ann], companies: [acme], opportunities: [fresh] });
  const tasks = stack.twenty.records('tasks').toSorted((a, b) => String(a['title']).localeCompare(String(b['title'])));
  expect(tasks.map(({ title, assigneeId }) => [title, assigneeId])).toEqual([['Check the discount by 2026-12-01', host.id], ['Send the revised proposal', other.id], ['Share the list of users', host.id]]);
  expect(tasks[0]!['dueAt']).toBe('2026-12-01T16:00:00.000Z');
  expect(markdownOf(tasks[2]!)).toContain('For Ann Lee (ann@acme.example)');
  const linked = (id: unknown) => stack.twenty.records('taskTargets').filter(({ taskId }) => taskId === id);
  expect(linked(tasks[2]!['id']).map((link) => link['targetPersonId'] ?? link['targetCompanyId'] ?? link['targetOpportunityId']).toSorted()).toEqual([acme, ann, fresh].toSorted());
  expect(linked(tasks[0]!['id'])).toHaveLength(2);
  expect(stack.mail.mails().map(({ to, subject }) => [to, subject]).toSorted()).toEqual([host.email, other.email].toSorted().map((email) => [[email], 'Summary: Acme: pricing call']));
  expect(stack.mail.mails()[0]!.text).toContain('Pricing: they want the team plan.');
  expect(await stack.endings()).toEqual([
    { action: null, state: 'succeeded', code: 'created', reason: 'Note made for Ann Lee, Acme, Team plan. Not in Twenty: bob@acme.example' },
    { action: null, state: 'succeeded', code: 'updated', reason: 'Note completed for Ann Lee, Acme, Team plan; 3 tasks; 2 mails. Not in Twenty: bob@acme.example' },
  ]);
});

test('told again it changes nothing: neither a note, nor a task, nor a mail comes twice', { timeout: 60_000 }, async () => {
  const before = { notes: stack.twenty.records('notes').length, targets: stack.twenty.records('noteTargets').length, tasks: stack.twenty.records('tasks').length, mails: stack.mail.mails().length };
  const call = firefliesCall();
  await stack.tell('meeting.summarized', call.id, 1);
  await stack.tell('meeting.summarized', call.id, 1);
  await stack.tell('meeting.transcribed', call.id);
  await stack.quiet();

  expect({ notes: stack.twenty.records('notes').length, targets: stack.twenty.records('noteTargets').length, tasks: stack.twenty.records('tasks').length, mails: stack.mail.mails().length }).toEqual(before);
  expect((await stack.endings()).slice(2).map(({ state, code }) => [state, code])).toEqual([['succeeded', 'unchanged'], ['succeeded', 'unchanged']]);
});

test('what people wrote into the note stays, and the news stands below; a note that was deleted stays deleted', { timeout: 60_000 }, async () => {
  const call = firefliesCall({ id: 'edited', title: 'Edited by hand', summary: { overview: 'First words.' } });
  stack.recorder.put(call);
  await stack.tell('meeting.transcribed', call.id);
  await stack.quiet();
  const id = String(notesOf('Edited by hand')[0]!['id']);
  stack.edit('notes', id, { bodyV2: { markdown: 'My own words.' } });
  stack.recorder.put({ ...call, summary: { overview: 'Second words.' } });
  await stack.tell('meeting.summarized', call.id);
  await stack.quiet();
  const both = markdownOf(stack.record('notes', id));
  stack.twenty.asUser.softDelete('notes', id);
  stack.recorder.put({ ...call, summary: { overview: 'Third words.' } });
  await stack.tell('meeting.summarized', call.id);
  await stack.quiet();

  expect(both).toMatch(/^My own words\.\n\n---\n\n[^]*## Summary\n\nSecond words\.$/);
  expect(markdownOf(stack.record('notes', id))).toBe(both);
  expect(stack.record('notes', id)['deletedAt']).not.toBeNull();
  expect((await stack.endings()).at(-1)).toMatchObject({ state: 'skipped', code: 'deleted' });
});
