import pg from 'pg';
import { claimSet } from '../src/store/claim.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { raiseFloors } from '../src/store/floors.ts';
import { ensureIntegrations } from '../src/store/sets.ts';
import { settle } from '../src/store/settle.ts';
import type { Bench } from './bench.ts';
import { INTEGRATION } from './config.ts';
import { percentile } from './figures.ts';
import type { Figure } from './report.ts';

const DUE = 10_000;
const ALL = 1_000_000;
const SET_SIZE = 10;
const ENDED_PER_SET = 200;
/** As the dispatcher's sweeper does it. */
const SWEEP_EVERY_MS = 5_000;
const SOURCES = ['hook:contact-form', 'twenty:main'] as const;

/** An inbox with so many deliveries due, and how long each claim from it took. */
interface Inbox {
  readonly database: Database;
  readonly tookMs: number[];
}

/**
 * How long a claim takes with a million deliveries in the inbox, and with all that while another transaction keeps its
 * snapshot, against an inbox that holds nothing but what is due. Claims of the three take turns, so that all meet the same weather.
 */
export async function claims(bench: Bench): Promise<readonly Figure[]> {
  bench.say(`claims: filling an inbox with ${String(ALL)} deliveries`);
  const small = await bench.createDatabase('claims_small');
  await fill(small, DUE);
  const large = await bench.createDatabase('claims_large');
  await fill(large, ALL);
  const held = await bench.createDatabase('claims_held', 'claims_large');
  const holder = new pg.Client({ connectionString: held });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from sets');

  const inboxes = [small, large, held].map((url): Inbox => ({ database: openDatabase(url, { max: 2, applicationName: 'sluice bench' }), tookMs: [] }));
  const rounds = DUE / SET_SIZE;
  let sweptAtMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (Date.now() - sweptAtMs > SWEEP_EVERY_MS) {
      for (const { database } of inboxes) await raiseFloors(database);
      sweptAtMs = Date.now();
    }
    // Whoever goes first changes.
    for (let turn = 0; turn < inboxes.length; turn += 1) await claimAndSettle(inboxes[(round + turn) % inboxes.length]!);
    if ((round + 1) % 250 === 0) bench.say(`claims: ${String(round + 1)} of ${String(rounds)} rounds, ${inboxes.map(({ tookMs }) => percentile(tookMs, 0.99).toFixed(1)).join(' / ')} ms at the 99th percentile`);
  }
  await holder.query('rollback');
  await holder.end();
  for (const { database } of inboxes) await database.close();

  const [smallMs, largeMs, heldMs] = inboxes.map(({ tookMs }) => percentile(tookMs, 0.99)) as [number, number, number];
  const note = `${String(rounds)} claims of ${String(SET_SIZE)} each in turns; medians ${inboxes.map(({ tookMs }) => percentile(tookMs, 0.5).toFixed(1)).join(' / ')} ms`;
  return [
    { name: 'claim p99, 1,000,000 deliveries against 10,000', unit: 'ms', sluice: largeMs, peer: smallMs, ratio: largeMs / smallMs, bound: { atMost: 1.5 }, note },
    { name: 'the same while a snapshot is held', unit: 'ms', sluice: heldMs, peer: smallMs, ratio: heldMs / smallMs, bound: { atMost: 2 }, note },
  ];
}

async function claimAndSettle({ database, tookMs }: Inbox): Promise<void> {
  const startedAtMs = performance.now();
  const result = await claimSet(database, {
    integration: INTEGRATION, workflowType: 'webForms', claimedBy: 'bench', maxSize: SET_SIZE, urgentSize: SET_SIZE, maxOpen: { urgent: 10, bulk: 2, workspace: 100 },
    integrations: 1, pace: { callsPerRun: 1, thriftySize: SET_SIZE },
  });
  tookMs.push(performance.now() - startedAtMs);
  if (result.kind !== 'claimed' || result.set.size !== SET_SIZE) throw new Error(`A claim answered ${JSON.stringify(result)}.`);
  const ref = { setId: result.set.id, epoch: result.set.epoch };
  const { rows } = await database.pool.query<{ id: string }>('select id from deliveries where set_id = $1', [ref.setId]);
  await settle(database, ref, rows.map(({ id }) => ({ deliveryId: id, outcome: { state: 'succeeded', code: 'done' } })));
}

/** Writes deliveries as they stand after a year: the last ones came in over the last half hour and are due, all before have ended. */
async function fill(url: string, deliveries: number): Promise<void> {
  const database = openDatabase(url, { max: 1 });
  await ensureIntegrations(database, [INTEGRATION]);
  for (const statement of FILL) await database.pool.query(statement.replaceAll(':all', String(deliveries)).replaceAll(':due', String(DUE)));
  for (const table of ['events', 'lanes', 'deliveries', 'sets', 'integrations', 'lane_sources']) await database.pool.query(`vacuum (analyze) ${table}`);
  await database.pool.query('checkpoint');
  await database.close();
}

const UUID = (kind: string): string => `('00000000-0000-7000-${kind}000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const ENDED = 'n <= :all - :due';
const AT = `case when ${ENDED} then now() - interval '1 hour' - (:all - n) * interval '30 seconds' else now() - (:all - n + 1) * interval '180 ms' end`;
const SOURCE = `case n % 2 when 0 then '${SOURCES[0]}' else '${SOURCES[1]}' end`;

const FILL = [
  `insert into lane_sources (integration, source) values ${SOURCES.map((source) => `('${INTEGRATION}', '${source}')`).join(', ')}`,
  `insert into events (id, source, dedupe_key, received_at, content_type, headers, body, verdict)
   select ${UUID('8')}, ${SOURCE}, n, ${AT}, 'application/json', '{}', '\\x7b7d', 'bench' from generate_series(1, :all) n`,
  `insert into lanes (integration, key, source, state, due_at)
   select '${INTEGRATION}', 'person-' || n || '@example.com', ${SOURCE}, case when ${ENDED} then 'idle' else 'ready' end, case when ${ENDED} then null else ${AT} end
   from generate_series(1, :all) n`,
  `insert into sets (id, integration, workflow_type, urgent, size, state, claimed_by, claimed_at, started_at, ended_at, calls)
   select 'set-' || n / ${ENDED_PER_SET}, '${INTEGRATION}', 'webForms', false, ${ENDED_PER_SET}, 'ended', 'bench', ${AT}, ${AT}, ${AT}, 7
   from generate_series(1, :all - :due) n where n % ${ENDED_PER_SET} = 0`,
  `insert into deliveries (id, event_id, integration, lane_id, urgent, state, due_at, set_id, claims, code, created_at, started_at, ended_at)
   select ${UUID('9')}, ${UUID('8')}, '${INTEGRATION}', l.id, false, case when ${ENDED} then 'succeeded' else 'pending' end, ${AT},
     case when ${ENDED} then 'set-' || n / ${ENDED_PER_SET} end, case when ${ENDED} then 1 else 0 end, case when ${ENDED} then 'done' end, ${AT},
     case when ${ENDED} then ${AT} end, case when ${ENDED} then ${AT} end
   from generate_series(1, :all) n join lanes l on l.integration = '${INTEGRATION}' and l.key = 'person-' || n || '@example.com'`,
];
