import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { RECORDS } from '../../src/connectors/generic-counterpart/generic-counterpart.fixture.ts';
import { genericCounterpart, restWebhooks } from '../../src/connectors/generic-counterpart/index.ts';
import { restRecordsStandIn } from '../../src/sandbox/tools/rest-records.ts';
import { startSync, type SyncStack } from './rig.ts';

const standIn = restRecordsStandIn();
let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({
    firstLoad: 'write',
    external: { connection: 'crm', object: 'contacts', webhooks: restWebhooks({ secret: secret('CRM_WEBHOOK_SECRET'), secretIn: 'header', ids: 'data[].id' }) },
    fields: {
      email: { twenty: 'emails.primaryEmail', external: 'email' }, firstName: { twenty: 'name.firstName', external: 'name.first' },
      lastName: { twenty: 'name.lastName', external: 'name.last' }, title: { twenty: 'jobTitle', external: 'job_title' },
    },
    deletes: { inTwenty: 'propagate', outside: 'archive', brake: { share: 1, count: 5 } },
  }, {
    tools: [standIn], env: { CRM_WEBHOOK_SECRET: 'the secret of the hook' },
    connections: (env) => ({ crm: genericCounterpart({ ...RECORDS, url: env['REST_RECORDS_URL']! }) }),
  });
}, 120_000);
afterAll(() => stack.close());

const emailOf = (person: Readonly<Record<string, unknown>>): string => (person['emails'] as { primaryEmail: string }).primaryEmail;
const personOf = (email: string) => String(stack.people().find((one) => emailOf(one) === email)?.['id']);
const contactOf = (email: string) => standIn.contacts().find((one) => one.email === email)!.id;
const contacts = () => standIn.contacts().map(({ email, name, job_title }) => [email, name.first, name.last, job_title]).sort();
const people = () => stack.people().filter(({ deletedAt }) => deletedAt === null).map((one) => [emailOf(one), one['jobTitle']]).sort();
const changes = () => stack.tools.changesOf('rest-records').length;
const writes = () => stack.twenty.ledger.written('updated').length + stack.twenty.ledger.written('created').length;
const told = async (ids: readonly string[]): Promise<number> => {
  const headers = { 'content-type': 'application/json', 'x-webhook-secret': 'the secret of the hook' };
  const { status } = await fetch(`${stack.gatewayUrl}/hooks/contacts-sync`, { method: 'POST', headers, body: JSON.stringify({ type: 'contact.updated', data: ids.map((id) => ({ id })) }) });
  await stack.quiet();
  return status;
};

test('a dry run of the first load writes nothing on either side; the real one links and makes what is missing, as each side writes it', { timeout: 120_000 }, async () => {
  standIn.add({ email: 'ann@acme.example', name: { first: 'Ann', last: 'Lee' }, job_title: 'Buyer' });
  standIn.add({ email: 'bo@acme.example', name: { first: 'Bo' } });
  stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } });
  stack.person({ name: { firstName: 'Cy', lastName: 'Ray' }, emails: { primaryEmail: 'cy@acme.example' }, jobTitle: ' CEO' });
  await stack.quiet();
  const before = [changes(), writes()];
  await fetch(`${stack.gatewayUrl}/triggers/contacts-sync`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: 'dry', dryRun: true, input: { job: 'first-load' } }) });
  await stack.quiet();
  const dry = [changes(), writes(), (await stack.endings('contacts-sync')).filter(({ code }) => code === 'dry_run').map(({ reason }) => reason)];
  await stack.job('first-load');
  const after = [changes(), writes()];
  await stack.round();

  expect(dry).toEqual([...before, [expect.stringContaining('1 are linked') as string]]);
  expect(contacts()).toEqual([['ann@acme.example', 'Ann', 'Lee', 'Buyer'], ['bo@acme.example', 'Bo', null, null], ['cy@acme.example', 'Cy', 'Ray', 'CEO']]);
  expect(people()).toEqual([['ann@acme.example', 'Buyer'], ['bo@acme.example', ''], ['cy@acme.example', ' CEO']]);
  expect([changes(), writes()]).toEqual(after);
});

test('an edit on either side reaches the other one, told by a webhook or found by the schedule; then nothing is written any more', { timeout: 120_000 }, async () => {
  standIn.edit(contactOf('cy@acme.example'), { job_title: 'Founder' });
  const status = await told([contactOf('cy@acme.example')]);
  const afterHook = people();
  standIn.edit(contactOf('bo@acme.example'), { job_title: 'Engineer' });
  stack.edit('people', personOf('ann@acme.example'), { jobTitle: 'Head of Purchasing' });
  await stack.round();
  const before = [changes(), writes(), stack.twenty.ledger.recordCalls().length];
  await stack.round();

  expect([status, afterHook.at(-1)]).toEqual([202, ['cy@acme.example', 'Founder']]);
  expect(people()).toEqual([['ann@acme.example', 'Head of Purchasing'], ['bo@acme.example', 'Engineer'], ['cy@acme.example', 'Founder']]);
  expect(contacts().map((one) => one[3])).toEqual(['Head of Purchasing', 'Engineer', 'Founder']);
  expect([changes(), writes(), stack.twenty.ledger.recordCalls().length]).toEqual(before);
});

test('an edit between our read and our write is refused by If-Match, and the next run keeps both', { timeout: 120_000 }, async () => {
  const ann = contactOf('ann@acme.example');
  standIn.meanwhile('PATCH', () => standIn.edit(ann, { name: { last: 'Lee-Ray' } }));
  stack.edit('people', personOf('ann@acme.example'), { jobTitle: 'Director' });
  await stack.quiet();

  expect(stack.tools.ledger.filter(({ method, status }) => method === 'PATCH' && status === 412)).toHaveLength(1);
  expect(contacts()[0]).toEqual(['ann@acme.example', 'Ann', 'Lee-Ray', 'Director']);
  expect(stack.record('people', personOf('ann@acme.example'))).toMatchObject({ jobTitle: 'Director', name: { firstName: 'Ann', lastName: 'Lee-Ray' } });
});

test('what the API refuses fails with its words and alone, and a value that it keeps in its own form is no edit', { timeout: 120_000 }, async () => {
  stack.edit('people', personOf('bo@acme.example'), { jobTitle: 'x'.repeat(201) });
  stack.edit('people', personOf('cy@acme.example'), { jobTitle: ' Chair  ' });
  await stack.quiet();
  await stack.round();
  const failed = (await stack.endings('contacts-sync')).filter(({ state }) => state === 'failed').map(({ code, reason }) => [code, reason]);

  expect(failed).toEqual([['external_rejected', 'contacts did not take it: generic-counterpart: job_title is not valid (422)']]);
  expect(contacts().map((one) => one[3])).toEqual(['Director', 'Engineer', 'Chair']);
  expect(people().at(-1)).toEqual(['cy@acme.example', ' Chair  ']);
});

test('deletes are carried over after a complete read, and not before', { timeout: 120_000 }, async () => {
  stack.twenty.asUser.softDelete('people', personOf('bo@acme.example'));
  standIn.remove(contactOf('cy@acme.example'));
  await stack.round();
  const before = [contacts().map(([email]) => email), people().map(([email]) => email)];
  await stack.job('complete-read');

  expect(before).toEqual([['ann@acme.example', 'bo@acme.example'], ['ann@acme.example', 'cy@acme.example']]);
  expect([contacts().map(([email]) => email), people().map(([email]) => email)]).toEqual([['ann@acme.example'], ['ann@acme.example']]);
});

test('a new record whose answer is lost is made once: the API knows the key', { timeout: 120_000 }, async () => {
  // The find is the first request of the run, the record that is made the next one.
  standIn.meanwhile('GET', () => stack.tools.faults.next('rest-records', 'cut'));
  stack.person({ name: { firstName: 'Di', lastName: 'Fox' }, emails: { primaryEmail: 'di@acme.example' } });
  await stack.quiet();
  const posts = stack.tools.ledger.filter(({ method }) => method === 'POST').slice(-2).map(({ status }) => status);

  expect(posts).toEqual(['cut', 201]);
  expect(contacts()).toEqual([['ann@acme.example', 'Ann', 'Lee-Ray', 'Director'], ['di@acme.example', 'Di', 'Fox', null]]);
});
