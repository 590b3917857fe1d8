import { expect } from 'vitest';
import { mailchimpStandIn } from '../../../src/sandbox/tools/mailchimp/index.ts';
import { readersView } from '../../newsletter/readers.ts';
import { apiToken } from './environment.ts';
import { killWorkerAt } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

/** Three pages of Twenty's, two requests to Mailchimp. */
const PEOPLE = 550;

export interface NewsletterRig {
  readonly rig: Rig;
  readonly mailchimp: ReturnType<typeof mailchimpStandIn>;
}

/** A rig with a newsletter, its view and its readers. */
export async function startNewsletterRig(): Promise<NewsletterRig> {
  const mailchimp = mailchimpStandIn();
  const rig = await startRig({ config: 'newsletters.config.ts', tools: [mailchimp], prepare: true });
  readersView(rig.twenty, 'Readers');
  for (let n = 0; n < PEOPLE; n += 1) rig.twenty.asUser.create('people', { emails: { primaryEmail: `reader${String(n)}@acme.example` }, jobTitle: 'reader' });
  return { rig, mailchimp };
}

type Moment = readonly [name: string, gate: 'twentyGate' | 'toolsGate' | 'mailGate', at: 'request' | 'answer', match: (asked: Asked) => boolean];

const isPage = ({ body }: Asked): boolean => body.includes('people(') && body.includes('$after');
const isAdding = ({ method, path, body }: Asked): boolean => method === 'POST' && path.endsWith('/lists/a6b5da1054') && body.includes('members');

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its second page is read and nobody has heard it', 'twentyGate', 'answer', isPage],
  ['its campaign is made and nobody has heard it', 'twentyGate', 'answer', ({ body }) => body.includes('createCampaigns(')],
  ['its people are on the list and nobody has heard it', 'toolsGate', 'answer', isAdding],
  ['its people have not arrived', 'toolsGate', 'request', isAdding],
  ['its draft is made and nobody has heard it', 'toolsGate', 'answer', ({ method, path }) => method === 'POST' && path.endsWith('/campaigns')],
  ['its mailing is sent and nobody has heard it', 'toolsGate', 'answer', ({ path }) => path.endsWith('/actions/send')],
  ['its confirmation is sent and nobody has heard it', 'mailGate', 'answer', ({ path }) => path === '/emails'],
];

/** Kills the worker at this moment and starts it again: everybody is on the list once, one campaign, one mailing, one confirmation. */
export async function dieAt({ rig, mailchimp }: NewsletterRig, [name, gate, at, match]: Moment): Promise<void> {
  const { twenty, mail } = rig;
  const pagesBefore = pages(rig);
  await killWorkerAt(rig, { gate: rig[gate], at, match }, () => begin(rig, name));

  const campaigns = twenty.records('campaigns').filter((record) => record['name'] === name);
  expect(mailchimp.audiences.membersOf('').map(({ status, tags }) => [status, tags.length])).toEqual(Array.from({ length: PEOPLE }, () => ['subscribed', 1]));
  expect(campaigns).toMatchObject([{ status: 'SENT', peopleSelected: PEOPLE, peopleOnList: PEOPLE }]);
  expect(mailchimp.audiences.campaigns().filter(({ settings }) => settings['title'] === name)).toMatchObject([{ status: 'sent', content: { html: '<p>Hi</p>' } }]);
  expect(mail.mails().filter(({ subject }) => subject.startsWith(name))).toHaveLength(1);
  expect(await rig.rows(`select key from effects where state not in ('done')`)).toEqual([]);
  expect(await rig.rows(`select state from deliveries where state <> 'succeeded'`)).toEqual([]);
  // The page that was read and not heard of is read again, and no other.
  expect(pages(rig) - pagesBefore).toBe(isReading(name) ? 4 : 3);
}

function isReading(name: string): boolean {
  return name === moments[0]![0];
}

/** How many pages of people Twenty has served; its count asks for one person only. */
function pages({ twenty }: Rig): number {
  return twenty.ledger.recordCalls().filter(({ operation, records }) => operation === 'people' && records > 1).length;
}

async function begin(rig: Rig, name: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${rig.gatewayUrl}/triggers/news`, { method: 'POST', headers, body: JSON.stringify({ requestId: name.replaceAll(' ', '-'), input: { name } }) });
  if (!answer.ok) throw new Error(`${String(answer.status)} ${await answer.text()}`);
}
