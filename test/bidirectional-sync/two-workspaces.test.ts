import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { type SandboxTwenty, startSandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { startSync, type SyncStack } from './rig.ts';

/** People of one workspace kept in step with those of another. */
let stack: SyncStack;
let other: SandboxTwenty;
/** Where the clock over there stands still, if it does. Milliseconds since 1970. */
let stillMs: number | undefined;
beforeAll(async () => {
  other = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', workspaceId: '5a9db0c5-0000-4000-8000-000000000002', apiKeyName: 'Sluice over there', now: () => stillMs ?? Date.now() });
  stack = await startSync({
    object: 'person', external: { connection: 'partner', object: 'person' }, match: ['email'], firstLoad: 'write', settle: { quietSeconds: 1, maxSeconds: 2 },
    deletes: { inTwenty: 'archive', outside: 'archive', brake: { share: 1, count: 5 } },
    fields: {
      email: { twenty: 'emails.primaryEmail', external: 'emails.primaryEmail' },
      firstName: { twenty: 'name.firstName', external: 'name.firstName' },
      lastName: { twenty: 'name.lastName', external: 'name.lastName' },
      title: { twenty: 'jobTitle', external: 'jobTitle' },
    },
  }, {
    env: { PARTNER_KEY: other.apiKey, PARTNER_SECRET: 'the secret of the other workspace' },
    connections: { partner: twenty({ url: other.url, apiKey: secret('PARTNER_KEY'), webhookSecret: secret('PARTNER_SECRET'), budget: 'off' }) },
  });
});
afterAll(async () => {
  await stack.close();
  await other.close();
});

/** No webhook of either workspace is under way, and nothing is left to be done. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await other.settled();
    await stack.quiet();
  }
}
const job = async (name: Parameters<SyncStack['job']>[0]): Promise<void> => {
  await quiet();
  await stack.job(name);
  await quiet();
};
type Person = Readonly<Record<string, unknown>>;
const emailOf = (one: Person): string => (one['emails'] as { primaryEmail: string }).primaryEmail.split('@')[0]!;
const find = (all: readonly Person[], name: string): Person => all.find((one) => emailOf(one) === name) ?? {};
const here = (name: string): Person => find(stack.people(), name);
const there = (name: string): Person => find(other.records('people'), name);
const seen = (all: readonly Person[]) => all.filter(({ deletedAt }) => deletedAt === null).map((one) => [emailOf(one), (one['name'] as { firstName: string }).firstName, one['jobTitle']]).sort();
const mail = (name: string, more: readonly string[] = []) => ({ emails: { primaryEmail: `${name}@acme.example`, additionalEmails: more.map((one) => `${one}@acme.example`) } });

test('a dry run of the first load writes to neither workspace', { timeout: 60_000 }, async () => {
  stack.person({ ...mail('ann'), name: { firstName: 'Ann' } });
  stack.person({ ...mail('bo'), name: { firstName: 'Bo' }, jobTitle: 'CEO' });
  other.asUser.create('people', { ...mail('ann'), jobTitle: 'Buyer' });
  other.asUser.create('people', { ...mail('cy'), name: { firstName: 'Cy' } });
  await quiet();
  const counts = () => [stack.twenty, other].map(({ ledger }) => ledger.written('created').length + ledger.written('updated').length);
  const before = counts();
  await fetch(`${stack.gatewayUrl}/triggers/contacts-sync`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: 'dry', dryRun: true, input: { job: 'first-load' } }) });
  await quiet();

  expect((await stack.endings('contacts-sync')).at(-1)).toMatchObject({ code: 'dry_run', reason: expect.stringContaining('1 are linked (0 of them differ and wait for a decision), 1 are made in Twenty, 1 on the other side') as string });
  expect(counts()).toEqual(before);
});

test('the first load links and makes people on both sides; how they stand is written on the first side only', { timeout: 60_000 }, async () => {
  await job('first-load');
  const all = [['ann', 'Ann', 'Buyer'], ['bo', 'Bo', 'CEO'], ['cy', 'Cy', '']];

  expect([seen(stack.people()), seen(other.records('people'))]).toEqual([all, all]);
  expect(here('cy')).toMatchObject({ syncStatus: 'IN_STEP', externalId: there('cy')['id'] });
  expect(Object.keys(there('cy'))).not.toContain('syncStatus');
});

test('an edit arrives by the webhook of either workspace, edits of different fields keep both, and their echoes write nothing', { timeout: 60_000 }, async () => {
  other.asUser.update('people', String(there('bo')['id']), { jobTitle: 'Founder' });
  await quiet();
  stack.edit('people', String(here('cy')['id']), { jobTitle: 'Engineer' });
  await quiet();
  const one = [here('bo')['jobTitle'], there('cy')['jobTitle']];
  stack.edit('people', String(here('ann')['id']), { name: { firstName: 'Anna', lastName: 'Lee' } });
  other.asUser.update('people', String(there('ann')['id']), { jobTitle: 'Director' });
  await quiet();
  const written = [stack.twenty, other].map(({ ledger }) => ledger.written('updated').length);
  await stack.round();
  await quiet();

  expect(one).toEqual(['Founder', 'Engineer']);
  expect([here('ann'), there('ann')]).toMatchObject([{ jobTitle: 'Director', name: { firstName: 'Anna', lastName: 'Lee' } }, { jobTitle: 'Director', name: { firstName: 'Anna', lastName: 'Lee' } }]);
  expect([stack.twenty, other].map(({ ledger }) => ledger.written('updated').length)).toEqual(written);
});

test('an edit of one field on both sides waits for a person, with both values', { timeout: 60_000 }, async () => {
  stack.edit('people', String(here('bo')['id']), { jobTitle: 'Chair' });
  other.asUser.update('people', String(there('bo')['id']), { jobTitle: 'Owner' });
  await quiet();
  const status = here('bo')['syncStatus'];
  other.asUser.update('people', String(there('bo')['id']), { jobTitle: 'Chair' });
  await quiet();

  expect((await stack.database.pool.query('select field, twenty, external, closed_because from sync_conflicts')).rows).toEqual([{ field: 'title', twenty: 'Chair', external: 'Owner', closed_because: 'equal' }]);
  expect([status, here('bo')['syncStatus']]).toEqual(['CONFLICT', 'IN_STEP']);
});

test.each([
  ['a moment before', 'Speaker', 'Patron', 1],
  ['in the very millisecond of', 'Host', 'Guest', 0],
])('an edit over there %s our write, which covers it, is put before a person, who can bring it back', { timeout: 60_000 }, async (_when, ours, theirs, laterMs) => {
  const id = String(there('bo')['id']);
  other.beforeOperation = (operation) => {
    if (operation !== 'updatePerson') return;
    other.beforeOperation = undefined;
    stillMs = Date.now();
    other.asUser.update('people', id, { jobTitle: theirs });
    stillMs += laterMs;
  };
  stack.edit('people', String(here('bo')['id']), { jobTitle: ours });
  await quiet();
  stillMs = undefined;
  const covered = [here('bo')['jobTitle'], there('bo')['jobTitle']];
  const { rows } = await stack.database.pool.query<{ id: string }>('select id, twenty, external, lost_side from sync_conflicts where closed_at is null');
  await fetch(`${stack.gatewayUrl}/api/syncs/contacts-sync/conflicts/${rows[0]!.id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keep: 'external' }) });
  await quiet();

  expect(covered).toEqual([ours, ours]);
  expect(rows).toMatchObject([{ twenty: ours, external: theirs, lost_side: 'external' }]);
  expect([here('bo')['jobTitle'], there('bo')['jobTitle']]).toEqual([theirs, theirs]);
});

test('webhooks that were lost are made up for by asking what changed', { timeout: 60_000 }, async () => {
  other.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  other.asUser.update('people', String(there('cy')['id']), { jobTitle: 'Architect' });
  await quiet();
  const before = here('cy')['jobTitle'];
  other.disturbWebhooks(undefined);
  await stack.round();
  await quiet();

  expect([before, here('cy')['jobTitle']]).toEqual(['Engineer', 'Architect']);
});

test('people who were merged over there are neither deleted nor made anew here', { timeout: 60_000 }, async () => {
  const loser = String(there('cy')['id']);
  other.asUser.destroy('people', loser);
  await quiet();
  other.asUser.update('people', String(there('ann')['id']), mail('ann', ['cy']));
  await quiet();
  await job('complete-read');

  expect(here('cy')['deletedAt']).toBeNull();
  expect((await stack.database.pool.query('select state, ended_reason from links where external_id = $1', [loser])).rows).toEqual([{ state: 'ended', ended_reason: 'merged' }]);
  expect(seen(other.records('people')).map(([name]) => name)).toEqual(['ann', 'bo']);
});

test('what is put into the trash on either side goes into the trash on the other, after a complete read', { timeout: 60_000 }, async () => {
  other.asUser.softDelete('people', String(there('ann')['id']));
  stack.twenty.asUser.softDelete('people', String(here('bo')['id']));
  await quiet();
  const before = [here('ann')['deletedAt'], there('bo')['deletedAt']];
  await job('complete-read');

  expect(before).toEqual([null, null]);
  expect([typeof here('ann')['deletedAt'], typeof there('bo')['deletedAt']]).toEqual(['string', 'string']);
});
