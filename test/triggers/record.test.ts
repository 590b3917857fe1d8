import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterEach, test } from 'vitest';
import { temporalScheduleId } from '../../src/dispatcher/schedule-realm.ts';
import { reconcileSchedules } from '../../src/dispatcher/schedules.ts';
import { errand } from './errand/index.ts';
import { bundleErrands, startTriggerStack, type TriggerStack, until } from './harness.ts';

const folder = path.join(import.meta.dirname, '../../src/workflows/triggers/histories');
let stack: TriggerStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(process.env['RECORD_HISTORIES'] === '1')('recording: triggers, firings and selections', { timeout: 120_000 }, async () => {
  const bundle = await bundleErrands();
  stack = await startTriggerStack(bundle, {
    errands: errand({ over: { kind: 'nothing' }, schedules: [{ name: 'yearly', when: { cron: '0 0 1 1 *' } }] }),
    scores: errand({ over: { kind: 'records', object: 'person', connection: 'twenty' } }),
  });
  const { client, realm } = stack;
  const handle = client.workflow.getHandle(stack.triggerId('errands'));
  const first = (await until(() => handle.describe().catch(() => undefined))).runId;
  await handle.terminate('another one is recorded');
  await client.workflow.start('trigger', { workflowId: stack.triggerId('errands'), taskQueue: realm.taskQueue, args: [{ integration: 'errands', continueAfter: 4 }] }).catch(() => undefined);
  const runId = (await until(async () => (await handle.describe()).runId !== first && handle.describe())).runId;
  await handle.signal('run', { requestId: 'one', by: 'ann' });
  await handle.signal('run', 'nonsense');
  await handle.executeUpdate('run', { args: [{ requestId: 'two' }] });
  await handle.executeUpdate('run', { args: [{ requestId: 'one' }] });
  await until(async () => (await handle.describe()).runId !== runId);
  write('trigger-continued', await client.workflow.getHandle(stack.triggerId('errands'), runId).fetchHistory());

  await client.schedule.getHandle(temporalScheduleId(realm, 'errands/yearly')).trigger();
  const firing = await until(async () => (await client.schedule.getHandle(temporalScheduleId(realm, 'errands/yearly')).describe()).info.recentActions[0]?.action.workflow.workflowId);
  await client.workflow.getHandle(firing).result();
  write('schedule-firing', await client.workflow.getHandle(firing).fetchHistory());

  const ids = Array.from({ length: 250 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  for (const id of ids) stack.twenty.asUser.create('people', { id, name: { firstName: 'P', lastName: id } });
  for (const [name, selection] of Object.entries({ 'select-chosen': { ids: ids.slice(0, 3) }, 'select-all': { all: true } })) {
    await fetch(`${stack.gatewayUrl}/triggers/scores`, { method: 'POST', body: JSON.stringify({ requestId: name, selection }) });
    await stack.settled();
    const { rows } = await stack.database.pool.query<{ set_id: string }>(
      `select d.set_id from deliveries d join events e on e.id = d.event_id where e.dedupe_key = $1 order by d.seq limit 1`, [name]);
    await client.workflow.getHandle(rows[0]!.set_id).result();
    write(name, await client.workflow.getHandle(rows[0]!.set_id).fetchHistory());
  }
  await reconcileSchedules(client, realm, []);
});

function write(name: string, history: Parameters<typeof historyToJSON>[0]): void {
  mkdirSync(folder, { recursive: true });
  // A history tells where it was recorded: in stack traces and in the names of workers.
  writeFileSync(path.join(folder, `${name}.json`), `${historyToJSON(history).replaceAll(process.cwd(), '').replaceAll(`${String(process.pid)}@${hostname()}`, 'worker')}\n`);
}
