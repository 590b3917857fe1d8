import type { Bench } from './bench.ts';
import type { Lines } from './lines.ts';

const CONNECTIONS = 64;
const WITHIN_MS = 120_000;

/** A storm from its first request to its last outcome. */
export interface Storm {
  readonly count: number;
  readonly perSecond: number;
  /** The runs it took, by workflow id. */
  readonly runs: readonly string[];
  /** Root fields served by Twenty's stand-in meanwhile. */
  readonly twentyCalls: number;
}

/** Posts `count` new people to Sluice and waits until every one of them has succeeded. */
export async function sluiceStorm(bench: Bench, lines: Lines, series: string, count: number): Promise<Storm> {
  const { pool } = lines.database;
  const { rows: [mark] } = await pool.query<{ epoch: number; seq: number }>(
    'select (select coalesce(max(epoch), 0) from sets) as epoch, (select coalesce(max(seq), 0) from deliveries) as seq');
  return storm(bench, lines, { url: lines.sluiceUrl, series, count }, async () => {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      const { rows: [now] } = await pool.query<{ ended: number; succeeded: number; last: number }>(
        `select count(ended_at) as ended, count(*) filter (where state = 'succeeded') as succeeded,
           extract(epoch from max(ended_at))::float8 * 1000 as last from deliveries where seq > $1`, [mark!.seq]);
      if (now!.ended === count) {
        if (now!.succeeded !== count) throw new Error(`Only ${String(now!.succeeded)} of ${String(count)} submissions succeeded.`);
        const { rows } = await pool.query<{ id: string }>('select id from sets where epoch > $1 order by epoch', [mark!.epoch]);
        return { endedAtMs: now!.last, runs: rows.map(({ id }) => id) };
      }
      if (Date.now() > deadline) throw new Error(`${String(count - now!.ended)} of ${String(count)} submissions have no outcome yet.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

/** Posts `count` new people to the plain worker and waits until every workflow has completed. */
export async function plainStorm(bench: Bench, lines: Lines, series: string, count: number): Promise<Storm> {
  await lines.plain.ask('takeStarted', undefined); // what others have started before
  return storm(bench, lines, { url: lines.plainUrl, series, count }, async () => {
    const runs = await lines.plain.ask('takeStarted', undefined);
    // One after the other: while the first is waited for, the others go on, and nobody is polled.
    for (const id of runs) await lines.temporal.workflow.getHandle(id).result();
    let endedAtMs = 0;
    for (const id of runs) {
      const { closeTime } = await lines.temporal.workflow.getHandle(id).describe();
      endedAtMs = Math.max(endedAtMs, closeTime!.getTime());
    }
    return { endedAtMs, runs };
  });
}

async function storm(
  bench: Bench,
  { farEnd }: Lines,
  burst: { readonly url: string; readonly series: string; readonly count: number },
  untilEnded: () => Promise<{ readonly endedAtMs: number; readonly runs: readonly string[] }>,
): Promise<Storm> {
  const { series, count } = burst;
  const before = await farEnd.ask('count', undefined);
  const { startedAtMs, statuses } = await bench.load.ask('burst', { ...burst, connections: CONNECTIONS });
  if (statuses[202] !== count) throw new Error(`Not all were accepted: ${JSON.stringify(statuses)}`);
  const { endedAtMs, runs } = await untilEnded();
  const after = await farEnd.ask('count', undefined);
  for (const [what, expected] of [['people', count], ['tasks', count], ['taskTargets', 2 * count]] as const) {
    if (after[what] - before[what] !== expected) throw new Error(`${series} made ${String(after[what] - before[what])} ${what}, not ${String(expected)}.`);
  }
  return { count, perSecond: (count * 1000) / (endedAtMs - startedAtMs), runs, twentyCalls: after.twentyCalls - before.twentyCalls };
}
