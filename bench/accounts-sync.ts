import pg from 'pg';
import type { Bench } from './bench.ts';
import { call, twentyOf } from './calls.ts';
import { SYNC } from './config.ts';

const WITHIN_MS = 20_000;

/** The table that companies are kept in step with, in a database of its own. */
export interface AccountsSync {
  /** For the configuration. */
  readonly env: NodeJS.ProcessEnv;
  /** Links one company to its row. Answers what edits it in Twenty, and says how long, in milliseconds from Twenty's answer, the row took to show it. */
  link(env: NodeJS.ProcessEnv, gatewayUrl: string, apiToken: string): Promise<(site: string) => Promise<number>>;
}

export async function accountsSync(bench: Bench, database: string): Promise<AccountsSync> {
  const url = await bench.createDatabase(database);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined); // what ended the server is told elsewhere
  bench.onEnd('the connection to the accounts', () => pool.end());
  await pool.query(`create table accounts (id serial primary key, name text, site text, updated_at timestamptz not null default now())`);
  return {
    env: { BENCH_ACCOUNTS_URL: url, BENCH_ACCOUNTS_PASSWORD: decodeURIComponent(new URL(url).password) || 'none' },
    link: async (env, gatewayUrl, apiToken) => {
      const twenty = twentyOf(env);
      const { id } = (await twenty<{ data: { createCompany: { id: string } } }>('POST', '/rest/companies', { name: 'Kept in step' })).data.createCompany;
      await call('POST', `${gatewayUrl}/triggers/${SYNC}`, apiToken, { input: { job: 'first-load' } });
      await rowWith(`name = 'Kept in step'`);
      return async (site) => {
        await twenty('PATCH', `/rest/companies/${id}`, { linkedinLink: { primaryLinkUrl: site } });
        const answeredAtMs = Date.now();
        await rowWith('site = $1', site);
        return Date.now() - answeredAtMs;
      };
    },
  };

  async function rowWith(condition: string, ...values: readonly string[]): Promise<void> {
    for (const sinceMs = Date.now(); (await pool.query(`select 1 from accounts where ${condition}`, [...values])).rows.length === 0; ) {
      if (Date.now() - sinceMs > WITHIN_MS) throw new Error(`No account has ${condition} ${values.join()} yet.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
