import { beforeAll, expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { acceptEvents } from './accept.ts';
import { claimSet } from './claim.ts';
import type { Database } from './database.ts';
import { raiseFloors } from './floors.ts';
import { loadDeliveries } from './items.ts';
import { ensureIntegrations } from './sets.ts';
import { returnSet, settle } from './settle.ts';
import { claimDefaults, eventFor, refOf } from './store.fixture.ts';

let database: Database;
const names = ['a', 'b', 'c', 'd'];
const EACH = 48;

ownDatabase((own) => (database = own));
beforeAll(async () => {
  await ensureIntegrations(database, names);
  for (const integration of names) {
    for (const urgent of [true, false]) await acceptEvents(database, Array.from({ length: EACH / 2 }, (_, n) => eventFor(`${integration}-${String(urgent)}-${String(n)}`, { integration, urgent })));
  }
});

interface Open {
  readonly workspace: number;
  readonly urgent: number;
  readonly bulk: number;
}

async function mostOpen(): Promise<Open> {
  const { rows } = await database.pool.query<Open>(
    `select coalesce(sum(n), 0)::int as workspace, coalesce(max(n) filter (where urgent), 0)::int as urgent, coalesce(max(n) filter (where not urgent), 0)::int as bulk
     from (select integration, urgent, count(*) as n from sets where state in ('claimed', 'started') group by 1, 2) s`);
  return rows[0]!;
}

test('with three dispatchers no limit is ever passed, each is reached, and nobody is left without a slot', async () => {
  const maxOpen = { urgent: 2, bulk: 1, workspace: 6 };
  const seen: Open[] = [];
  const running: { setId: string; epoch: number }[] = [];
  let left = names.length * EACH;
  const endOne = async (n: number): Promise<void> => {
    const [ref] = running.splice(n % Math.max(1, running.length), 1);
    if (ref === undefined) return;
    if (n % 7 === 0) return void (await returnSet(database, ref, 'parked'));
    const outcomes = (await loadDeliveries(database, ref)).map(({ deliveryId }) => ({ deliveryId, outcome: { state: 'succeeded', code: 'done' } as const }));
    const { count } = await settle(database, ref, outcomes);
    left -= count;
  };
  const dispatcher = async (claimedBy: string): Promise<void> => {
    for (let n = 1; left > 0; n += 1) {
      let claimed = 0;
      for (const integration of names) {
        const result = await claimSet(database, { ...claimDefaults, integration, claimedBy, maxSize: 3, urgentSize: 3, integrations: names.length, maxOpen });
        if (result.kind !== 'claimed') continue;
        claimed += 1;
        running.push(refOf(result.set));
        seen.push(await mostOpen());
      }
      if (n % 5 === 0) await raiseFloors(database);
      if (claimed === 0) await endOne(n);
    }
  };
  await Promise.all(['one', 'two', 'three'].map(dispatcher));
  const most = (pick: (open: Open) => number): number => Math.max(...seen.map(pick));
  expect({ workspace: most((open) => open.workspace), urgent: most((open) => open.urgent), bulk: most((open) => open.bulk) }).toEqual({ workspace: 6, urgent: 2, bulk: 1 });
  const { rows } = await database.pool.query<{ state: string; n: number }>('select state, count(*)::int as n from deliveries group by state');
  expect(rows).toEqual([{ state: 'succeeded', n: names.length * EACH }]);
});
