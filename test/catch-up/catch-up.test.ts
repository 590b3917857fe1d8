import { afterEach, beforeAll, expect, test } from 'vitest';
import type { RecordAction } from '../../src/domain/record-event.ts';
import { bundleWitness, type CatchUpStack, startCatchUpStack } from './catch-up-stack.ts';
import { loseWebhooks } from './lost-webhooks.ts';
import { witness } from './witness/index.ts';

let bundle: string;
let stack: CatchUpStack | undefined;
beforeAll(async () => void (bundle = await bundleWitness()));
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();
const actions: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored'];

test('with 30 % of the webhooks lost and the others late and out of order, one catch-up brings every latest state, creation and deletion, none twice', { timeout: 120_000 }, async () => {
  await loseWebhooks(async (integrations) => (stack = await startCatchUpStack(bundle, integrations)), 800);
});

test('a transition fires for what has come to match, and not for what was like that at the baseline and was merely touched', { timeout: 120_000 }, async () => {
  const won: string[] = [];
  const interest = { object: 'person', connection: 'twenty', actions: ['created', 'updated', 'restored'] as const, watch: [], transition: { field: 'jobTitle', to: ['won'] } };
  stack = await startCatchUpStack(bundle, { won: witness({ interest, sees: ({ recordId }) => won.push(recordId) }) });
  const { asUser } = stack.twenty;
  const ids = Array.from({ length: 40 }, (_, n) =>
    asUser.create('people', { emails: { primaryEmail: `deal${String(n)}@acme.example` }, jobTitle: n % 2 === 0 ? 'won' : 'open', createdAt: HOUR_AGO, updatedAt: HOUR_AGO })['id'] as string);
  await stack.catchUp();
  for (const id of ids) asUser.update('people', id, { linkedinLink: { primaryLinkUrl: `https://links.example/${id}` } });
  for (const id of ids.slice(0, 10)) asUser.update('people', id, { jobTitle: 'won' });
  asUser.softDelete('people', ids[0]!);
  asUser.restore('people', ids[0]!);
  const made = asUser.create('people', { emails: { primaryEmail: 'new@acme.example' }, jobTitle: 'won' })['id'] as string;
  await stack.catchUp();
  await stack.settled();
  expect(won.toSorted()).toEqual([...ids.slice(0, 10).filter((_, n) => n % 2 === 1), made].toSorted());
});

test('two catch-ups at once are one', { timeout: 60_000 }, async () => {
  const interest = { object: 'person', connection: 'twenty', actions, watch: ['jobTitle'] };
  stack = await startCatchUpStack(bundle, { people: witness({ interest, sees: () => undefined }) });
  let calls = 0;
  stack.twenty.beforeOperation = async () => {
    calls += 1;
    if (calls > 1) return;
    const firing = await stack!.client.workflow.start('catchUp', { workflowId: `firing-${stack!.env['SLUICE_TASK_QUEUE']!}`, taskQueue: stack!.env['SLUICE_TASK_QUEUE']!, args: [stack!.catchUpInput] });
    expect(await firing.result()).toEqual({ ended: 'busy', objects: {} });
  };
  expect(await stack.catchUp()).toEqual({ ended: 'complete', objects: { person: { records: 0, events: 0 } } });
  const firing = await stack.client.workflow.start('catchUp', { workflowId: `again-${stack.env['SLUICE_TASK_QUEUE']!}`, taskQueue: stack.env['SLUICE_TASK_QUEUE']!, args: [stack.catchUpInput] });
  expect(await firing.result()).toMatchObject({ ended: 'complete' });
  expect(calls).toBe(3); // the baseline and two walks
});
