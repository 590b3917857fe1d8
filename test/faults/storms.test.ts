import { afterEach, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import type { Victim } from './rig/part.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { type Chance, chance } from './rig/seed.ts';
import { storm } from './rig/storm.ts';

/** Storms against Twenty's own bucket, and processes that die in the middle of them, at a moment the seed picks. */
let rig: Rig;
afterEach(() => rig.close());

const victims = ['worker', 'dispatcher', 'gateway', 'temporal', 'postgres'] as const;
const size = { people: 45, submissions: 110 };

/** So many calls of Twenty's have been served, or so many forms been taken. */
const served = (calls: number): Promise<void> =>
  rig.until(`${String(calls)} calls`, async () => rig.twenty.ledger.recordCalls().length >= calls || (isOver && (await nothingOpen())));
/** A slow machine makes larger sets, and with them fewer calls than were waited for: then the death comes after the storm. */
let isOver = false;
const nothingOpen = async (): Promise<boolean> => (await rig.rows(`select 1 from deliveries where state in ('pending', 'running') limit 1`)).length === 0;
const taken = (forms: number): Promise<void> => rig.until(`${String(forms)} forms`, () => rig.sender.accepted.length >= forms);

async function survives(name: string, disasters: (chances: Chance) => Promise<void>): Promise<void> {
  rig = await startRig({ callsPerMinute: 100 });
  const chances = chance(name);
  isOver = false;
  await Promise.all([storm(rig, chances, size).then(() => void (isOver = true)), disasters(chances)]);
  await rig.settled();
  expect(await findFaults(rig)).toEqual([]);
}

async function killed(victim: Victim): Promise<void> {
  await victim.kill();
  await victim.start();
}

test.each(['worker', 'dispatcher', 'postgres'] as const)('kill -9 of the %s twice in a storm', async (name) => {
  await survives(name, async ({ between }) => {
    const first = between(2, 8);
    await served(first);
    await killed(rig[name]);
    await served(first + between(4, 8));
    await killed(rig[name]);
  });
});

test('kill -9 of the gateway twice in a storm: what it had taken is there, what it had not is sent again', async () => {
  await survives('gateway', async ({ between }) => {
    await taken(between(10, 40));
    await killed(rig.gateway);
    await taken(between(60, 100));
    await killed(rig.gateway);
  });
});

test('kill -9 of Temporal in a storm: the gateway takes the rest meanwhile', async () => {
  await survives('temporal', async ({ between }) => {
    await served(between(2, 8));
    await rig.temporal.kill();
    const before = rig.sender.accepted.length;
    const late = await Promise.all(Array.from({ length: 20 }, (_, n) => rig.sender.submit({ integration: 'storm', mark: `late-${String(n)}`, email: `late-${String(n)}@gmail.com` })));
    expect(late.map(({ status, tries }) => ({ status, tries }))).toEqual(late.map(() => ({ status: 202, tries: 1 })));
    await taken(Math.min(before + 40, size.submissions));
    await rig.temporal.start();
  });
});

test('kill -9 of everything, one after the other, in a storm', async () => {
  await survives('everything', async ({ between, shuffled }) => {
    let calls = 0;
    for (const name of shuffled(victims)) {
      calls += between(1, 4);
      await served(calls);
      await killed(rig[name]);
    }
  });
});
