import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { hubspot, hubspotWebhooks } from '../../src/connectors/hubspot/index.ts';
import { hubspotStandIn, webhookSender } from '../../src/sandbox/tools/hubspot/index.ts';
import { startSync, type SyncStack } from './rig.ts';

const URL = 'https://sluice.acme.example/hooks/contacts-sync';
const standIn = hubspotStandIn();
const { crm } = standIn;
/** What somebody does over there right before a request is answered. */
let justBefore: ((path: string) => void) | undefined;
let stack: SyncStack;
let hooks: ReturnType<typeof webhookSender>;

beforeAll(async () => {
  stack = await startSync({
    firstLoad: 'write',
    external: { connection: 'crm', object: 'contacts', webhooks: hubspotWebhooks({ secret: secret('HUBSPOT_CLIENT_SECRET'), url: URL }) },
    fields: {
      email: { twenty: 'emails.primaryEmail', external: 'email' }, firstName: { twenty: 'name.firstName', external: 'firstname' },
      lastName: { twenty: 'name.lastName', external: 'lastname' }, title: { twenty: 'jobTitle', external: 'jobtitle' },
    },
  }, {
    tools: [{ ...standIn, answer: (asked) => (justBefore?.(asked.path), standIn.answer(asked)) }], env: { HUBSPOT_CLIENT_SECRET: 'the secret of the app' },
    connections: (env) => ({ crm: hubspot({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), baseUrl: env['HUBSPOT_BASE_URL']! }) }),
  });
  hooks = webhookSender(crm, { url: URL, to: `${stack.gatewayUrl}/hooks/contacts-sync`, secret: 'the secret of the app' });
});
afterAll(() => stack.close());

const emailOf = (person: Readonly<Record<string, unknown>>): string => (person['emails'] as { primaryEmail: string }).primaryEmail;
const personOf = (email: string) => String(stack.people().find((one) => emailOf(one) === email)?.['id']);
const contactOf = (email: string) => String(crm.records('contacts').find(({ properties }) => properties['email'] === email)?.id);
const contacts = () => crm.records('contacts').map(({ properties }) => [properties['email'], properties['jobtitle'] ?? null]).sort();
const people = () => stack.people().filter(({ deletedAt }) => deletedAt === null).map((one) => [emailOf(one), one['jobTitle']]).sort();
const requests = (part: string) => stack.tools.ledger.filter(({ path }) => path.includes(part)).length;
const linkOf = async (email: string) => (await stack.database.pool.query<{ external_id: string; state: string }>(`select external_id, state from links where twenty_id = $1 and state <> 'ended'`, [personOf(email)])).rows[0];
const told = async (): Promise<readonly number[]> => {
  const statuses = await hooks.deliver();
  await stack.quiet();
  return statuses;
};

test('the first load links and makes what is missing on either side, as each side writes it, and a second look changes nothing', { timeout: 60_000 }, async () => {
  crm.make('contacts', { email: 'ann@acme.example', firstname: 'Ann', lastname: 'Lee', jobtitle: 'Buyer' });
  crm.make('contacts', { email: 'bo@acme.example', firstname: 'Bo' });
  stack.person({ name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example' } });
  stack.person({ name: { firstName: 'Cy', lastName: 'Ray' }, emails: { primaryEmail: 'cy@acme.example' }, jobTitle: 'CEO' });
  stack.person({ name: { firstName: 'Di', lastName: 'Fox' }, emails: { primaryEmail: 'di@acme.example' } });
  await stack.job('first-load');
  const written = [stack.twenty.ledger.written('updated').length, stack.tools.changesOf('hubspot').length];
  const statuses = await told();
  await stack.round();

  expect(statuses).toEqual([202]);
  expect(contacts()).toEqual([['ann@acme.example', 'Buyer'], ['bo@acme.example', null], ['cy@acme.example', 'CEO'], ['di@acme.example', null]]);
  expect(people()).toEqual([['ann@acme.example', 'Buyer'], ['bo@acme.example', ''], ['cy@acme.example', 'CEO'], ['di@acme.example', '']]);
  expect([stack.twenty.ledger.written('updated').length, stack.tools.changesOf('hubspot').length]).toEqual(written);
});

test('an edit over there arrives by its webhook without a search, and a webhook that comes twice counts once', { timeout: 60_000 }, async () => {
  const searches = requests('/search');
  crm.edit('contacts', contactOf('cy@acme.example'), { jobtitle: 'Founder' });
  const first = await told();
  const ends = (await stack.endings('contacts-sync')).length;
  const second = await hooks.again();
  await stack.quiet();

  expect([first, second]).toEqual([[202], [200]]);
  expect(stack.record('people', personOf('cy@acme.example'))).toMatchObject({ jobTitle: 'Founder' });
  expect((await stack.endings('contacts-sync', `external:${contactOf('cy@acme.example')}`)).map(({ code }) => code)).toEqual(['in_step', 'synced']);
  expect((await stack.endings('contacts-sync')).length).toBe(ends);
  expect(requests('/search')).toBe(searches);
});

test('what no webhook told is found by the schedule, and edits of different fields on both sides keep both', { timeout: 60_000 }, async () => {
  crm.edit('contacts', contactOf('ann@acme.example'), { jobtitle: 'Director' });
  stack.edit('people', personOf('ann@acme.example'), { name: { firstName: 'Anna', lastName: 'Lee' } });
  hooks.lose();
  await stack.round();
  await told();

  expect(stack.record('people', personOf('ann@acme.example'))).toMatchObject({ jobTitle: 'Director', name: { firstName: 'Anna', lastName: 'Lee' } });
  expect(crm.find('contacts', contactOf('ann@acme.example'))?.properties).toMatchObject({ firstname: 'Anna', jobtitle: 'Director' });
});

test('a forged webhook is refused and changes nothing', async () => {
  crm.edit('contacts', contactOf('bo@acme.example'), { jobtitle: 'Engineer' });
  const forged = webhookSender(crm, { url: URL, to: `${stack.gatewayUrl}/hooks/contacts-sync`, secret: 'a guess' });
  crm.edit('contacts', contactOf('bo@acme.example'), { jobtitle: 'Developer' });

  expect(await forged.deliver()).toEqual([401]);
  expect(await told()).toEqual([202]);
  expect(stack.record('people', personOf('bo@acme.example'))).toMatchObject({ jobTitle: 'Developer' });
});

test('a merge over there takes the link along; nothing is deleted or made anew', { timeout: 60_000 }, async () => {
  const [ann, bo] = [contactOf('ann@acme.example'), contactOf('bo@acme.example')];
  const before = [stack.twenty.ledger.written('created').length, people().length];
  const both = crm.merge('contacts', ann, bo);
  await told();
  await stack.round();
  const link = await linkOf('ann@acme.example');
  crm.edit('contacts', both, { jobtitle: 'Owner' });
  await told();

  expect(link).toEqual({ external_id: both, state: 'in-step' });
  expect(await linkOf('bo@acme.example')).toBeUndefined();
  expect([stack.twenty.ledger.written('created').length, people().length]).toEqual(before);
  expect(stack.record('people', personOf('ann@acme.example'))).toMatchObject({ jobTitle: 'Owner' });
  expect(contacts().map(([email]) => email)).toEqual(['ann@acme.example', 'cy@acme.example', 'di@acme.example']);
});

test('the other one of the two in Twenty is not made anew over there when it is edited', { timeout: 60_000 }, async () => {
  const before = contacts();
  stack.edit('people', personOf('bo@acme.example'), { jobTitle: 'Architect' });
  await stack.quiet();

  expect((await stack.endings('contacts-sync', personOf('bo@acme.example'))).at(-1)).toMatchObject({ state: 'skipped', code: 'unlinked' });
  expect(contacts()).toEqual(before);
});

test('a merge that no webhook told of is found by the schedule, and the pair goes on', { timeout: 60_000 }, async () => {
  const count = people().length;
  const both = crm.merge('contacts', contactOf('cy@acme.example'), contactOf('di@acme.example'));
  hooks.lose();
  await stack.round();

  expect([people().length, contacts().length]).toEqual([count, 2]);
  expect([await linkOf('cy@acme.example'), await linkOf('di@acme.example')].map((link) => link?.external_id)).toContain(both);
});

test('an edit over there that our own write covers is put before a person, who can bring it back', { timeout: 60_000 }, async () => {
  const ann = personOf('ann@acme.example');
  justBefore = (path) => {
    if (!path.includes('/batch/update')) return;
    justBefore = undefined;
    crm.edit('contacts', contactOf('ann@acme.example'), { jobtitle: 'Treasurer' });
    for (const now = Date.now(); Date.now() === now; ); // the write comes a moment later
  };
  stack.edit('people', ann, { jobTitle: 'President' });
  await stack.quiet();
  await told();
  const [conflict] = (await stack.database.pool.query<{ id: string }>('select id, twenty, external, lost_side from sync_conflicts where closed_at is null')).rows;
  await fetch(`${stack.gatewayUrl}/api/syncs/contacts-sync/conflicts/${conflict!.id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keep: 'external' }) });
  await stack.quiet();

  expect(conflict).toMatchObject({ twenty: 'President', external: 'Treasurer', lost_side: 'external' });
  expect(stack.record('people', ann)).toMatchObject({ jobTitle: 'Treasurer', syncStatus: 'IN_STEP' });
  expect(crm.find('contacts', contactOf('ann@acme.example'))?.properties['jobtitle']).toBe('Treasurer');
});

test('a dry run reads and writes nothing', { timeout: 60_000 }, async () => {
  crm.edit('contacts', contactOf('ann@acme.example'), { jobtitle: 'Chair' });
  hooks.lose();
  const written = [stack.twenty.ledger.written('updated').length, stack.tools.changesOf('hubspot').length];
  await stack.run('contacts-sync', { ids: [personOf('ann@acme.example')] }, { dryRun: true });
  await stack.quiet();

  expect((await stack.endings('contacts-sync', personOf('ann@acme.example'))).at(-1)).toMatchObject({ state: 'skipped', code: 'dry_run', reason: expect.stringContaining('title') as string });
  expect([stack.twenty.ledger.written('updated').length, stack.tools.changesOf('hubspot').length]).toEqual(written);
});
