import { afterEach, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { runsOf } from './rig/runs.ts';

/** Two dispatchers, of which one stands still for a while. */
let rig: Rig;
afterEach(() => rig.close());

const form = (mark: string) => ({ integration: 'storm' as const, mark, email: `${mark}@gmail.com` });
const setsIn = (state: string) => rig.rows<{ id: string }>('select id from sets where state = $1', [state]);

test('a dispatcher frozen after its claim and woken after the sweeper starts nothing twice', async () => {
  rig = await startRig({ gated: ['dispatcher'] });
  rig.temporalGates.dispatcher.shut('up');
  await rig.sender.submit(form('one'));
  await rig.until('a claimed set', async () => (await setsIn('claimed')).length === 1);
  rig.dispatcher.freeze();
  const other = rig.another('dispatcher');
  await other.start();
  await rig.settled();
  // Its start is on the wire still and arrives only now.
  rig.temporalGates.dispatcher.open();
  rig.dispatcher.thaw();
  await other.kill();
  await rig.sender.submit(form('two'));
  await rig.settled();

  const sets = await setsIn('ended');
  expect(await Promise.all(sets.map(({ id }) => runsOf(rig, id)))).toEqual([['COMPLETED'], ['COMPLETED']]);
  expect(await findFaults(rig)).toEqual([]);
});

test('a dispatcher frozen within its claim keeps neither the gateway nor another dispatcher waiting for long', async () => {
  rig = await startRig();
  await rig.databaseGate.shut('set claimed storm');
  await rig.sender.submit(form('one'));
  await rig.databaseGate.reached('set claimed storm');
  rig.dispatcher.freeze();
  await rig.databaseGate.open();
  const { status, tries } = await rig.sender.submit({ ...form('one again'), email: form('one').email });
  expect({ status, tries }).toEqual({ status: 202, tries: 1 });
  const other = rig.another('dispatcher');
  await other.start();
  await rig.settled();
  rig.dispatcher.thaw();
  await other.kill();
  await rig.sender.submit(form('two'));
  await rig.settled();

  expect(await findFaults(rig)).toEqual([]);
});
