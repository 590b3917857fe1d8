import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { zoomStandIn } from '../../sandbox/tools/zoom.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openZoom } from './client.ts';
import { zoom, type ZoomSettings, zoomWebhook } from './index.ts';
import { zoomNews, zoomSummary } from './zoom.fixture.ts';

const uuid = zoomSummary.meeting_uuid;
const input = (url: string, accountId = 'zoom-sandbox-account') => ({ accountId, clientId: 'zoom-sandbox-client', clientSecret: { kind: 'secret', name: 'ZOOM_CLIENT_SECRET' }, baseUrl: url, tokenUrl: `${url}/oauth/token` }) as const;
const settings = (url: string, accountId?: string) => zoom(input(url, accountId)).schema.parse(input(url, accountId)) as ZoomSettings;
const people = [{ name: 'Jane Austen', user_email: 'jane.austen@apple.dev' }, { name: 'Ann Lee', user_email: 'ann@acme.example' }, { name: 'Guest', user_email: '' }];

// Tokens that end at once: each request begins with asking for one, so that the faults meet that.
keepsTheContract<ZoomSettings>('Zoom', {
  standIn: () => zoomStandIn([{ uuid, participants: people }], { tokenSeconds: 30 }),
  open: openZoom,
  settings: (url) => settings(url),
  act: (tool) => tool.recorder!.meeting({ id: uuid, hints: { summary: 'here' } }, freely),
  changes: false,
});

let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
const awkward = '/ajXp112QmuoKj4854875==';
const standIn = zoomStandIn([{ uuid, participants: people, summary: zoomSummary }, { uuid: awkward, participants: people }], { largestPage: 2 });
beforeAll(async () => {
  sandbox = await startSandboxTools([standIn]);
  context = toolContext(sandbox.env);
  tool = openZoom(settings(sandbox.urlOf('zoom')), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

const participants = [{ name: 'Jane Austen', email: 'jane.austen@apple.dev' }, { name: 'Ann Lee', email: 'ann@acme.example' }, { name: 'Guest' }];
const content = {
  title: 'Acme: renewal', startedAt: '2025-11-25T15:00:00.000Z', endedAt: '2025-11-25T15:30:00.000Z', summary: 'Acme renews for two years.\n\n### Price\n\nFive per cent more.',
  actionItems: [{ text: 'Jane Austen to send the contract' }, { text: 'Ann to name the signer by 2025-12-05', dueOn: '2025-12-05' }],
  participants: [{ email: 'jane.austen@apple.dev', internal: true }], host: { email: 'jane.austen@apple.dev', internal: true },
};

test('one token serves many requests; participants come page by page, the summary only where it is missing', async () => {
  const from = sandbox.ledger.length;
  expect(await tool.recorder!.meeting({ id: uuid, hints: { summary: 'here' } }, freely)).toEqual({ participants });
  expect(await tool.recorder!.meeting({ id: uuid, hints: { summary: 'missing' } }, freely)).toEqual({ ...content, participants: [{ ...participants[0], internal: true }, ...participants.slice(1)] });
  const paths = sandbox.ledger.slice(from).map(({ path }) => path.replace(/\?.*$/, '').split('/').at(-1));
  expect(paths).toEqual(['token', 'participants', 'participants', 'meeting_summary', 'participants', 'participants']);
});

test('an id with awkward slashes is found, and one that Zoom does not know is nothing', async () => {
  expect(await tool.recorder!.meeting({ id: awkward, hints: { summary: 'here' } }, freely)).toEqual({ participants });
  expect(await tool.recorder!.meeting({ id: 'unknown==' }, freely)).toBeUndefined();
});

test('for a token that was taken back a new one is asked for; wrong credentials are unauthorized', async () => {
  standIn.revokeTokens();
  expect(await tool.recorder!.meeting({ id: uuid, hints: { summary: 'here' } }, freely)).toEqual({ participants });
  const wrong = openZoom(settings(sandbox.urlOf('zoom'), 'somebody else'), context);
  await expect(wrong.recorder!.meeting({ id: uuid }, freely)).rejects.toMatchObject({ kind: 'unauthorized', message: expect.stringContaining('Bad Request') as string });
});

test('a fault behind the token is told as one: an answer lost, a 500, a senseless one', async () => {
  for (const [fault, kind] of [['error', 'unavailable'], ['rate', 'rate_limited'], ['malformed', 'malformed']] as const) {
    sandbox.faults.next('zoom', fault, { path: /participants/ });
    await expect(tool.recorder!.meeting({ id: uuid, hints: { summary: 'here' } }, freely)).rejects.toMatchObject({ kind });
  }
});

const source = zoomWebhook({ secret: { kind: 'secret', name: 'ZOOM_WEBHOOK_SECRET' } });

test('the webhook brings summary and next steps along, known by the meeting’s UUID; who took part is asked for', () => {
  expect(source.read(jsonRequest(zoomNews()))).toEqual({
    kind: 'meeting', ref: { id: uuid, hints: { summary: 'here' } }, dedupe: { key: `meeting.summary_completed:${uuid}:1764084660000` }, atMs: 1_764_084_660_000, content, ask: true,
  });
  const newer = source.read(jsonRequest(zoomNews({ summary_content: '## Renewal\n\nTwo years.', summary_doc_url: 'https://docs.zoom.us/doc/1' }, 'meeting.summary_updated')));
  expect(newer).toMatchObject({ content: { summary: '## Renewal\n\nTwo years.', url: 'https://docs.zoom.us/doc/1' } });
  expect(source.read(jsonRequest(zoomNews({ summary_overview: '', summary_details: [], next_steps: [] })))).toMatchObject({ ref: { hints: { summary: 'missing' } } });
});

test('other news is acknowledged, and what is no summary is refused with its path', () => {
  expect(source.read(jsonRequest({ event: 'meeting.started', payload: {} }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'meeting.started' } });
  expect(source.read(jsonRequest(zoomNews({ meeting_uuid: undefined })))).toMatchObject({ kind: 'refused', path: 'payload.object.meeting_uuid' });
  expect(source.verification).toMatchObject({ scheme: 'zoom' });
});
