import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { acceptEvents } from '../store/accept.ts';
import { claimSet } from '../store/claim.ts';
import type { Database } from '../store/database.ts';
import { loadDeliveries } from '../store/items.ts';
import { ensureIntegrations, readyIntegrations } from '../store/sets.ts';
import { settle } from '../store/settle.ts';
import { claimDefaults, eventFor, refOf } from '../store/store.fixture.ts';
import { createShares } from './shares.ts';

let database: Database;
ownDatabase((own) => (database = own));
beforeEach(() => database.pool.query('truncate events, dedupe_keys, lanes, deliveries, sets, items cascade'));

async function backlog(integration: string, count: number, urgent = false): Promise<void> {
  await ensureIntegrations(database, [integration]);
  for (let start = 0; start < count; start += 500) {
    await acceptEvents(database, Array.from({ length: Math.min(500, count - start) }, (_, n) => eventFor(`${integration}-${String(urgent)}-${String(start + n)}`, { integration, urgent })));
  }
}

/** Claims sets as the dispatcher's round does, with a fixed number of slots, and ends the oldest when all are taken. */
async function dispatch(weights: ReadonlyMap<string, number>, sets: number, options: { dispatchers?: number; maxSize?: (name: string) => number } = {}): Promise<ReadonlyMap<string, number>> {
  const { dispatchers = 1, maxSize = () => 20 } = options;
  const names = [...weights.keys()];
  const claimed = new Map(names.map((name) => [name, 0]));
  const open: { setId: string; epoch: number }[] = [];
  const shares = Array.from({ length: dispatchers }, () => createShares(weights));
  for (let n = 0; n < sets; ) {
    const mine = shares[n % dispatchers]!;
    let done = false;
    for (const { integration } of mine.order(await readyIntegrations(database, names, 10))) {
      const result = await claimSet(database, { ...claimDefaults, integration, maxSize: maxSize(integration), integrations: names.length, maxOpen: { urgent: 12, bulk: 12, workspace: 12 } });
      if (result.kind !== 'claimed') continue;
      mine.claimed(integration, result.set.urgent, result.set.size);
      claimed.set(integration, claimed.get(integration)! + result.set.size);
      open.push(refOf(result.set));
      done = true;
      break;
    }
    if (done) n += 1;
    else {
      const ref = open.shift()!;
      await settle(database, ref, (await loadDeliveries(database, ref)).map(({ deliveryId }) => ({ deliveryId, outcome: { state: 'succeeded', code: 'done' } })));
    }
  }
  return claimed;
}

const ratio = (claimed: ReadonlyMap<string, number>, a: string, b: string): number => claimed.get(a)! / claimed.get(b)!;

test.each([1, 3])('two integrations with weights 3 and 1 get their deliveries claimed 3 to 1, within a tenth, with %i dispatchers', async (dispatchers) => {
  await backlog('heavy', 600);
  await backlog('light', 300);
  const claimed = await dispatch(new Map([['heavy', 3], ['light', 1]]), 80, { dispatchers, maxSize: () => 8 });
  expect(Math.abs(ratio(claimed, 'heavy', 'light') - 3)).toBeLessThan(0.3);
});

test('deliveries count, not runs: an integration with small sets gets more of them', async () => {
  await backlog('small', 300);
  await backlog('large', 300);
  const claimed = await dispatch(new Map([['small', 1], ['large', 1]]), 60, { maxSize: (name) => (name === 'small' ? 4 : 16) });
  expect(Math.abs(ratio(claimed, 'small', 'large') - 1)).toBeLessThan(0.1);
});

test('an integration of the least weight has its slot whatever the others have waiting', async () => {
  await backlog('a', 300);
  await backlog('b', 300);
  await backlog('tiny', 20);
  const claimed = await dispatch(new Map([['a', 100], ['b', 100], ['tiny', 1]]), 12);
  expect(claimed.get('tiny')).toBe(20);
});

test('what is urgent goes first whatever the weights, and a storm of it is bulk', async () => {
  await backlog('bulk', 200);
  await backlog('urgent', 3, true);
  await backlog('storm', 50, true);
  const weights = new Map([['bulk', 100], ['urgent', 1], ['storm', 1]]);
  const ready = createShares(weights).order(await readyIntegrations(database, [...weights.keys()], 10));
  expect(ready.map(({ integration, urgent }) => ({ integration, urgent }))).toMatchObject([{ integration: 'urgent', urgent: true }, { urgent: false }, { urgent: false }]);
});

test('something urgent that is not due yet hides no bulk work that is', async () => {
  await backlog('form', 30);
  await backlog('form', 1, true);
  await database.pool.query(`update lanes set due_at = now() + interval '1 hour' where urgent`);
  expect(await readyIntegrations(database, ['form'], 10)).toEqual([{ integration: 'form', urgent: false, dueInMs: 0 }]);
});

test('whatever the weights and set sizes, nobody with a backlog is ever ahead of another by more than one set of each', () => {
  const arbitrary = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 10 }), size: fc.integer({ min: 1, max: 200 }) }), { minLength: 2, maxLength: 5 });
  fc.assert(fc.property(arbitrary, (integrations) => {
    const names = integrations.map((_, n) => String(n));
    const shares = createShares(new Map(integrations.map(({ weight }, n) => [String(n), weight])));
    const served = integrations.map(() => 0);
    const ready = names.map((integration) => ({ integration, urgent: false }));
    for (let n = 0; n < 300; n += 1) {
      const turn = Number(shares.order(ready)[0]!.integration);
      shares.claimed(String(turn), false, integrations[turn]!.size);
      served[turn]! += integrations[turn]!.size / integrations[turn]!.weight;
      const step = (one: number): number => integrations[one]!.size / integrations[one]!.weight;
      for (const a of served.keys()) for (const b of served.keys()) if (served[a]! - served[b]! > step(a) + step(b) + 1e-6) return false;
    }
    return true;
  }));
});

test('who had nothing to do for long does not shut out the others when it comes back', () => {
  const shares = createShares(new Map());
  for (let n = 0; n < 50; n += 1) shares.claimed('busy', false, 200);
  const ready = [{ integration: 'back', urgent: false }, { integration: 'busy', urgent: false }];
  const turns = Array.from({ length: 20 }, () => {
    const { integration } = shares.order(ready)[0]!;
    shares.claimed(integration, false, 200);
    return integration;
  });
  expect(turns.filter((name) => name === 'busy').length).toBeGreaterThanOrEqual(9);
});
