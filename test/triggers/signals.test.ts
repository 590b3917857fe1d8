import { afterEach, beforeAll, expect, test } from 'vitest';
import { keepStarts, LOOK_EVERY_MS } from '../../src/dispatcher/triggers.ts';
import { errand } from './errand/index.ts';
import { bundleErrands, startTriggerStack, type TriggerStack, until } from './harness.ts';

let bundle: string;
let stack: TriggerStack | undefined;
beforeAll(async () => void (bundle = await bundleErrands()));
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const over = { kind: 'nothing' } as const;

test('300 signals in a steady stream through several continue-as-new make 300 events with one outcome each', { timeout: 300_000 }, async () => {
  stack = await startTriggerStack(bundle, { errands: errand({ over }) }, ['worker']);
  const { client, triggerId, realm } = stack;
  await client.workflow.start('trigger', { workflowId: triggerId('errands'), taskQueue: realm.taskQueue, args: [{ integration: 'errands', continueAfter: 20 }] });
  const handle = client.workflow.getHandle(triggerId('errands'));
  const first = (await handle.describe()).runId;
  await stack.start('dispatcher');

  const ids = Array.from({ length: 300 }, (_, n) => `request-${String(n)}`);
  for (let sent = 0; sent < ids.length; sent += 20) {
    await Promise.all(ids.slice(sent, sent + 20).map((requestId) => handle.signal('run', { requestId })));
    // The stream never pauses, but it does not run away from a slow machine either.
    await until(async () => (await stack!.count('manual:errands')) > sent - 100);
  }
  await until(async () => (await stack!.count('manual:errands')) >= ids.length);
  await stack.settled();
  const events = await stack.events('manual:errands');

  expect(events.map(({ key }) => key).sort()).toEqual([...ids].sort());
  expect(new Set(events.map(({ states }) => states.join()))).toEqual(new Set(['succeeded']));
  expect(await runsSince(first)).toBeGreaterThan(3);

  async function runsSince(runId: string): Promise<number> {
    const { events: history = [] } = await client.workflow.getHandle(triggerId('errands'), runId).fetchHistory();
    const next = history?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    return typeof next === 'string' && next !== '' ? 1 + (await runsSince(next)) : 1;
  }
});

test('what cannot be understood is an error on the page and an event that says so; the trigger goes on', async () => {
  stack = await startTriggerStack(bundle, { errands: errand({ over }) });
  const { client, triggerId, realm } = stack;
  const handle = client.workflow.getHandle(triggerId('errands'));
  await until(() => handle.describe().catch(() => undefined));
  const undecodable = (data: string, encoding: string) =>
    client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace, workflowExecution: { workflowId: triggerId('errands') }, signalName: 'run',
      input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
    });

  await handle.signal('run', 'please');
  await handle.signal('run', { request: 'mistyped' });
  await handle.signal('run', { selection: { view: 'Leads' } });
  await handle.signal('run', {}, {});
  await handle.signal('go');
  await undecodable('{ not json', 'json/plain');
  await undecodable('{}', 'json/protobuf');
  await handle.signal('run', { requestId: 'good' });
  await until(async () => (await stack!.events('manual:errands')).length === 8);
  await stack.settled();
  const events = await stack.events('manual:errands');
  const problems = await handle.query<readonly { problem: string }[]>('problems');
  const recent = await handle.query<readonly { requestId: string }[]>('recent');
  const history = await handle.fetchHistory();

  expect(events.map(({ states }) => states)).toEqual([...Array.from({ length: 7 }, () => ['skipped']), ['succeeded']]);
  expect(problems.map(({ problem }) => problem).reverse()).toEqual([
    expect.stringContaining('Is neither nothing, nor a list of record ids'),
    'request: Is not known here; known are requestId, selection, input, by, dryRun.',
    'selection: errands does not run over records: leave the selection out.',
    'Send one object, or nothing.',
    'There is no signal “go”: send “run”.',
    expect.stringContaining('It cannot be decoded'),
    expect.stringContaining('It cannot be decoded'),
  ]);
  expect(events[1]!.reasons[0]).toBe('The start was not understood: request: Is not known here; known are requestId, selection, input, by, dryRun.');
  expect(recent.map(({ requestId }) => requestId)).toEqual(['good']);
  expect(history.events!.filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes)).toEqual([]);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(realm.suffix).not.toBe('');
});

test('an update answers with the event and the run; the same request id twice is one run; bad input is refused at the door', async () => {
  stack = await startTriggerStack(bundle, { errands: errand({ over }) });
  const handle = stack.client.workflow.getHandle(stack.triggerId('errands'));
  await until(() => handle.describe().catch(() => undefined));
  type Answer = { eventId: string; repeat: boolean; runId?: string };

  const first = await handle.executeUpdate<Answer, [object]>('run', { args: [{ requestId: 'one', by: 'ann' }] });
  await handle.signal('run', { requestId: 'one' });
  const again = await handle.executeUpdate<Answer, [object]>('run', { args: [{ requestId: 'one' }] });
  const unnamed = await handle.executeUpdate<Answer, []>('run');
  const refused = await handle.executeUpdate('run', { args: [{ requestId: 'with blanks' }] }).catch((error: { cause?: Error }) => error.cause?.message);
  const unfit = await handle.executeUpdate('run', { args: [['7f0a65e3-404d-56cf-ab4b-b9fc094afebe']] }).catch((error: { cause?: Error }) => error.cause?.message);
  await stack.settled();

  expect(first).toEqual({ eventId: expect.any(String), repeat: false, runId: expect.stringMatching(/^errands-/) });
  expect(await stack.client.workflow.getHandle(first.runId!).result()).toMatchObject({ ended: 'settled' });
  expect(again).toEqual({ ...first, repeat: true });
  expect(unnamed).toMatchObject({ repeat: false });
  expect(refused).toBe('requestId: Must be a text of 1 to 200 printable characters without blanks.');
  expect(unfit).toBe('selection: errands does not run over records: leave the selection out.');
  expect((await stack.events('manual:errands')).map(({ states }) => states)).toEqual([['succeeded'], ['succeeded'], ['skipped']]);
});

test('a trigger that is gone is back when it is looked for the next time, which is within a minute', { timeout: 90_000 }, async () => {
  stack = await startTriggerStack(bundle, { errands: errand({ over }) }, ['worker']);
  const { client, realm } = stack;
  const searchAttributes = { usable: () => Promise.resolve(false), areRefusedBy: () => false };
  const starts = keepStarts({ client, integrations: new Map(Object.entries(stack.config.integrations)), log: () => undefined }, { realm, schedules: [], searchAttributes, everyMs: 100 });
  const handle = client.workflow.getHandle(stack.triggerId('errands'));
  const first = await until(() => handle.describe().catch(() => undefined));
  await handle.terminate('somebody clicked');
  const second = await until(async () => {
    const now = await handle.describe();
    return now.status.name === 'RUNNING' && now;
  });
  await starts.close();
  await handle.signal('run', { requestId: 'after' });
  await until(async () => (await stack!.events('manual:errands')).length === 1);

  expect(second.runId).not.toBe(first.runId);
  expect(LOOK_EVERY_MS).toBeLessThan(60_000);
});
