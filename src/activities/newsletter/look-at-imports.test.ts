import { expect, test } from 'vitest';
import { ownDatabase } from '../../../test/harness/own-database.ts';
import type { Added } from '../../connectors/newsletter.ts';
import type { Database } from '../../store/database.ts';
import { applyAction } from '../../store/hand.ts';
import { loadDeliveries } from '../../store/items.ts';
import { freezePeople, keepPeople } from '../../store/newsletter.ts';
import { notePartUnderWay } from '../../store/newsletter-ends.ts';
import { ensureIntegrations } from '../../store/sets.ts';
import { acceptOne, claim, eventFor, refOf } from '../../store/store.fixture.ts';
import { inActivity } from '../activity.fixture.ts';
import type { ActivityDeps } from '../deps.ts';
import { newsletterActivities } from './index.ts';

let database: Database;
ownDatabase((own) => (database = own));

test('an import that the tool has not finished after the last look ends as failed, and a retry looks at the same import again', async () => {
  let said: Added = { state: 'under way', job: '7' };
  const asked: string[] = [];
  const progress = (job: string): Promise<Added> => {
    asked.push(job);
    return Promise.resolve(said);
  };
  const settings = { view: 'Readers', name: '{integration} {day}', tool: 'brevo', list: '7', confirm: { mail: 'mail' } };
  const steps = newsletterActivities({ database, budgeted: new Set(), integrations: new Map([['news', { name: 'news', settings }]]), tool: () => ({ service: 'brevo', progress }) } as unknown as ActivityDeps);
  await ensureIntegrations(database, ['news']);
  await acceptOne(database, eventFor('start', { integration: 'news', body: '{}', urgent: false }));
  const begin = async () => {
    const run = { ...refOf(await claim(database, { integration: 'news', workflowType: 'newsletter' })), integration: 'news', urgent: false, dryRun: false };
    const { deliveryId } = (await loadDeliveries(database, run))[0]!;
    await steps.openNewsletters(run);
    return { run, deliveryId, look: (last: boolean) => inActivity(() => steps.lookAtImports(run, deliveryId, last)) };
  };
  const end = async () => (await database.pool.query('select state, code, reason from deliveries')).rows;

  const first = await begin();
  const ann = { recordId: 'r1', name: 'Ann Lee', email: 'ann@acme.example', firstName: 'Ann', lastName: 'Lee', fields: {}, state: 'listed', says: undefined } as const;
  await keepPeople(database, first.run, first.deliveryId, { from: undefined, people: [ann], next: undefined });
  await freezePeople(database, first.run, first.deliveryId, 100);
  await notePartUnderWay(database, first.run, first.deliveryId, 1, '7');
  const looks = [await first.look(false), await first.look(true)];
  await steps.settleNewsletters(first.run);
  const stuck = await end();
  await applyAction(database, 'retry', { integration: 'news', code: 'import_stuck' }, 'Ann');
  said = { state: 'done', refused: [], already: [], unnamed: 0 };
  const second = await begin();
  await second.look(false);
  await steps.settleNewsletters(second.run);

  expect(looks).toEqual([{ underWay: true }, { underWay: false }]);
  expect(stuck).toEqual([{ state: 'failed', code: 'import_stuck', reason: 'brevo has not finished adding people after two hours. A retry looks again.' }]);
  expect(asked).toEqual(['7', '7', '7']);
  expect(await end()).toEqual([{ state: 'succeeded', code: 'added', reason: '1 of 1 person is on the list.' }]);
});
