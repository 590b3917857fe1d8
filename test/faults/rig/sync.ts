import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase } from '../../harness/servers.ts';
import { type DatabaseGate, installDatabaseGate, standAt } from './database-gate.ts';
import { apiToken } from './environment.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';
import { startTcpGate, type TcpGate } from './tcp-gate.ts';

export const syncFields = ['firstName', 'lastName', 'title'] as const;
export type SyncField = (typeof syncFields)[number];
type SyncValues = Readonly<Partial<Record<SyncField, string>>>;

/** A record as one side holds it; what is empty is an empty text. */
export interface SyncRecord extends Readonly<Record<SyncField, string>> {
  readonly id: string;
  readonly email: string;
  /** Renewed by every write of the row; of a person the time of its last change. */
  readonly version: string;
}

/** What somebody did, so that it can be told whether it was lost. */
export interface SyncEdit {
  readonly side: 'twenty' | 'external';
  readonly email: string;
  readonly field: SyncField;
  readonly value: string;
}

/** A rig that keeps people in step with a table `contacts`, in which nothing but the key is unique. */
export interface SyncRig {
  readonly rig: Rig;
  /** On the way from the parts to the table. */
  readonly wire: TcpGate;
  /** In the table's database: a statement stands at `row` before it writes one. */
  readonly rowGate: DatabaseGate;
  /** Since the last time that all was calm. */
  readonly edits: readonly SyncEdit[];
  sql<R extends object>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Live records. */
  people(): readonly SyncRecord[];
  rows(): Promise<readonly SyncRecord[]>;
  inTwenty(email: string, values: SyncValues): void;
  outside(email: string, values: SyncValues): Promise<void>;
  /** Starts work over all pairs. */
  start(job: Job): Promise<void>;
  /** Resolves when nothing is left to be done, pairs that are to be looked at again included. */
  rest(): Promise<void>;
  work(job: Job): Promise<void>;
  /** At rest with the other side's changes read; what was done until now is not asked for any more. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

export type Job = 'changes' | 'drift' | 'complete-read' | 'first-load';

const COLUMNS: Readonly<Record<SyncField, string>> = { firstName: 'first_name', lastName: 'last_name', title: 'title' };

export async function startSyncRig(options: Pick<RigOptions, 'plant' | 'callsPerMinute'> = {}): Promise<SyncRig> {
  const far = await createTestDatabase();
  const { port, pathname, username, password } = new URL(far.url);
  const pool = new pg.Pool({ connectionString: far.url, max: 2 });
  pool.on('error', () => undefined);
  const sql = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> => (await pool.query<R>(text, [...values])).rows;
  await sql('create table contacts (id bigserial primary key, email text, first_name text, last_name text, title text, updated_at timestamptz not null default now())');
  await sql('create index on contacts (updated_at, id)');
  await sql('create index on contacts (lower(email))');
  const wire = await startTcpGate(() => Number(port));
  const env = { BILLING_PORT: String(wire.port), BILLING_DATABASE: pathname.slice(1), BILLING_USER: username, BILLING_PASSWORD: decodeURIComponent(password) };
  const rig = await startRig({ config: 'bidirectional-sync.config.ts', prepare: true, env, ...options });
  const rowGate = await installDatabaseGate(far.url, rig.until);
  await sql(`create function stand_at_row() returns trigger language plpgsql as $$ begin ${standAt(`'row'`)}; return new; end $$`);
  await sql('create trigger stand_at_row before insert or update on contacts for each row execute function stand_at_row()');
  await rig.rows(`create function stand_at_base() returns trigger language plpgsql as $$ begin ${standAt(`'base ' || new.integration`)}; return new; end $$`);
  await rig.rows('create trigger stand_at_base before update of base on links for each row when (old.base is distinct from new.base) execute function stand_at_base()');

  let edits: SyncEdit[] = [];
  const note = (side: SyncEdit['side'], email: string, values: SyncValues): void => void edits.push(...Object.entries(values).map(([field, value]) => ({ side, email, field: field as SyncField, value })));
  const people = (): readonly SyncRecord[] => rig.twenty.records('people').filter(({ deletedAt }) => deletedAt === null).map(personOf);
  const sync: SyncRig = {
    rig, wire, rowGate, sql, people,
    get edits() {
      return edits;
    },
    async rows() {
      return sql<SyncRecord>(`select id::text, coalesce(email, '') as email, coalesce(first_name, '') as "firstName", coalesce(last_name, '') as "lastName", coalesce(title, '') as title, xmin::text as version from contacts order by id`);
    },
    inTwenty(email, values) {
      note('twenty', email, values);
      const known = people().find((one) => one.email === email);
      const { firstName, lastName, title } = values;
      const name = { firstName: firstName ?? known?.firstName ?? '', lastName: lastName ?? known?.lastName ?? '' };
      const fields = { ...(firstName === undefined && lastName === undefined ? {} : { name }), ...(title === undefined ? {} : { jobTitle: title }) };
      if (known === undefined) rig.twenty.asUser.create('people', { emails: { primaryEmail: email }, ...fields });
      else rig.twenty.asUser.update('people', known.id, fields);
    },
    async outside(email, values) {
      note('external', email, values);
      const names = Object.keys(values).map((field) => COLUMNS[field as SyncField]);
      const known = await sql('select 1 from contacts where email = $1', [email]);
      if (known.length === 0) await sql(`insert into contacts (email, ${names.join(', ')}) values ($1, ${names.map((_name, n) => `$${String(n + 2)}`).join(', ')})`, [email, ...Object.values(values)]);
      else await sql(`update contacts set ${names.map((name, n) => `${name} = $${String(n + 2)}`).join(', ')}, updated_at = clock_timestamp() where email = $1`, [email, ...Object.values(values)]);
    },
    async start(job) {
      const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' };
      const answer = await fetch(`${rig.gatewayUrl}/triggers/contacts-sync`, { method: 'POST', headers, body: JSON.stringify({ requestId: randomUUID(), input: { job } }) });
      if (!answer.ok) throw new Error(`${String(answer.status)} ${await answer.text()}`);
    },
    async rest() {
      const open = async (): Promise<boolean> => (await rig.rows(`select 1 from deliveries where state in ('pending', 'running') or (state = 'waiting' and code = 'again') limit 1`)).length > 0;
      for (let quiet = 0; quiet < 2; quiet += 1) {
        await rig.twenty.settled();
        await rig.until('the end of every event', async () => !(await open()));
      }
    },
    async work(job) {
      await sync.start(job);
      await sync.rest();
    },
    async calm() {
      await sync.rest();
      await sync.work('changes');
      edits = [];
    },
    async close() {
      await rig.close();
      await rowGate.open();
      await wire.close();
      await pool.end();
      await far.drop();
    },
  };
  return sync;
}

function personOf(record: Readonly<Record<string, unknown>>): SyncRecord {
  const { firstName, lastName } = record['name'] as { readonly firstName: string; readonly lastName: string };
  const { primaryEmail } = record['emails'] as { readonly primaryEmail: string };
  return { id: String(record['id']), email: primaryEmail, firstName, lastName, title: String(record['jobTitle'] ?? ''), version: String(record['updatedAt']) };
}
