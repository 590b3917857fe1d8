import { expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { startRig } from './rig/rig.ts';
import { effectStates, holdEach } from './rig/round.ts';

test.each(effectStates)('lost: %s', async (state) => {
  const rig = await startRig();
  try {
    const held = await holdEach(rig, state, 'lost');
    await rig.temporal.kill();
    rig.temporal.forget();
    await held.letGo(rig.temporal);
    await rig.temporal.start();
    const t = Date.now();
    await rig.settled();
    process.stderr.write(`${state}: ${Date.now() - t}\n`);
    expect(await findFaults(rig)).toEqual([]);
  } finally { await rig.close(); }
});
