import pg from 'pg';
import type { Bench } from './bench.ts';
import { INTEGRATION } from './config.ts';
import { median } from './figures.ts';
import type { Process } from './process.ts';
import type { GatewayCalls } from './processes/gateway.ts';
import type { Figure } from './report.ts';

/** A storm's worth: so many that neither side stands still for want of requests while answers are on their way. */
const CONNECTIONS = 256;
const ROUNDS = 9;
const PER_ROUND = 5_000;
/** The compilers have done their work when a side has not become quicker by this much in this many rounds, which do not count. */
const GAIN = 1.03;
const SETTLED_ROUNDS = 2;
const MAX_WARM_UPS = 8;

/** Durable accepts a second, against the very same gateway with nothing behind it; rounds in turn, each compared with its neighbour. */
export async function accepts(bench: Bench): Promise<readonly Figure[]> {
  const databaseUrl = await bench.createDatabase('accepts');
  const durable = await bench.start<GatewayCalls>('gateway.ts', { DATABASE_URL: databaseUrl });
  const bare = await bench.start<GatewayCalls>('gateway.ts', { DATABASE_URL: undefined });
  let series = 0;
  let posted = 0;
  const rate = async (gateway: Process<GatewayCalls>, count: number): Promise<number> => {
    const url = `${await gateway.ask('url', undefined)}/hooks/${INTEGRATION}`;
    const end = await bench.load.ask('burst', { url, series: `accept${String((series += 1))}`, count, connections: CONNECTIONS });
    if (end.statuses[202] !== count) throw new Error(`Not all were accepted: ${JSON.stringify(end.statuses)}`);
    if (gateway === durable) posted += count;
    return (count * 1000) / (end.endedAtMs - end.startedAtMs);
  };

  const warmUps = await warmUp([durable, bare].map((gateway) => () => rate(gateway, PER_ROUND)));
  const pairs: { readonly durable: number; readonly bare: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    // Whoever goes first changes, so that neither side always follows the other.
    const first = round % 2 === 0 ? await rate(bare, PER_ROUND) : undefined;
    const pair = { durable: await rate(durable, PER_ROUND), bare: first ?? (await rate(bare, PER_ROUND)) };
    pairs.push(pair);
    bench.say(`accepts, round ${String(round)} of ${String(ROUNDS)}: ${pair.durable.toFixed(0)}/s durable, ${pair.bare.toFixed(0)}/s without a database`);
  }
  await assertStored(databaseUrl, posted);
  await durable.stop();
  await bare.stop();

  return [{
    name: 'durable accepts, against no database', unit: '/s',
    sluice: median(pairs.map((pair) => pair.durable)),
    peer: median(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.durable / pair.bare)),
    bound: { atLeast: 0.7 },
    note: `median of ${String(ROUNDS)} pairs of rounds of ${String(PER_ROUND)} after ${String(warmUps)} to warm up, ${String(CONNECTIONS)} connections`,
  }];
}

/** Runs rounds of all sides in turn until none becomes quicker any more. Answers how many. */
async function warmUp(sides: readonly (() => Promise<number>)[]): Promise<number> {
  const best = sides.map(() => 0);
  let settled = 0;
  for (let round = 1; round <= MAX_WARM_UPS; round += 1) {
    settled += 1;
    for (const [index, side] of sides.entries()) {
      const now = await side();
      if (now > best[index]! * GAIN) settled = 0;
      best[index] = Math.max(best[index]!, now);
    }
    if (settled === SETTLED_ROUNDS) return round;
  }
  return MAX_WARM_UPS;
}

/** Every 202 is an event in the inbox. */
async function assertStored(databaseUrl: string, posted: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ events: string }>('select count(*) as events from events');
  await client.end();
  if (Number(rows[0]?.events) !== posted) throw new Error(`${String(posted)} were accepted, ${rows[0]?.events ?? 'none'} are stored.`);
}
