import { expect, it } from 'vitest';
import type { TwentyWebhook } from './webhooks.ts';
import { operationsFor, planWebhook, webhookMark } from './webhooks-plan.ts';

const targetUrl = 'https://sluice.example.com/twenty/main';
const mark = webhookMark('main');
const wanted = { targetUrl, operations: ['person.created', 'person.updated'], secret: 'new' };
const hook = (id: string, parts: Partial<TwentyWebhook> = {}): TwentyWebhook => ({ id, targetUrl, operations: wanted.operations, description: mark, secret: 'new', ...parts });
const plan = (registered: readonly TwentyWebhook[], id?: string, want: typeof wanted | undefined = wanted) =>
  planWebhook(registered, want, { targetUrl, mark, ...(id === undefined ? {} : { id }) });

it('the operations are exactly those that somebody wants', () => {
  expect(operationsFor([{ object: 'person', actions: ['updated', 'created'] }, { object: 'note', actions: ['created'] }, { object: 'person', actions: ['created'] }])).toEqual([
    'note.created', 'person.created', 'person.updated',
  ]);
});

it('without a webhook one is registered, with the right one nothing is done', () => {
  expect(plan([]).steps).toEqual([{ kind: 'register-webhook', targetUrl, operations: wanted.operations }]);
  expect(plan([hook('a', { operations: ['person.updated', 'person.created'] })])).toEqual({ steps: [], keptId: 'a', notices: [] });
});

it('what was changed is repaired, wherever it points now', () => {
  const moved = hook('a', { targetUrl: 'https://elsewhere.example.com', operations: ['*.*'], secret: 'old', description: 'renamed' });
  expect(plan([moved], 'a').steps).toEqual([
    { kind: 'repair-webhook', id: 'a', targetUrl, operations: wanted.operations, changed: ['address', 'operations', 'secret', 'description'] },
  ]);
});

it('our own duplicates go, other webhooks stay', () => {
  const foreign = [hook('x', { targetUrl: 'https://other.example.com', description: null }), hook('y', { targetUrl: 'https://staging.example.com/twenty/main' }), hook('z', { description: 'by hand' })];
  const { steps, keptId, notices } = plan([...foreign, hook('a'), hook('b')], 'b');
  expect({ steps, keptId }).toEqual({ keptId: 'b', steps: [{ kind: 'remove-webhook', id: 'a', targetUrl, why: 'duplicate' }] });
  expect(notices).toEqual([expect.stringContaining('webhook z in Twenty')]);
});

it('one made by hand for our address is taken over when there is no other', () => {
  expect(plan([hook('z', { description: null })]).steps).toMatchObject([{ kind: 'repair-webhook', id: 'z', changed: ['description'] }]);
});

it('when nobody listens, ours is removed and one made by hand stays', () => {
  expect(planWebhook([hook('a'), hook('z', { description: null })], undefined, { targetUrl, mark }).steps).toEqual([{ kind: 'remove-webhook', id: 'a', targetUrl, why: 'not needed' }]);
});
