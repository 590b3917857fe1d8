import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type HubspotOptions, hubspotStandIn } from '../../sandbox/tools/hubspot/index.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openHubspot } from './client.ts';
import { hubspotNews, HubspotSettings } from './index.ts';

const [SEQUENCE, OTHER] = ['123456789', '123456790'] as const;
const settings = (baseUrl: string): HubspotSettings => HubspotSettings.parse({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), userId: '2222222', senderEmail: 'ann@acme.example', baseUrl });
const lead = (name: string, more: Partial<SequenceLead> = {}): SequenceLead => ({ email: `${name}@acme.example`, variables: {}, ...more });
let acts = 0;

keepsTheContract<HubspotSettings>('HubSpot', {
  standIn: () => hubspotStandIn(),
  open: openHubspot,
  settings: (url) => settings(url),
  // The first request of an enrolment reads; to see the one that changes, the contact is there and faults strike the enrolment.
  act: (tool) => tool.sequencer!.enrol(SEQUENCE, [lead(`p${String((acts += 1))}`)], freely),
  changes: false,
  refused: { act: (tool) => tool.sequencer!.enrol('1', [lead('ann')], freely), says: /^hubspot: Sequence not found \(400\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: HubspotOptions = {}) {
  const standIn = hubspotStandIn(options);
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { standIn, sandbox, sequencer: openHubspot(settings(sandbox.urlOf('hubspot')), context).sequencer! };
}

test('a contact is found, or made when there is none, and enrolled; in it already, elsewhere, opted out and bounced are ends', async () => {
  const { standIn, sandbox, sequencer } = await opened({ contacts: [
    { email: 'bo@acme.example' }, { email: 'there@acme.example', sequenceId: SEQUENCE }, { email: 'else@acme.example', sequenceId: OTHER },
    { email: 'out@acme.example', optedOut: true }, { email: 'back@acme.example', bounced: true },
  ] });
  const ends = [];
  for (const name of ['ann', 'bo', 'there', 'else', 'out', 'back']) ends.push(...(await sequencer.enrol(SEQUENCE, [lead(name, { firstName: name })], freely)));
  expect(ends.map((end) => ('code' in end ? end.code : end.status))).toEqual(['enrolled', 'enrolled', 'already', 'elsewhere', 'opted_out', 'bounced']);
  expect(standIn.enrolled(SEQUENCE)).toEqual(['ann@acme.example', 'bo@acme.example']);
  expect(sandbox.changesOf('hubspot').map(({ changed }) => changed)).toEqual(['made contact ann@acme.example', `enrolled ann@acme.example in ${SEQUENCE}`, `enrolled bo@acme.example in ${SEQUENCE}`]);
});

test('after a lost answer the enrolment is found at the contact, and is unknown to have failed before that', async () => {
  const { sandbox, sequencer } = await opened({ contacts: [{ email: 'ann@acme.example' }, { email: 'else@acme.example', sequenceId: OTHER }] });
  sandbox.faults.next('hubspot', 'cut', { path: /enrollments$/ });
  await expect(sequencer.enrol(SEQUENCE, [lead('ann')], freely)).rejects.toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
  expect(await sequencer.lookUp!(SEQUENCE, [lead('ann')], freely)).toEqual([{ status: 'already', leadId: '151' }]);
  expect(await sequencer.lookUp!(SEQUENCE, [lead('else'), lead('nobody')], freely)).toEqual(['absent', 'absent']);
});

test('changes of contacts are read as news, many in one call; the rest is acknowledged', () => {
  const news = hubspotNews({ secret: secret('HUBSPOT_CLIENT_SECRET') });
  const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const change = (propertyName: string, propertyValue: string) => ({ eventId: 1, subscriptionType: 'contact.propertyChange', objectId: 151, propertyName, propertyValue, occurredAt: Date.parse('2026-01-06T14:12:00Z'), attemptNumber: 0 });
  const at = '2026-01-06T14:12:00.000Z';
  expect(news.read({ body: body([change('hs_email_optout', 'true'), change('hs_sequences_is_enrolled', 'false'), change('firstname', 'Ann'), change('hs_sales_email_last_replied', '1767')]), headers: {} })).toEqual({
    kind: 'news', news: [{ kind: 'unsubscribed', leadId: '151', at }, { kind: 'finished', leadId: '151', at }, { kind: 'replied', leadId: '151', at }],
  });
  expect(news.read({ body: body([change('hs_email_optout', 'false')]), headers: {} })).toEqual({ kind: 'answer', status: 200, body: { ignored: 1 } });
  expect(news.read({ body: body({ not: 'a list' }), headers: {} })).toMatchObject({ kind: 'refused', path: 'body' });
  expect(news.verification).toMatchObject({ scheme: 'hubspot' });
});

test('the example of its documentation is a hash of the secret and the body', () => {
  const source = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
  expect(createHash('sha256').update(source).digest('hex')).toBe('232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de');
});
