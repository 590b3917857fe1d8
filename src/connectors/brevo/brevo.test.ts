import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { brevoStandIn } from '../../sandbox/tools/brevo.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { Added, NewsletterTool } from '../newsletter.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openBrevo } from './client.ts';
import { BrevoSettings } from './index.ts';

const settings = (url: string) => BrevoSettings.parse({ apiKey: secret('BREVO_API_KEY'), baseUrl: `${url}/v3` });
const person = (email: string) => ({ email, firstName: 'Ann', lastName: 'Lee', fields: { JOB: 'CEO' } });

keepsTheContract('Brevo', {
  standIn: brevoStandIn, open: openBrevo, settings,
  act: (tool) => tool.newsletter!.add({ list: '7', people: [person('ann@acme.example')] }, freely),
  changes: true,
  refused: { act: (tool) => tool.newsletter!.add({ list: '8', people: [person('ann@acme.example')] }, freely), says: /List 8 does not exist/ },
});

const standIn = brevoStandIn({ blocklisted: ['gone@acme.example'], looks: 2 });
let tool: NewsletterTool;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  tool = openBrevo(settings(sandbox.urlOf('brevo')), context).newsletter!;
  close = () => Promise.all([context.close(), sandbox.close()]);
});
afterAll(() => close());

test('an import is asked for until it is done, its reports name who was refused, and the list who is blocklisted', async () => {
  const said: Added[] = [await tool.add({ list: '7', people: ['ann@acme.example', 'gone@acme.example', 'fake@example.com'].map(person) }, freely)];
  while (said.at(-1)!.state === 'under way') said.push(await tool.progress!('1', freely));

  expect(said).toEqual([
    { state: 'under way', job: '1' }, { state: 'under way', job: '1' }, { state: 'under way', job: '1' },
    { state: 'done', already: [], unnamed: 0, refused: [{ email: 'fake@example.com', why: 'refused', says: 'is no valid address to Brevo' }] },
  ]);
  expect(await tool.standings!({ list: '7' }, undefined, freely)).toEqual({
    members: [{ email: 'ann@acme.example', unsubscribed: false }, { email: 'gone@acme.example', unsubscribed: true }], next: undefined,
  });
  expect(standIn.account.membersOf(7)).toMatchObject([{ attributes: { FIRSTNAME: 'Ann', LASTNAME: 'Lee', JOB: 'CEO' } }, {}]);
});

test('a list that is no number, and an import that is not there, are refused', async () => {
  await expect(tool.add({ list: 'spring', people: [person('ann@acme.example')] }, freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('“spring” is none') as string });
  await expect(tool.progress!('99', freely)).rejects.toMatchObject({ kind: 'rejected' });
});

test('a draft is found again by its name and sent once', async () => {
  const mailing = { list: '7', name: 'Spring 1', subject: 'Spring', from: { email: 'news@acme.example' }, text: 'Hello\nyou\n\n<b>' };
  expect(await tool.mailings!.resume(mailing, freely)).toBeUndefined();
  const { id } = await tool.mailings!.draft(mailing, freely);
  expect([await tool.mailings!.resume(mailing, freely), await tool.mailings!.isSent(id, freely)]).toEqual([{ id }, false]);
  await tool.mailings!.send(id, mailing, freely);
  expect(await tool.mailings!.isSent(id, freely)).toBe(true);
  expect(standIn.account.campaigns()).toMatchObject([{ htmlContent: '<p>Hello<br>you</p><p>&#60;b&#62;</p>', status: 'sent' }]);
});
