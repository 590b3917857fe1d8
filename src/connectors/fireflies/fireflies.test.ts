import { afterAll, beforeAll, expect, test } from 'vitest';
import { firefliesStandIn } from '../../sandbox/tools/fireflies.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openFireflies } from './client.ts';
import { firefliesCall } from './fireflies.fixture.ts';
import { fireflies, type FirefliesSettings, firefliesWebhook } from './index.ts';

const settings = (url: string) => fireflies({ apiKey: { kind: 'secret', name: 'FIREFLIES_API_KEY' }, baseUrl: url }).schema.parse({ apiKey: { kind: 'secret', name: 'FIREFLIES_API_KEY' }, baseUrl: url }) as FirefliesSettings;

keepsTheContract<FirefliesSettings>('Fireflies', {
  standIn: () => firefliesStandIn([firefliesCall()]),
  open: openFireflies,
  settings,
  act: (tool) => tool.recorder!.meeting({ id: firefliesCall().id }, freely),
  changes: false,
  refused: { act: (tool) => tool.recorder!.meeting({ id: 'not/an/id' }, freely), says: /Invalid argument/ },
});

let sandbox: SandboxTools;
let tool: Tool;
const standIn = firefliesStandIn([firefliesCall(), firefliesCall({ id: 'bare', title: ' ', summary: null, sentences: null, organizer_email: null, participants: [], meeting_attendees: [] })]);
const context = { current: undefined as ReturnType<typeof toolContext> | undefined };
beforeAll(async () => {
  sandbox = await startSandboxTools([standIn]);
  context.current = toolContext(sandbox.env);
  tool = openFireflies(settings(sandbox.urlOf('fireflies')), context.current);
});
afterAll(async () => {
  await context.current?.close();
  await sandbox.close();
});

test('all there is of a meeting comes with one query; its text of action items is read by speaker', async () => {
  const meeting = await tool.recorder!.meeting({ id: '01JDFIREFLIES01' }, freely);
  expect(meeting).toEqual({
    title: 'Acme: pricing call', startedAt: '2025-11-25T15:00:00.000Z', endedAt: '2025-11-25T15:45:30.000Z', url: 'https://app.fireflies.ai/view/01JDFIREFLIES01',
    summary: '- **Pricing:** Acme wants the **team plan** from January.\n- **Risk:** their legal review takes two weeks.\n\n### Outline\n\n**Pricing** (00:00 - 10:12)\n- Team plan for 40 seats',
    transcript: [{ speaker: 'Ann Lee', text: 'We would like the team plan.' }, { text: 'Good.' }],
    actionItems: [
      { text: 'Send the revised proposal to Ann', assignee: { name: 'Jane Austen' } },
      { text: 'Book the security review by 2026-12-01', assignee: { name: 'Jane Austen' }, dueOn: '2026-12-01' },
      { text: 'Share the list of users', assignee: { name: 'Ann Lee' } },
      { text: 'Check the discount with finance' },
    ],
    participants: [{ name: 'Ann Lee', email: 'ann@acme.example' }, { email: 'bob@acme.example' }, { email: 'jane.austen@apple.dev' }],
    host: { email: 'jane.austen@apple.dev' },
  });
});

test('a meeting without a summary yet has what there is, and one that Fireflies does not know is nothing', async () => {
  expect(await tool.recorder!.meeting({ id: 'bare' }, freely)).toEqual({ startedAt: '2025-11-25T15:00:00.000Z', endedAt: '2025-11-25T15:45:30.000Z', url: 'https://app.fireflies.ai/view/01JDFIREFLIES01' });
  expect(await tool.recorder!.meeting({ id: 'nobody' }, freely)).toBeUndefined();
});

const source = firefliesWebhook({ secret: { kind: 'secret', name: 'FIREFLIES_WEBHOOK_SECRET' } });

test('version 2 names the event, the meeting and the time; version 1 the meeting', () => {
  expect(source.read(jsonRequest({ event: 'meeting.summarized', timestamp: 1_764_090_000_000, meeting_id: '01JD', client_reference_id: 'deal-7' }))).toEqual({
    kind: 'meeting', ref: { id: '01JD' }, dedupe: { key: 'meeting.summarized:01JD:1764090000000' }, atMs: 1_764_090_000_000, content: {}, ask: true,
  });
  expect(source.read(jsonRequest({ meetingId: 'ASxwZxCstx', eventType: 'Transcription completed', clientReferenceId: null }))).toEqual({
    kind: 'meeting', ref: { id: 'ASxwZxCstx' }, dedupe: { key: 'transcribed:ASxwZxCstx', windowMs: 600_000 }, content: {}, ask: true,
  });
});

test('other news is acknowledged and not stored, and what is no news is refused with its path', () => {
  expect(source.read(jsonRequest({ event: 'meeting.bot_joined', timestamp: 1, meeting_id: '01JD' }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'meeting.bot_joined' } });
  expect(source.read(jsonRequest({ event: 'meeting.summarized' }))).toMatchObject({ kind: 'refused', status: 400, path: 'meeting_id' });
  expect(source.read(jsonRequest({ event: 'meeting.summarized', meeting_id: 'with blanks' }))).toMatchObject({ kind: 'refused', path: 'meeting_id' });
  expect(source.read(jsonRequest('{'))).toMatchObject({ kind: 'refused', path: 'body' });
});

test('it is signed as GitHub signs, under a header of another name; open only in so many words', () => {
  expect(source.verification).toEqual({ scheme: 'github', secrets: [{ kind: 'secret', name: 'FIREFLIES_WEBHOOK_SECRET' }], options: { header: 'x-hub-signature' } });
  expect(firefliesWebhook().problems).toMatchObject([{ path: 'secret' }]);
  expect(firefliesWebhook({ unauthenticated: true })).toMatchObject({ problems: [], verification: { scheme: 'none' } });
});
