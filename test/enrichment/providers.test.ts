import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { apollo } from '../../src/connectors/apollo/index.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { type ApolloStandIn, apolloStandIn } from '../../src/sandbox/tools/apollo/index.ts';
import { enrichment } from '../../src/workflows/enrichment/index.ts';
import { type EnrichingStack, mailOf, startEnriching } from './rig.ts';

/** People Data Labs knows everybody but those whom Apollo alone knows. */
const byPdl = ({ email = '' }): Profile | undefined => (email.startsWith('apollo') || email.startsWith('nobody') ? undefined : { jobTitle: 'Buyer', city: 'Oakland' });
const byApollo = ({ email = '' }): Profile | undefined => (email.startsWith('nobody') ? undefined : { firstName: 'Ann', lastName: 'Lee', jobTitle: 'Seller' });

let stack: EnrichingStack;
let other: ApolloStandIn;
beforeAll(async () => {
  other = apolloStandIn({ knows: byApollo });
  stack = await startEnriching({ providers: ['pdl', 'apollo'] }, {
    knows: byPdl, alerts: true,
    more: { tools: [other], connections: (env) => ({ apollo: apollo({ apiKey: secret('APOLLO_API_KEY'), baseUrl: env['APOLLO_BASE_URL']! }) }) },
    // Only one provider, and started by hand.
    integrations: { alone: enrichment({ providers: 'pdl', write: { enrichedAt: 'aloneAt', enrichedBy: 'aloneBy' }, settle: { quietSeconds: 0, maxSeconds: 0 } }) },
  });
});
afterAll(() => stack.close());

const titles = (ids: readonly string[]): readonly unknown[] => ids.map((id) => stack.record('people', id)['jobTitle']);
const endsOf = async (integration: string, ids: readonly string[]) => Promise.all(ids.map(async (id) => (await stack.endings(integration, id)).at(-1)?.code));
/** An hour goes by for whoever rests or waits, and all that wakes comes to an end. */
async function anHourLater(): Promise<void> {
  await stack.database.pool.query(`update breakers set retry_at = clock_timestamp() - interval '1 second' where state <> 'closed'`);
  await stack.database.pool.query(`update deliveries set waiting_until = clock_timestamp() where state = 'waiting'`);
  await stack.until(async () => (await stack.database.pool.query(`select 1 from deliveries where state = 'waiting' and waiting_until <= clock_timestamp()`)).rowCount === 0);
  await stack.quiet();
}
const waiting = async (): Promise<number> => (await stack.database.pool.query<{ n: number }>(`select count(*)::int as n from deliveries where state = 'waiting'`)).rows[0]!.n;

test('who the first provider does not know is asked of the next one, who nobody knows is a remembered outcome, and nobody is asked twice', { timeout: 120_000 }, async () => {
  const ids = ['pdl-one', 'apollo-one', 'nobody-one'].map((name) => stack.make('people', mailOf(name)));
  await stack.quiet();
  const asked = stack.tools.ledger.length;
  await stack.run('enrich', { ids });
  await stack.quiet();

  expect(titles(ids)).toEqual(['Buyer', 'Seller', '']);
  expect((await stack.endings('enrich', ids[1])).map(({ reason }) => reason)).toEqual(['name and jobTitle from Apollo', 'Enriched within the last 90 days.']);
  expect((await stack.endings('enrich', ids[2])).map(({ code, reason }) => [code, reason])).toEqual(Array(2).fill(['no_match', 'People Data Labs and Apollo do not know this person. Asked again after 30 days at the earliest.']));
  expect(stack.tools.ledger).toHaveLength(asked);
  // The other integration asks the same at the same time, and waits for the answer instead of paying for it too.
  expect((await endsOf('alone', ids)).map((code) => code === 'no_match')).toEqual([false, true, true]);
  expect([stack.pdl.spent(), other.spent()]).toEqual([1, 1]);
});

test('without credits a provider is passed by with one alert; what nobody else answers waits, without a call, and goes on when there are some', { timeout: 180_000 }, async () => {
  stack.pdl.refill(1);
  const spent = stack.pdl.spent();
  const ids = ['pdl-two', 'pdl-three', 'nobody-two'].map((name) => stack.make('people', mailOf(name)));
  await stack.quiet();
  const first = { enrich: await endsOf('enrich', ids), alone: await endsOf('alone', ids) };
  // Those who come later cost neither Twenty nor the provider a call while it rests, and no further alert.
  const [reads, asked] = [stack.twenty.ledger.recordCalls().length, stack.tools.ledger.filter(({ tool }) => tool === 'people-data-labs').length];
  const late = stack.make('people', mailOf('pdl-late'));
  await stack.quiet();
  const lateReads = stack.twenty.ledger.recordCalls().slice(reads).length;
  await stack.database.pool.query(`update breakers set opened_at = clock_timestamp() - interval '2 minutes' where connection = 'pdl, credits'`);
  await stack.until(() => stack.mail.mails().filter(({ to }) => to.includes('ops@acme.example')).length === 2);
  await anHourLater();
  const still = { alone: await endsOf('alone', [...ids, late]), asked: stack.tools.ledger.filter(({ tool }) => tool === 'people-data-labs').length - asked };
  stack.pdl.refill(100);
  // One set tries; the others look again half a minute later.
  for (let round = 0; round < 4 && (await waiting()) > 0; round += 1) await anHourLater();
  await stack.until(() => stack.mail.mails().filter(({ to }) => to.includes('ops@acme.example')).length === 4);

  // One match was left: whose it was depends on who came first. Apollo knew the other one, which only one integration asks.
  expect(first.enrich.slice(0, 2).filter((code) => code === 'no_credits')).toEqual([]);
  expect(first.alone.slice(0, 2).filter((code) => code === 'no_credits')).toHaveLength(1);
  expect(lateReads).toBeLessThanOrEqual(3);
  expect(still.alone.filter((code) => code === 'no_credits').length).toBeGreaterThanOrEqual(2);
  expect(still.asked).toBeLessThanOrEqual(2);
  expect(await waiting()).toBe(0);
  expect((await endsOf('alone', [...ids, late])).map((code) => code === 'no_match')).toEqual([false, false, true, false]);
  const alerts = stack.mail.mails().filter(({ to }) => to.includes('ops@acme.example')).map(({ subject }) => subject);
  expect(alerts.toSorted()).toEqual(['Sluice: alone cannot reach what it needs', 'Sluice: alone runs again', 'Sluice: enrich cannot reach what it needs', 'Sluice: enrich runs again']);
  expect(stack.pdl.spent() - spent).toBe(3);
});

test('with a bad key, or while it is away, a provider is passed by as well; who needs it waits and goes on by itself', { timeout: 180_000 }, async () => {
  // Both integrations may ask at the same moment.
  stack.tools.faults.next('people-data-labs', 'unauthorized', { count: 2 });
  const [ann] = [stack.make('people', mailOf('pdl-key'))];
  await stack.quiet();
  stack.tools.faults.clear();
  const badKey = (await stack.endings('alone', ann)).at(-1);
  const byOther = (await stack.endings('enrich', ann)).at(-1);
  await anHourLater();
  // It answers nothing but faults: after five in a row nobody asks it any more.
  stack.tools.faults.next('people-data-labs', 'error', { count: 1_000 });
  const asked = stack.tools.ledger.length;
  const ben = stack.make('people', mailOf('pdl-away'));
  await stack.quiet();
  const away = (await stack.endings('alone', ben)).at(-1);
  const faults = stack.tools.ledger.slice(asked).filter(({ tool }) => tool === 'people-data-labs').length;
  stack.tools.faults.clear();
  for (let round = 0; round < 4 && (await waiting()) > 0; round += 1) await anHourLater();

  // Whichever of the two integrations came first met the bad key; the other one found the provider resting.
  expect([badKey, away]).toMatchObject([{ state: 'waiting', code: 'bad_credential' }, { state: 'waiting', code: 'provider_away', reason: expect.stringMatching(/^People Data Labs does not answer \(.*50\d.*\)\. It goes on by itself\.$/) as string }]);
  expect(faults).toBe(5);
  expect(byOther).toMatchObject({ state: 'succeeded', reason: expect.stringContaining('from Apollo') as string });
  expect([(await stack.endings('alone', ann)).at(-1), (await stack.endings('alone', ben)).at(-1)]).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
  expect(await waiting()).toBe(0);
});
