import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFaults } from '../faults/rig/checker.ts';
import { type Rig, startRig } from '../faults/rig/rig.ts';
import { type EffectState, effectStates, holdEach } from '../faults/rig/round.ts';

/** One death of each kind out of the fault run, which tries every one at every state. */
const [planned, attempting, carriedOut, answered] = effectStates;
const deaths: readonly (readonly ['worker' | 'dispatcher' | 'gateway' | 'temporal' | 'postgres', EffectState])[] = [
  ['worker', carriedOut], ['temporal', attempting], ['postgres', answered], ['dispatcher', planned], ['gateway', attempting],
];

let rig: Rig;
beforeAll(async () => void (rig = await startRig()));
afterAll(() => rig.close());

test.each(deaths)('kill -9 of the %s while an effect is %s: every event ends, every effect happens once', { timeout: 120_000 }, async (name, state) => {
  const held = await holdEach(rig, state, name);
  await rig[name].kill();
  await held.letGo(rig[name]);
  await rig[name].start();
  await rig.settled();

  expect(await findFaults(rig)).toEqual([]);
});
