import { afterAll, beforeAll, expect, test } from 'vitest';
import { recallStandIn, type RecallMeeting } from '../../sandbox/tools/recall.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openRecall } from './client.ts';
import { recall, type RecallSettings, recallWebhook } from './index.ts';

const meeting: RecallMeeting = {
  botId: '5f0a3a52-1c0b-4b8e-9a34-5a0f2f6f7c11', recordingId: 'a5437136-4b69-429a-9e0c-cd388fd8fee6', title: 'Acme: kick-off', startedAt: '2025-11-25T15:00:00Z', completedAt: '2025-11-25T15:30:00Z',
  participants: [{ id: 1, name: 'Jane Austen', is_host: true, email: 'jane.austen@apple.dev' }, { id: 2, name: 'Ann Lee', is_host: false, email: 'Ann@Acme.example' }, { id: 3, name: null, is_host: null }],
  words: [{ participant: 2, text: 'We start in March.' }, { participant: null, text: 'Hello.' }],
};
const input = (baseUrl: string) => ({ apiKey: { kind: 'secret', name: 'RECALL_API_KEY' }, baseUrl }) as const;
const settings = (url: string) => recall(input(url)).schema.parse(input(url)) as RecallSettings;

keepsTheContract<RecallSettings>('Recall.ai', {
  standIn: () => recallStandIn([meeting]),
  open: openRecall,
  settings,
  act: (tool) => tool.recorder!.meeting({ id: meeting.botId }, freely),
  changes: false,
  refused: { act: (tool) => tool.recorder!.meeting({ id: 'no-uuid' }, freely), says: /not a valid UUID/ },
});

let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
const standIn = recallStandIn([meeting]);
beforeAll(async () => {
  sandbox = await startSandboxTools([standIn]);
  context = toolContext(sandbox.env);
  tool = openRecall(settings(sandbox.urlOf('recall')), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

const expected = {
  title: 'Acme: kick-off', startedAt: '2025-11-25T15:00:00.000Z', endedAt: '2025-11-25T15:30:00.000Z',
  transcript: [{ text: 'We start in March.', speaker: 'Ann Lee' }, { text: 'Hello.' }],
  participants: [{ name: 'Jane Austen', email: 'jane.austen@apple.dev' }, { name: 'Ann Lee', email: 'ann@acme.example' }],
  host: { name: 'Jane Austen', email: 'jane.austen@apple.dev' },
};

test('the bot, who took part and what was said: three requests, and no credentials where the address proves itself', async () => {
  const from = sandbox.ledger.length;
  expect(await tool.recorder!.meeting({ id: meeting.botId, hints: { kind: 'bot' } }, freely)).toEqual(expected);
  expect(sandbox.ledger.slice(from).map(({ path, status }) => [path.split('/')[3], status])).toEqual([['bot', 200], ['download', 200], ['download', 200]]);
  expect(await tool.recorder!.meeting({ id: meeting.recordingId, hints: { kind: 'recording' } }, freely)).toEqual(expected);
});

test('a transcript that is not there yet is left out, and a bot that Recall.ai does not know is nothing', async () => {
  standIn.put({ ...meeting, words: undefined, botId: '00000000-0000-4000-8000-000000000001', recordingId: '00000000-0000-4000-8000-000000000002' });
  expect(await tool.recorder!.meeting({ id: '00000000-0000-4000-8000-000000000001' }, freely)).toEqual({ ...expected, transcript: undefined });
  expect(await tool.recorder!.meeting({ id: '00000000-0000-4000-8000-00000000000f' }, freely)).toBeUndefined();
});

const source = recallWebhook({ secret: { kind: 'secret', name: 'RECALL_WEBHOOK_SECRET' } });
const news = (event: string, more: object = {}) => ({ event, data: { data: { code: 'done', sub_code: null, updated_at: '2025-11-25T15:31:00Z' }, ...more } });

test('all news of one bot is of one meeting; without a bot the recording is; the rest is acknowledged', () => {
  const of = { bot: { id: meeting.botId, metadata: {} }, recording: { id: meeting.recordingId, metadata: {} } };
  for (const event of ['transcript.done', 'bot.done', 'participant_events.done']) {
    expect(source.read({ ...jsonRequest(news(event, of)), headers: { 'webhook-id': 'msg_1' } })).toEqual({
      kind: 'meeting', ref: { id: meeting.botId, hints: { kind: 'bot' } }, dedupe: { key: 'delivery:msg_1' }, atMs: Date.parse('2025-11-25T15:31:00Z'), content: {}, ask: true,
    });
  }
  expect(source.read({ ...jsonRequest(news('transcript.done', { recording: of.recording })), headers: { 'svix-id': 'msg_2' } })).toMatchObject({ ref: { id: meeting.recordingId, hints: { kind: 'recording' } }, dedupe: { key: 'delivery:msg_2' } });
  expect(source.read(jsonRequest(news('bot.joining_call', of)))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'bot.joining_call' } });
  expect(source.read(jsonRequest(news('bot.done')))).toMatchObject({ kind: 'refused', path: 'data.bot.id' });
});

test('it is signed by the standard, or as Svix does for older accounts', () => {
  expect(source.verification).toMatchObject({ scheme: 'standard-webhooks' });
  expect(recallWebhook({ secret: { kind: 'secret', name: 'S' }, headers: 'svix' }).verification).toMatchObject({ scheme: 'svix' });
});
