import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { kitStandIn } from '../../sandbox/tools/kit.ts';
import type { NewsletterTool } from '../newsletter.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openKit } from './client.ts';
import { KitSettings } from './index.ts';

const withToken = (url: string) => KitSettings.parse({ accessToken: secret('KIT_ACCESS_TOKEN'), baseUrl: `${url}/v4` });
const withKey = (url: string) => KitSettings.parse({ apiKey: secret('KIT_API_KEY'), baseUrl: `${url}/v4` });
const person = (email: string) => ({ email, firstName: 'Ann', lastName: undefined, fields: {} });

for (const [name, settings] of [['Kit with a token', withToken], ['Kit with a key', withKey]] as const) {
  keepsTheContract(name, {
    standIn: kitStandIn, open: openKit, settings,
    act: (tool) => tool.newsletter!.add({ list: '74', people: [person('ann@acme.example')] }, freely),
    changes: true,
    refused: { act: (tool) => tool.newsletter!.add({ list: '75', people: [person('ann@acme.example'), person('bob@acme.example')] }, freely), says: /tag/i },
  });
}

const standIn = kitStandIn({ subscribers: { 'gone@acme.example': 'cancelled', 'dead@acme.example': 'bounced', 'here@acme.example': 'active' } });
let [bulk, single]: NewsletterTool[] = [];
let close: () => Promise<unknown>;
beforeAll(async () => {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  [bulk, single] = [withToken, withKey].map((settings) => openKit(settings(sandbox.urlOf('kit')), context).newsletter!);
  close = () => Promise.all([context.close(), sandbox.close()]);
});
afterAll(() => close());

const ends = { state: 'done', already: [], unnamed: 0 };
const people = ['new@acme.example', 'here@acme.example', 'gone@acme.example', 'dead@acme.example', 'fake@example.com'].map(person);

test('in bulk the active are tagged, and who cancelled, bounced or was refused comes back by name', async () => {
  expect(await bulk!.add({ list: '74', people: people.map((one) => ({ ...one, fields: { job: 'CEO' } })) }, freely)).toEqual({ ...ends, refused: [
    { email: 'fake@example.com', why: 'refused', says: 'Email address is invalid' },
    { email: 'gone@acme.example', why: 'unsubscribed', says: 'is cancelled in Kit' }, { email: 'dead@acme.example', why: 'unsubscribed', says: 'is bounced in Kit' },
  ] });
  expect(standIn.account.tagged().map(({ email_address: email, fields }) => [email, fields['job']])).toEqual([['here@acme.example', 'CEO'], ['new@acme.example', 'CEO']]);
});

test('with a key they are added one by one, to the same end', async () => {
  expect(await single!.add({ list: '74', people }, freely)).toMatchObject({ ...ends, refused: [
    { email: 'gone@acme.example', why: 'unsubscribed' }, { email: 'dead@acme.example', why: 'unsubscribed' }, { email: 'fake@example.com', why: 'refused', says: expect.stringContaining('Email address is invalid') as string },
  ] });
  expect([bulk!.most, single!.most]).toEqual([100, 20]);
});

test('a field that Kit does not have refuses the request with its name', async () => {
  await expect(bulk!.add({ list: '74', people: [{ ...person('new@acme.example'), fields: { shoe: 'red' } }] }, freely)).rejects.toMatchObject({ kind: 'rejected', message: 'kit: there is no custom field shoe' });
});

test('a draft is found again by its name and sent once', async () => {
  const mailing = { list: '74', name: 'Spring 1', subject: 'Spring', from: { email: 'news@acme.example' }, html: '<p>Hi</p>' };
  expect(await bulk!.mailings!.resume(mailing, freely)).toBeUndefined();
  const { id } = await bulk!.mailings!.draft(mailing, freely);
  expect([await bulk!.mailings!.resume(mailing, freely), await bulk!.mailings!.isSent(id, freely)]).toEqual([{ id }, false]);
  await bulk!.mailings!.send(id, mailing, freely);
  expect(await bulk!.mailings!.isSent(id, freely)).toBe(true);
  await expect(bulk!.mailings!.send(id, mailing, freely)).rejects.toMatchObject({ kind: 'rejected' });
});

test('a key or a token is wanted, not both', () => {
  expect(KitSettings.safeParse({}).success).toBe(false);
  expect(KitSettings.safeParse({ apiKey: secret('A'), accessToken: secret('B') }).success).toBe(false);
});
