import { expect, test } from 'vitest';
import { recorderStandIn } from '../../sandbox/tools/recorder.ts';
import { jsonRequest } from '../form-request.fixture.ts';
import { freely, keepsTheContract } from '../tool.fixture.ts';
import { openGenericRecorder } from './client.ts';
import { genericRecorder, genericRecorderWebhook, type GenericRecorderSettings } from './index.ts';

const key = { kind: 'secret', name: 'RECORDER_API_KEY' } as const;
const held = { name: 'Kick-off', when: 1_764_082_800, notes: 'We **begin**.', todo: ['Send the plan', 'Ann: name the team'], people: ['Ann Lee <ann@acme.example>', { name: 'Bob' }] };
const answer = { title: 'data.name', startedAt: 'data.when', summary: 'data.notes', actionItems: 'data.todo', participants: 'data.people' };
const settings = (url: string): GenericRecorderSettings => genericRecorder({ url, meeting: { path: '/meetings/{id}' } }).schema.parse({ url: `${url}/v1`, auth: { bearer: key }, meeting: { path: '/meetings/{id}', answer } }) as GenericRecorderSettings;

keepsTheContract<GenericRecorderSettings>('A generic recorder', {
  standIn: () => recorderStandIn({ m1: held }),
  open: openGenericRecorder,
  settings,
  act: async (tool) => expect(await tool.recorder!.meeting({ id: 'm1' }, freely)).toEqual({
    title: 'Kick-off', startedAt: '2025-11-25T15:00:00.000Z', summary: 'We **begin**.', actionItems: [{ text: 'Send the plan' }, { text: 'Ann: name the team' }], participants: [{ name: 'Ann Lee', email: 'ann@acme.example' }, { name: 'Bob' }],
  }),
  changes: false,
  refused: { act: (tool) => tool.recorder!.meeting({ id: 'n o' }, freely), says: /not one of ours/ },
});

const secret = { kind: 'secret', name: 'RECORDER_WEBHOOK_SECRET' } as const;

test('a webhook is read by paths: which news, which meeting, when, and what it says', () => {
  const source = genericRecorderWebhook({
    name: 'Tapes', secret, signature: 'github', header: 'X-Tapes-Signature', id: 'meeting.uuid', only: { at: 'type', values: ['ready'] }, at: 'sent', connection: 'tapes',
    meeting: { title: 'meeting.subject', summary: 'meeting.text', actionItems: 'meeting.steps[].{text: what, assignee: who, dueOn: until}', host: 'meeting.owner' },
  });
  const payload = { type: 'ready', sent: '2025-11-25T16:00:00Z', meeting: { uuid: 42, subject: 'Kick-off', text: 'We begin.', steps: [{ what: 'Plan', who: 'ann@acme.example', until: '2025-12-01T10:00:00Z' }, { what: 'Rest', who: null, until: 'soon' }], owner: { email: 'Jane@Apple.dev' } } };
  expect(source.problems).toEqual([]);
  expect(source.verification).toEqual({ scheme: 'github', secrets: [secret], options: { header: 'X-Tapes-Signature' } });
  expect(source.read(jsonRequest(payload))).toMatchObject({
    kind: 'meeting', ref: { id: '42' }, atMs: Date.parse('2025-11-25T16:00:00Z'), ask: true,
    content: { title: 'Kick-off', summary: 'We begin.', actionItems: [{ text: 'Plan', assignee: { email: 'ann@acme.example' }, dueOn: '2025-12-01' }, { text: 'Rest' }], host: { email: 'jane@apple.dev' } },
  });
  expect(source.read(jsonRequest({ ...payload, type: 'begun' }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'begun' } });
  expect(source.read(jsonRequest({ ...payload, meeting: {} }))).toMatchObject({ kind: 'refused', path: 'meeting.uuid' });
});

test('or by functions, with the secret where the sender can show it', () => {
  const source = genericRecorderWebhook({ secret, secretIn: 'header', id: (payload) => (payload as { id: string }).id, meeting: (payload) => ({ summary: (payload as { text: string }).text, participants: ['ann@acme.example'] }) });
  expect(source.verification).toEqual({ scheme: 'header-secret', secrets: [secret] });
  expect(source.read(jsonRequest({ id: 'a', text: 'Said.' }))).toMatchObject({ ref: { id: 'a' }, ask: false, content: { summary: 'Said.', participants: [{ email: 'ann@acme.example' }] } });
  expect(source.read(jsonRequest({ id: 'a', text: 'x', participants: 3 }))).toMatchObject({ kind: 'meeting' });
});

test('what is wrong with its settings is told with paths', () => {
  expect(genericRecorderWebhook({ id: 'meeting.[', meeting: { title: '}' } }).problems.map(({ path }) => path).toSorted()).toEqual(['id', 'meeting.title', 'secret']);
});
