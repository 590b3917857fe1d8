import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { type SmartleadOptions, smartleadStandIn } from '../../sandbox/tools/smartlead.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openSmartlead } from './client.ts';
import { smartleadNews, SmartleadSettings } from './index.ts';

const settings = (baseUrl: string): SmartleadSettings => SmartleadSettings.parse({ apiKey: secret('SMARTLEAD_API_KEY'), baseUrl });
const lead = (name: string, more: Partial<SequenceLead> = {}): SequenceLead => ({ email: `${name}@acme.example`, variables: {}, ...more });
let acts = 0;

keepsTheContract<SmartleadSettings>('Smartlead', {
  standIn: () => smartleadStandIn(),
  open: openSmartlead,
  settings: (url) => settings(url),
  act: (tool) => tool.sequencer!.enrol('372', [lead(`p${String((acts += 1))}`)], freely),
  changes: true,
  refused: { act: (tool) => tool.sequencer!.enrol('999', [lead('ann')], freely), says: /^smartlead: Campaign not found/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: SmartleadOptions = {}) {
  const sandbox = await startSandboxTools([smartleadStandIn(options)]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { sandbox, sequencer: openSmartlead(settings(sandbox.urlOf('smartlead')), context).sequencer! };
}

test('one request for many: each lead has its own end, by address', async () => {
  const { sandbox, sequencer } = await opened({
    unsubscribed: ['out@acme.example'], leads: [{ email: 'there@acme.example', campaignId: '372' }, { email: 'else@acme.example', campaignId: '373' }],
  });
  const ends = await sequencer.enrol('372', ['ann', 'there', 'else', 'out', 'bo'].map((name) => lead(name, { jobTitle: 'CEO', variables: { city: 'Berlin' } })), freely);
  expect(ends).toEqual([
    { status: 'enrolled', leadId: '2340000002' }, { status: 'already', leadId: '2340000000' },
    { status: 'skipped', code: 'elsewhere', message: 'Smartlead: this address is in another campaign already.' },
    { status: 'skipped', code: 'opted_out', message: 'Smartlead: this address has unsubscribed.' }, { status: 'enrolled', leadId: '2340000003' },
  ]);
  expect(sandbox.ledger).toHaveLength(1);
  // The key is in the address, and never in what is shown of it.
  expect(sandbox.ledger[0]!.path).toBe('/api/v1/campaigns/372/leads?api_key=%E2%80%A6');
});

test('whom it leaves out without a name has the one reason that was counted, and of several all of them', async () => {
  const one = await opened({ blocked: ['bad@acme.example'] });
  const two = await opened({ blocked: ['bad@acme.example'], bounced: ['back@acme.example'] });
  expect((await one.sequencer.enrol('372', [lead('bad'), lead('ann')], freely))[0]).toEqual({ status: 'skipped', code: 'blocked', message: 'Smartlead did not take this address: it is on the blocklist.' });
  expect((await two.sequencer.enrol('372', [lead('bad'), lead('back')], freely)).map((end) => ('code' in end ? end.code : end.status))).toEqual(['not_taken', 'not_taken']);
});

test('a plan that is full is told apart: the rest waits', async () => {
  const { sequencer } = await opened({ limit: 1 });
  expect((await sequencer.enrol('372', [lead('ann'), lead('bo')], freely)).map(({ status }) => status)).toEqual(['enrolled', 'full']);
});

test('after a lost answer each lead is looked up by address and campaign', async () => {
  const { sandbox, sequencer } = await opened({ leads: [{ email: 'else@acme.example', campaignId: '373' }] });
  sandbox.faults.next('smartlead', 'cut');
  await expect(sequencer.enrol('372', [lead('ann')], freely)).rejects.toMatchObject({ outcomeUnknown: true });
  expect(await sequencer.lookUp!('372', [lead('ann'), lead('else'), lead('bo')], freely)).toEqual([{ status: 'already', leadId: '2340000001' }, 'absent', 'absent']);
});

const news = smartleadNews({ secret: secret('SMARTLEAD_WEBHOOK_SECRET') });
const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test('both of its shapes are read, and an alias in `to_email` does not hide the lead', () => {
  const flat = { event_type: 'EMAIL_REPLY', from_email: 'me@acme.example', to_email: 'alias@acme.example', sl_lead_email: 'Ann@acme.example', sl_email_lead_id: 17, campaign_id: 372, campaign_name: 'Welcome', event_timestamp: '2026-01-06T14:12:00.000Z', secret_key: 's' };
  const nested = { event: 'EMAIL_BOUNCED', timestamp: '2026-01-06T14:12:00Z', campaign_id: 372, lead_id: 789, lead: { email: 'bo@acme.example' } };
  expect(news.read({ body: body(flat), headers: { 'x-request-id': 'r1' } })).toMatchObject({ kind: 'news', id: 'r1', news: [{ kind: 'replied', email: 'ann@acme.example', leadId: '17', sequence: '372', sequenceName: 'Welcome', at: '2026-01-06T14:12:00.000Z' }] });
  expect(news.read({ body: body(nested), headers: {} })).toEqual({ kind: 'news', news: [{ kind: 'bounced', email: 'bo@acme.example', leadId: '789', sequence: '372', at: '2026-01-06T14:12:00.000Z' }] });
  expect(news.read({ body: body({ event_type: 'CAMPAIGN_STATUS_CHANGED' }), headers: {} })).toMatchObject({ kind: 'answer' });
  expect(news.verification).toMatchObject({ scheme: 'github', options: { header: 'x-smartlead-signature' } });
});
