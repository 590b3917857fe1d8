import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { INSTANTLY_CAMPAIGN, type InstantlyOptions, instantlyStandIn } from '../../sandbox/tools/instantly.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openInstantly } from './client.ts';
import { instantlyNews, InstantlySettings } from './index.ts';

const OTHER = '0196f0a2-8b1c-7c33-9d4e-5a1b2c3d4e60';
const settings = (baseUrl: string): InstantlySettings => InstantlySettings.parse({ apiKey: secret('INSTANTLY_API_KEY'), baseUrl });
const lead = (name: string, more: Partial<SequenceLead> = {}): SequenceLead => ({ email: `${name}@acme.example`, variables: {}, ...more });
let acts = 0;

keepsTheContract<InstantlySettings>('Instantly', {
  standIn: () => instantlyStandIn(),
  open: openInstantly,
  settings: (url) => settings(url),
  act: (tool) => tool.sequencer!.enrol(INSTANTLY_CAMPAIGN, [lead(`p${String((acts += 1))}`)], freely),
  changes: true,
  refused: { act: (tool) => tool.sequencer!.enrol('0196f0a2-0000-7c33-9d4e-5a1b2c3d4e60', [lead('ann')], freely), says: /^instantly: Campaign not found \(404\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: InstantlyOptions = {}) {
  const standIn = instantlyStandIn({ campaigns: [INSTANTLY_CAMPAIGN, OTHER], ...options });
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { standIn, sandbox, sequencer: openInstantly(settings(sandbox.urlOf('instantly')), context).sequencer! };
}

test('one request for many; whom it did not create is looked for in the campaign, and has an end of its own', async () => {
  const { sandbox, sequencer } = await opened({ leads: [
    { email: 'there@acme.example', campaign: INSTANTLY_CAMPAIGN }, { email: 'out@acme.example', campaign: INSTANTLY_CAMPAIGN, status: -2 },
    { email: 'back@acme.example', campaign: INSTANTLY_CAMPAIGN, status: -1 }, { email: 'else@acme.example', campaign: OTHER },
  ] });
  const ends = await sequencer.enrol(INSTANTLY_CAMPAIGN, ['ann', 'there', 'out', 'back', 'else'].map((name) => lead(name, { firstName: name, variables: { city: 'Berlin' } })), freely);
  expect(ends.map((end) => ('code' in end ? end.code : end.status))).toEqual(['enrolled', 'already', 'opted_out', 'bounced', 'elsewhere']);
  expect(sandbox.ledger.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v2/leads/add', 'POST /api/v2/leads/list']);
});

test('sending a request again does no harm: nobody is there twice', async () => {
  const { standIn, sandbox, sequencer } = await opened();
  sandbox.faults.next('instantly', 'cut');
  const leads = ['ann', 'bo'].map((name) => lead(name));
  await expect(sequencer.enrol(INSTANTLY_CAMPAIGN, leads, freely)).rejects.toMatchObject({ outcomeUnknown: true });
  expect((await sequencer.enrol(INSTANTLY_CAMPAIGN, leads, freely)).map(({ status }) => status)).toEqual(['already', 'already']);
  expect(standIn.emails(INSTANTLY_CAMPAIGN)).toEqual(['ann@acme.example', 'bo@acme.example']);
  expect(sequencer.lookUp).toBeUndefined();
});

test('a plan that is full is told apart, and 402 is a lack of credits', async () => {
  const { sequencer } = await opened({ remaining: 1 });
  expect((await sequencer.enrol(INSTANTLY_CAMPAIGN, [lead('ann'), lead('bo')], freely)).map(({ status }) => status)).toEqual(['enrolled', 'full']);
});

test('its events are read; those of a campaign as a whole are acknowledged', () => {
  const news = instantlyNews({ secret: secret('INSTANTLY_WEBHOOK_SECRET') });
  const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const event = { timestamp: '2026-01-06T14:12:00Z', event_type: 'lead_unsubscribed', workspace: 'w', campaign_id: INSTANTLY_CAMPAIGN, campaign_name: 'Welcome', lead_email: 'Ann@acme.example' };
  expect(news.read({ body: body(event), headers: {} })).toEqual({ kind: 'news', news: [{ kind: 'unsubscribed', email: 'ann@acme.example', sequence: INSTANTLY_CAMPAIGN, sequenceName: 'Welcome', at: '2026-01-06T14:12:00.000Z' }] });
  expect(news.read({ body: body({ event_type: 'campaign_completed', campaign_id: INSTANTLY_CAMPAIGN }), headers: {} })).toMatchObject({ kind: 'answer' });
  expect(news.verification).toMatchObject({ scheme: 'header-secret', options: { header: 'X-Webhook-Secret' } });
});
