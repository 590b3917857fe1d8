import { afterAll, beforeAll, expect, test } from 'vitest';
import { fathomStandIn } from '../../sandbox/tools/fathom.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openFathom } from './client.ts';
import { fathomCall } from './fathom.fixture.ts';
import { fathom, type FathomSettings, fathomWebhook } from './index.ts';

const input = (baseUrl: string) => ({ apiKey: { kind: 'secret', name: 'FATHOM_API_KEY' }, baseUrl }) as const;
const settings = (url: string) => fathom(input(url)).schema.parse(input(url)) as FathomSettings;
const ref = { id: '123456789', hints: { createdAt: '2025-03-01T17:01:30Z' } };

keepsTheContract<FathomSettings>('Fathom', {
  standIn: () => fathomStandIn([fathomCall()]),
  open: openFathom,
  settings,
  act: (tool) => tool.recorder!.meeting(ref, freely),
  changes: false,
});

let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
beforeAll(async () => {
  const others = Array.from({ length: 24 }, (_, n) => fathomCall({ recording_id: n, created_at: `2025-03-02T10:${String(n).padStart(2, '0')}:00Z` }));
  sandbox = await startSandboxTools([fathomStandIn([fathomCall(), ...others])]);
  context = toolContext(sandbox.env);
  tool = openFathom(settings(sandbox.urlOf('fathom')), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

const content = {
  title: 'QBR 2025 Q1', startedAt: '2025-03-01T16:01:12.000Z', endedAt: '2025-03-01T17:00:55.000Z', url: 'https://fathom.video/share/xyz123',
  summary: '## Summary\nThe budget is at risk.',
  actionItems: [{ text: 'Email revised proposal to client', assignee: { name: 'Jane Austen', email: 'jane.austen@apple.dev' } }, { text: 'Book the room', done: true }],
  participants: [{ name: 'Ann Lee', email: 'ann@acme.example' }, { name: 'Kim', email: 'kim@apple.dev', internal: true }, { name: 'Jane Austen', email: 'jane.austen@apple.dev', internal: true }],
  host: { name: 'Jane Austen', email: 'jane.austen@apple.dev', internal: true },
};

const source = fathomWebhook({ secret: { kind: 'secret', name: 'FATHOM_WEBHOOK_SECRET' }, connection: 'fathom' });

test('the webhook brings the whole meeting, known by the recording and told once by the delivery’s id', () => {
  const request = { ...jsonRequest(fathomCall()), headers: { 'webhook-id': 'msg_2b' } };
  expect(source.read(request)).toEqual({
    kind: 'meeting', ref, dedupe: { key: 'delivery:msg_2b' }, atMs: Date.parse('2025-03-01T17:01:30Z'), ask: false,
    content: { ...content, transcript: [{ speaker: 'Ann Lee', text: 'Let us look at the budget again.' }] },
  });
  expect(source).toMatchObject({ verification: { scheme: 'standard-webhooks' }, connection: 'fathom' });
});

test('a webhook without the summary is completed by the API, near the time at which it was made or page by page', async () => {
  const reading = source.read(jsonRequest(fathomCall({ default_summary: null, action_items: null, transcript: null })));
  expect(reading).toMatchObject({ ask: true, ref, dedupe: { windowMs: 600_000 } });
  expect(await tool.recorder!.meeting(ref, freely)).toEqual(content);
  expect(await tool.recorder!.meeting({ id: '123456789' }, freely)).toEqual(content);
  expect(await tool.recorder!.meeting({ id: '4711', hints: ref.hints }, freely)).toBeUndefined();
  expect(sandbox.ledger.filter(({ path }) => path.startsWith('/meetings'))).toHaveLength(1 + 3 + 1);
});

test('what Fathom refuses is told in its words, and what is no meeting is refused with its path', async () => {
  await expect(tool.recorder!.meeting({ id: '1', hints: { createdAt: '2025-03-01T17:01:30Z' } }, { ...freely })).resolves.toBeUndefined();
  expect(source.read(jsonRequest({ title: 'x' }))).toMatchObject({ kind: 'refused', path: 'recording_id' });
  expect(source.read(jsonRequest(fathomCall({ action_items: [{ assignee: null }] })))).toMatchObject({ kind: 'refused', path: 'action_items.0.description' });
});
