import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { KNOWN } from '../../src/sandbox/tools/known-profiles.ts';
import { findEvent } from '../../src/store/views.ts';
import { enrichment } from '../../src/workflows/enrichment/index.ts';
import { type EnrichingStack, mailOf, startEnriching } from './rig.ts';

const settle = { quietSeconds: 0, maxSeconds: 0 };
const knows = (question: { email?: string; domain?: string }): Profile | undefined => (question.email?.startsWith('twice') === true ? { jobTitle: 'CEO', seniority: 'c_level', openJobs: 20, headcountGrowth: 0.4 } : KNOWN(question));

let stack: EnrichingStack;
beforeAll(async () => {
  const signals = { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>', fundedWithinDays: 3650, newJobWithinDays: 3650 };
  stack = await startEnriching({ highValue: { task: {} }, signals }, { knows, integrations: { firms: enrichment({ object: 'company', providers: 'pdl', alsoWhenIdentified: false, fields: { headcount: 'overwrite' }, settle }) } });
});
afterAll(() => stack.close());

const tasksOf = (id: string): readonly unknown[] => {
  const links = stack.twenty.records('taskTargets').filter((link) => link['targetPersonId'] === id).map((link) => link['taskId']);
  return stack.twenty.records('tasks').filter((task) => links.includes(task['id']));
};
const mailsAbout = (id: string) => stack.mail.mails().filter(({ text }) => text?.includes(id) === true);

test('a new person is completed, sales hears of her once, what somebody typed stays, and our own write makes no further run', { timeout: 120_000 }, async () => {
  const id = stack.make('people', { name: { firstName: 'Dana', lastName: '' }, jobTitle: 'Boss', emails: { primaryEmail: 'dana@brightharbor.example' } });
  await stack.quiet();
  const first = stack.record('people', id);
  await stack.run('enrich', { ids: [id] });
  await stack.quiet();

  expect(first).toMatchObject({
    name: { firstName: 'Dana', lastName: 'Okafor' }, jobTitle: 'Boss', seniority: 'C-level', city: 'Oakland', country: 'United States', enrichedBy: 'People Data Labs',
    linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/in/dana-okafor-sample' }, phones: { primaryPhoneNumber: '4155550132', primaryPhoneCountryCode: 'US' },
  });
  expect(Date.parse(String(first['enrichedAt']))).toBeGreaterThan(Date.now() - 60_000);
  expect(tasksOf(id)).toMatchObject([{ title: 'Worth a call: Dana', status: 'TODO' }]);
  expect(JSON.stringify(tasksOf(id))).toContain('- 1,250 employees');
  expect(mailsAbout(id).map(({ to, subject }) => [to, subject])).toEqual([[['sales@acme.example'], 'Buying signal: Dana']]);
  expect(mailsAbout(id)[0]!.text).toContain('- began as Chief Revenue Officer at Bright Harbor in November 2025');
  expect(stack.pdl.spent()).toBe(1);
  expect(await stack.endings('enrich', id)).toEqual([
    { action: 'created', state: 'succeeded', code: 'enriched', reason: 'name, linkedinLink, phones, seniority, city and country from People Data Labs; task made; signals mailed' },
    { action: null, state: 'skipped', code: 'fresh', reason: 'Enriched within the last 90 days.' },
  ]);
});

test('of a company the dry run says what would be asked and written, and does neither; then its fields are filled', { timeout: 120_000 }, async () => {
  const id = stack.make('companies', { name: 'Bright Harbor Ltd' });
  await stack.quiet();
  stack.edit('companies', id, { domainName: { primaryLinkUrl: 'https://brightharbor.example' }, employees: 7 });
  await stack.quiet();
  const [asked, written] = [stack.tools.ledger.length, stack.twenty.ledger.written('updated').length];
  await stack.run('firms', { ids: [id] }, { dryRun: true });
  await stack.quiet();
  const dry = { asked: stack.tools.ledger.length, written: stack.twenty.ledger.written('updated').length };
  const { rows } = await stack.database.pool.query<{ event_id: string }>(`select event_id from deliveries where record_id = $1 and code = 'dry_run'`, [id]);
  const plan = (await findEvent(stack.database, rows[0]!.event_id))!.deliveries.find(({ effects }) => effects.length > 0);
  await stack.run('firms', { ids: [id] });
  await stack.quiet();
  const at = stack.record('companies', id)['enrichedAt'];
  // Emptied in Twenty, it is enriched anew by hand, from the answer that was kept.
  stack.edit('companies', id, { enrichedAt: null, employees: 9 });
  await stack.quiet();
  await stack.run('firms', { ids: [id] });
  await stack.quiet();

  expect(dry).toEqual({ asked, written });
  expect(plan).toMatchObject({ state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done. People Data Labs was not asked, for that may cost credits.' });
  expect(plan!.effects.map(({ state, summary }) => [state, summary])).toEqual([['planned', 'ask People Data Labs about one company']]);
  expect(stack.record('companies', id)).toMatchObject({
    name: 'Bright Harbor Ltd', employees: 1250, industry: 'Logistics', annualRevenue: { amountMicros: 180_000_000_000_000, currencyCode: 'USD' }, address: { addressCity: 'Oakland', addressPostcode: '94607' },
    linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/company/brightharbor-sample' }, enrichedBy: 'People Data Labs',
  });
  expect(Date.parse(String(stack.record('companies', id)['enrichedAt']))).toBeGreaterThan(Date.parse(String(at)));
  expect(stack.tools.ledger.length - asked).toBe(1);
  expect((await stack.endings('firms', id)).map(({ code }) => code)).toEqual(['no_match', 'dry_run', 'enriched', 'enriched']);
});

test('twice is once: the same person started again and again is asked about, written, tasked and told of once', { timeout: 120_000 }, async () => {
  const [spent, id] = [stack.pdl.spent(), stack.make('people', mailOf('twice'))];
  await Promise.all([stack.run('enrich', { ids: [id] }), stack.run('enrich', { ids: [id] })]);
  await stack.quiet();
  await stack.run('enrich', { ids: [id] });
  await stack.quiet();

  expect(stack.pdl.spent() - spent).toBe(1);
  expect(stack.twenty.ledger.written('updated').filter((one) => one === id)).toHaveLength(1);
  expect([tasksOf(id).length, mailsAbout(id).length]).toEqual([1, 1]);
  expect((await stack.endings('enrich', id)).filter(({ state }) => state !== 'succeeded').every(({ code }) => code === 'fresh')).toBe(true);
});

test('bad input ends with its reason and spoils nothing for the others: nobody to ask about, gone, and a provider that talks nonsense', { timeout: 120_000 }, async () => {
  const empty = stack.make('people', { name: { firstName: 'Nobody', lastName: '' } });
  await stack.quiet();
  const [gone, ann] = [stack.make('people', mailOf('gone')), stack.make('people', mailOf('twice-ann'))];
  stack.twenty.asUser.destroy('people', gone);
  await stack.quiet();
  stack.tools.faults.next('people-data-labs', 'malformed');
  const ben = stack.make('people', mailOf('twice-ben'));
  await stack.quiet();

  const last = async (id: string) => (await stack.endings('enrich', id)).at(-1);
  expect(await last(empty)).toMatchObject({ state: 'skipped', code: 'too_little', reason: expect.stringContaining('e-mail address') as string });
  expect((await last(gone))?.code).toMatch(/deleted|superseded/);
  expect(await last(ann)).toMatchObject({ state: 'succeeded', code: 'enriched' });
  expect(await last(ben)).toMatchObject({ state: 'failed', code: 'provider_refused', reason: expect.stringContaining('People Data Labs') as string });
});
