import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catchUpInput, catchUpNow } from '../../src/dispatcher/catch-up.ts';
import { OWN_QUEUE } from '../../src/workflows/runtime/queues.ts';
import { namespace } from '../faults/rig/servers.ts';
import { startSyncRig, type SyncRig } from '../faults/rig/sync.ts';

const SIZES = (process.env['PROOF_LINKS'] ?? '1000,10000,100000').split(',').map(Number);
/** Changed on each side. */
const CHANGED = 50;
const ROUNDS = 3;
/** Of `/proc`: a hundred ticks a second wherever Linux runs on a usual machine. */
const TICK_MS = 10;

let sync: SyncRig;
let connection: Connection;
beforeAll(async () => {
  sync = await startSyncRig({ callsPerMinute: 6_000 });
  connection = await Connection.connect({ address: sync.rig.temporal.address() });
  await sync.work('first-load');
  await catchUp();
});
afterAll(async () => {
  await connection.close();
  await sync.close();
});

interface Round {
  readonly calls: number;
  /** Processor time of Sluice's own processes, and time that its own database spent on their statements: waiting for Twenty and for the table is in neither. */
  readonly cpuMs: number;
  readonly sqlMs: number;
}

test.runIf(process.platform === 'linux')('of 1,000, 10,000 and 100,000 links 100 changed: a reconcile costs at most 10 calls, and of its own time as much as with few', { timeout: 1_800_000 }, async () => {
  const medians: Round[] = [];
  let linked = 0;
  for (const size of SIZES) {
    await link(linked, size);
    linked = size;
    // The first one reads what the links were made of, and fills caches.
    await reconcile('warm');
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n += 1) rounds.push(await reconcile(`${String(size)}-${String(n)}`));
    const median = rounds.toSorted((a, b) => own(a) - own(b))[Math.floor(ROUNDS / 2)]!;
    medians.push(median);
    console.log(`${String(size)} links: ${rounds.map(({ calls, cpuMs, sqlMs }) => `${String(calls)} calls, ${own({ calls, cpuMs, sqlMs }).toFixed(0)} ms of its own (processor ${cpuMs.toFixed(0)}, database ${sqlMs.toFixed(0)})`).join('; ')}`);
    expect(Math.max(...rounds.map(({ calls }) => calls))).toBeLessThanOrEqual(10);
  }
  const ratio = own(medians.at(-1)!) / own(medians[0]!);
  console.log(`${String(SIZES.at(-1))} links to ${String(SIZES[0])}: ${ratio.toFixed(2)}`);
  expect(ratio).toBeLessThan(2);
});

const own = ({ cpuMs, sqlMs }: Round): number => cpuMs + sqlMs;
const ids: { readonly twenty: string; readonly external: string }[] = [];

/** Makes pairs that have long been in step. */
async function link(from: number, to: number): Promise<void> {
  const { rig } = sync;
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const emailOf = (n: number): string => `p${String(n)}@acme.example`;
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  for (let n = from; n < to; n += 5_000) {
    const numbers = Array.from({ length: Math.min(5_000, to - n) }, (_, i) => n + i);
    const rows = await sync.sql<{ id: string; version: string }>(
      `insert into contacts (email, first_name, last_name, title, updated_at) select 'p' || n || '@acme.example', 'P', n::text, 'Buyer', $2 from unnest($1::int[]) as n returning id::text, xmin::text as version`, [numbers, hourAgo]);
    const pairs = numbers.map((number, i) => ({ twenty: randomUUID(), external: rows[i]!.id, version: rows[i]!.version, base: { email: emailOf(number), firstName: 'P', lastName: String(number), title: 'Buyer' } }));
    for (const { twenty: id, base: { email, firstName, lastName, title } } of pairs) {
      rig.twenty.asUser.create('people', { id, emails: { primaryEmail: email }, name: { firstName, lastName }, jobTitle: title, createdAt: hourAgo, updatedAt: hourAgo });
    }
    await rig.rows(
      `insert into links (integration, twenty_id, external_id, state, base, external_version, synced_at)
       select 'contacts-sync', t.twenty, t.external, 'in-step', jsonb_build_object('twenty', t.base, 'external', t.base), t.version, now() from unnest($1::text[], $2::text[], $3::jsonb[], $4::text[]) as t (twenty, external, base, version)`,
      [pairs.map(({ twenty }) => twenty), pairs.map(({ external }) => external), pairs.map(({ base }) => JSON.stringify(base)), pairs.map(({ version }) => version)]);
    ids.push(...pairs);
  }
  await rig.twenty.settled();
  rig.twenty.disturbWebhooks(undefined);
  // As autovacuum does within a minute.
  await rig.rows('vacuum analyze links');
  await sync.sql('vacuum analyze contacts');
}

/** Changes 50 on each side, of which nobody is told, has the schedules of five minutes fire, and waits for rest. */
async function reconcile(mark: string): Promise<Round> {
  const { rig } = sync;
  const [here, there] = [ids.slice(0, CHANGED), ids.slice(CHANGED, 2 * CHANGED)];
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  for (const { twenty } of here) rig.twenty.asUser.update('people', twenty, { jobTitle: `Founder ${mark}` });
  await rig.twenty.settled();
  rig.twenty.disturbWebhooks(undefined);
  await sync.sql(`update contacts set title = $2, updated_at = now() where id = any($1::bigint[])`, [there.map(({ external }) => external), `Director ${mark}`]);

  const calls = rig.twenty.ledger.recordCalls().length;
  const before = await spent();
  await Promise.all([catchUp(), sync.start('changes')]);
  await atRest();
  const after = await spent();
  const equal = await sync.sql<{ title: string }>('select title from contacts where id = any($1::bigint[])', [here.map(({ external }) => external)]);
  expect(equal.filter(({ title }) => title !== `Founder ${mark}`)).toEqual([]);
  return { calls: rig.twenty.ledger.recordCalls().length - calls, cpuMs: after.cpuMs - before.cpuMs, sqlMs: after.sqlMs - before.sqlMs };
}

/** Reads in Twenty what webhooks have not told. */
async function catchUp(): Promise<void> {
  const realm = { taskQueue: OWN_QUEUE, suffix: '' };
  await catchUpNow(new Client({ connection, namespace }), realm, catchUpInput(realm, { workspace: 'main', connection: 'twenty' }, 'off'));
}

/** Asks seldom, since the asking counts as well. */
async function atRest(): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await pause(500);
    const open = await sync.rig.rows(`select 1 from deliveries where state in ('pending', 'running', 'waiting') limit 1`);
    quiet = open.length === 0 ? quiet + 1 : 0;
  }
}

async function spent(): Promise<{ readonly cpuMs: number; readonly sqlMs: number }> {
  const { gateway, dispatcher, worker, rows } = sync.rig;
  const ticks = [gateway, dispatcher, worker].map(({ pid }) => {
    // The process's name stands in brackets and may hold blanks; the times are the 14th and 15th column.
    const [user, system] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').slice(11, 13);
    return Number(user) + Number(system);
  });
  // PostgreSQL's sessions tell what they spent within a second of resting.
  await pause(1_200);
  const [database] = await rows<{ ms: number }>('select active_time as ms from pg_stat_database where datname = current_database()');
  return { cpuMs: ticks.reduce((sum, one) => sum + one, 0) * TICK_MS, sqlMs: database!.ms };
}
