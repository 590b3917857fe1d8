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
 * A run is lost while one of its steps has heard Twenty's refusal and is about to note it. Another run is on the same work when
 * the step of the lost one goes on.
 */
export const stepGoesOnAfterTheLossOfItsRun: Scene = async (rig) => {
  rig.twenty.faults.refuse({ object: 'task', path: 'title', contains: 'ann', message: 'Not today' });
  await rig.databaseGate.shut('effect rejected storm task');
  await rig.sender.submit(form('one', 'ann'));
  await rig.databaseGate.reached('effect rejected storm task');
  rig.twenty.faults.clear();
  const again = rig.twentyGate.hold('request', ({ body }) => body.includes('createTasks('));
  const [set] = await rig.rows<{ id: string }>(`select id from sets where state = 'started'`);
  await terminateRun(rig, set!.id);
  await rig.until('the same step in another run', async () => (await sessions(rig, `wait_event_type = 'Lock'`)) === 2);
  const [before] = await rig.rows<{ now: string }>('select clock_timestamp()::text as now');
  await rig.databaseGate.open();
  await rig.until('a call by the other run', () => again.isStanding);
  await rig.until('the end of the lost step', async () => (await sessions(rig, `query like 'update breakers%' and query_start > $1`, before!.now)) > 0);
  again.release();
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

/** How many of the worker's sessions are like this. */
async function sessions(rig: Rig, like: string, ...values: readonly string[]): Promise<number> {
  return (await rig.rows(`select 1 from pg_stat_activity where application_name = 'sluice worker' and ${like}`, values)).length;
}
