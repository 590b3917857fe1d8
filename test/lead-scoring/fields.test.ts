import { afterEach, expect, test } from 'vitest';
import { leadScoring } from '../../src/workflows/lead-scoring/index.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: (Stack & Partial<ScoringStack>) | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const retry = async (own: Stack): Promise<void> => void (await fetch(`${own.gatewayUrl}/api/deliveries/retry`, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: 'field_missing' }),
}));

test('fields that Twenty does not have fail the items with their names, and once they are made a retry goes through', { timeout: 120_000 }, async () => {
  stack = await startStack({ integrations: { 'lead-score': leadScoring({ fields: { industry: 'industry' } }) } });
  const id = String(stack.twenty.asUser.create('people', { ...mailOf('ann'), jobTitle: 'CEO', companyId: stack.twenty.asUser.create('companies', { name: 'Acme' })['id'] })['id']);
  const started = await fetch(`${stack.gatewayUrl}/triggers/lead-score`, { method: 'POST', body: JSON.stringify({ requestId: 'one', selection: { ids: [id] } }) });
  await stack.settled();
  const { rows } = await stack.database.pool.query(`select state, code, reason from deliveries where record_id = $1`, [id]);
  for (const [object, name, type] of [['person', 'leadScore', 'NUMBER'], ['person', 'leadScoreReasons', 'TEXT'], ['person', 'leadScoredAt', 'DATE_TIME'], ['company', 'industry', 'TEXT']] as const) {
    await addField(stack, object, name, type);
  }
  await retry(stack);
  // What was just asked of the workspace's fields is kept for five seconds; whoever comes earlier fails once more.
  await stack.settled();
  for (let tries = 0; tries < 100 && stack.twenty.records('people')[0]!['leadScore'] !== 31; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await retry(stack);
    await stack.settled();
  }

  expect(started.status).toBe(202);
  expect(rows).toEqual([{
    state: 'failed', code: 'field_missing',
    reason: 'Twenty has not the fields person.leadScore, person.leadScoreReasons, person.leadScoredAt, company.industry. Run “sluice setup”, or name another field in the configuration; then retry.',
  }]);
  expect(stack.twenty.records('people')[0]).toMatchObject({ leadScore: 31 });
});

test('fields of the workspace count under the names that the configuration gives them, and adjust has the last word or fails alone', { timeout: 120_000 }, async () => {
  const own = await startScoring({
    model: { completeness: {}, industry: [{ match: 'software', points: 15 }], usage: [{ on: 'person', field: 'lastSeenAt', says: 'used the product', points: 10, halfLifeDays: 7 }] },
    adjust: ({ person }, result) => {
      if (person['jobTitle'] === 'Broken') throw new Error('no idea');
      return { score: result.score + 0.4, reasons: [...result.reasons, 'and a word of ours'] };
    },
  }, {}, []);
  stack = own;
  await addField(own, 'company', 'employees', 'NUMBER');
  await addField(own, 'person', 'lastSeenAt', 'DATE_TIME');
  await own.start('worker');
  await own.start('dispatcher');
  const companyId = own.company({ name: 'Acme', employees: 250 });
  const ids = ['CEO', 'Broken'].map((jobTitle, n) => own.person({ ...mailOf(`p${String(n)}`), jobTitle, companyId, lastSeenAt: new Date(Date.now() - 7.5 * 86_400_000).toISOString() }));
  await own.quiet();

  expect(own.record(ids[0]!)['leadScoreReasons']).toBe('+25 C-level: CEO\n+15 company of 200 to 999 people\n+5 used the product 7 days ago (fading)\nand a word of ours');
  expect(ids.map((id) => own.score(id))).toEqual([45, null]);
  expect(await own.endings(ids[1])).toMatchObject([{ state: 'failed', code: 'adjust_failed', reason: 'The adjust function in the configuration failed: no idea' }]);
});

test('meetings and e-mails count where they are switched on, for one call more each', { timeout: 120_000 }, async () => {
  const own = await startScoring({
    model: {
      completeness: {}, meetings: { points: 15, halfLifeDays: 30, most: 30, says: 'had a meeting with us' }, replies: { points: 6, halfLifeDays: 10, most: 20, says: 'wrote to us' },
    },
  }, {}, ['worker']);
  stack = own;
  await addMailbox(own);
  const id = own.person({ ...mailOf('ann'), jobTitle: 'CEO' });
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const make = (objects: string, data: object): string => String(own.twenty.asUser.create(objects, data as Record<string, unknown>)['id']);
  for (const event of [{ startsAt: daysAgo(1), isCanceled: false }, { startsAt: daysAgo(1), isCanceled: true }, { startsAt: daysAgo(2000), isCanceled: false }]) {
    make('calendarEventParticipants', { personId: id, calendarEventId: make('calendarEvents', event) });
  }
  for (const [role, days] of [['FROM', 10], ['TO', 0]] as const) make('messageParticipants', { personId: id, role, messageId: make('messages', { receivedAt: daysAgo(days) }) });
  await own.twenty.settled();
  await own.start('dispatcher');
  await own.quiet();

  expect(own.record(id)['leadScoreReasons']).toBe('+25 C-level: CEO\n+15 had a meeting with us yesterday\n+3 wrote to us 10 days ago (fading)');
  expect(own.twenty.ledger.recordCalls().map(({ operation }) => operation).filter((operation) => operation.endsWith('Participants'))).toEqual(['calendarEventParticipants', 'messageParticipants']);
});

async function metadata<T>(own: Stack, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${own.twenty.apiKey}`, 'content-type': 'application/json' };
  const answer = await fetch(`${own.twenty.url}/rest/metadata/${path}`, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function objectId(own: Stack, nameSingular: string): Promise<string> {
  const { data } = await metadata<{ data: { objects: { id: string; nameSingular: string }[] } }>(own, 'objects?limit=200');
  return data.objects.find((object) => object.nameSingular === nameSingular)!.id;
}

async function addField(own: Stack, object: string, name: string, type: string, more: object = {}): Promise<void> {
  await metadata(own, 'fields', { objectMetadataId: await objectId(own, object), name, type, label: name, ...more });
}

/** The parts of Twenty's calendar and mailbox that are read, as objects of the workspace's own: the sandbox has only those people write to. */
async function addMailbox(own: Stack): Promise<void> {
  for (const name of ['calendarEvent', 'calendarEventParticipant', 'message', 'messageParticipant']) {
    await metadata(own, 'objects', { nameSingular: name, namePlural: `${name}s`, labelSingular: name, labelPlural: `${name}s` });
  }
  await addField(own, 'calendarEvent', 'startsAt', 'DATE_TIME');
  await addField(own, 'calendarEvent', 'isCanceled', 'BOOLEAN');
  await addField(own, 'message', 'receivedAt', 'DATE_TIME');
  const options = ['FROM', 'TO'].map((value, position) => ({ value, label: value, position, color: 'gray' }));
  await addField(own, 'messageParticipant', 'role', 'SELECT', { options });
  for (const [from, name, to] of [['calendarEventParticipant', 'calendarEvent', 'calendarEvent'], ['calendarEventParticipant', 'person', 'person'], ['messageParticipant', 'message', 'message'], ['messageParticipant', 'person', 'person']] as const) {
    await addField(own, from, name, 'RELATION', { relationCreationPayload: { type: 'MANY_TO_ONE', targetObjectMetadataId: await objectId(own, to), targetFieldLabel: `Own ${from}s`, targetFieldIcon: 'IconLink' } });
  }
}
