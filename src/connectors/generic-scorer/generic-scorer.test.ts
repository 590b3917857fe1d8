import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type StandIn, startSandboxTools, type ToolRequest } from '../../sandbox/tools/index.ts';
import type { LeadQuestion, Scorer } from '../scorer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericScorer } from './client.ts';
import { type GenericScorerInput, GenericScorerSettings } from './index.ts';

/** A scoring service of one's own, as the defaults expect it. */
function ownModel(answer: (body: Readonly<Record<string, unknown>>, request: ToolRequest) => unknown = () => ({ score: 50 })): StandIn {
  return {
    name: 'own-model',
    stands: 'models.acme.example',
    env: () => ({ OWN_MODEL_KEY: 'own-model-key' }),
    answer: (request) => {
      if (request.headers['authorization'] !== 'Bearer own-model-key') return { status: 401, body: { message: 'who are you' } };
      const body = (request.json() ?? {}) as Readonly<Record<string, unknown>>;
      if (body['email'] === 'refused@acme.example') return { status: 422, body: { message: 'no such segment' } };
      const said = answer(body, request);
      return said === undefined ? { status: 404, body: {} } : { status: 200, body: said };
    },
    tooMany: () => ({ status: 429, headers: { 'retry-after': '2' }, body: {} }),
  };
}

const lead = (name: string): LeadQuestion => ({ id: name, email: `${name}@acme.example`, domain: 'acme.example', attributes: { title: 'CEO' } });
const settings = (url: string, more: Partial<GenericScorerInput> = { score: { path: '/score' } }): GenericScorerSettings => GenericScorerSettings.parse({ url, auth: { bearer: secret('OWN_MODEL_KEY') }, ...more });

keepsTheContract<GenericScorerSettings>('a generic scorer', {
  standIn: () => ownModel(),
  open: openGenericScorer,
  settings: (url) => settings(url),
  act: (tool) => tool.scorer!.score([lead('ann')], freely),
  changes: false,
  refused: { act: (tool) => tool.scorer!.score([lead('refused')], freely), says: /^generic-scorer: no such segment \(422\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(answer: Parameters<typeof ownModel>[0], more?: Partial<GenericScorerInput>): Promise<Scorer> {
  const sandbox = await startSandboxTools([ownModel(answer)]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return openGenericScorer(settings(sandbox.urlOf('own-model'), more), context).scorer!;
}

test('address, domain and attributes are sent, and score, grade and reasons read; 404 is nobody it knows', async () => {
  const bodies: unknown[] = [];
  const scorer = await opened((body) => {
    bodies.push(body);
    return body['email'] === 'ann@acme.example' ? { score: 81.5, grade: 'B', reasons: ['large company', ' '] } : undefined;
  });
  expect([...(await scorer.score([lead('ann')], freely)), ...(await scorer.score([lead('bo')], freely))]).toEqual([['ann', { score: 81.5, grade: 'B', reasons: ['large company'] }]]);
  expect(bodies[0]).toEqual({ email: 'ann@acme.example', domain: 'acme.example', attributes: { title: 'CEO' } });
});

test('an answer of another shape is read by paths or a function, a GET sends its question in the address', async () => {
  const scorer = await opened((_body, { path, query }) => ({ result: { probability: 0.73, why: `${path} ${String(query.get('t'))}\nsecond` } }), {
    score: { method: 'GET', path: '/leads/{email}', query: { t: '{attributes.title}' }, answer: (read) => ({ score: (read as { result: { probability: number } }).result.probability * 100, reasons: (read as { result: { why: string } }).result.why }) },
  });
  expect([...(await scorer.score([lead('ann')], freely))]).toEqual([['ann', { score: 73, reasons: ['/leads/ann%40acme.example CEO', 'second'] }]]);
});

test('many with one request: told apart by ids or by their order, and too few without ids are not guessed at', async () => {
  const byId = await opened(({ leads }) => ({ scores: (leads as LeadQuestion[]).toReversed().filter(({ id }) => id !== 'bo').map(({ id }, n) => ({ id, score: n })) }), { scores: { path: '/scores', answer: 'scores' } });
  const inOrder = await opened(() => [{ score: 1 }, null, { grade: 'A' }], { scores: { path: '/scores' }, atOnce: 3 });
  const tooFew = await opened(() => [{ score: 1 }], { scores: { path: '/scores' } });
  const leads = ['ann', 'bo', 'cy'].map(lead);
  expect([...(await byId.score(leads, freely))].sort()).toEqual([['ann', { score: 1, reasons: [] }], ['cy', { score: 0, reasons: [] }]]);
  expect([...(await inOrder.score(leads, freely))]).toEqual([['ann', { score: 1, reasons: [] }], ['cy', { grade: 'A', reasons: [] }]]);
  expect([byId.perRequest, inOrder.perRequest]).toEqual([100, 3]);
  await expect(tooFew.score(leads, freely)).rejects.toMatchObject({ kind: 'malformed', message: 'generic-scorer: 1 answers to 3 leads, without ids that tell them apart' });
});

test('one of the two ways to ask has to be configured', () => {
  const problem = (input: object): string | undefined => GenericScorerSettings.safeParse({ url: 'https://models.acme.example', ...input }).error?.issues[0]?.message;
  expect([problem({}), problem({ score: { path: '/a' }, scores: { path: '/b' } })]).toEqual(Array.from({ length: 2 }, () => expect.stringContaining("Write score: { path: '/score' }") as string));
});
