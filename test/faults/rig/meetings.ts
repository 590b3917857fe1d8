import { expect } from 'vitest';
import { firefliesCall } from '../../../src/connectors/fireflies/fireflies.fixture.ts';
import { firefliesStandIn } from '../../../src/sandbox/tools/fireflies.ts';
import { killWorkerAt } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

const recorder = firefliesStandIn();

/** A rig with meeting notes on a workspace that has its field. */
export function startMeetingRig(): Promise<Rig> {
  return startRig({ config: 'meeting-notes.config.ts', tools: [recorder], prepare: true });
}

type Moment = readonly [name: string, gate: 'twentyGate' | 'mailGate' | 'toolsGate', at: 'request' | 'answer', match: (asked: Asked) => boolean];

const makes = (root: string) => ({ body }: Asked): boolean => body.includes(`${root}(`);

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its meetings are fetched and nobody has heard it', 'toolsGate', 'answer', ({ path }) => path.endsWith('/graphql')],
  ['its strangers are made people and nobody has heard it', 'twentyGate', 'answer', makes('createPeople')],
  ['its notes are made and nobody has heard it', 'twentyGate', 'answer', makes('createNotes')],
  ['its links have not arrived', 'twentyGate', 'request', makes('createNoteTargets')],
  ['its tasks are made and nobody has heard it', 'twentyGate', 'answer', makes('createTasks')],
  ['its tasks’ links are made and nobody has heard it', 'twentyGate', 'answer', makes('createTaskTargets')],
  ['its first mail is sent and nobody has heard it', 'mailGate', 'answer', ({ path }) => path === '/emails'],
];

/** Kills the worker at this moment and starts it again: each meeting has its one note, its tasks once, and everyone was told once. */
export async function dieAt(rig: Rig, [name, gate, at, match]: Moment): Promise<void> {
  const key = name.replaceAll(/[^a-z]+/g, '-');
  const company = String(rig.twenty.asUser.create('companies', { name: key, domainName: { primaryLinkUrl: `https://${key}.example` } })['id']);
  const meetings = [0, 1, 2].map((n) => {
    const [known, stranger] = [`known${String(n)}@${key}.example`, `stranger${String(n)}@${key}.example`];
    rig.twenty.asUser.create('people', { emails: { primaryEmail: known }, companyId: company });
    const meeting = firefliesCall({ id: `${key}-${String(n)}`, title: `${key} ${String(n)}`, organizer_email: null, participants: [known, stranger], meeting_attendees: [], summary: { overview: 'Said.', action_items: `First matter of ${key}\nAnother thing to do` } });
    recorder.put(meeting);
    return meeting;
  });
  const tell = (meeting_id: string, timestamp: number): Promise<Response> =>
    fetch(`${rig.gatewayUrl}/hooks/meetings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ event: 'meeting.summarized', timestamp, meeting_id }) });
  await killWorkerAt(rig, { gate: rig[gate], at, match }, () => Promise.all(meetings.map(({ id }) => tell(id, 1))));
  // News of the same meetings comes again: there is nothing left to be done.
  await Promise.all(meetings.map(({ id }) => tell(id, 2)));
  await rig.settled();

  const { twenty, mail } = rig;
  const titles = meetings.map(({ title }) => title);
  const notes = twenty.records('notes').filter(({ title }) => titles.includes(String(title)));
  const noteIds = notes.map(({ id }) => id);
  const tasks = twenty.records('tasks').filter(({ bodyV2 }) => titles.some((title) => JSON.stringify(bodyV2).includes(title)));
  const taskIds = tasks.map(({ id }) => id);
  const links = twenty.records('noteTargets').filter(({ noteId }) => noteIds.includes(noteId));
  expect(notes.map(({ title }) => title).toSorted()).toEqual(titles.toSorted());
  expect(twenty.records('people').filter(({ emails }) => (emails as { primaryEmail: string }).primaryEmail.endsWith(`@${key}.example`))).toHaveLength(6);
  expect([links.filter(({ targetPersonId }) => typeof targetPersonId === 'string').length, links.length]).toEqual([6, 9]);
  expect([tasks.length, twenty.records('taskTargets').filter(({ taskId }) => taskIds.includes(taskId)).length]).toEqual([6, 6]);
  expect(mail.mails().flatMap(({ to }) => to).filter((to) => to.endsWith(`@${key}.example`)).toSorted()).toEqual(meetings.flatMap(({ participants }) => participants).toSorted());
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select d.state, d.reason from deliveries d join lanes l on l.id = d.lane_id where l.key like $1 and d.state <> 'succeeded'`, [`${key}%`])).toEqual([]);
}
