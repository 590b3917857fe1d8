import { afterEach, expect, test } from 'vitest';
import { madkudu } from '../../src/connectors/madkudu/index.ts';
import { secret } from '../../src/config/secret.ts';
import type { StandIn } from '../../src/sandbox/tools/index.ts';
import { madkuduStandIn, type MadkuduStandIn } from '../../src/sandbox/tools/madkudu.ts';
import type { LeadScoringInput } from '../../src/workflows/lead-scoring/index.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

async function startOutside(standIn: MadkuduStandIn, { api = 'madapi', parts, ...settings }: Omit<LeadScoringInput, 'scorer'> & { readonly api?: 'madapi' | 'legacy'; readonly unknown?: 'skip' | 'zero'; readonly parts?: readonly ('dispatcher' | 'worker')[] } = {}): Promise<ScoringStack> {
  const { unknown = 'skip', ...own } = settings;
  stack = await startScoring({ scorer: { connection: 'madkudu', unknown }, ...own }, {
    tools: [standIn],
    connections: (env) => ({ madkudu: madkudu({ apiKey: secret('MADKUDU_API_KEY'), baseUrl: env['MADKUDU_BASE_URL'], api, limits: { perMinute: 6_000 } }) }),
  }, parts);
  return stack;
}

test('a tool’s score is written with its grade and reasons, its owner told once, and who is not known is left alone', { timeout: 120_000 }, async () => {
  const tool = madkuduStandIn({ people: [{ email: 'ann@acme.example', score: 88.4, signals: '✔ 480 people' }, { email: 'bo@acme.example', score: 20 }] });
  const own = await startOutside(tool, { onThreshold: { task: {} } });
  const acme = own.company({ name: 'Acme' });
  const [ann, bo, cy, none] = [mailOf('Ann'), mailOf('bo'), mailOf('cy'), {}].map((mail, n) => own.person({ ...mail, name: { firstName: `P${String(n)}`, lastName: 'Lee' }, companyId: acme })) as [string, string, string, string];
  await own.quiet();
  own.update(ann, { emails: { primaryEmail: 'ann@acme.example', additionalEmails: ['ann@lee.example'] } });
  await own.quiet();

  expect(own.record(ann)).toMatchObject({ leadScore: 88, leadScoreReasons: 'madkudu says: very good\n✔ 480 people' });
  expect(own.record(bo)).toMatchObject({ leadScore: 20, leadScoreReasons: 'madkudu says: low' });
  expect([cy, none].map((id) => own.score(id))).toEqual([null, null]);
  expect((await own.endings(ann)).map(({ state, code }) => [state, code])).toEqual([['succeeded', 'scored'], ['succeeded', 'unchanged']]);
  for (const id of [cy, none]) expect(await own.endings(id)).toEqual([{ action: 'created', state: 'skipped', code: 'not_known_to_scorer', reason: 'madkudu does not know this person: no score was written.' }]);
  expect(own.twenty.records('tasks').map(({ title }) => title)).toEqual(['P0 Lee reached 88 points']);
  // Its own write, which brings an event too, has not asked again.
  expect(['ann@acme.example', 'bo@acme.example', 'cy@acme.example'].map((email) => tool.asked(email))).toEqual([2, 1, 1]);
});

test('many are asked about with one request, the older API one by one; a stranger’s score may be 0, and a refused one fails alone', { timeout: 120_000 }, async () => {
  const people = Array.from({ length: 45 }, (_, n) => ({ email: `p${String(n)}@acme.example`, score: n }));
  const bulk = await startOutside(madkuduStandIn({ people }), { unknown: 'zero', parts: ['worker'] });
  const ids = [...people, { email: 'stranger@acme.example', score: 0 }].map(({ email }) => bulk.person({ emails: { primaryEmail: email } }));
  await bulk.twenty.settled();
  await bulk.start('dispatcher');
  await bulk.quiet();
  expect(ids.map((id) => bulk.score(id))).toEqual([...people.map(({ score }) => score), 0]);
  expect(bulk.record(ids.at(-1)!)['leadScoreReasons']).toBe('madkudu does not know this person');
  expect(bulk.tools.ledger).toHaveLength(1);
  await bulk.close();

  const tool = madkuduStandIn({ people });
  const { answer } = tool;
  answering(tool, (request) => (request.query.get('email')?.startsWith('odd') === true ? { status: 400, body: { message: 'Invalid parameter' } } : answer(request)));
  const legacy = await startOutside(tool, { api: 'legacy', parts: ['worker'] });
  const others = [...people.map(({ email }) => email), 'odd@acme.example'].map((email) => legacy.person({ emails: { primaryEmail: email } }));
  await legacy.twenty.settled();
  await legacy.start('dispatcher');
  await legacy.quiet();
  expect(others.map((id) => legacy.score(id))).toEqual([...people.map(({ score }) => score), null]);
  expect((await legacy.endings(others.at(-1))).at(-1)).toEqual({ action: 'created', state: 'failed', code: 'scorer_refused', reason: 'madkudu gave no score: madkudu: Invalid parameter (400)' });
  expect(legacy.tools.ledger).toHaveLength(46);
});

test('out of credits waits, and what was answered before is not paid for again', { timeout: 120_000 }, async () => {
  const tool = madkuduStandIn({ people: Array.from({ length: 3 }, (_, n) => ({ email: `p${String(n)}@acme.example`, score: 50 + n })) });
  const own = await startOutside(tool, { api: 'legacy', parts: ['worker'] });
  const ids = [0, 1, 2].map((n) => own.person(mailOf(`p${String(n)}`)));
  await own.twenty.settled();
  // The second question of three is answered as MadAPI answers without credits.
  const { answer } = tool;
  let asked = 0;
  answering(tool, (request) => ((asked += 1) === 2 ? { status: 429, body: { message: 'credits exhausted' } } : answer(request)));
  await own.start('dispatcher');
  await own.until(async () => (await resting(own)) === 1 && (await own.endings()).every(({ state }) => state === 'pending'));
  const between = ids.map((id) => own.score(id));
  await own.database.pool.query(`update breakers set retry_at = clock_timestamp() where connection = 'madkudu'`);
  await own.database.pool.query(`update budgets set blocked_until = clock_timestamp() where connection = 'madkudu'`);
  await own.quiet();

  expect(between).toEqual([null, null, null]);
  expect(ids.map((id) => own.score(id))).toEqual([50, 51, 52]);
  expect([0, 1, 2].map((n) => tool.asked(`p${String(n)}@acme.example`))).toEqual([1, 1, 1]);
});

test('a dry run asks, writes nothing anywhere, and says what it would write', { timeout: 120_000 }, async () => {
  const tool = madkuduStandIn({ people: [] });
  const own = await startOutside(tool, { onThreshold: { task: {} }, tellFirst: 'always' });
  const id = own.person(mailOf('ann'));
  await own.quiet();
  tool.know({ email: 'ann@acme.example', score: 88 });
  await own.run({ ids: [id] }, { dryRun: true });
  await own.quiet();

  expect((await own.endings(id)).map(({ state, code }) => [state, code])).toEqual([['skipped', 'not_known_to_scorer'], ['skipped', 'dry_run']]);
  expect([own.score(id), own.twenty.records('tasks'), own.tools.changesOf('madkudu')]).toEqual([null, [], []]);
  const { rows } = await own.database.pool.query(`select summary from effects where state = 'planned' order by summary`);
  expect(rows.map(({ summary }: { summary: string }) => summary)).toContain('write the lead score 88');
  expect((await own.database.pool.query('select 1 from score_answers')).rows).toEqual([]);
});

function answering(standIn: StandIn, answer: StandIn['answer']): void {
  (standIn as { answer: StandIn['answer'] }).answer = answer;
}

async function resting(own: ScoringStack): Promise<number> {
  const { rows } = await own.database.pool.query<{ n: number }>(`select count(*)::int as n from breakers where connection = 'madkudu' and state = 'open' and retry_at > clock_timestamp() + interval '10 minutes'`);
  return rows[0]!.n;
}
