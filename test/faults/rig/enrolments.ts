import { expect } from 'vitest';
import { lemlistStandIn, type LemlistStandIn } from '../../../src/sandbox/tools/lemlist.ts';
import { smartleadStandIn, type SmartleadStandIn } from '../../../src/sandbox/tools/smartlead.ts';
import { killWorkerAt, startByHand } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

export interface EnrolmentRig extends Rig {
  readonly lemlist: LemlistStandIn;
  readonly smartlead: SmartleadStandIn;
}

/** A rig with email sequences on a workspace that has their fields. It hears of no change, so that nothing runs but what is started by hand. */
export async function startEnrolmentRig(): Promise<EnrolmentRig> {
  const [lemlist, smartlead] = [lemlistStandIn(), smartleadStandIn()];
  const rig = await startRig({ config: 'email-sequences.config.ts', tools: [lemlist, smartlead], prepare: true });
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  return { ...rig, lemlist, smartlead };
}

type Moment = readonly [name: string, integration: 'singly' | 'together', gate: 'tools' | 'twenty', at: 'request' | 'answer', match: (asked: Asked) => boolean];

const isLead = ({ method, path }: Asked): boolean => method === 'POST' && path.includes('/leads');
const isState = ({ body }: Asked): boolean => body.includes('"upsert":true') && body.includes('SequenceState');

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its first lead has not arrived', 'singly', 'tools', 'request', isLead],
  ['its first lead is enrolled and nobody has heard it', 'singly', 'tools', 'answer', isLead],
  ['all its leads are enrolled and nobody has heard it', 'together', 'tools', 'answer', isLead],
  ['its states have not arrived', 'together', 'twenty', 'request', isState],
  ['its states are written and nobody has heard it', 'singly', 'twenty', 'answer', isState],
  ['its tasks are made and nobody has heard it', 'together', 'twenty', 'answer', ({ body }) => body.includes('createTasks(')],
  ['its links have not arrived', 'singly', 'twenty', 'request', ({ body }) => body.includes('createTaskTargets(')],
];

/** Kills the worker at this moment and starts it again: everybody is enrolled once, with the state beside them and one task. */
export async function dieAt(rig: EnrolmentRig, [name, integration, gate, at, match]: Moment): Promise<void> {
  const { twenty } = rig;
  const emails = Array.from({ length: 3 }, (_, n) => `${name.replaceAll(' ', '-')}-${String(n)}@acme.example`);
  const ids = emails.map((email) => String(twenty.asUser.create('people', { emails: { primaryEmail: email }, jobTitle: 'Gardener' })['id']));
  await killWorkerAt(rig, { gate: gate === 'tools' ? rig.toolsGate : rig.twentyGate, at, match }, () => startByHand(rig, integration, name.replaceAll(' ', '-'), { ids }));

  const inTool = integration === 'singly' ? rig.lemlist.leads('cam_Welcome0000000001').map(({ fields }) => fields.email) : rig.smartlead.emails('372');
  const enrolled = rig.tools.ledger.flatMap(({ changed }) => emails.filter((email) => changed?.includes(email)));
  const links = twenty.records('taskTargets').filter((link) => ids.includes(String(link['targetPersonId'])));
  const field = integration === 'singly' ? 'emailSequenceState' : 'otherSequenceState';
  expect(inTool.filter((email) => emails.includes(email)).toSorted()).toEqual(emails);
  expect(enrolled.toSorted()).toEqual(emails);
  expect(twenty.records('people').filter(({ id }) => ids.includes(String(id))).map((record) => record[field])).toEqual(['ENROLLED', 'ENROLLED', 'ENROLLED']);
  expect(links.map((link) => link['targetPersonId']).toSorted()).toEqual(ids.toSorted());
  expect(new Set(links.map((link) => link['taskId'])).size).toBe(3);
  expect(await rig.rows(`select state, settled, owed from sequence_enrolments where person_id = any($1::text[])`, [ids])).toEqual(ids.map(() => ({ state: 'enrolled', settled: true, owed: false })));
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select state from deliveries where record_id = any($1::text[]) and state <> 'succeeded'`, [ids])).toEqual([]);
}

/** Kills the worker while it writes what lemlist tells, and starts it again: the state is there, the task is told once, and a later call that counts for less changes nothing. */
export async function dieTelling(rig: EnrolmentRig): Promise<void> {
  const { twenty } = rig;
  const email = 'told@acme.example';
  const id = String(twenty.asUser.create('people', { emails: { primaryEmail: email }, jobTitle: 'Gardener' })['id']);
  await startByHand(rig, 'singly', 'before-the-news', { ids: [id] });
  await rig.settled();
  const tell = async (type: string, _id: string): Promise<void> => {
    const body = JSON.stringify({ _id, type, createdAt: '2026-01-06T14:12:00Z', campaignId: 'cam_Welcome0000000001', leadEmail: email });
    const answer = await fetch(`${rig.gatewayUrl}/hooks/singly`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  };
  await killWorkerAt(rig, { gate: rig.twentyGate, at: 'answer', match: ({ body }) => body.includes('REPLIED') }, () => tell('emailsReplied', 'act_killed'));
  await tell('campaignComplete', 'act_later');
  await rig.settled();

  const [task] = twenty.records('tasks').filter(({ id: taskId }) => twenty.records('taskTargets').some((link) => link['targetPersonId'] === id && link['taskId'] === taskId));
  expect(twenty.records('people').find((one) => one['id'] === id)).toMatchObject({ emailSequenceState: 'REPLIED' });
  expect((task!['bodyV2'] as { markdown: string }).markdown.match(/Replied/g)).toHaveLength(1);
  expect(await rig.rows(`select state, owed, noted_rank = rank as noted from sequence_enrolments where person_id = $1`, [id])).toEqual([{ state: 'replied', owed: false, noted: true }]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
}
