import { expect } from 'vitest';
import { type PeopleDataLabsStandIn, peopleDataLabsStandIn } from '../../src/sandbox/tools/people-data-labs.ts';
import { killWorkerAt, startByHand } from './rig/death.ts';
import type { Asked } from './rig/http-gate.ts';
import { type Rig, startRig } from './rig/rig.ts';

/** A rig with enrichment on a workspace that has its fields, and a provider whose account tells what was paid. */
export interface EnrichmentRig {
  readonly rig: Rig;
  readonly pdl: PeopleDataLabsStandIn;
}

export async function startEnrichmentRig(): Promise<EnrichmentRig> {
  const pdl = peopleDataLabsStandIn({ knows: ({ email = '' }) => ({ jobTitle: 'Buyer', headcount: 5_000, openJobs: 20, headcountGrowth: 0.5, city: email.slice(0, 3) }) });
  const rig = await startRig({ config: 'enrichment.config.ts', tools: [pdl], prepare: true });
  // All is started by hand: what the records themselves would set off is lost on the way.
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  return { rig, pdl };
}

const isWrite = ({ body }: Asked): boolean => body.includes('"upsert":true') && body.includes('enrichedAt');

interface Moment {
  readonly name: string;
  readonly gate: 'tools' | 'twenty' | 'mail' | 'database';
  readonly at?: 'request' | 'answer';
  match?(asked: Asked): boolean;
  /** Matches that are paid for three people. */
  readonly paid: number;
}

/** What is held up when the worker dies: `request` has not arrived, `answer` has been carried out and nobody has heard it. */
export const moments: readonly Moment[] = [
  { name: 'its question has not arrived', gate: 'tools', at: 'request', match: ({ path }) => path.includes('/v5/person/bulk'), paid: 3 },
  // The answer was on its way and is lost: the provider knows no repeat, so this one request is paid again.
  { name: 'its question is answered and nobody has heard it', gate: 'tools', at: 'answer', match: ({ path }) => path.includes('/v5/person/bulk'), paid: 6 },
  { name: 'the answers are kept and nothing else is noted', gate: 'database', paid: 3 },
  { name: 'its writing has not arrived', gate: 'twenty', at: 'request', match: isWrite, paid: 3 },
  { name: 'its writing is done and nobody has heard it', gate: 'twenty', at: 'answer', match: isWrite, paid: 3 },
  { name: 'its tasks are made and nobody has heard it', gate: 'twenty', at: 'answer', match: ({ body }) => body.includes('createTasks('), paid: 3 },
  { name: 'its links have not arrived', gate: 'twenty', at: 'request', match: ({ body }) => body.includes('createTaskTargets('), paid: 3 },
  { name: 'its mail is sent and nobody has heard it', gate: 'mail', at: 'answer', match: ({ path }) => path === '/emails', paid: 3 },
];

/** Kills the worker at this moment and starts it again: every record is enriched, nothing that was kept is paid again, and sales is told once. */
export async function dieAt({ rig, pdl }: EnrichmentRig, { name, gate, at, match, paid }: Moment): Promise<void> {
  const { twenty, mail } = rig;
  const slug = name.replaceAll(' ', '-');
  const people = Array.from({ length: 3 }, (_, n) => `${slug}-${String(n)}@acme.example`).map((email) => String(twenty.asUser.create('people', { emails: { primaryEmail: email } })['id']));
  const [spent, mails] = [pdl.spent(), mail.mails().length];
  const begin = (): Promise<void> => startByHand(rig, 'enrich', slug, { ids: people });
  if (gate === 'database') await dieWhileNoting(rig, begin);
  else await killWorkerAt(rig, { gate: { tools: rig.toolsGate, twenty: rig.twentyGate, mail: rig.mailGate }[gate], at: at!, match: match! }, begin);

  const records = twenty.records('people').filter(({ id }) => people.includes(String(id)));
  const linked = twenty.records('taskTargets').map((link) => link['targetPersonId']).filter((id) => people.includes(String(id)));
  expect(records.map((record) => [record['jobTitle'], record['enrichedBy']])).toEqual(Array(3).fill(['Buyer', 'People Data Labs']));
  expect(linked.toSorted()).toEqual(people.toSorted());
  expect(mail.mails().length - mails).toBe(1);
  expect(pdl.spent() - spent).toBe(paid);
  expect(await rig.rows(`select 1 from enrichment_records where task_words is not null`)).toEqual([]);
  expect(await rig.rows(`select 1 from enrichment_signals where told_at is null`)).toEqual([]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows(`select state, code, reason from deliveries where record_id = any($1::text[]) and state <> 'succeeded'`, [people])).toEqual([]);
}

/** The answers are kept, and the statement that notes the asking as done stands in the database when the worker dies. */
async function dieWhileNoting(rig: Rig, begin: () => Promise<void>): Promise<void> {
  const place = 'effect done enrich ask pdl';
  await rig.databaseGate.shut(place);
  await begin();
  await rig.databaseGate.reached(place);
  await rig.worker.kill();
  await rig.databaseGate.cut();
  await rig.databaseGate.open();
  await rig.worker.start();
  await rig.settled();
}
