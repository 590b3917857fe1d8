import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { SEGMENT, TOPIC } from '../../sandbox/mail/audience.ts';
import { resendStandIn } from '../../sandbox/mail/stand-in.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { Added, NewsletterTool } from '../newsletter.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openResend } from './newsletter.ts';
import { ResendSettings } from './settings.ts';

const settings = (url: string) => ResendSettings.parse({ apiKey: secret('RESEND_API_KEY'), baseUrl: url });
const person = (email: string) => ({ email, firstName: 'Ann "A", O\'Neill', lastName: 'Lee', fields: { seats: 5, job: 'CEO, owner' } });
const list = SEGMENT.id;

keepsTheContract('Resend as a newsletter tool', {
  standIn: resendStandIn, open: openResend, settings,
  act: (tool) => tool.newsletter!.add({ list, people: [person('ann@acme.example')] }, freely),
  changes: true,
  refused: { act: (tool) => tool.newsletter!.add({ list: 'nowhere', people: [person('ann@acme.example')] }, freely), says: /Segment not found/ },
});

const standIn = resendStandIn();
let tool: NewsletterTool;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  tool = openResend(settings(sandbox.urlOf('resend')), context).newsletter!;
  close = () => Promise.all([context.close(), sandbox.close()]);
});
afterAll(() => close());

test('a file is imported into the segment; who left stays so, and who was refused is only counted', async () => {
  standIn.audience.keepContact({ email: 'gone@acme.example', unsubscribed: true });
  const said: Added[] = [await tool.add({ list, people: ['ann@acme.example', 'gone@acme.example', 'fake@example.com'].map(person) }, freely)];
  const job = (said[0] as { job: string }).job;
  while (said.at(-1)!.state === 'under way') said.push(await tool.progress!(job, freely));

  expect(said.map(({ state }) => state)).toEqual(['under way', 'under way', 'done']);
  expect(said.at(-1)).toEqual({ state: 'done', refused: [], already: [], unnamed: 1 });
  expect(await tool.standings!({ list }, undefined, freely)).toEqual({ members: [{ email: 'ann@acme.example', unsubscribed: false }, { email: 'gone@acme.example', unsubscribed: true }], next: undefined });
  expect(standIn.audience.contact('ann@acme.example')).toMatchObject({ first_name: 'Ann "A", O\'Neill', properties: { seats: 5, job: 'CEO, owner' } });
});

test('a segment is read a hundred at a time', async () => {
  for (let n = 0; n < 150; n += 1) standIn.audience.join(list, standIn.audience.keepContact({ email: `p${String(n)}@acme.example` }).email);
  const first = await tool.standings!({ list }, undefined, freely);
  const second = await tool.standings!({ list }, first.next, freely);
  expect([first.members.length, second.members.length, second.next]).toEqual([100, 52, undefined]);
});

test('a draft is found again by its name and sent once', async () => {
  const mailing = { list, name: 'Spring 1', subject: 'Spring', from: { name: 'Acme', email: 'news@acme.example' }, html: '<p>Hi</p>', topic: TOPIC.id };
  expect(await tool.mailings!.resume(mailing, freely)).toBeUndefined();
  const { id } = await tool.mailings!.draft(mailing, freely);
  expect([await tool.mailings!.resume(mailing, freely), await tool.mailings!.isSent(id, freely)]).toEqual([{ id }, false]);
  await tool.mailings!.send(id, mailing, freely);
  expect(await tool.mailings!.isSent(id, freely)).toBe(true);
  await expect(tool.mailings!.send(id, mailing, freely)).rejects.toMatchObject({ kind: 'rejected' });
  expect(standIn.audience.broadcasts()).toMatchObject([{ segment_id: list, content: { from: 'Acme <news@acme.example>', topic_id: TOPIC.id } }]);
});
