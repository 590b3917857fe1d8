import { openDatabase } from '../src/store/database.ts';
import type { Bench } from './bench.ts';
import { STORM } from './config.ts';
import { median, percentile } from './figures.ts';
import { formOf } from './forms.ts';
import { hearOutcomes, sluiceWait } from './latency.ts';
import { startOne } from './lines.ts';
import type { Figure } from './report.ts';

const BACKLOG = 20_000;
const FORMS = 20;
/** A form makes up to six calls; spaced like this, and with what bulk work leaves to the urgent, there are tokens for each. */
const EVERY_MS = 6_000;
const CALLS_PER_MINUTE = 100;
const BOUND_MS = 2_000;

/** How long a form takes while a backlog of bulk work uses all that Twenty's bucket gives, at Twenty's own rate. */
export async function urgent(bench: Bench): Promise<readonly Figure[]> {
  const one = await startOne(bench, 'urgent', { BENCH_BUDGET: String(CALLS_PER_MINUTE) });
  const database = openDatabase(one.databaseUrl, { max: 2, applicationName: 'sluice bench' });
  bench.onEnd('the connection to the urgent database', () => database.close());
  const storm = one.sluiceUrl.replace(/[^/]+$/, STORM);
  const { statuses } = await bench.load.ask('burst', { url: storm, series: 'backlog', count: BACKLOG, connections: 64 });
  if (statuses[202] !== BACKLOG) throw new Error(`Not all were accepted: ${JSON.stringify(statuses)}`);
  const waitingNow = async (): Promise<number> =>
    (await database.pool.query<{ n: number }>(`select count(*) as n from deliveries where integration = $1 and state in ('pending', 'running')`, [STORM])).rows[0]!.n;
  const outcomes = await hearOutcomes(database);
  const waits: number[] = [];
  const least = { waiting: BACKLOG };
  for (let n = 0; n < FORMS; n += 1) {
    const startedAtMs = Date.now();
    waits.push(await sluiceWait(one.sluiceUrl, outcomes, formOf('urgent', n)));
    least.waiting = await waitingNow();
    if ((n + 1) % 5 === 0) bench.say(`urgent, ${String(n + 1)} of ${String(FORMS)}: p50 ${median(waits).toFixed(0)} ms beside ${String(least.waiting)} waiting`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - (Date.now() - startedAtMs))));
  }
  await outcomes.close();
  await one.stop();
  const p50 = median(waits);
  const note = `${String(FORMS)} forms, ${String(EVERY_MS / 1000)} s apart, beside ${String(BACKLOG)} to ${String(least.waiting)} waiting; p99 ${percentile(waits, 0.99).toFixed(0)} ms`;
  return [{ name: 'p50 of a form beside a backlog, against 2 s', unit: 'ms', sluice: p50, peer: BOUND_MS, ratio: p50 / BOUND_MS, bound: { atMost: 1 }, note }];
}
