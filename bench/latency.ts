import pg from 'pg';
import type { Database } from '../src/store/database.ts';
import type { Bench } from './bench.ts';
import { median, percentile } from './figures.ts';
import { formOf, type Form } from './forms.ts';
import type { Lines } from './lines.ts';
import type { Figure } from './report.ts';
import { plainStorm, sluiceStorm } from './storms.ts';

const EACH = 80;
/** Afterwards every company is known, so that neither side makes one for the other. */
const WARM_UP = 50;
const WITHIN_MS = 20_000;

/**
 * From the sender's 202 to the outcome when nothing else is going on, one submission at a time, in turn. Sluice's outcome counts
 * from when it is committed and can be read by anybody; the plain workflow's from its close time on the same clock.
 */
export async function latency(bench: Bench, lines: Lines): Promise<readonly Figure[]> {
  const outcomes = await hearOutcomes(lines.database);
  await sluiceStorm(bench, lines, 'idlewarmup', WARM_UP);
  await plainStorm(bench, lines, 'plainidlewarmup', WARM_UP);
  const waits = { sluice: [] as number[], plain: [] as number[] };
  for (let n = 0; n < EACH; n += 1) {
    const sluice = async (): Promise<unknown> => waits.sluice.push(await sluiceWait(lines.sluiceUrl, outcomes, formOf('idle', n)));
    const plain = async (): Promise<unknown> => waits.plain.push(await plainWait(lines, formOf('plainidle', n)));
    for (const one of n % 2 === 0 ? [sluice, plain] : [plain, sluice]) await one();
    if ((n + 1) % 20 === 0) {
      bench.say(`latency, ${String(n + 1)} of ${String(EACH)}: p50 ${median(waits.sluice).toFixed(0)} ms, ${median(waits.plain).toFixed(0)} ms by the plain worker`);
    }
  }
  await outcomes.close();
  const figure = (name: string, share: number, bound?: Figure['bound']): Figure => {
    const [sluice, peer] = [percentile(waits.sluice, share), percentile(waits.plain, share)];
    return { name: `${name} from 202 to outcome when idle`, unit: 'ms', sluice, peer, ratio: sluice / peer, bound, note: `${String(EACH)} each, in turn` };
  };
  return [figure('p50', 0.5, { atMost: 1.5 }), figure('p99', 0.99)];
}

export interface Outcomes {
  /** Resolves with the time, in milliseconds since 1970, when the outcome of an event could be seen. */
  of(eventId: string): Promise<number>;
  close(): Promise<void>;
}

/** A trigger of the benchmark's own tells of outcomes as they are committed, which disturbs less than asking. */
export async function hearOutcomes({ pool, url }: Database): Promise<Outcomes> {
  await pool.query(`
    create function bench_tell() returns trigger language plpgsql as $$ begin perform pg_notify('bench_outcome', new.event_id::text); return null; end $$;
    create trigger bench_tell after update on deliveries for each row when (old.ended_at is null and new.ended_at is not null) execute function bench_tell()`);
  const ears = new pg.Client({ connectionString: url });
  ears.on('error', () => undefined); // what ended the server is told elsewhere
  await ears.connect();
  await ears.query('listen bench_outcome');
  const seen = new Map<string, number>();
  let look: () => void = () => undefined;
  ears.on('notification', ({ payload }) => {
    seen.set(payload!, Date.now());
    look();
  });
  return {
    of: (eventId) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`The event ${eventId} has no outcome yet.`)), WITHIN_MS);
        look = () => {
          const at = seen.get(eventId);
          if (at === undefined) return;
          clearTimeout(timer);
          resolve(at);
        };
        look();
      }),
    close: async () => {
      await ears.end();
      await pool.query('drop trigger bench_tell on deliveries; drop function bench_tell');
    },
  };
}

/** Milliseconds from the sender's answer to the outcome. */
export async function sluiceWait(url: string, outcomes: Outcomes, form: Form): Promise<number> {
  const { body, answeredAtMs } = await post(url, form);
  return (await outcomes.of((body as { eventId: string }).eventId)) - answeredAtMs;
}

async function plainWait(lines: Lines, form: Form): Promise<number> {
  const { body, answeredAtMs } = await post(lines.plainUrl, form);
  const run = lines.temporal.workflow.getHandle((body as { workflowId: string }).workflowId);
  await run.result();
  return (await run.describe()).closeTime!.getTime() - answeredAtMs;
}

async function post(url: string, form: Form): Promise<{ readonly body: unknown; readonly answeredAtMs: number }> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(form) });
  const answeredAtMs = Date.now();
  if (answer.status !== 202) throw new Error(`A submission was answered with ${String(answer.status)}.`);
  return { body: await answer.json(), answeredAtMs };
}
