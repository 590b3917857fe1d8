import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { startRig, type Rig } from './rig/rig.ts';
import { runsOf } from './rig/runs.ts';
import type { Submission } from './rig/sender.ts';

/** Every phase of claim, start and settle: the lanes are free and work goes on by itself. */
let rig: Rig;
beforeEach(async () => void (rig = await startRig({ gated: ['dispatcher', 'worker'] })));
afterEach(() => rig.close());

const forms: readonly Submission[] = [1, 2, 3].map((n) => ({ integration: 'storm', mark: `form-${String(n)}`, email: `person-${String(n % 2)}@gmail.com` }));
/** All at once for the dispatcher, so that they make one set. */
const submitAll = async (): Promise<void> => {
  rig.dispatcher.freeze();
  for (const form of forms) await rig.sender.submit(form);
  rig.dispatcher.thaw();
};
async function killGatewayAtCommit(): Promise<{ readonly answer: Promise<{ readonly status: number }> }> {
  await rig.databaseGate.shut('event hook:storm');
  const answer = rig.sender.submit(forms[0]!);
  await rig.databaseGate.reached('event hook:storm');
  await rig.gateway.kill();
  return { answer };
}
const setsIn = (state: string) => rig.rows<{ id: string }>('select id from sets where state = $1 order by claimed_at', [state]);
const lockedLanes = () => rig.rows(`select l.key from lanes l left join sets s on s.id = l.set_id and s.state in ('claimed', 'started') where l.state = 'running' and s.id is null`);

async function goesOn(): Promise<void> {
  await rig.settled();
  expect(await lockedLanes()).toEqual([]);
  expect(await findFaults(rig)).toEqual([]);
}

test('a gateway killed before the commit: the sender sends again and the form is new', async () => {
  const { answer } = await killGatewayAtCommit();
  await rig.databaseGate.cut();
  await rig.databaseGate.open();
  await rig.gateway.start();
  expect((await answer).status).toBe(202);
  await goesOn();
});

test('a gateway killed between commit and answer: the sender sends again and the form is known', async () => {
  const { answer } = await killGatewayAtCommit();
  await rig.databaseGate.open();
  await rig.until('the commit', async () => (await rig.rows('select 1 from events')).length === 1);
  await rig.gateway.start();
  expect((await answer).status).toBe(200);
  await goesOn();
});

test('a dispatcher killed before its claim is committed', async () => {
  await rig.databaseGate.shut('set claimed storm');
  await submitAll();
  await rig.databaseGate.reached('set claimed storm');
  await rig.dispatcher.kill();
  await rig.databaseGate.cut();
  await rig.databaseGate.open();
  await rig.dispatcher.start();
  await goesOn();
});

test('a dispatcher killed after its claim, before the run is started', async () => {
  rig.temporalGates.dispatcher.shut('up');
  await submitAll();
  await rig.until('a claimed set', async () => (await setsIn('claimed')).length > 0);
  await rig.dispatcher.kill();
  rig.temporalGates.dispatcher.cut();
  rig.temporalGates.dispatcher.open();
  await rig.dispatcher.start();
  await goesOn();
});

test('a dispatcher killed after the run is started, before that is noted', async () => {
  await rig.databaseGate.shut('set started storm');
  await submitAll();
  await rig.databaseGate.reached('set started storm');
  await rig.dispatcher.kill();
  await rig.databaseGate.cut();
  await rig.databaseGate.open();
  await rig.dispatcher.start();
  await goesOn();
});

test('a worker killed before the outcomes are committed', async () => {
  await rig.databaseGate.shut('delivery succeeded storm');
  await submitAll();
  await rig.databaseGate.reached('delivery succeeded storm');
  await rig.worker.kill();
  await rig.databaseGate.cut();
  await rig.databaseGate.open();
  await rig.worker.start();
  await goesOn();
});

test('a worker killed after the outcomes are committed, before Temporal knows', async () => {
  await rig.databaseGate.shut('set ended storm');
  await submitAll();
  await rig.databaseGate.reached('set ended storm');
  rig.temporalGates.worker.shut('up');
  await rig.databaseGate.open();
  await rig.until('an ended set', async () => (await setsIn('ended')).length > 0);
  const [set] = await setsIn('ended');
  await rig.worker.kill();
  rig.temporalGates.worker.cut();
  rig.temporalGates.worker.open();
  await rig.worker.start();
  await goesOn();
  await rig.until('the end of the run', async () => (await runsOf(rig, set!.id)).join() === 'COMPLETED');
});

test('a worker killed when half of the set has ended', async () => {
  rig.twenty.faults.refuse({ object: 'person', path: 'emails.primaryEmail', equals: 'person-0@gmail.com', message: 'Not today' });
  const held = rig.twentyGate.hold('answer', ({ body }) => body.includes('createTasks('));
  await submitAll();
  await rig.until('a held call', () => held.isStanding);
  expect(await rig.rows('select state from deliveries order by seq')).toEqual([{ state: 'running' }, { state: 'failed' }, { state: 'running' }]);
  await rig.worker.kill();
  held.cut();
  await rig.worker.start();
  await rig.settled();
  rig.twenty.faults.clear();
  await rig.sender.retry('storm');
  await goesOn();
});
