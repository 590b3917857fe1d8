import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOT, mailOf, type SequenceStack, startSequences, WELCOME } from './rig.ts';

let stack: SequenceStack;
beforeAll(async () => void (stack = await startSequences(
  { optedOut: ['emailOptOut'], bounced: 'emailBounced', followUp: { otherwise: 'Ada Sales', dueInWorkingDays: 3 } },
  { lemlistOptions: { unsubscribed: ['gone@acme.example'], leads: [{ email: 'else@acme.example', campaignId: HOT }] } },
)), 120_000);
afterAll(() => stack.close());

test('a new person is enrolled by the first rule that fits, the state and one task are written, and our own write makes no further run', { timeout: 120_000 }, async () => {
  const acme = stack.make('companies', { name: 'Acme' });
  const ann = stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, ...mailOf('ann'), jobTitle: 'Chief Revenue Officer', companyId: acme });
  const bo = stack.person({ name: { firstName: 'Bo', lastName: 'Cam' }, ...mailOf('bo'), jobTitle: 'Gardener' });
  const cy = stack.person({ ...mailOf('cy') });
  await stack.quiet();
  stack.update(ann, { jobTitle: 'Chief Executive Officer' });
  await stack.quiet();

  expect([stack.state(ann), stack.state(bo), stack.state(cy)]).toEqual([['Hot leads', 'ENROLLED'], ['Welcome', 'ENROLLED'], ['', null]]);
  expect([stack.lemlist.leads(HOT).slice(1), stack.lemlist.leads(WELCOME)].map((leads) => leads.map(({ fields }) => fields))).toEqual([
    [{ email: 'ann@acme.example', firstName: 'Ann', lastName: 'Lee', companyName: 'Acme', jobTitle: 'Chief Revenue Officer' }],
    [{ email: 'bo@acme.example', firstName: 'Bo', lastName: 'Cam', jobTitle: 'Gardener' }],
  ]);
  expect(stack.tasks(ann)).toMatchObject([{ title: 'Follow up with Ann Lee (Hot leads)', status: 'TODO', assigneeId: stack.twenty.records('workspaceMembers')[0]?.['id'] ?? expect.any(String) as string }]);
  expect(await stack.endings(ann)).toMatchObject([
    { action: 'created', state: 'succeeded', code: 'enrolled', reason: 'Enrolled in “Hot leads”, task made for Ada Sales' },
    { action: 'updated', state: 'skipped', code: 'enrolled_before' },
  ]);
  expect(await stack.endings(cy)).toEqual([]);
});

test('no address, a mark against mailing, and what the tool will not take are skips with their reasons; when they are mended the person is enrolled', { timeout: 120_000 }, async () => {
  const none = stack.person({ name: { firstName: 'Dee', lastName: 'Fox' }, jobTitle: 'Gardener' });
  const out = stack.person({ ...mailOf('opt'), jobTitle: 'Gardener', emailOptOut: true });
  const gone = stack.person({ ...mailOf('gone'), jobTitle: 'Gardener' });
  const elsewhere = stack.person({ ...mailOf('else'), jobTitle: 'Gardener' });
  await stack.quiet();
  const before = [await stack.endings(none), await stack.endings(out)].flat();
  stack.update(none, mailOf('dee'));
  stack.update(out, { emailOptOut: false });
  await stack.quiet();

  expect(before).toEqual([
    { action: 'created', state: 'skipped', code: 'no_email', reason: 'The person has no e-mail address. Fill it in, and the person is looked at again.' },
    { action: 'created', state: 'skipped', code: 'opted_out', reason: 'The person has opted out (emailOptOut).' },
  ]);
  expect((await stack.endings(none)).map(({ code }) => code)).toEqual(['no_email', 'enrolled']);
  expect((await stack.endings(out)).map(({ code }) => code)).toEqual(['opted_out', 'enrolled']);
  expect([await stack.endings(gone), await stack.endings(elsewhere)].flat().map(({ state, code, reason }) => [state, code, reason])).toEqual([
    ['skipped', 'opted_out', 'lemlist: this address has unsubscribed.'], ['skipped', 'elsewhere', 'lemlist: this address is in another campaign already.'],
  ]);
  expect([stack.state(gone), stack.tasks(gone)]).toEqual([['', null], []]);
});

test('a reply is written and told to the task, and nothing that comes later takes it back', { timeout: 120_000 }, async () => {
  const eve = stack.person({ name: { firstName: 'Eve', lastName: 'Ray' }, ...mailOf('eve'), jobTitle: 'Gardener' });
  await stack.quiet();
  const [lead] = stack.lemlist.leads(WELCOME).filter(({ fields }) => fields.email === 'eve@acme.example');
  const activity = { campaignId: WELCOME, campaignName: 'Welcome', leadId: lead!._id, leadEmail: 'eve@acme.example' };
  const statuses = [
    await stack.tell({ ...activity, _id: 'act_open', type: 'emailsOpened', createdAt: '2026-01-06T09:00:00Z' }),
    await stack.tell({ ...activity, _id: 'act_reply', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00Z' }),
    await stack.tell({ ...activity, _id: 'act_reply', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00Z' }),
    await stack.tell({ ...activity, _id: 'act_forged', type: 'emailsUnsubscribed' }, 'not the secret'),
  ];
  await stack.quiet();
  const replied = stack.record(eve);
  await stack.tell({ ...activity, _id: 'act_end', type: 'campaignComplete', createdAt: '2026-01-07T09:00:00Z' });
  await stack.quiet();

  expect(statuses).toEqual([200, 202, 200, 401]);
  expect([replied['emailSequenceState'], replied['emailSequenceAt']]).toEqual(['REPLIED', '2026-01-06T14:12:00.000Z']);
  expect(stack.state(eve)).toEqual(['Welcome', 'REPLIED']);
  const [task] = stack.tasks(eve);
  expect(task).toMatchObject({ status: 'TODO' });
  expect((task!['bodyV2'] as { markdown: string }).markdown).toMatch(/^Was put into the sequence “Welcome” on .+\.\n\n\*\*Replied\*\* on 6 January 2026\.$/);
  expect((await stack.endings()).slice(-2)).toEqual([
    { action: null, state: 'succeeded', code: 'replied', reason: '“Welcome”: replied' },
    { action: null, state: 'skipped', code: 'known', reason: '“Welcome”: finished without an answer. That, or something that counts for more, was known.' },
  ]);
  const { rows } = await stack.database.pool.query<{ body: Buffer }>(`select body from events where source = 'hook:outbound'`);
  expect(rows.map(({ body }) => body.toString()).join('')).not.toContain('secret');
});

test('news that overtakes the enrolment’s own end, and of somebody whom only the tool enrolled, find the person by address', { timeout: 120_000 }, async () => {
  const fay = stack.person({ ...mailOf('fay') });
  await stack.tell({ _id: 'act_fay', type: 'emailsBounced', createdAt: '2026-01-06T14:12:00Z', campaignId: HOT, campaignName: 'whatever', leadId: 'lea_by_hand', leadEmail: 'Fay@acme.example' });
  await stack.tell({ _id: 'act_who', type: 'emailsReplied', leadId: 'lea_who', leadEmail: 'who@nowhere.example' });
  await stack.quiet();
  stack.update(fay, { jobTitle: 'Gardener' });
  await stack.quiet();

  expect(stack.state(fay)).toEqual(['Hot leads', 'BOUNCED']);
  expect(stack.tasks(fay)).toEqual([]);
  expect((await stack.endings(fay)).map(({ state, code }) => [state, code])).toEqual([['skipped', 'bounced']]);
  expect((await stack.endings()).filter(({ code }) => code === 'unknown_person')).toHaveLength(1);
});

test('a bounce completes the task, and by hand nobody is enrolled twice', { timeout: 120_000 }, async () => {
  const gus = stack.person({ name: { firstName: 'Gus', lastName: 'Hall' }, ...mailOf('gus'), jobTitle: 'Gardener' });
  await stack.quiet();
  await stack.tell({ _id: 'act_gus', type: 'emailsBounced', createdAt: '2026-01-06T14:12:00Z', campaignId: WELCOME, leadEmail: 'gus@acme.example' });
  await stack.quiet();
  await stack.run({ ids: [gus] });
  await stack.quiet();

  expect([stack.state(gus), stack.tasks(gus).map(({ status }) => status)]).toEqual([['Welcome', 'BOUNCED'], ['DONE']]);
  expect((await stack.endings(gus)).map(({ code }) => code)).toEqual(['enrolled', 'enrolled_before']);
  expect(stack.lemlist.leads(WELCOME).filter(({ fields }) => fields.email === 'gus@acme.example')).toHaveLength(1);
});

test('a dry run plans every change and makes none', { timeout: 120_000 }, async () => {
  const hal = stack.person({ name: { firstName: 'Hal', lastName: 'Ross' }, ...mailOf('hal') });
  await stack.quiet();
  await stack.database.pool.query(`update integrations set mode = 'dry-run' where name = 'outbound'`);
  const [calls, writes] = [stack.tools.ledger.length, stack.twenty.ledger.written('updated').length + stack.twenty.ledger.written('created').length];
  stack.update(hal, { jobTitle: 'Gardener' });
  await stack.quiet();
  await stack.tell({ _id: 'act_hal', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00Z', campaignId: HOT, leadEmail: 'ann@acme.example' });
  await stack.quiet();
  const planned = await stack.database.pool.query<{ step: string; summary: string }>(`select step, summary from effects where state = 'planned' order by step`);
  await stack.database.pool.query(`update integrations set mode = 'live' where name = 'outbound'`);

  expect(stack.tools.ledger.length).toBe(calls);
  expect(stack.twenty.ledger.written('updated').length + stack.twenty.ledger.written('created').length).toBe(writes);
  expect([stack.state(hal), stack.state(hal)]).toEqual([['', null], ['', null]]);
  expect((await stack.endings(hal)).map(({ code }) => code)).toEqual(['dry_run']);
  expect(planned.rows).toEqual([
    { step: 'enrol', summary: 'enrol Hal Ross in “Welcome”' }, { step: 'follow-up', summary: 'create task “Follow up with Hal Ross (Welcome)”' },
    { step: 'follow-up link to person', summary: 'link the task to the person' }, { step: 'sequence state', summary: 'write “Welcome”: in the sequence' },
  ]);
});
