import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import { madkuduStandIn, type MadkuduStandIn } from '../../sandbox/tools/madkudu.ts';
import type { LeadQuestion, Scorer } from '../scorer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openMadkudu } from './client.ts';
import { type MadkuduInput, MadkuduSettings } from './index.ts';

const lead = (email?: string): LeadQuestion => ({ id: `id of ${String(email)}`, ...(email === undefined ? {} : { email }), attributes: {} });
const settings = (baseUrl: string, more: Partial<MadkuduInput> = {}): MadkuduSettings => MadkuduSettings.parse({ apiKey: secret('MADKUDU_API_KEY'), baseUrl, ...more });

for (const api of ['madapi', 'legacy'] as const) {
  keepsTheContract<MadkuduSettings>(`MadKudu’s ${api}`, {
    standIn: () => madkuduStandIn(),
    open: openMadkudu,
    settings: (url) => settings(url, { api }),
    act: (tool) => tool.scorer!.score([lead('dana@brightharbor.example')], freely),
    changes: false,
    ...(api === 'legacy' ? { refused: { act: (tool) => tool.scorer!.score([lead('no address')], freely), says: /^madkudu: Invalid parameter \(400\)$/ } } : {}),
  });
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(standIn: MadkuduStandIn, more: Partial<MadkuduInput> = {}): Promise<{ scorer: Scorer; calls(): readonly string[] }> {
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { scorer: openMadkudu(settings(sandbox.urlOf('madkudu'), more), context).scorer!, calls: () => sandbox.ledger.map(({ method, path }) => `${method} ${path}`) };
}

test('one search asks about many: scores with segment and signals, of the best of several records, and nothing about strangers', async () => {
  const { scorer, calls } = await opened(madkuduStandIn({
    people: [{ email: 'Ann@acme.example', score: 91.4, signals: '✔ 480 people\n\n✖ no trial' }, { email: 'bo@acme.example', score: 12, times: 2 }, { email: 'not-asked@acme.example' }],
  }));
  const answers = await scorer.score([lead('ann@acme.example'), lead('bo@acme.example'), lead('cy@acme.example'), lead()], freely);
  expect([...answers]).toEqual([
    ['id of ann@acme.example', { score: 91.4, grade: 'very good', reasons: ['✔ 480 people', '✖ no trial'] }],
    ['id of bo@acme.example', { score: 12, grade: 'low', reasons: [] }],
  ]);
  expect(calls()).toEqual(['POST /search/persons']);
});

test('a search is read to its last page, and who shares an address shares the answer', async () => {
  const emails = Array.from({ length: 7 }, (_, n) => `p${String(n)}@acme.example`);
  const { scorer, calls } = await opened(madkuduStandIn({ people: emails.map((email) => ({ email, score: 60, times: 3 })), page: 5 }), { score: 'likelihood_to_buy' });
  const twin = { ...lead(emails[0]), id: 'twin' };
  const answers = await scorer.score([...emails.map(lead), twin], freely);
  expect([...answers.values()]).toEqual(Array.from({ length: 8 }, () => ({ score: 50, grade: 'medium', reasons: [] })));
  expect(calls()).toHaveLength(5);
});

test('the older API is asked one by one; 404 is nobody it knows', async () => {
  const { scorer, calls } = await opened(madkuduStandIn({ people: [{ email: 'ann@acme.example', score: 71, signals: '✔ 480 people' }] }), { api: 'legacy' });
  expect([scorer.perRequest, ...(await scorer.score([lead('ann@acme.example')], freely)), ...(await scorer.score([lead('bo+1@acme.example')], freely))]).toEqual([
    1, ['id of ann@acme.example', { score: 71, grade: 'good', reasons: ['✔ 480 people'] }],
  ]);
  expect(calls()).toEqual(['GET /v1/persons?email=ann%40acme.example', 'GET /v1/persons?email=bo%2B1%40acme.example']);
});

test('used up credits are told apart from a rate: nothing ends that wait but a person or the month', async () => {
  const { scorer } = await opened(madkuduStandIn({ credits: 0 }));
  await expect(scorer.score([lead('ann@acme.example')], freely)).rejects.toMatchObject({ kind: 'rate_limited', message: 'madkudu: its credits or its quota are used up (429)', retryAfterMs: 3_600_000 });
});

test('the older API has no likelihood to buy, which the configuration says', () => {
  expect(MadkuduSettings.safeParse({ apiKey: secret('K'), api: 'legacy', score: 'likelihood_to_buy' }).error?.issues[0]?.message).toContain('has no likelihood to buy');
  expect(MadkuduSettings.parse({ apiKey: secret('K') }).baseUrl).toBe('https://madapi.madkudu.com');
});
