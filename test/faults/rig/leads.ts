import { expect } from 'vitest';
import { killWorkerAt, startByHand } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

/** A rig with lead scoring on a workspace that has its fields. */
export function startLeadRig(): Promise<Rig> {
  return startRig({ config: 'leads.config.ts', prepare: true });
}

const isScoreWrite = ({ body }: Asked): boolean => body.includes('"upsert":true') && body.includes('leadScore');

type Moment = readonly [name: string, integration: 'tasks' | 'mails', at: 'request' | 'answer', match: (asked: Asked) => boolean];

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its scores have not arrived', 'tasks', 'request', isScoreWrite],
  ['its scores are written and nobody has heard it', 'tasks', 'answer', isScoreWrite],
  ['its tasks are made and nobody has heard it', 'tasks', 'answer', ({ body }) => body.includes('createTasks(')],
  ['its links have not arrived', 'tasks', 'request', ({ body }) => body.includes('createTaskTargets(')],
  ['its first mail is sent and nobody has heard it', 'mails', 'answer', ({ path }) => path === '/emails'],
];

/** Kills the worker at this moment and starts it again: every score is right and every owner told once. */
export async function dieAt(rig: Rig, [name, integration, at, match]: Moment): Promise<void> {
  const { twenty, mail } = rig;
  const people = Array.from({ length: 3 }, (_, n) => ({ email: `${name.replaceAll(' ', '-')}-${String(n)}@acme.example` }))
    .map(({ email }) => ({ email, id: String(twenty.asUser.create('people', { emails: { primaryEmail: email }, jobTitle: 'CEO' })['id']) }));
  const ids = people.map(({ id }) => id);
  const gate = integration === 'mails' ? rig.mailGate : rig.twentyGate;
  await killWorkerAt(rig, { gate, at, match }, () => startByHand(rig, integration, name.replaceAll(' ', '-'), { ids }));

  const records = twenty.records('people').filter(({ id }) => ids.includes(String(id)));
  const links = twenty.records('taskTargets').map((link) => link['targetPersonId']);
  const tasks = twenty.records('tasks').filter(({ title }) => people.some(({ email }) => String(title).startsWith(email)));
  const mails = mail.mails().filter(({ subject }) => people.some(({ email }) => subject.startsWith(email)));
  const told = integration === 'tasks' ? people.map(({ id }) => links.filter((link) => link === id).length) : people.map(({ email }) => mails.filter(({ subject }) => subject.startsWith(email)).length);
  expect(records.map((record) => record['leadScore'])).toEqual([27, 27, 27]);
  expect(told).toEqual([1, 1, 1]);
  expect(integration === 'tasks' ? tasks.length : mails.length).toBe(3);
  expect(await rig.rows(`select 1 from lead_scores where owed and record_id = any($1::text[])`, [ids])).toEqual([]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select state from deliveries where record_id = any($1::text[]) and state <> 'succeeded'`, [ids])).toEqual([]);
}
