import type { SyncRig } from './sync.ts';

/** What happens in a scene; the checker has the last word on it. */
export type SyncScene = (sync: SyncRig) => Promise<void>;

const made = async (sync: SyncRig, email: string): Promise<void> => {
  await sync.work('first-load');
  sync.inTwenty(email, { firstName: 'Ann', lastName: 'Lee', title: 'Buyer' });
  await sync.calm();
};

export const editInTwenty: SyncScene = async (sync) => {
  await made(sync, 'echo@acme.example');
  sync.inTwenty('echo@acme.example', { title: 'Founder' });
};

export const editOnEachSideInTurn: SyncScene = async (sync) => {
  await made(sync, 'turn@acme.example');
  sync.inTwenty('turn@acme.example', { title: 'Founder' });
  await sync.calm();
  await sync.outside('turn@acme.example', { title: 'Director' });
};

export const editOutside: SyncScene = async (sync) => {
  await made(sync, 'side@acme.example');
  await sync.outside('side@acme.example', { title: 'Founder' });
};

/** More than a page of Twenty. */
const PEOPLE = 250;

/** The worker dies between the first page and the second of a complete read. */
export const deathInACompleteRead: SyncScene = async (sync) => {
  const { rig } = sync;
  for (let n = 0; n < PEOPLE; n += 1) rig.twenty.asUser.create('people', { name: { firstName: 'P', lastName: String(n) }, emails: { primaryEmail: `p${String(n)}@acme.example` }, jobTitle: 'Buyer' });
  await sync.sql(`insert into contacts (email, first_name, last_name, title) select 'p' || n || '@acme.example', 'P', n::text, 'Buyer' from generate_series(0, $1::int - 1) as n`, [PEOPLE]);
  await sync.work('first-load');
  await sync.calm();
  let reads = 0;
  const held = rig.twentyGate.hold('request', ({ body }) => body.includes('{people(') && (reads += 1) === 2);
  await sync.start('complete-read');
  await rig.until('the second page', () => held.isStanding);
  await rig.worker.kill();
  held.cut();
  await rig.worker.start();
};
