import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { acceptEvents } from '../../src/store/accept.ts';
import type { Database } from '../../src/store/database.ts';
import { freezePeople, keepPeople, type NewsletterPerson, newsletterState, openNewsletter } from '../../src/store/newsletter.ts';
import { endPart, notePartUnderWay, noteStandings, partsOf, peopleCounts, peopleOfPart, recipientsOf, reopenPart } from '../../src/store/newsletter-ends.ts';
import { prune } from '../../src/store/retention.ts';
import { runCli } from '../harness/cli.ts';
import { ownDatabase } from '../harness/own-database.ts';

let database: Database;
ownDatabase((own) => void (database = own));
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-recipients-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const person = (n: number, more: Partial<NewsletterPerson> = {}): NewsletterPerson => ({
  recordId: `r${String(n).padStart(4, '0')}`, name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, firstName: undefined, lastName: undefined, fields: {}, state: 'listed', says: undefined, ...more,
});

/** A start that a run has claimed. */
async function claimed(dryRun = false): Promise<{ readonly ref: { readonly setId: string; readonly epoch: number }; readonly deliveryId: string; readonly eventId: string }> {
  const [accepted] = await acceptEvents(database, [{ source: 'manual:news', dedupe: { key: randomUUID() }, contentType: 'application/json', headers: {}, body: Buffer.from('{}'), verdict: 'test', deliveries: [{ integration: 'news', laneKey: 'manual', urgency: 'bulk' }] }]);
  const ref = { setId: randomUUID(), epoch: 1 };
  await database.pool.query(`insert into sets (id, epoch, integration, workflow_type, urgent, size, state, claimed_by) values ($1, 1, 'news', 'newsletter', false, 1, 'started', 'test')`, [ref.setId]);
  const { rows } = await database.pool.query<{ id: string }>(`update deliveries set state = 'running', set_id = $2, epoch = 1 where event_id = $1 returning id`, [accepted!.eventId, ref.setId]);
  await openNewsletter(database, ref, rows[0]!.id, dryRun);
  return { ref, deliveryId: rows[0]!.id, eventId: accepted!.eventId };
}

test('a page counts once, a second one behind it goes on, and one with the wrong cursor changes nothing', async () => {
  const { ref, deliveryId } = await claimed();
  const first = { from: undefined, people: [person(1), person(2, { email: 'p1@acme.example' }), person(3, { email: undefined, state: 'no_address' })], next: 'c1' };
  await keepPeople(database, ref, deliveryId, first);
  await keepPeople(database, ref, deliveryId, first);
  await keepPeople(database, ref, deliveryId, { from: 'elsewhere', people: [person(9)], next: undefined });
  await keepPeople(database, ref, deliveryId, { from: 'c1', people: [person(4), person(5, { email: 'p1@acme.example' }), person(6, { email: 'p4@acme.example', state: 'opted_out' })], next: undefined });

  expect(await newsletterState(database, deliveryId)).toMatchObject({ isRead: true, cursor: undefined });
  expect(await peopleCounts(database, deliveryId)).toEqual({ listed: 2, duplicate: 2, no_address: 1, opted_out: 1 });
  // Who shares the address of somebody who opted out is left out with them.
  expect([await freezePeople(database, ref, deliveryId, 500), await peopleCounts(database, deliveryId)]).toEqual([1, { listed: 1, duplicate: 2, no_address: 1, opted_out: 2 }]);
});

test('what a dry run read is forgotten before the real run, which reads anew', async () => {
  const { ref, deliveryId } = await claimed(true);
  await keepPeople(database, ref, deliveryId, { from: undefined, people: [person(1)], next: 'c1' });
  expect(await openNewsletter(database, ref, deliveryId, true)).toMatchObject({ cursor: 'c1' });
  expect([await openNewsletter(database, ref, deliveryId, false), await peopleCounts(database, deliveryId)]).toEqual([{ isRead: false, isWalked: false }, {}]);
});

test('a run whose epoch is over writes nothing', async () => {
  const { ref, deliveryId } = await claimed();
  await expect(keepPeople(database, { ...ref, epoch: 2 }, deliveryId, { from: undefined, people: [person(1)], next: undefined })).rejects.toMatchObject({ name: 'EpochOverError' });
  expect(await peopleCounts(database, deliveryId)).toEqual({});
});

test('what is frozen stays as it is once a part has begun; refusals, standings and the unnamed end by person', async () => {
  const { ref, deliveryId, eventId } = await claimed();
  await keepPeople(database, ref, deliveryId, { from: undefined, people: Array.from({ length: 7 }, (_, n) => person(n + 1)), next: undefined });
  expect([await freezePeople(database, ref, deliveryId, 5), await freezePeople(database, ref, deliveryId, 3)]).toEqual([2, 3]);
  expect((await peopleOfPart(database, deliveryId, 3)).map(({ email }) => email)).toEqual(['p7@acme.example']);
  const end = { refused: [{ email: 'p1@acme.example', why: 'refused' as const, says: 'fake' }, { email: 'p2@acme.example', why: 'unsubscribed' as const, says: 'left' }], already: ['p3@acme.example'], unnamed: 0 };
  for (let twice = 0; twice < 2; twice += 1) await endPart(database, ref, deliveryId, 1, end);
  await endPart(database, ref, deliveryId, 2, { refused: [], already: [], unnamed: 1 });
  expect(await freezePeople(database, ref, deliveryId, 500)).toBe(3);
  await noteStandings(database, ref, deliveryId, { from: undefined, members: [{ email: 'p3@acme.example', unsubscribed: true }, { email: 'p4@acme.example', unsubscribed: false }], next: 'w1' });
  await noteStandings(database, ref, deliveryId, { from: 'w1', members: [{ email: 'p5@acme.example', unsubscribed: false }, { email: 'stranger@acme.example', unsubscribed: true }], next: undefined });

  expect((await partsOf(database, deliveryId)).map(({ part, state, people }) => [part, state, people])).toEqual([[1, 'done', 3], [2, 'done', 3], [3, 'open', 1]]);
  expect((await recipientsOf(database, eventId, undefined, 100)).map(({ name, state, says }) => [name, state, says])).toEqual([
    ['P 1', 'refused', 'fake'], ['P 2', 'unsubscribed', 'left'], ['P 3', 'unsubscribed', 'has unsubscribed in the tool, or mails to them came back'],
    ['P 4', 'added', undefined], ['P 5', 'added', undefined], ['P 6', 'refused', 'the tool did not take the address'], ['P 7', 'listed', undefined],
  ]);
});

test('a request that the tool gave up on is made anew as another attempt, with the same people', async () => {
  const { ref, deliveryId } = await claimed();
  await keepPeople(database, ref, deliveryId, { from: undefined, people: [person(1), person(2)], next: undefined });
  await freezePeople(database, ref, deliveryId, 500);
  await notePartUnderWay(database, ref, deliveryId, 1, 'job-1');
  await reopenPart(database, ref, deliveryId, 1);
  await freezePeople(database, ref, deliveryId, 1);
  expect(await partsOf(database, deliveryId)).toEqual([{ part: 1, people: 2, state: 'open', job: undefined, attempt: 1 }]);
});

test('everybody can be looked up by the event, and is forgotten with its payload', async () => {
  const { ref, deliveryId, eventId } = await claimed();
  await keepPeople(database, ref, deliveryId, { from: undefined, people: Array.from({ length: 1_001 }, (_, n) => person(n, n === 0 ? { state: 'invalid', says: 'no address' } : {})), next: undefined });
  const surroundings = { cwd: folder, env: { DATABASE_URL: database.url } };
  const [text, json] = await Promise.all([runCli(surroundings, 'event', eventId, '--recipients'), runCli(surroundings, 'event', eventId, '--recipients', '--json')]);
  expect([text.exitCode, text.stdout.split('\n')[1]]).toEqual([0, expect.stringMatching(/^invalid\s+P 0\s+p0@acme\.example\s+no address$/)]);
  expect(json.stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toHaveLength(1_001);

  await database.pool.query(`update deliveries set state = 'succeeded', ended_at = now() - interval '40 days' where id = $1`, [deliveryId]);
  await database.pool.query(`update events set received_at = now() - interval '40 days' where id = $1`, [eventId]);
  await prune(database, { otherwise: { payloadDays: 30, deliveryDays: 365 }, byIntegration: new Map() });
  expect(await recipientsOf(database, eventId, undefined, 10)).toEqual([]);
  expect((await runCli(surroundings, 'event', eventId, '--recipients')).stderr).toContain('past its retention');
});
