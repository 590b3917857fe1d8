import { afterEach, expect, test } from 'vitest';
import { temporalClient } from '../../src/worker/temporal.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => stack?.close());

interface Metadata {
  readonly data: { readonly objects: readonly { readonly id: string; readonly nameSingular: string; readonly fields: readonly { readonly id: string; readonly name: string }[] }[] };
}

test('a run by hand over a saved view scores the people it shows, and nobody else', { timeout: 120_000 }, async () => {
  stack = await startScoring({}, {}, ['worker']);
  const { twenty } = stack;
  const headers = { authorization: `Bearer ${twenty.apiKey}` };
  const { data } = (await (await fetch(`${twenty.url}/rest/metadata/objects?limit=200`, { headers })).json()) as Metadata;
  const person = data.objects.find(({ nameSingular }) => nameSingular === 'person')!;
  const view = twenty.views.create({ name: 'Chiefs', objectMetadataId: person.id, icon: 'IconUser' });
  twenty.views.createFilter({ viewId: view.id, fieldMetadataId: person.fields.find(({ name }) => name === 'jobTitle')!.id, operand: 'CONTAINS', value: 'chief' });
  const [ann, bob] = [['ann', 'Chief Revenue Officer'], ['bob', 'Gardener']].map(([name, jobTitle]) => stack!.person({ ...mailOf(name!), jobTitle })) as [string, string];
  await twenty.settled();
  await stack.database.pool.query('delete from deliveries; delete from lanes'); // as if they had been there before
  await stack.start('dispatcher');
  await stack.run({ view: 'Chiefs' });
  await stack.quiet();

  expect([stack.score(ann), stack.score(bob)]).toEqual([27, null]);
  expect(await stack.endings()).toEqual([{ action: null, state: 'succeeded', code: 'scored', reason: '27 points' }]);
});

test('the scheduled full re-score, fired by Temporal’s own schedule, looks at everybody and writes only what has changed', { timeout: 120_000 }, async () => {
  stack = await startScoring({ schedules: { fullRescore: { cron: '0 4 * * *' } } });
  const { twenty, database, env } = stack;
  const ids = ['ann', 'bob', 'cleo'].map((name) => stack!.person({ name: { firstName: name }, emails: { primaryEmail: `${name}@gmail.com` }, jobTitle: 'CEO' }));
  await stack.quiet();
  // It changes nothing of the person, so only the clock brings it to the score.
  await stack.submit({ name: 'bob', email: 'bob@gmail.com', message: 'A demo, please' });
  await stack.quiet();
  const [before, written] = [ids.map((id) => Number(stack!.score(id))), twenty.ledger.written('updated').length];
  const { client, close } = temporalClient(env);
  const events = async (): Promise<number> => (await database.pool.query<{ n: number }>(`select count(*) as n from events where source like 'schedule:%'`)).rows[0]!.n;
  let fired = false;
  for await (const { scheduleId } of client.schedule.list()) {
    if (!scheduleId.includes('full-rescore') || !scheduleId.includes(env['SLUICE_TASK_QUEUE']!)) continue;
    await client.schedule.getHandle(scheduleId).trigger();
    fired = true;
  }
  await close();
  for (const deadline = Date.now() + 60_000; (await events()) === 0 && Date.now() < deadline; ) await new Promise((resolve) => setTimeout(resolve, 50));
  await stack.quiet();

  expect(fired).toBe(true);
  expect(ids.map((id, n) => Number(stack!.score(id)) - before[n]!)).toEqual([0, 15, 0]);
  expect(twenty.ledger.written('updated').slice(written)).toEqual([ids[1]]);
  expect((await stack.endings()).filter(({ action }) => action === null).map(({ code }) => code).sort()).toEqual(['scored', 'unchanged', 'unchanged']);
});
