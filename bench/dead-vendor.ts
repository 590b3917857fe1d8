import { type AddressInfo, createServer, type Socket } from 'node:net';
import { openDatabase, type Database } from '../src/store/database.ts';
import { accountsSync } from './accounts-sync.ts';
import type { Bench } from './bench.ts';
import { call, twentyOf } from './calls.ts';
import { benchConfig, PARTNERS, SCORING } from './config.ts';
import { median } from './figures.ts';
import { formOf } from './forms.ts';
import { hearOutcomes, type Outcomes, sluiceWait } from './latency.ts';
import { startOne } from './lines.ts';
import { prepare } from './prepare.ts';
import type { Figure } from './report.ts';

const EACH = 40;
/** Afterwards every company of the forms is known and linked. */
const WARM_UP = 50;
/** Waiting for the vendor while the others are measured. */
const BACKLOG = 2_000;
const MOST = 1.25;
const API_TOKEN = 'bench';

/** Milliseconds, one after the other. */
interface Waits {
  readonly forms: readonly number[];
  readonly scores: readonly number[];
  readonly edits: readonly number[];
}

/**
 * How long forms, scores and edits that a two-way sync carries take beside a vendor that accepts connections and never answers, against the same with nothing in its
 * lane: the same parts, one after the other, in one run.
 */
export async function deadVendor(bench: Bench): Promise<readonly Figure[]> {
  const vendor = await silentServer();
  bench.onEnd('the silent vendor', vendor.close);
  const accounts = await accountsSync(bench);
  const more = { ...accounts.env, BENCH_VENDOR_URL: vendor.url, VENDOR_KEY: 'nobody', TWENTY_WEBHOOK_SECRET: 'the secret of the benchmark', SLUICE_API_TOKEN: API_TOKEN };
  const one = await startOne(bench, 'vendor', more);
  const base = one.sluiceUrl.replace(/\/hooks\/.*$/, '');
  const database = openDatabase(one.databaseUrl, { max: 2, applicationName: 'sluice bench' });
  bench.onEnd('the connection to the vendor database', () => database.close());
  await prepare(benchConfig(one.env), one.env, base);
  const outcomes = await hearOutcomes(database);
  const person = await personWho(one.env);
  const editWait = await accounts.link(one.env, base, API_TOKEN);
  await round('vendorwarmup', WARM_UP);
  const before = await round('vendoralive', EACH);
  bench.say(`dead vendor, before: p50 of a form ${median(before.forms).toFixed(0)} ms, of a score ${median(before.scores).toFixed(0)} ms, of an edit ${median(before.edits).toFixed(0)} ms`);

  const { statuses } = await bench.load.ask('burst', { url: `${base}/hooks/${PARTNERS}`, series: 'partners', count: BACKLOG, connections: 32 });
  if (statuses[202] !== BACKLOG) throw new Error(`Not all were accepted: ${JSON.stringify(statuses)}`);
  // Its first runs hang in their calls now, which is the worst it can do.
  await vendor.wasCalled;
  const beside = await round('vendordead', EACH);
  const { rows } = await database.pool.query<{ n: number }>(`select count(*) as n from deliveries where integration = $1 and state in ('pending', 'running')`, [PARTNERS]);
  await outcomes.close();
  await one.stop();
  const note = `${String(EACH)} each, one after the other; ${String(rows[0]!.n)} deliveries waiting for the vendor`;
  const figure = (name: string, now: readonly number[], then: readonly number[]): Figure =>
    ({ name, unit: 'ms', sluice: median(now), peer: median(then), ratio: median(now) / median(then), bound: { atMost: MOST }, note });
  return [
    figure('p50 of a form beside a dead vendor, against before', beside.forms, before.forms),
    figure('p50 of a score beside a dead vendor, against before', beside.scores, before.scores),
    figure('p50 of an edit by two-way sync beside a dead vendor, against before', beside.edits, before.edits),
  ];

  async function round(series: string, count: number): Promise<Waits> {
    const waits = { forms: [] as number[], scores: [] as number[], edits: [] as number[] };
    for (let n = 0; n < count; n += 1) {
      waits.forms.push(await sluiceWait(one.sluiceUrl, outcomes as Outcomes, formOf(series, n)));
      waits.scores.push(await scoreWait(database, base, person));
      waits.edits.push(await editWait(`https://www.linkedin.com/company/${series}-${String(n)}`));
    }
    return waits;
  }
}

/** From the answer to a start by hand to the end of the person's scoring. */
async function scoreWait({ pool }: Database, base: string, personId: string): Promise<number> {
  const { eventId } = await call<{ eventId: string }>('POST', `${base}/triggers/${SCORING}`, API_TOKEN, { selection: { ids: [personId] } });
  const startedAtMs = Date.now();
  for (;;) {
    const { rows } = await pool.query<{ ended: Date }>('select ended_at as ended from deliveries where event_id = $1 and record_id is not null and ended_at is not null', [eventId]);
    if (rows[0] !== undefined) return rows[0].ended.getTime() - startedAtMs;
    if (Date.now() - startedAtMs > 20_000) throw new Error('A score has no outcome yet.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function personWho(env: NodeJS.ProcessEnv): Promise<string> {
  const body = { name: { firstName: 'Ada', lastName: 'Scored' }, emails: { primaryEmail: 'ada.scored@acme.example' }, jobTitle: 'CEO' };
  return (await twentyOf(env)<{ data: { createPerson: { id: string } } }>('POST', '/rest/people', body)).data.createPerson.id;
}

/** Takes connections and says nothing. */
async function silentServer(): Promise<{ readonly url: string; readonly wasCalled: Promise<void>; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const called = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('data', () => called.resolve()).on('error', () => undefined).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    wasCalled: called.promise,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      open.forEach((socket) => socket.destroy());
    }),
  };
}
