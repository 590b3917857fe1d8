import { afterAll, beforeAll, expect, test } from 'vitest';
import { errand } from '../triggers/errand/index.ts';
import { bundleErrands, startTriggerStack, type TriggerStack, until } from '../triggers/harness.ts';

const A_SECOND = 20;
const SECONDS = 60;

let bundle: string;
let stack: TriggerStack;
beforeAll(async () => {
  bundle = await bundleErrands();
  stack = await startTriggerStack(bundle, { errands: errand({ over: { kind: 'nothing' } }) }, ['worker']);
});
afterAll(async () => {
  await stack.close();
});

test('signals at twenty a second for a minute, through several continue-as-new: each makes exactly one event with one outcome', async () => {
  const { client, triggerId, realm } = stack;
  await client.workflow.start('trigger', { workflowId: triggerId('errands'), taskQueue: realm.taskQueue, args: [{ integration: 'errands', continueAfter: 100 }] });
  const handle = client.workflow.getHandle(triggerId('errands'));
  const first = (await handle.describe()).runId;
  await stack.start('dispatcher');

  const ids = Array.from({ length: A_SECOND * SECONDS }, (_, n) => `request-${String(n)}`);
  const startedAtMs = Date.now();
  const sending = ids.map(async (requestId, n) => {
    await new Promise((resolve) => setTimeout(resolve, (n * 1_000) / A_SECOND));
    await handle.signal('run', { requestId });
  });
  await Promise.all(sending);
  const sentWithinMs = Date.now() - startedAtMs;
  await until(async () => (await stack.count('manual:errands')) >= ids.length, 120_000);
  await stack.settled();
  const events = await stack.events('manual:errands');
  const runs = await runsSince(first);
  console.log(`${String(ids.length)} signals within ${(sentWithinMs / 1000).toFixed(1)} s, ${String(runs)} runs of the trigger, all ended ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s after the first`);

  expect(events.map(({ key }) => key).sort()).toEqual([...ids].sort());
  expect(new Set(events.map(({ states }) => states.join()))).toEqual(new Set(['succeeded']));
  expect(runs).toBeGreaterThan(3);
  // A machine that cannot send them in a minute has not shown what is asked.
  expect(sentWithinMs).toBeLessThan(SECONDS * 1_000 * 1.1);

  async function runsSince(runId: string): Promise<number> {
    const { events: history = [] } = await client.workflow.getHandle(triggerId('errands'), runId).fetchHistory();
    const next = history?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    return typeof next === 'string' && next !== '' ? 1 + (await runsSince(next)) : 1;
  }
});
