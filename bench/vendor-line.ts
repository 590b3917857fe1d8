import { openDatabase, type Database } from '../src/store/database.ts';
import { accountsSync } from './accounts-sync.ts';
import type { Bench } from './bench.ts';
import { call, twentyOf } from './calls.ts';
import { benchConfig, SCORING } from './config.ts';
import { formOf } from './forms.ts';
import { hearOutcomes, sluiceWait } from './latency.ts';
import { startOne } from './lines.ts';
import { prepare } from './prepare.ts';

const API_TOKEN = 'bench';

/** What is measured of a line, one at a time. Milliseconds. */
export interface Waits {
  readonly form: number;
  readonly score: number;
  readonly edit: number;
}

/** All parts of Sluice with forms, scoring, a two-way sync and an integration that depends on a vendor. */
export interface VendorLine {
  readonly gatewayUrl: string;
  readonly database: Database;
  /** Sends a form, scores a person and edits a company, one after the other; `n` tells apart what is sent. */
  wait(n: number): Promise<Waits>;
  stop(): Promise<void>;
}

export async function startVendorLine(bench: Bench, name: string, vendorUrl: string): Promise<VendorLine> {
  const accounts = await accountsSync(bench, `${name}_accounts`);
  const one = await startOne(bench, name, { ...accounts.env, BENCH_VENDOR_URL: vendorUrl, VENDOR_KEY: 'nobody', TWENTY_WEBHOOK_SECRET: 'the secret of the benchmark', SLUICE_API_TOKEN: API_TOKEN });
  const gatewayUrl = one.sluiceUrl.replace(/\/hooks\/.*$/, '');
  const database = openDatabase(one.databaseUrl, { max: 2, applicationName: 'sluice bench' });
  bench.onEnd(`the connection to the database of ${name}`, () => database.close());
  await prepare(benchConfig(one.env), one.env, gatewayUrl);
  const outcomes = await hearOutcomes(database);
  const person = await personWho(one.env);
  const editWait = await accounts.link(one.env, gatewayUrl, API_TOKEN);
  return {
    gatewayUrl, database,
    wait: async (n) => ({
      form: await sluiceWait(one.sluiceUrl, outcomes, formOf(name, n)),
      score: await scoreWait(database, gatewayUrl, person),
      edit: await editWait(`https://www.linkedin.com/company/${name}-${String(n)}`),
    }),
    stop: async () => {
      await outcomes.close();
      await one.stop();
    },
  };
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
