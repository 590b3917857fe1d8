import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterEach, test } from 'vitest';
import { leadScoring } from '../../src/workflows/lead-scoring/index.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

const folder = path.join(import.meta.dirname, '../../src/workflows/lead-scoring/histories');
let stack: ScoringStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(process.env['RECORD_HISTORIES'] === '1')('recording: lead scoring', { timeout: 240_000 }, async () => {
  const email = { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' };
  stack = await startScoring({ threshold: 20, onThreshold: { task: {} } }, { integrations: { mailing: leadScoring({ threshold: 20, tellFirst: 'always', watch: ['name'], settle: { quietSeconds: 0, maxSeconds: 0 }, write: { score: 'mailScore', reasons: 'mailScoreReasons', scoredAt: 'mailScoredAt' }, onThreshold: { email } }) } }, ['worker']);
  const { database } = stack;
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
  mkdirSync(folder, { recursive: true });
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
  const seen = new Set<string>();
  for (const [name, begin] of Object.entries(scenarios)) {
    await begin();
    const dispatcher = await stack.start('dispatcher');
    await stack.quiet();
    await dispatcher.close();
    const { rows } = await database.pool.query<{ id: string; integration: string; dry_run: boolean }>(`select id, integration, dry_run from sets where workflow_type = 'leadScoring' order by size desc, claimed_at`);
    const fresh = rows.filter(({ id }) => !seen.has(id));
    fresh.forEach(({ id }) => seen.add(id));
    for (const { id, integration } of fresh.filter((set) => (set.integration === 'lead-score' ? set.dry_run === (name === 'plan') : name === 'created-with-tasks'))) {
      await client.workflow.getHandle(id).result();
      const history = historyToJSON(await client.workflow.getHandle(id).fetchHistory());
      const file = integration === 'mailing' ? 'created-with-mails' : name;
      // A history tells where it was recorded: in stack traces and in the names of workers.
      writeFileSync(path.join(folder, `${file}.json`), `${history.replaceAll(process.cwd(), '').replaceAll(`${String(process.pid)}@${hostname()}`, 'worker')}\n`);
    }
  }
  await connection.close();
});
