import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty } from './index.ts';
import { prepareDemoWorkspace } from './testing/recorded-workspace.ts';
import { recordedStory, Replay } from './testing/recorded.ts';
import { listen } from './testing/webhook-listener.ts';
import type { Listener } from './testing/webhook-listener.ts';

interface RecordedDelivery {
  readonly name: string;
  readonly writes: readonly { readonly method: string; readonly path: string; readonly body: unknown }[];
  readonly deliveries: readonly { readonly headers: Readonly<Record<string, string>>; readonly rawBody: string }[];
}

interface Body {
  readonly eventName: string;
  readonly record: Readonly<Record<string, unknown>>;
}

const secret = 'lab-secret-0123456789abcdef';
const fromDemoFields = [
  'leadScore', 'lastSyncedAt', 'extLink', 'tagsList', 'campaignId', 'syncMeta', 'syncNote', 'birthday', 'syncStatus', 'externalId', 'optedOut', 'noColor', 'segments',
  'engagement', 'engagementTwo', 'targetRocketId', 'targetPetId', 'targetSurveyResultId', 'targetEmploymentHistoryId', 'targetPetCareAgreementId', 'targetCampaignId',
];

describe('a write sends the webhooks that a real Twenty 2.21 sent', () => {
  let sandbox: SandboxTwenty;
  let target: Listener;
  let replay: Replay;
  let seen = 0;

  beforeAll(async () => {
    target = await listen();
    sandbox = await startSandboxTwenty({
      bucket: 'off', standardWorkflow: 'off', apiKeyName: 'Lab key', workspaceId: '20202020-1c25-4d02-bf25-6aeccf7ea419',
      workspaceMembers: [
        { id: '20202020-0687-4c41-b707-ed1bfca972a7', userId: '20202020-9e3b-46d4-a556-88b9ddc2b034', firstName: 'Tim', lastName: 'Apple', email: 'member@example.com' },
      ],
    });
    await prepareDemoWorkspace(sandbox, 'webhooks');
    sandbox.asUser.create('people', {
      id: '7e57f000-0000-4000-8000-000000000002', name: { firstName: 'By', lastName: 'User' }, emails: { primaryEmail: 'by@user.test' },
    });
    replay = new Replay(sandbox);
    await replay.send({ method: 'POST', path: '/rest/webhooks', headers: keyed, body: { targetUrl: target.url, operations: ['*.*'], secret } });
  });

  afterAll(async () => {
    await sandbox.close();
    await target.close();
  });

  it.each(recordedStory<RecordedDelivery>('webhook-deliveries').map((story) => ({ story, name: story.name })))('$name', async ({ story }) => {
    for (const { method, path, body } of story.writes) {
      const answer = await replay.send({ method, path, headers: keyed, ...(body === null ? {} : { body }) });
      expect(answer.status).toBeLessThan(300);
    }
    await sandbox.settled();
    const received = target.received.slice(seen);
    seen = target.received.length;

    expect(eventNames(received)).toEqual(eventNames(story.deliveries));
    for (const recorded of story.deliveries) {
      const expected = JSON.parse(recorded.rawBody) as Body;
      const match = received.find(({ rawBody }) => isSame(expected, JSON.parse(rawBody) as Body));
      const actual = JSON.parse(match?.rawBody ?? '{}') as Body;
      expect(replay.differences({ ...expected, targetUrl: target.url }, actual, { ignored: fromDemoFields })).toEqual([]);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      expect(Object.keys(actual.record)).toEqual(Object.keys(expected.record).filter((name) => !fromDemoFields.includes(name)));
      expect(Object.keys(match?.headers ?? {}).sort()).toEqual(Object.keys(recorded.headers).map((name) => name.toLowerCase()).sort());
      expect(match?.headers).toMatchObject(fixedHeaders(recorded.headers));
      expect(match?.headers['x-twenty-webhook-signature']).toBe(signatureOf(String(match?.headers['x-twenty-webhook-timestamp']), match?.rawBody ?? ''));
    }
  });
});

/** The recorded signatures are made in the same way, so the tests verify with the right formula. */
it('the recorded signatures verify over timestamp, colon and raw body', () => {
  const deliveries = recordedStory<RecordedDelivery>('webhook-deliveries').flatMap((story) => story.deliveries);
  const wrong = deliveries.filter(({ headers, rawBody }) => headers['X-Twenty-Webhook-Signature'] !== signatureOf(String(headers['X-Twenty-Webhook-Timestamp']), rawBody));

  expect({ deliveries: deliveries.length > 20, wrong }).toEqual({ deliveries: true, wrong: [] });
});

const keyed = { authorization: 'Bearer <API_KEY>', 'content-type': 'application/json' };

/** Batches deliver in any order: the same event about the same record, or about one with the same address. */
function isSame(expected: Body, actual: Body): boolean {
  const mark = ({ record }: Body): unknown => (record.emails as { primaryEmail?: string } | undefined)?.primaryEmail || record.title || record.name;
  return expected.eventName === actual.eventName && (expected.record.id === actual.record.id || JSON.stringify(mark(expected)) === JSON.stringify(mark(actual)));
}

function eventNames(deliveries: readonly { readonly rawBody: string }[]): string[] {
  return deliveries.map(({ rawBody }) => (JSON.parse(rawBody) as Body).eventName).sort();
}

function fixedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const varying = /^(x-twenty|content-length|host)/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !varying.test(name)).map(([name, value]) => [name.toLowerCase(), value]));
}

function signatureOf(timestamp: string, rawBody: string): string {
  return createHmac('sha256', secret).update(`${timestamp}:${rawBody}`).digest('hex');
}
