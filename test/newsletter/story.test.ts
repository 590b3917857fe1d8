import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIST, mailing, type NewsletterStack, startNewsletters } from './rig.ts';

let stack: NewsletterStack;
let viewId: string;
beforeAll(async () => {
  const members = { 'gone@acme.example': 'unsubscribed', 'here@acme.example': 'subscribed' } as const;
  stack = await startNewsletters({
    monthly: { fields: { JOB: 'jobTitle' } },
    sending: { group: '49377', mailing: { ...mailing, send: true } },
    drafting: { name: 'A draft', mailing },
  }, { members: { members } });
  viewId = stack.view();
  for (const name of ['ann', 'bob', 'gone', 'here']) stack.reader(name);
  stack.reader('fake', { emails: { primaryEmail: 'fake@example.com' } });
  stack.reader('broken', { emails: { primaryEmail: 'bro¿ken@acme.example' } });
  stack.reader('silent', { emails: { primaryEmail: '' } });
  stack.reader('quit', { emailOptOut: true });
  stack.reader('twin', { emails: { primaryEmail: 'x@bücher.example' } });
  stack.reader('twin', { emails: { primaryEmail: 'x@xn--bcher-kva.example' } });
  stack.make('people', { emails: { primaryEmail: 'nobody@acme.example' }, jobTitle: 'gardener' });
}, 180_000);
afterAll(() => stack.close());

const ends = async () => (await stack.recipients()).map(({ name, state }) => `${name.split(' ')[0]!} ${state}`).toSorted();

test('a dry run counts and names everybody, plans every change and makes none', async () => {
  const end = await stack.begin('sending', { dryRun: true });
  const effects = (await stack.database.pool.query<{ state: string; summary: string }>('select state, summary from effects order by created_at, key')).rows;

  expect(end).toMatchObject({ state: 'skipped', code: 'dry_run' });
  expect(end.reason).toContain('6 of 10 people are on the list; 1 without an address, 1 with an invalid address, 1 with the address of another, 1 opted out.');
  expect(effects.map(({ state, summary }) => `${state}: ${summary.replace(/\d{4}-\d\d-\d\d/g, 'DAY')}`).toSorted()).toEqual([
    'planned: add 6 people to the list a6b5da1054 (49377)', 'planned: create campaign “sending DAY”', 'planned: draft the mailing “News of DAY” to the list a6b5da1054 (49377)',
    expect.stringMatching(/^planned: mail “sending DAY: 6 of 10 people are on the list/), 'planned: send the mailing “News of DAY” to the list a6b5da1054 (49377)',
  ]);
  expect(stack.tools.changesOf('mailchimp')).toEqual([]);
  expect([stack.campaigns(), stack.mail.mails()]).toEqual([[], []]);
});

test('the people of a view are on the list, those who must not are named, the campaign and marketing know', async () => {
  const end = await stack.begin();

  expect(end).toMatchObject({ state: 'succeeded', code: 'added' });
  expect(end.reason).toMatch(/^4 of 10 people are on the list; 1 without an address, 1 with an invalid address, 1 with the address of another, 1 opted out, 1 unsubscribed in the tool, 1 refused by the tool\. Without an address: silent Reader\./);
  expect(await ends()).toEqual(['ann added', 'bob added', 'broken invalid', 'fake refused', 'gone unsubscribed', 'here added', 'quit opted_out', 'silent no_address', 'twin added', 'twin duplicate']);
  const members = new Map(stack.mailchimp.audiences.membersOf(LIST).map((member) => [member.email_address, member]));
  expect([...members.keys()].toSorted()).toEqual(['ann@acme.example', 'bob@acme.example', 'gone@acme.example', 'here@acme.example', 'x@bücher.example']);
  expect(members.get('ann@acme.example')).toMatchObject({ status: 'subscribed', merge_fields: { FNAME: 'ann', LNAME: 'Reader', JOB: 'reader' } });
  expect(members.get('gone@acme.example')).toMatchObject({ status: 'unsubscribed', merge_fields: {} });
  expect(stack.campaigns()).toMatchObject([{
    name: expect.stringMatching(/^monthly \d{4}-\d\d-\d\d$/), status: 'ADDED', tool: 'mailchimp', list: LIST, viewName: 'Readers', peopleSelected: 10, peopleOnList: 4, peopleWithoutAddress: 1, peopleInvalid: 1,
    peopleDuplicate: 1, peopleOptedOut: 1, peopleUnsubscribed: 1, peopleRefused: 1,
  }]);
  expect(Date.parse(String(stack.campaigns()[0]!['finishedAt']))).toBeGreaterThan(0);
  expect(stack.mail.mails()).toMatchObject([{ to: ['marketing@acme.example'], subject: expect.stringContaining('4 of 10 people are on the list') }]);
  expect(stack.mail.mails()[0]!.text).toContain(`Refused by the tool: fake Reader`);
});

test('the same request is one run; another one on the same day adds nobody twice and mails once', async () => {
  const before = stack.tools.changesOf('mailchimp').length;
  const first = await stack.begin('sending', { requestId: 'click' });
  await stack.begin('sending', { requestId: 'click' });
  const changes = stack.tools.changesOf('mailchimp').slice(before).map(({ changed }) => changed!.split(' ')[0]);
  const second = await stack.begin('sending', { input: { view: viewId } });
  const after = stack.tools.changesOf('mailchimp').slice(before + changes.length).map(({ changed }) => changed);

  expect(first).toMatchObject({ state: 'succeeded', code: 'sent', reason: expect.stringMatching(/The mailing “sending .*” is sent\.$/) });
  expect(changes).toEqual(['subscribed', 'tagged', 'drafted', 'filled', 'sent']);
  expect(second).toMatchObject({ state: 'succeeded', code: 'sent', reason: expect.stringMatching(/was sent before\.$/) });
  expect(after).toEqual(['subscribed 0', 'tagged 5']);
  expect(stack.mailchimp.audiences.campaigns()).toHaveLength(1);
  expect(stack.campaigns().filter(({ name }) => String(name).startsWith('sending'))).toMatchObject([{ status: 'SENT' }, { status: 'SENT' }]);
});

test('a mailing that is not to be sent stays a draft', async () => {
  expect(await stack.begin('drafting')).toMatchObject({ state: 'succeeded', code: 'drafted', reason: expect.stringContaining('to be looked at and sent in the tool') });
  expect(stack.mailchimp.audiences.campaigns().map(({ status }) => status)).toEqual(['sent', 'save']);
});
