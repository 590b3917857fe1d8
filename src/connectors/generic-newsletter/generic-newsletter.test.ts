import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { mailchimpStandIn } from '../../sandbox/tools/mailchimp/index.ts';
import type { ListRequest, NewsletterTool } from '../newsletter.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericNewsletter } from './client.ts';
import { genericNewsletter, GenericNewsletterSettings } from './index.ts';

/** Mailchimp described instead of coded. */
const settings = (url: string) => GenericNewsletterSettings.parse({
  url: `${url}/3.0`, auth: { user: 'any', password: secret('MAILCHIMP_API_KEY') }, most: 500,
  add: {
    path: '/lists/{list}',
    body: ({ people }: ListRequest) => ({ members: people.map(({ email }) => ({ email_address: email, status: 'subscribed' })), update_existing: false }),
    answer: "{ already: errors[?error_code == 'ERROR_CONTACT_EXISTS'].email_address, refused: errors[?error_code != 'ERROR_CONTACT_EXISTS'].{ email: email_address, says: error } }",
  },
  standings: { path: '/lists/{list}/members', query: { status: 'unsubscribed', count: 1000 }, answer: '{ members: members[].{ email: email_address, unsubscribed: `true` } }' },
  mailings: {
    draft: { path: '/campaigns', body: { type: 'regular', recipients: { list_id: '{list}' }, settings: { subject_line: '{subject}', title: '{name}', from_name: 'Acme', reply_to: '{from.email}' } } },
    find: { path: '/campaigns', query: { count: 50 }, answer: (answer: unknown) => (answer as { campaigns: { id: string }[] }).campaigns[0] },
    send: { path: '/campaigns/{id}/actions/send' },
    state: { path: '/campaigns/{id}', answer: "{ sent: status == 'sent' }" },
  },
});
const person = (email: string) => ({ email, fields: {} });

keepsTheContract('A configured newsletter tool', {
  standIn: mailchimpStandIn, open: openGenericNewsletter, settings,
  act: (tool) => tool.newsletter!.add({ list: 'a6b5da1054', people: [person('ann@acme.example')] }, freely),
  changes: true,
});

const standIn = mailchimpStandIn({ members: { 'gone@acme.example': 'unsubscribed' } });
let tool: NewsletterTool;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  tool = openGenericNewsletter(settings(sandbox.urlOf('mailchimp')), context).newsletter!;
  close = () => Promise.all([context.close(), sandbox.close()]);
});
afterAll(() => close());

test('who was refused and who was there comes back as the configuration reads it', async () => {
  expect(await tool.add({ list: 'a6b5da1054', people: ['ann@acme.example', 'gone@acme.example', 'fake@example.com'].map(person) }, freely)).toEqual({
    state: 'done', already: ['gone@acme.example'], unnamed: 0, refused: [{ email: 'fake@example.com', why: 'refused', says: expect.stringContaining('looks fake') as string }],
  });
  expect(await tool.standings!({ list: 'a6b5da1054' }, undefined, freely)).toEqual({ members: [{ email: 'gone@acme.example', unsubscribed: true }], next: undefined });
});

test('a mailing is drafted, found and looked at', async () => {
  const mailing = { list: 'a6b5da1054', name: 'Spring 1', subject: 'Spring', from: { email: 'news@acme.example' }, text: 'Hi' };
  expect(await tool.mailings!.resume(mailing, freely)).toBeUndefined();
  const { id } = await tool.mailings!.draft(mailing, freely);
  expect([await tool.mailings!.resume(mailing, freely), await tool.mailings!.isSent(id, freely)]).toEqual([{ id }, false]);
  await expect(tool.mailings!.send(id, mailing, freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('not ready to send') as string });
});

test('ten lines of configuration are a newsletter tool', () => {
  const connection = genericNewsletter({ url: 'https://news.acme.example/api', auth: { bearer: secret('NEWS_API_KEY') }, add: { path: '/lists/{list}/members', body: { members: '{people}' } } });
  expect([connection.kind, connection.tool?.roles, connection.schema.safeParse(connection.settings).success]).toEqual(['generic-newsletter', ['newsletter'], true]);
});
