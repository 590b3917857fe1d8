import { afterEach, test } from 'vitest';
import { recordHistories, recording } from '../harness/histories.ts';
import { mailOf, type SequenceStack, startSequences, WELCOME } from './rig.ts';

let stack: SequenceStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: email sequences', { timeout: 240_000 }, async () => {
  stack = await startSequences({}, {}, ['worker']);
  const own = stack;
  const ids: string[] = [];
  const start = async (requestId: string, selected: readonly string[], dryRun = false): Promise<void> => {
    const body = JSON.stringify({ requestId, selection: { ids: selected }, dryRun });
    await fetch(`${own.gatewayUrl}/triggers/outbound`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  const scenarios: Record<string, () => Promise<unknown>> = {
    enrolled: () => {
      for (const name of ['a', 'b', 'c']) ids.push(own.person({ ...mailOf(name), jobTitle: name === 'c' ? 'Chief Gardener' : 'Gardener' }));
      return own.twenty.settled();
    },
    again: () => start('again', ids),
    plan: async () => {
      const id = own.person({ ...mailOf('d') });
      await own.twenty.settled();
      own.update(id, { jobTitle: 'Gardener' });
      await own.database.pool.query(`update integrations set mode = 'dry-run'`);
      await own.twenty.settled();
    },
    replied: async () => {
      await own.database.pool.query(`update integrations set mode = 'live'`);
      return own.tell({ _id: 'act_1', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00Z', campaignId: WELCOME, leadEmail: 'a@acme.example' });
    },
    'told-of-a-stranger': () => own.tell({ _id: 'act_2', type: 'emailsBounced', createdAt: '2026-01-06T14:12:00Z', leadEmail: 'nobody@acme.example' }),
  };
  await recordHistories('email-sequences', own, scenarios, (sets, scenario) => ({ [scenario]: sets.find(({ workflowType }) => workflowType === 'emailSequences')?.id }));
});
