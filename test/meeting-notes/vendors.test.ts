import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { fathomCall } from '../../src/connectors/fathom/fathom.fixture.ts';
import { fathom, fathomWebhook } from '../../src/connectors/fathom/index.ts';
import { firefliesCall } from '../../src/connectors/fireflies/fireflies.fixture.ts';
import { firefliesWebhook } from '../../src/connectors/fireflies/index.ts';
import { genericRecorder, genericRecorderWebhook } from '../../src/connectors/generic-recorder/index.ts';
import { recall, recallWebhook } from '../../src/connectors/recall/index.ts';
import { zoom, zoomWebhook } from '../../src/connectors/zoom/index.ts';
import { zoomNews, zoomSummary } from '../../src/connectors/zoom/zoom.fixture.ts';
import { fathomStandIn } from '../../src/sandbox/tools/fathom.ts';
import { recallStandIn } from '../../src/sandbox/tools/recall.ts';
import { recorderStandIn } from '../../src/sandbox/tools/recorder.ts';
import { zoomStandIn } from '../../src/sandbox/tools/zoom.ts';
import { meetingNotes } from '../../src/workflows/meeting-notes/index.ts';
import { markdownOf, type MeetingStack, memberOf, startMeetings } from './rig.ts';

const fathomTool = fathomStandIn([fathomCall({ recording_id: 2, meeting_title: 'Fathom, fetched' })]);
const bot = '5f0a3a52-1c0b-4b8e-9a34-5a0f2f6f7c11';
const recallTool = recallStandIn([{
  botId: bot, recordingId: 'a5437136-4b69-429a-9e0c-cd388fd8fee6', title: 'Recall, summarised', startedAt: '2025-11-25T15:00:00Z', completedAt: '2025-11-25T15:30:00Z',
  participants: [{ id: 1, name: 'Ada', is_host: true, email: 'ada@example.com' }, { id: 2, name: 'Ann Lee', is_host: false, email: 'ann@acme.example' }], words: [{ participant: 2, text: 'We start in March.' }],
}]);
const zoomTool = zoomStandIn([{ uuid: zoomSummary.meeting_uuid, participants: [{ name: 'Ann Lee', user_email: 'ann@acme.example' }, { name: 'Ada Abel', user_email: '' }] }]);
const recorderTool = recorderStandIn({ m1: { subject: 'Generic, fetched', text: 'Said and done.', people: ['ann@acme.example'] } });

let stack: MeetingStack;
let summarised = 0;
beforeAll(async () => {
  const email = { to: 'nobody' } as const;
  stack = await startMeetings({ source: firefliesWebhook({ secret: secret('FIREFLIES_WEBHOOK_SECRET') }), email }, {
    tools: [fathomTool, recallTool, zoomTool, recorderTool],
    connections: (env) => ({
      fathom: fathom({ apiKey: secret('FATHOM_API_KEY'), baseUrl: env['FATHOM_BASE_URL']! }),
      recall: recall({ apiKey: secret('RECALL_API_KEY'), baseUrl: env['RECALL_BASE_URL']! }),
      zoom: zoom({ accountId: env['ZOOM_ACCOUNT_ID']!, clientId: env['ZOOM_CLIENT_ID']!, clientSecret: secret('ZOOM_CLIENT_SECRET'), baseUrl: env['ZOOM_BASE_URL']!, tokenUrl: env['ZOOM_TOKEN_URL']! }),
      tapes: genericRecorder({ url: env['RECORDER_BASE_URL']!, auth: { bearer: secret('RECORDER_API_KEY') }, meeting: { path: '/meetings/{id}', answer: { title: 'data.subject', summary: 'data.text', participants: 'data.people' } } }),
    }),
    integrations: {
      fathom: meetingNotes({ source: fathomWebhook({ secret: secret('FATHOM_WEBHOOK_SECRET'), connection: 'fathom' }), email }),
      recall: meetingNotes({
        source: recallWebhook({ secret: secret('RECALL_WEBHOOK_SECRET') }), email,
        summarise: ({ transcript = [] }) => {
          summarised += 1;
          return { summary: `Said: ${transcript.map(({ text }) => text).join(' ')}`, actionItems: ['Plan the start'] };
        },
      }),
      svix: meetingNotes({ source: recallWebhook({ secret: secret('RECALL_WEBHOOK_SECRET'), headers: 'svix' }), email }),
      zoom: meetingNotes({ source: zoomWebhook({ secret: secret('ZOOM_WEBHOOK_SECRET') }), email }),
      tapes: meetingNotes({ source: genericRecorderWebhook({ secret: secret('RECORDER_WEBHOOK_SECRET'), secretIn: 'header', id: 'id', connection: 'tapes' }), email }),
    },
  });
  stack.make('people', { name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } });
}, 120_000);
afterAll(() => stack.close());

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text);
const now = () => String(Math.floor(Date.now() / 1000));

/** As standardwebhooks.com and Svix sign. */
function standard(name: string, body: string, id: string, prefix = 'webhook'): Record<string, string> {
  const at = now();
  const key = Buffer.from(stack.env[name]!.replace('whsec_', ''), 'base64');
  return { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: at, [`${prefix}-signature`]: `v1,${hmac(key, `${id}.${at}.${body}`).digest('base64')}` };
}

async function send(integration: string, payload: unknown, sign: (body: string) => Record<string, string>): Promise<number> {
  const body = JSON.stringify(payload);
  return stack.post(body, { integration, headers: sign(body) });
}

const bodies = (title: string) => stack.twenty.records('notes').filter((note) => note['title'] === title).map(markdownOf);

test('Fireflies: V1 and V2, signed with X-Hub-Signature, make one note', { timeout: 60_000 }, async () => {
  stack.recorder.put(firefliesCall({ title: 'Fireflies' }));
  const sign = (body: string) => ({ 'x-hub-signature': `sha256=${hmac(stack.env['FIREFLIES_WEBHOOK_SECRET']!, body).digest('hex')}` });
  const first = await send('meetings', { meetingId: firefliesCall().id, eventType: 'Transcription completed' }, sign);
  const second = await send('meetings', { event: 'meeting.summarized', timestamp: 1, meeting_id: firefliesCall().id }, sign);
  expect([first, second, await send('meetings', { event: 'meeting.summarized', timestamp: 1, meeting_id: 'forged' }, () => ({ 'x-hub-signature': `sha256=${'0'.repeat(64)}` }))]).toEqual([202, 202, 401]);
  await stack.quiet();
  expect(bodies('Fireflies')).toHaveLength(1);
});

test('Fathom: the whole meeting in the webhook, or fetched where it is not', { timeout: 60_000 }, async () => {
  const whole = fathomCall({ recording_id: 1, meeting_title: 'Fathom, whole' });
  const bare = fathomCall({ recording_id: 2, meeting_title: 'Fathom, fetched', default_summary: null, action_items: null, transcript: null });
  const calls = () => stack.tools.ledger.filter(({ tool }) => tool === 'fathom').length;
  expect(await send('fathom', whole, (body) => standard('FATHOM_WEBHOOK_SECRET', body, 'msg_1'))).toBe(202);
  await stack.quiet();
  const before = calls();
  await send('fathom', bare, (body) => standard('FATHOM_WEBHOOK_SECRET', body, 'msg_2'));
  await stack.quiet();
  expect([before, calls()]).toEqual([0, 1]);
  for (const title of ['Fathom, whole', 'Fathom, fetched']) expect(bodies(title)).toEqual([expect.stringContaining('### Summary\n\nThe budget is at risk.')]);
  expect((await stack.endings('fathom')).map(({ code }) => code)).toEqual(['created', 'created']);
});

test('Recall.ai: bot and transcript are one meeting, summarised by the configuration; old accounts sign as Svix', { timeout: 60_000 }, async () => {
  const of = { bot: { id: bot, metadata: {} }, recording: { id: 'a5437136-4b69-429a-9e0c-cd388fd8fee6', metadata: {} } };
  const news = (event: string) => ({ event, data: { data: { code: 'done', sub_code: null, updated_at: '2025-11-25T15:31:00Z' }, ...of } });
  for (const [n, event] of ['bot.done', 'transcript.done', 'participant_events.done'].entries()) {
    await send('recall', news(event), (body) => standard('RECALL_WEBHOOK_SECRET', body, `msg_${String(n)}`));
    await stack.quiet();
  }
  expect(summarised).toBe(1);
  expect(bodies('Recall, summarised')).toEqual([expect.stringContaining('## Summary\n\nSaid: We start in March.\n\n## Next steps\n\n- Plan the start')]);
  expect(stack.twenty.records('tasks').filter(({ title }) => title === 'Plan the start')).toHaveLength(1);
  expect(await send('svix', news('transcript.done'), (body) => standard('RECALL_WEBHOOK_SECRET', body, 'msg_9', 'svix'))).toBe(202);
  await stack.quiet();
  const unsummarised = 'The recorder has not written a summary yet.\n\n## What was said\n\n**Ann Lee:** We start in March.';
  expect(bodies('Recall, summarised').filter((body) => body.includes(unsummarised))).toHaveLength(1);
});

test('Zoom: the handshake is answered, the summary comes with the webhook, and who took part is asked for', { timeout: 60_000 }, async () => {
  const sign = (body: string) => {
    const at = now();
    return { 'x-zm-request-timestamp': at, 'x-zm-signature': `v0=${hmac(stack.env['ZOOM_WEBHOOK_SECRET']!, `v0:${at}:${body}`).digest('hex')}` };
  };
  const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' }, event_ts: 1 });
  const answer = await fetch(`${stack.gatewayUrl}/hooks/zoom`, { method: 'POST', headers: { 'content-type': 'application/json', ...sign(body) }, body });
  expect(await answer.json()).toEqual({ plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken: hmac(stack.env['ZOOM_WEBHOOK_SECRET']!, 'qgg8vlvZRS6UYooatFL8Aw').digest('hex') });
  const host = memberOf(stack);
  expect(await send('zoom', zoomNews({ meeting_host_email: host.email, next_steps: ['Send the contract'] }), sign)).toBe(202);
  await stack.quiet();
  expect(bodies('Acme: renewal')).toEqual([expect.stringContaining('Acme renews for two years.\n\n### Price\n\nFive per cent more.')]);
  expect(stack.twenty.records('tasks').find(({ title }) => title === 'Send the contract')).toMatchObject({ assigneeId: host.id });
  expect((await stack.endings('zoom')).at(-1)!.reason).toMatch(/^Note made for Ann Lee; 1 task/);
});

test('any other recorder: the webhook names the meeting, the rest is asked for', { timeout: 60_000 }, async () => {
  expect(await send('tapes', { id: 'm1' }, () => ({ 'x-webhook-secret': stack.env['RECORDER_WEBHOOK_SECRET']! }))).toBe(202);
  await stack.quiet();
  expect(bodies('Generic, fetched')).toEqual([expect.stringContaining('Said and done.')]);
});
