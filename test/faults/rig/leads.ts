import { expect } from 'vitest';
import { madkuduStandIn } from '../../../src/sandbox/tools/madkudu.ts';
import { killWorkerAt, startByHand } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

/** What the model works out for a CEO, and what the tool answers about everybody whom it is asked about. */
const SCORE = 27;
const tool = madkuduStandIn({ people: [] });

/** A rig with lead scoring on a workspace that has its fields. It hears of no change, so that nothing runs but what is started by hand. */
export async function startLeadRig(): Promise<Rig> {
  const rig = await startRig({ config: 'leads.config.ts', prepare: true, tools: [tool] });
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  return rig;
}

const isScoreWrite = ({ body }: Asked): boolean => body.includes('"upsert":true') && body.includes('leadScore');

type Moment = readonly [name: string, integration: 'tasks' | 'mails' | 'outside', at: 'request' | 'answer', match: (asked: Asked) => boolean];

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its scores have not arrived', 'tasks', 'request', isScoreWrite],
  ['its scores are written and nobody has heard it', 'tasks', 'answer', isScoreWrite],
  ['its tasks are made and nobody has heard it', 'tasks', 'answer', ({ body }) => body.includes('createTasks(')],
  ['its links have not arrived', 'tasks', 'request', ({ body }) => body.includes('createTaskTargets(')],
  ['its first mail is sent and nobody has heard it', 'mails', 'answer', ({ path }) => path === '/emails'],
  ['its second question is answered and nobody has heard it', 'outside', 'answer', ({ path }) => path.includes('-1%40acme.example')],
  ['scores from outside have not arrived', 'outside', 'request', isScoreWrite],
];

/** Kills the worker at this moment and starts it again: every score is right and every owner told once. */
export async function dieAt(rig: Rig, [name, integration, at, match]: Moment): Promise<void> {
  const { twenty, mail } = rig;
  const people = Array.from({ length: 3 }, (_, n) => ({ email: `${name.replaceAll(' ', '-')}-${String(n)}@acme.example` }))
    .map(({ email }) => ({ email, id: String(twenty.asUser.create('people', { emails: { primaryEmail: email }, jobTitle: 'CEO' })['id']) }));
  const ids = people.map(({ id }) => id);
  tool.know(...people.map(({ email }) => ({ email, score: SCORE })));
  const gate = integration === 'mails' ? rig.mailGate : integration === 'outside' && at === 'answer' ? rig.toolsGate : rig.twentyGate;
  await killWorkerAt(rig, { gate, at, match }, () => startByHand(rig, integration, name.replaceAll(' ', '-'), { ids }));

  const records = twenty.records('people').filter(({ id }) => ids.includes(String(id)));
  const links = twenty.records('taskTargets').map((link) => link['targetPersonId']);
  const tasks = twenty.records('tasks').filter(({ title }) => people.some(({ email }) => String(title).startsWith(email)));
  const mails = mail.mails().filter(({ subject }) => people.some(({ email }) => subject.startsWith(email)));
  const told = integration !== 'mails' ? people.map(({ id }) => links.filter((link) => link === id).length) : people.map(({ email }) => mails.filter(({ subject }) => subject.startsWith(email)).length);
  expect(records.map((record) => record['leadScore'])).toEqual([SCORE, SCORE, SCORE]);
  expect(told).toEqual([1, 1, 1]);
  expect(integration !== 'mails' ? tasks.length : mails.length).toBe(3);
  // Asked once, apart from the one question of which nobody heard how it ended.
  if (integration === 'outside') expect(people.map(({ email }) => tool.asked(email))).toEqual([1, at === 'answer' ? 2 : 1, 1]);
  expect(await rig.rows(`select 1 from lead_scores where owed and record_id = any($1::text[])`, [ids])).toEqual([]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select state from deliveries where record_id = any($1::text[]) and state <> 'succeeded'`, [ids])).toEqual([]);
}
