import { afterAll, describe, test } from 'vitest';
import { recordHistories, recording } from '../harness/histories.ts';
import { startSync, type SyncStack } from './rig.ts';

describe.runIf(recording)('recording', () => {
  let stack: SyncStack | undefined;
  afterAll(() => stack?.close());

  test('bidirectional-sync', { timeout: 240_000 }, async () => {
    stack = await startSync({ firstLoad: 'write', deletes: { inTwenty: 'propagate', brake: { share: 1, count: 10 } } }, {}, ['worker']);
    const { sql, person, edit, people, twenty } = stack;
    const start = async (requestId: string, input: object): Promise<void> => {
      await fetch(`${stack!.gatewayUrl}/triggers/contacts-sync`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId, input }) });
    };
    const ann = (): string => String(people().find((one) => (one['name'] as { firstName: string }).firstName === 'Ann')!['id']);
    await recordHistories('bidirectional-sync', stack, {
      'first-load': async () => {
        await sql(`insert into contacts (email, first_name, title) values ('ann@acme.example', 'Ann', 'Buyer'), ('bo@acme.example', 'Bo', null)`);
        person({ name: { firstName: 'Cy', lastName: 'Ray' }, emails: { primaryEmail: 'cy@acme.example' } });
        await twenty.settled();
        await start('load', { job: 'first-load' });
      },
      edited: () => edit('people', ann(), { jobTitle: 'Head of Purchasing' }),
      conflict: async () => {
        await sql(`update contacts set title = 'Director', updated_at = now() where email = 'ann@acme.example'`);
        edit('people', ann(), { jobTitle: 'Founder' });
      },
      equal: async () => {
        await sql(`update contacts set title = 'Founder', updated_at = now() where email = 'ann@acme.example'`);
        await start('changes', { job: 'changes' });
      },
      deleted: async () => {
        twenty.asUser.softDelete('people', ann());
        await twenty.settled();
        await start('complete', { job: 'complete-read' });
      },
      compared: () => start('drift', { job: 'drift' }),
    }, (sets, scenario) => Object.fromEntries(sets.filter(({ workflowType }) => workflowType === 'bidirectionalSync').map(({ id }, n) => [n === 0 ? scenario : `${scenario}-${String(n + 1)}`, id])));
  });
});
