import pg from 'pg';
import { secret } from '../../src/config/secret.ts';
import { postgres } from '../../src/connectors/postgres/index.ts';
import { bidirectionalSync, type BidirectionalSyncInput } from '../../src/workflows/bidirectional-sync/index.ts';
import { type PreparedStack, startPrepared } from '../harness/prepared.ts';
import { createTestDatabase } from '../harness/servers.ts';
import type { StackOptions } from '../harness/stack.ts';

/** A stack that keeps people in step with the table `contacts` of another database, as `contacts-sync`. */
export interface SyncStack extends PreparedStack {
  /** Runs a statement on the other database. */
  sql<R extends object>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  contacts(): Promise<readonly Contact[]>;
  person(fields: Readonly<Record<string, unknown>>): string;
  people(): readonly Readonly<Record<string, unknown>>[];
  /** Asks the other side what changed, and waits until all is done. */
  round(integration?: string): Promise<void>;
  /** Starts work over all pairs by hand, and waits until all is done. */
  job(name: 'first-load' | 'complete-read' | 'drift', withinMs?: number, integration?: string): Promise<void>;
}

export interface Contact {
  readonly id: number;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly title: string | null;
}

const FIELDS: BidirectionalSyncInput['fields'] = {
  email: { twenty: 'emails.primaryEmail', external: 'email' },
  firstName: { twenty: 'name.firstName', external: 'first_name' },
  lastName: { twenty: 'name.lastName', external: 'last_name' },
  title: { twenty: 'jobTitle', external: 'title' },
};

export interface SyncOptions extends StackOptions {
  /** Further tables of the other database, each with its columns beside `id` and `updated_at`. */
  readonly tables?: Readonly<Record<string, string>>;
}

/** With another other side: `external` and `fields` in the settings, its stand-in in `tools`, its connection in `connections(env)`. */
export async function startSync(settings: Partial<BidirectionalSyncInput> = {}, { tables = {}, ...options }: SyncOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<SyncStack> {
  const far = await createTestDatabase();
  const { hostname, port, pathname, username, password } = new URL(far.url);
  const pool = new pg.Pool({ connectionString: far.url, max: 2 });
  pool.on('error', () => undefined); // the database is dropped while its last session ends
  await pool.query(`create table contacts (id serial primary key, email text unique, first_name text, last_name text, title text, updated_at timestamptz not null default now())`);
  for (const [name, columns] of Object.entries(tables)) await pool.query(`create table ${name} (id serial primary key, ${columns}, updated_at timestamptz not null default now())`);
  const input: BidirectionalSyncInput = {
    object: 'person', external: { connection: 'billing', object: 'contacts' }, fields: FIELDS, match: ['email'],
    settle: { quietSeconds: 0, maxSeconds: 0 }, schedules: { changesEverySeconds: 86_400 }, ...settings,
  };
  const stack = await startPrepared({
    ...options,
    env: { BILLING_PASSWORD: decodeURIComponent(password), ...options.env },
    connections: (env) => ({
      ...(typeof options.connections === 'function' ? options.connections(env) : options.connections),
      billing: postgres({ host: hostname, port: Number(port), database: pathname.slice(1), user: username, password: secret('BILLING_PASSWORD'), tls: 'off', tables: Object.fromEntries(['contacts', ...Object.keys(tables)].map((name) => [name, {}])) }),
    }),
    integrations: { 'contacts-sync': bidirectionalSync(input), ...options.integrations },
  }, parts);
  let rounds = 0;
  /** Pairs that are to be looked at again wait for some seconds: they are not at rest yet. */
  const quiet = async (withinMs?: number): Promise<void> => {
    const isWaiting = async (): Promise<boolean> => (await stack.database.pool.query(`select 1 from deliveries where state = 'waiting' and code = 'again' limit 1`)).rows.length > 0;
    for (await stack.quiet(withinMs); await isWaiting(); await stack.quiet(withinMs)) await stack.until(async () => !(await isWaiting()));
  };
  return {
    ...stack,
    quiet,
    async sql<R extends object>(text: string, values: readonly unknown[] = []) {
      return (await pool.query<R>(text, [...values])).rows;
    },
    async contacts() {
      return (await pool.query<Contact>('select id, email, first_name, last_name, title from contacts order by id')).rows;
    },
    person: (fields) => stack.make('people', fields),
    people: () => stack.twenty.records('people'),
    async round(integration = 'contacts-sync') {
      rounds += 1;
      await quiet();
      const answer = await fetch(`${stack.gatewayUrl}/api/schedules/${integration}/changes/run`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: `round-${String(rounds)}` }) });
      if (!answer.ok) throw new Error(`${String(answer.status)} ${await answer.text()}`);
      await quiet();
    },
    async job(name, withinMs, integration = 'contacts-sync') {
      rounds += 1;
      await quiet();
      const body = JSON.stringify({ requestId: `job-${String(rounds)}`, input: { job: name } });
      const answer = await fetch(`${stack.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
      await quiet(withinMs);
    },
    async close() {
      await stack.close();
      await pool.end();
      await far.drop();
    },
  };
}
