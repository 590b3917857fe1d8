import type { Rig } from './rig.ts';
import { terminateRun } from './runs.ts';
import type { IntegrationName } from './integrations.ts';

/** What happens in a scene; the checker has the last word on it. */
export type Scene = (rig: Rig) => Promise<void>;

const form = (mark: string, who = mark, integration: IntegrationName = 'storm') => ({ integration, mark, email: `${who}@gmail.com` });

/** The worker dies between the sending of a mail and the answer. */
export const mailWithoutAnswer: Scene = async (rig) => {
  const held = rig.mailGate.hold('answer', ({ path }) => path === '/emails');
  await rig.sender.submit(form('one'));
  await rig.until('a held call', () => held.isStanding);
  await rig.worker.kill();
  held.cut();
  await rig.worker.start();
  await rig.settled();
};

/** A run ends by hand while its mail is under way, and its submissions form a set again together with a new one. */
export const runLostDuringItsMail: Scene = async (rig) => {
  const held = rig.mailGate.hold('answer', ({ path }) => path === '/emails');
  await rig.sender.submit(form('one', 'ann'));
  await rig.until('a held call', () => held.isStanding);
  const [set] = await rig.rows<{ id: string }>(`select id from sets where state = 'started'`);
  await rig.sender.submit(form('two', 'ann'));
  await rig.worker.kill();
  held.cut();
  await terminateRun(rig, set!.id);
  await rig.worker.start();
  await rig.settled();
};

/**
 * A worker is cut off from Temporal while Twenty's refusal is on its way to it. Its run is lost, another worker is on the same
 * work, and only then it hears the refusal.
 */
export const workerCutOffOverTheLossOfItsRun: Scene = async (rig) => {
  const isCreate = ({ body }: { readonly body: string }): boolean => body.includes('createTasks(');
  rig.twenty.faults.refuse({ object: 'task', path: 'title', contains: 'ann', message: 'Not today' });
  const refusal = rig.twentyGate.hold('answer', isCreate);
  await rig.sender.submit(form('one', 'ann'));
  await rig.until('a refused call', () => refusal.isStanding);
  rig.twenty.faults.clear();
  rig.temporalGates.worker.shut('up');
  rig.temporalGates.worker.cut();
  const [set] = await rig.rows<{ id: string }>(`select id from sets where state = 'started'`);
  await terminateRun(rig, set!.id);
  const again = rig.twentyGate.hold('request', isCreate);
  await rig.another('worker').start();
  await rig.until('the same call by another worker', () => again.isStanding);
  const [{ now } = { now: '' }] = await rig.rows<{ now: string }>('select clock_timestamp()::text as now');
  refusal.release();
  await rig.until('the end of the refused step', async () =>
    (await rig.rows(`select 1 from pg_stat_activity where application_name = 'sluice worker' and query like 'update breakers%' and query_start > $1`, [now])).length > 0);
  again.release();
  rig.temporalGates.worker.open();
  await rig.settled();
};

/** A person writes again while the first form is held up; somebody else's form shows when its turn has come. */
export const secondFormOfABusyLane: Scene = async (rig) => {
  const held = rig.twentyGate.hold('request', ({ body }) => body.includes('createTasks(') && body.includes('first'));
  await rig.sender.submit(form('first', 'ann'));
  await rig.until('a held call', () => held.isStanding);
  await rig.sender.submit(form('second', 'ann'));
  const { eventId } = await rig.sender.submit(form('other', 'ben'));
  await rig.until('the end of another lane', async () => (await rig.sender.event(eventId)).deliveries.every(({ state }) => state === 'succeeded'));
  held.release();
  await rig.settled();
};
