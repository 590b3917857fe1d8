import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { startRig, type Rig } from './rig/rig.ts';
import { effectStates, holdEach } from './rig/round.ts';

/** Creates, updates and the mail, each held up at the same state, and then one process is gone. */
describe.each(['worker', 'dispatcher', 'gateway', 'temporal', 'postgres'] as const)('kill -9 of the %s', (name) => {
  let rig: Rig;
  beforeAll(async () => void (rig = await startRig()));
  afterAll(() => rig.close());

  test.each(effectStates)('while an effect is %s: every event ends, every effect happens once', async (state) => {
    const held = await holdEach(rig, state, `r${String(effectStates.indexOf(state))}`);
    const victim = rig[name];
    await victim.kill();
    await held.letGo(victim);
    await victim.start();
    await rig.settled();

    expect(await findFaults(rig)).toEqual([]);
  });
});
