import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { startRig, type Rig } from './rig/rig.ts';
import { effectStates, holdEach } from './rig/round.ts';

let rig: Rig;
beforeAll(async () => void (rig = await startRig()));
afterAll(() => rig.close());

/** Creates, updates and the mail, each held up at the same state, and then one process is gone. */
describe.each(['worker', 'dispatcher', 'gateway', 'temporal', 'postgres'] as const)('kill -9 of the %s', (name) => {
  test.each(effectStates)('while an effect is %s: every event ends, every effect happens once', async (state) => {
    const held = await holdEach(rig, state, `${name}-${String(effectStates.indexOf(state))}`);
    const victim = rig[name];
    await victim.kill();
    await held.letGo(victim);
    await victim.start();
    await rig.settled();

    expect(await findFaults(rig)).toEqual([]);
  });
});

test.each(effectStates)('kill -9 of the worker and loss of all that Temporal knew, while an effect is %s: every event ends, every effect happens once', async (state) => {
  const held = await holdEach(rig, state, `all-${String(effectStates.indexOf(state))}`);
  await Promise.all([rig.worker.kill(), rig.temporal.kill()]);
  rig.temporal.forget();
  await held.letGo(rig.worker);
  await rig.temporal.start();
  await rig.worker.start();
  await rig.settled();

  expect(await findFaults(rig)).toEqual([]);
});
