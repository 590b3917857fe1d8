import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { mailchimpStandIn } from '../../sandbox/tools/mailchimp/index.ts';
import type { NewsletterTool } from '../newsletter.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openMailchimp } from './client.ts';
import { MailchimpSettings } from './index.ts';

const LIST = 'a6b5da1054';
const settings = (url: string) => MailchimpSettings.parse({ apiKey: secret('MAILCHIMP_API_KEY'), baseUrl: `${url}/3.0` });
const person = (email: string) => ({ email, firstName: 'Ann', lastName: 'Lee', fields: {} });

keepsTheContract('Mailchimp', {
  standIn: mailchimpStandIn, open: openMailchimp, settings,
  act: (tool: Tool) => tool.newsletter!.add({ list: LIST, people: [person('ann@acme.example')] }, freely),
  changes: true,
  refused: { act: (tool) => tool.newsletter!.add({ list: 'nowhere', people: [person('ann@acme.example')] }, freely), says: /Resource Not Found/ },
});

const standIn = mailchimpStandIn({ members: { 'gone@acme.example': 'unsubscribed', 'dead@acme.example': 'cleaned', 'here@acme.example': 'subscribed' } });
let tool: NewsletterTool;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  tool = openMailchimp(settings(sandbox.urlOf('mailchimp')), context).newsletter!;
  close = () => Promise.all([context.close(), sandbox.close()]);
});
afterAll(() => close());

const mailing = { list: LIST, group: '49377', name: 'Spring 1', subject: 'Spring', from: { name: 'Acme', email: 'news@acme.example' }, html: '<p>Hi</p>' };

test('new members are subscribed and tagged, old ones keep their status, and refusals come back by name', async () => {
  const people = ['New@acme.example', 'here@acme.example', 'gone@acme.example', 'fake@example.com'].map((email) => person(email.toLowerCase()));
  expect(await tool.add({ list: LIST, group: '49377', people }, freely)).toEqual({
    state: 'done', already: ['here@acme.example', 'gone@acme.example'], unnamed: 0,
    refused: [{ email: 'fake@example.com', why: 'refused', says: 'fake@example.com looks fake or invalid, please enter a real email address.' }],
  });
  const members = standIn.audiences.membersOf(LIST).map(({ email_address: email, status, tags }) => [email, status, tags.length]);
  expect(members).toEqual([['gone@acme.example', 'unsubscribed', 1], ['dead@acme.example', 'cleaned', 0], ['here@acme.example', 'subscribed', 1], ['new@acme.example', 'subscribed', 1]]);
});

test('the walk over those who must not be mailed goes on from the unsubscribed to the cleaned', async () => {
  const first = await tool.standings!({ list: LIST }, undefined, freely);
  const second = await tool.standings!({ list: LIST }, first.next, freely);
  expect([first, second]).toEqual([
    { members: [{ email: 'gone@acme.example', unsubscribed: true }], next: 'cleaned:0' },
    { members: [{ email: 'dead@acme.example', unsubscribed: true }], next: undefined },
  ]);
});

test('a draft is found again by its name, completed, and sent once', async () => {
  const { mailings } = tool;
  expect(await mailings!.resume(mailing, freely)).toBeUndefined();
  const { id } = await mailings!.draft(mailing, freely);
  expect([await mailings!.resume(mailing, freely), await mailings!.isSent(id, freely)]).toEqual([{ id }, false]);
  await mailings!.send(id, mailing, freely);
  expect(await mailings!.isSent(id, freely)).toBe(true);
  await expect(mailings!.send(id, mailing, freely)).rejects.toMatchObject({ kind: 'rejected' });
  expect(standIn.audiences.campaigns()).toMatchObject([{ status: 'sent', content: { html: '<p>Hi</p>' }, recipients: { segment_opts: { saved_segment_id: 49377 } } }]);
});

test('without a base address the data centre is the end of the key', async () => {
  const context = { ...toolContext({}), secret: () => () => 'a key without its end' };
  const homeless = openMailchimp(MailchimpSettings.parse({ apiKey: secret('MAILCHIMP_API_KEY') }), context).newsletter!;
  await expect(homeless.add({ list: LIST, people: [person('ann@acme.example')] }, freely)).rejects.toMatchObject({ kind: 'unauthorized' });
});
