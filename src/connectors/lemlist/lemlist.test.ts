import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { type LemlistOptions, lemlistStandIn } from '../../sandbox/tools/lemlist.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openLemlist } from './client.ts';
import { lemlistNews, LemlistSettings } from './index.ts';

const CAMPAIGN = 'cam_Welcome0000000001';
const settings = (baseUrl: string, more: Partial<Parameters<typeof LemlistSettings.parse>[0] & object> = {}): LemlistSettings => LemlistSettings.parse({ apiKey: secret('LEMLIST_API_KEY'), baseUrl, ...more });
const lead = (name: string, more: Partial<SequenceLead> = {}): SequenceLead => ({ email: `${name}@acme.example`, variables: {}, ...more });
let acts = 0;

keepsTheContract<LemlistSettings>('lemlist', {
  standIn: () => lemlistStandIn(),
  open: openLemlist,
  settings: (url) => settings(url),
  act: (tool) => tool.sequencer!.enrol(CAMPAIGN, [lead(`p${String((acts += 1))}`)], freely),
  changes: true,
  refused: { act: (tool) => tool.sequencer!.enrol('cam_nowhere', [lead('ann')], freely), says: /^lemlist: Campaign not found \(404\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: LemlistOptions = {}, more = {}) {
  const standIn = lemlistStandIn(options);
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { standIn, sandbox, sequencer: openLemlist(settings(sandbox.urlOf('lemlist'), more), context).sequencer! };
}

test('a lead is enrolled with its fields and variables; in it already is an end, elsewhere and unsubscribed are skips', async () => {
  const { standIn, sequencer } = await opened({ unsubscribed: ['out@acme.example'], leads: [{ email: 'else@acme.example', campaignId: 'cam_SampleCampaign1' }] });
  const ann = lead('ann', { firstName: 'Ann', jobTitle: 'CEO', variables: { city: 'Berlin' } });
  const ends = [];
  for (const one of [ann, ann, lead('else'), lead('out')]) ends.push(...(await sequencer.enrol(CAMPAIGN, [one], freely)));
  expect(ends).toEqual([
    { status: 'enrolled', leadId: 'lea_sandbox000002' }, { status: 'already' },
    { status: 'skipped', code: 'elsewhere', message: 'lemlist: this address is in another campaign already.' },
    { status: 'skipped', code: 'opted_out', message: 'lemlist: this address has unsubscribed.' },
  ]);
  expect(standIn.leads(CAMPAIGN).map(({ fields }) => fields)).toEqual([{ email: 'ann@acme.example', firstName: 'Ann', jobTitle: 'CEO', city: 'Berlin' }]);
});

test('a lead of another campaign is taken where the configuration allows it', async () => {
  const { sequencer } = await opened({ leads: [{ email: 'else@acme.example', campaignId: 'cam_SampleCampaign1' }] }, { onlyOneCampaign: false });
  expect(await sequencer.enrol(CAMPAIGN, [lead('else')], freely)).toMatchObject([{ status: 'enrolled' }]);
});

test('an enrolment whose answer was lost is found again by address and campaign, and one that never arrived is absent', async () => {
  const { sandbox, sequencer } = await opened({ leads: [{ email: 'else@acme.example', campaignId: 'cam_SampleCampaign1' }] });
  sandbox.faults.next('lemlist', 'cut');
  await expect(sequencer.enrol(CAMPAIGN, [lead('ann')], freely)).rejects.toMatchObject({ outcomeUnknown: true });
  expect(await sequencer.lookUp!(CAMPAIGN, [lead('ann'), lead('else'), lead('bo')], freely)).toEqual([{ status: 'already', leadId: 'lea_sandbox000002' }, 'absent', 'absent']);
});

const news = lemlistNews({ secret: secret('LEMLIST_WEBHOOK_SECRET') });
const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const replied = { _id: 'act_1', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00Z', campaignId: CAMPAIGN, campaignName: 'Welcome', leadId: 'lea_1', leadEmail: 'Ann@Acme.example', secret: 'the secret' };

test('a reply is news with lead, address, campaign and time; the secret in it is not kept', () => {
  const reading = news.read({ body: body(replied), headers: {} });
  expect(reading).toMatchObject({ kind: 'news', id: 'act_1', news: [{ kind: 'replied', leadId: 'lea_1', email: 'ann@acme.example', sequence: CAMPAIGN, sequenceName: 'Welcome', at: '2026-01-06T14:12:00.000Z' }] });
  expect(reading.kind === 'news' && { ...JSON.parse(new TextDecoder().decode(reading.keep)) as object, secret: replied.secret }).toEqual(replied);
  expect(reading.kind === 'news' && new TextDecoder().decode(reading.keep)).not.toContain('secret');
  expect(news.verification).toEqual({ scheme: 'body-secret', secrets: [{ kind: 'secret', name: 'LEMLIST_WEBHOOK_SECRET' }], options: { field: 'secret' } });
});

test.each([
  ['other activities are acknowledged', { ...replied, type: 'linkedinVisitDone' }, { kind: 'answer', status: 200, body: { ignored: 'linkedinVisitDone' } }],
  ['what has no type is refused', { leadId: 'x' }, { kind: 'refused', status: 400, path: 'type' }],
])('%s', (_, value, expected) => {
  expect(news.read({ body: body(value), headers: {} })).toMatchObject(expected);
});

test('a webhook without a secret must be called open in so many words', () => {
  expect([lemlistNews({}).problems, lemlistNews({ unauthenticated: true }).problems, lemlistNews({ unauthenticated: true }).verification]).toMatchObject([[{ path: 'secret' }], [], { scheme: 'none' }]);
});
