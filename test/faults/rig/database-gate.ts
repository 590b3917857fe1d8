import pg from 'pg';

/**
 * Holds up statements in PostgreSQL before they are committed, at the change of state they are about to write: `effect done
 * mail mail`, `set claimed storm`, `delivery succeeded storm`. A killed server forgets what was held.
 */
export interface DatabaseGate {
  shut(...places: readonly string[]): Promise<void>;
  /** Resolves when a statement stands at each of these places. */
  reached(...places: readonly string[]): Promise<void>;
  /** Ends the sessions that stand at a place, as when their machine is gone: nothing of theirs is committed. */
  cut(): Promise<void>;
  open(): Promise<void>;
}

const CLASS = 4711;

/** What a trigger of one's own does to have a place; `place` is an expression of SQL. */
export const standAt = (place: string): string => `perform pg_advisory_xact_lock_shared(${CLASS}, hashtext(${place}))`;

/** `until` waits for a fact. */
export async function installDatabaseGate(url: string, until: (what: string, isTrue: () => Promise<boolean>) => Promise<void>): Promise<DatabaseGate> {
  await withClient(url, async (client) => {
    for (const statement of install) await client.query(statement);
  });
  let keeper: pg.Client | undefined;
  const open = async (): Promise<void> => {
    await keeper?.end().catch(() => undefined);
    keeper = undefined;
  };
  const waiting = async (client: pg.Client): Promise<readonly { pid: number; place: string }[]> => {
    const { rows } = await client.query<{ pid: number; place: string }>(
      `select pid, objid::text as place from pg_locks where locktype = 'advisory' and classid = ${CLASS} and not granted`);
    return rows;
  };
  return {
    open,
    async shut(...places) {
      if (keeper === undefined) {
        keeper = new pg.Client({ connectionString: url, application_name: 'fault gate' });
        keeper.on('error', () => undefined);
        await keeper.connect();
      }
      await keeper.query(`select pg_advisory_lock(${CLASS}, hashtext(place)) from unnest($1::text[]) as t (place)`, [places]);
    },
    async reached(...places) {
      const { rows } = await keeper!.query<{ id: string }>(`select (hashtext(place)::bigint & 4294967295)::text as id from unnest($1::text[]) as t (place)`, [places]);
      await until(`a statement at ${places.join(' and at ')}`, async () => {
        const standing = new Set((await waiting(keeper!)).map(({ place }) => place));
        return rows.every(({ id }) => standing.has(id));
      });
    },
    async cut() {
      await withClient(url, async (client) => {
        for (const { pid } of await waiting(client)) await client.query('select pg_terminate_backend($1, 5000)', [pid]);
      });
    },
  };
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'fault gate' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Every change of state asks for its place's lock; it is free unless the gate holds it. */
const install = [
  `create function fault_gate() returns trigger language plpgsql as $$
   declare
     place text;
   begin
     if tg_op = 'UPDATE' then if new.state = old.state then return new; end if; end if;
     case tg_table_name
       when 'effects' then place := 'effect ' || new.state || ' ' || new.integration || ' ' || new.step;
       when 'sets' then place := 'set ' || new.state || ' ' || new.integration;
       when 'deliveries' then place := 'delivery ' || new.state || ' ' || new.integration;
       when 'events' then place := 'event ' || new.source;
     end case;
     ${standAt('place')};
     return new;
   end $$`,
  ...['effects', 'sets', 'deliveries'].map((table) =>
    `create trigger fault_gate before insert or update on ${table} for each row execute function fault_gate()`),
  'create trigger fault_gate before insert on events for each row execute function fault_gate()',
];
