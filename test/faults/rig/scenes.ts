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
export const runLostDuringMail: Scene = async (rig) => {
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
 * A worker stands still when Twenty's refusal is on its way to it. Its run is lost, another worker does the work, and only then
 * it wakes and hears the refusal.
 */
export const workerFrozenOverTheLossOfItsRun: Scene = async (rig) => {
  rig.twenty.faults.refuse({ object: 'task', path: 'title', contains: 'ann', message: 'Not today' });
  const answer = rig.twentyGate.hold('answer', ({ body }) => body.includes('createTasks('));
  await rig.sender.submit(form('one', 'ann'));
  await rig.until('a held call', () => answer.isStanding);
  rig.twenty.faults.clear();
  rig.worker.freeze();
  const mail = rig.mailGate.hold('request', ({ path }) => path === '/emails');
  const [set] = await rig.rows<{ id: string }>(`select id from sets where state = 'started'`);
  await terminateRun(rig, set!.id);
  const other = rig.another('worker');
  await other.start();
  await rig.until('a held call', () => mail.isStanding);
  answer.release();
  rig.worker.thaw();
  await rig.until('what the woken worker makes of the answer', async () => {
    const [row] = await rig.rows<{ done: boolean }>(`select count(*) > 0 as done from effects where state = 'rejected' or step = 'task' and ended_at is not null`);
    return row?.done === true;
  });
  mail.release();
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
