import { afterEach, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { madkudu } from '../../src/connectors/madkudu/index.ts';
import { madkuduStandIn } from '../../src/sandbox/tools/madkudu.ts';
import { leadScoring } from '../../src/workflows/lead-scoring/index.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: lead scoring', { timeout: 240_000 }, async () => {
  const email = { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' };
  stack = await startScoring({ threshold: 20, onThreshold: { task: {} } }, { integrations: { mailing: leadScoring({ threshold: 20, tellFirst: 'always', watch: ['name'], settle: { quietSeconds: 0, maxSeconds: 0 }, write: { score: 'mailScore', reasons: 'mailScoreReasons', scoredAt: 'mailScoredAt' }, onThreshold: { email } }) } }, ['worker']);
  const ids: string[] = [];
  const start = async (requestId: string, selected: readonly string[], dryRun = false): Promise<void> => {
    const body = JSON.stringify({ requestId, selection: { ids: selected }, dryRun });
    await fetch(`${stack!.gatewayUrl}/triggers/lead-score`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  const scenarios: Record<string, () => Promise<unknown> | undefined> = {
    'created-with-tasks': () => {
      for (const name of ['a', 'b', 'c']) ids.push(stack!.person({ ...mailOf(name), jobTitle: name === 'c' ? 'Gardener' : 'CEO' }));
      return stack!.twenty.settled();
    },
    unchanged: () => start('again', ids),
    gone: () => start('nobody', ['7a1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c12']),
    plan: () => {
      stack!.update(ids[2]!, { leadScore: 99 });
      return start('plan', [ids[2]!], true);
    },
  };
  await recordHistories('lead-scoring', stack, scenarios, (sets, scenario) => {
    const own = sets.filter(({ workflowType }) => workflowType === 'leadScoring');
    return {
      [scenario]: own.find(({ integration, isDryRun }) => integration === 'lead-score' && isDryRun === (scenario === 'plan'))?.id,
      ...(scenario === 'created-with-tasks' ? { 'created-with-mails': own.find(({ integration }) => integration === 'mailing')?.id } : {}),
    };
  });
});

/** Runs in which another tool scores. */
test.runIf(recording)('recording: lead scoring by a tool', { timeout: 240_000 }, async () => {
  const people = [{ email: 'a@acme.example', score: 90 }, { email: 'b@acme.example', score: 10 }];
  const connections = (env: NodeJS.ProcessEnv) => ({ madkudu: madkudu({ apiKey: secret('MADKUDU_API_KEY'), baseUrl: env['MADKUDU_BASE_URL'], api: 'legacy' }) });
  stack = await startScoring({ threshold: 20, scorer: { connection: 'madkudu' }, onThreshold: { task: {} } }, { tools: [madkuduStandIn({ people })], connections }, ['worker']);
  await recordHistories('lead-scoring', stack, {
    'asked-outside': () => {
      for (const name of ['a', 'b', 'stranger']) stack!.person(mailOf(name));
      return stack!.twenty.settled();
    },
    'asked-in-parts': () => {
      for (let n = 0; n < 12; n += 1) stack!.person(mailOf(`many${String(n)}`));
      return stack!.twenty.settled();
    },
  });
});
