import { expect } from 'vitest';
import { feedStandIn } from '../../../src/sandbox/tools/feed.ts';
import { killWorkerAt, startByHand } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

/** A rig with rows by webhook and from a feed. */
export function startDataRig(): Promise<Rig> {
  return startRig({ config: 'data-processing.config.ts', prepare: true, tools: [feedStandIn()] });
}

type Moment = readonly [name: string, gate: 'twentyGate' | 'mailGate' | 'toolsGate', at: 'request' | 'answer', match: (asked: Asked) => boolean];

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its look-up has not arrived', 'twentyGate', 'request', ({ body }) => body.includes('people(')],
  ['its company is made and nobody has heard it', 'twentyGate', 'answer', ({ body }) => body.includes('createCompanies(')],
  ['its people are made and nobody has heard it', 'twentyGate', 'answer', ({ body }) => body.includes('createPeople(') && !body.includes('"upsert":true')],
  ['its changes have not arrived', 'twentyGate', 'request', ({ body }) => body.includes('"upsert":true')],
  ['its changes are written and nobody has heard it', 'twentyGate', 'answer', ({ body }) => body.includes('"upsert":true')],
  ['its mail is sent and nobody has heard it', 'mailGate', 'answer', ({ path }) => path === '/emails'],
  ['the second page of its feed has not arrived', 'toolsGate', 'request', ({ path }) => path.includes('cursor=')],
];

/** Kills the worker at this moment and starts it again: every row has come through once, every count is right, one mail is sent. */
export async function dieAt(rig: Rig, [name, gate, at, match]: Moment): Promise<void> {
  const slug = name.replaceAll(' ', '-');
  if (gate === 'toolsGate') return dieInFeed(rig, slug, { at, match });
  const email = (n: number): string => `${slug}-${String(n)}@acme.example`;
  const known = [0, 1, 2].map((n) => String(rig.twenty.asUser.create('people', { emails: { primaryEmail: email(n) }, jobTitle: 'Old' })['id']));
  const lines = ['last,email,title,company', ...[0, 1, 2, 3, 4, 5].map((n) => `Row ${String(n)},${email(n)},New,Firm of ${slug}`), 'Bad,no address,New,Any', 'Double,' + email(5) + ',Newest,Firm of ' + slug];
  const post = () => fetch(`${rig.gatewayUrl}/hooks/rows`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: lines.join('\n') });
  await killWorkerAt(rig, { gate: rig[gate], at, match }, post);

  const people = rig.twenty.records('people').filter((person) => String((person['emails'] as { primaryEmail: string }).primaryEmail).startsWith(slug));
  const firms = rig.twenty.records('companies').filter((company) => company['name'] === `Firm of ${slug}`);
  expect(people.map((person) => person['jobTitle']).sort()).toEqual(['New', 'New', 'New', 'New', 'New', 'Newest']);
  expect(people.filter(({ id }) => known.includes(String(id)))).toHaveLength(3);
  expect(firms).toHaveLength(1);
  expect(new Set(people.map((person) => person['companyId']))).toEqual(new Set([firms[0]!['id']]));
  const [end] = await rig.rows<{ reason: string; event_id: string }>(`select reason, event_id from deliveries where integration = 'rows' order by seq desc limit 1`);
  expect(end!.reason).toBe('7 of 8 rows: 3 created, 3 updated, 1 skipped, 1 rejected (1 email_invalid); sluice rows gives them to you for correction.');
  expect(rig.mail.mails().filter(({ text }) => text?.includes(end!.event_id))).toHaveLength(1);
  await nothingOpen(rig);
}

const MANY = 30_000;

/** Kills the worker in the midst of reading a long file: every row is kept once, and those that are to be written are. */
export async function dieWhileReading(rig: Rig): Promise<void> {
  const lines = ['last,email,title,company', ...Array.from({ length: MANY }, (_, n) => `Long ${String(n)},long-${String(n)}@acme.example,${n % 5_000 === 0 ? 'New' : 'left out'},Long Ltd`)];
  await fetch(`${rig.gatewayUrl}/hooks/rows`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: lines.join('\n') });
  const isReading = async (): Promise<boolean> => (await rig.rows<{ rows: number }>(`select rows from data_files where state = 'reading'`)).some(({ rows }) => rows >= 1_000);
  await rig.until('the midst of the file', isReading);
  await rig.worker.kill();
  const stands = await isReading();
  await rig.worker.start();
  await rig.settled();

  const [end] = await rig.rows<{ reason: string }>(`select reason from deliveries where integration = 'rows' order by seq desc limit 1`);
  expect(stands).toBe(true);
  expect(end!.reason).toBe('30,000 of 30,000 rows: 6 created, 29,994 skipped');
  expect(rig.twenty.records('people').filter((person) => String((person['emails'] as { primaryEmail: string }).primaryEmail).startsWith('long-'))).toHaveLength(6);
  await nothingOpen(rig);
}

async function dieInFeed(rig: Rig, slug: string, { at, match }: { readonly at: Moment[2]; readonly match: Moment[3] }): Promise<void> {
  await killWorkerAt(rig, { gate: rig.toolsGate, at, match }, () => startByHand(rig, 'pulled', slug));
  const [end] = await rig.rows<{ reason: string }>(`select reason from deliveries where integration = 'pulled' order by seq desc limit 1`);
  expect(end!.reason).toBe('3 of 3 rows: 3 created');
  expect(rig.twenty.records('people').filter((person) => /lakeside|brightharbor/.test(String((person['emails'] as { primaryEmail: string }).primaryEmail)))).toHaveLength(3);
  await nothingOpen(rig);
}

async function nothingOpen(rig: Rig): Promise<void> {
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select state from data_rows where state in ('ready', 'taken')`)).toEqual([]);
  expect(await rig.rows('select part from data_parts')).toEqual([]);
}
