import { openDatabase, type Database } from '../src/store/database.ts';
import { temporalClient } from '../src/worker/temporal.ts';
import { actionsOfAll } from './actions.ts';
import type { Bench } from './bench.ts';
import { BURSTS, type BurstName } from './burst-config.ts';
import { benchConfig } from './config.ts';
import { type OneLine, startOne } from './lines.ts';
import { prepare } from './prepare.ts';
import type { Figure } from './report.ts';

export const RECORDS = 10_000;
const WITHIN_MS = 900_000;
const API_TOKEN = 'bench';
/** Sixty times Twenty's own, on both sides, so that nobody waits for it and sets are still made thriftily. */
const CALLS_PER_MINUTE = 6_000;
const BOUNDS: Readonly<Record<BurstName, number>> = { enrichment: 0.02, scoring: 0.02, 'product-sync': 0.02, sequences: 0.05 };
const WORDS: Readonly<Record<BurstName, string>> = { enrichment: 'person made, enriched', scoring: 'person changed, scored', 'product-sync': 'row synced', sequences: 'person made, enrolled, with a task' };

/**
 * Twenty's calls and Temporal's actions for each record of a burst: people made, people changed, rows, each by itself. The whole burst is in
 * the inbox before the first set is made, as under Twenty's own limit, where a burst is worked off for minutes after it came.
 */
export async function bursts(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const name of BURSTS) figures.push(...(await burst(bench, name)));
  return figures;
}

async function burst(bench: Bench, name: BurstName): Promise<readonly Figure[]> {
  const label = `burst_${name.replaceAll('-', '_')}`;
  const one = await startOne(bench, label, {
    BENCH_BURST: name, BENCH_BURST_RECORDS: String(RECORDS), BENCH_BUDGET: String(CALLS_PER_MINUTE), TWENTY_WEBHOOK_SECRET: 'the secret of the benchmark', SLUICE_API_TOKEN: API_TOKEN,
  });
  const database = openDatabase(one.databaseUrl, { max: 2, applicationName: 'sluice bench' });
  const { client, close } = temporalClient(one.env);
  try {
    const base = one.sluiceUrl.replace(/\/hooks\/.*$/, '');
    if (name === 'scoring') await one.farEnd.ask('makePeople', RECORDS);
    if (name === 'product-sync') await one.farEnd.ask('makeCompanies', RECORDS);
    await prepare(benchConfig(one.env), one.env, base);
    const before = await one.farEnd.ask('count', undefined);
    const startedAtMs = Date.now();
    await begin(name, one, base, database);
    await ended(bench, database, name, startedAtMs);
    const after = await one.farEnd.ask('count', undefined);
    const { rows } = await database.pool.query<{ id: string }>('select id from sets where integration = $1', [name]);
    const calls = (after.twentyCalls - before.twentyCalls) / RECORDS;
    const actions = (await actionsOfAll(client, rows.map(({ id }) => id))) / RECORDS;
    const note = `${String(RECORDS)} records in ${String(rows.length)} sets, ${String(Math.round((Date.now() - startedAtMs) / 1000))} s`;
    return [
      { name: `Twenty calls a ${WORDS[name]}, against the bound`, unit: '', sluice: calls, peer: BOUNDS[name], ratio: calls / BOUNDS[name], bound: { atMost: 1 }, note },
      { name: `Temporal actions a ${WORDS[name]}, against one`, unit: '', sluice: actions, peer: 1, ratio: actions, note },
    ];
  } finally {
    await close();
    await database.close();
    await one.stop();
  }
}

async function begin(name: BurstName, { farEnd }: OneLine, base: string, { pool }: Database): Promise<void> {
  if (name === 'product-sync') return ask(base, 'POST', `/triggers/${name}`, {});
  await ask(base, 'PUT', `/api/integrations/${name}/mode`, { mode: 'paused' });
  await (name === 'scoring' ? farEnd.ask('editPeople', 'Chief Executive Officer') : farEnd.ask('makePeople', RECORDS));
  const deadline = Date.now() + WITHIN_MS;
  for (let waiting = 0; waiting < RECORDS; await new Promise((resolve) => setTimeout(resolve, 200))) {
    waiting = (await pool.query<{ n: number }>('select count(distinct record_id)::int as n from deliveries where integration = $1', [name])).rows[0]!.n;
    if (Date.now() > deadline) throw new Error(`Only ${String(waiting)} records of the burst for ${name} are in the inbox.`);
  }
  await ask(base, 'PUT', `/api/integrations/${name}/mode`, { mode: 'live' });
}

async function ask(base: string, method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${base}${path}`, { method, headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} was answered with ${String(answer.status)}: ${await answer.text()}`);
}

/** Waits until every record has ended well, echoes included. */
async function ended(bench: Bench, { pool }: Database, name: BurstName, startedAtMs: number): Promise<void> {
  const wanted = name === 'product-sync' ? 1 : RECORDS;
  for (let told = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { rows: [now] } = await pool.query<{ well: number; open: number; ill: string | null }>(
      `select count(distinct coalesce(record_id, id::text)) filter (where state = 'succeeded')::int as well, count(*) filter (where state in ('pending', 'running'))::int as open,
         min(reason) filter (where state in ('failed', 'held', 'waiting')) as ill from deliveries where integration = $1`, [name]);
    if (now!.ill !== null) throw new Error(`Not every record of the burst for ${name} ended well: ${now!.ill}`);
    if (now!.well === wanted && now!.open === 0) return;
    if (Date.now() - startedAtMs > WITHIN_MS) throw new Error(`${String(wanted - now!.well)} of the burst for ${name} have no outcome yet.`);
    if (Date.now() - told > 10_000) {
      told = Date.now();
      bench.say(`bursts, ${name}: ${String(now!.well)} of ${String(wanted)} ended, ${String(now!.open)} open`);
    }
  }
}
