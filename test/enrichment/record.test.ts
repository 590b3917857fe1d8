import { afterEach, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { apollo } from '../../src/connectors/apollo/index.ts';
import { apolloStandIn } from '../../src/sandbox/tools/apollo/index.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { type EnrichingStack, mailOf, startEnriching } from './rig.ts';

let stack: EnrichingStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: enrichment', { timeout: 400_000 }, async () => {
  const other = apolloStandIn({ knows: ({ email = '' }) => (email.startsWith('apollo') ? { jobTitle: 'Seller' } : undefined) });
  stack = await startEnriching(
    { providers: ['pdl', 'apollo'], highValue: { task: {} }, signals: { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' } },
    {
      knows: ({ email = '' }) => (email.startsWith('pdl') ? { jobTitle: 'CEO', seniority: 'c_level', openJobs: 20, headcountGrowth: 0.4 } : undefined),
      more: { tools: [other], connections: (env) => ({ apollo: apollo({ apiKey: secret('APOLLO_API_KEY'), baseUrl: env['APOLLO_BASE_URL']! }) }) },
    },
    ['worker'],
  );
  const ids: string[] = [];
  const made = (...names: readonly string[]) => (): Promise<void> => {
    for (const name of names) ids.push(stack!.make('people', mailOf(name)));
    return stack!.twenty.settled();
  };
  await recordHistories('enrichment', stack, {
    'in-a-row': made('pdl-one', 'pdl-two', 'apollo-one', 'nobody'),
    fresh: () => stack!.run('enrich', { ids }),
    'out-of-credits': () => {
      stack!.pdl.refill(0);
      return made('pdl-three')();
    },
    gone: () => stack!.run('enrich', { ids: ['7a1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c12'] }),
    plan: () => stack!.run('enrich', { ids: [ids.at(-1)!] }, { dryRun: true }),
  }, (sets, scenario) => ({ [scenario]: sets.find(({ workflowType }) => workflowType === 'enrichment')?.id }));
});
