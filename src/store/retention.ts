import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { RetentionPolicy } from '../domain/retention.ts';
import type { Database } from './database.ts';
import { type Kind, policyValues, type Walk, walks } from './retention-steps.ts';

/** How many rows went, or would go. `tombstones` are effects of which only the key, the state and the outside id stay. */
export type Pruned = Readonly<Record<Kind, number>>;

export interface PruneOptions {
  /** Counts and removes nothing. */
  readonly dryRun?: boolean;
  /** Ends the walk after the step that is under way. */
  readonly signal?: AbortSignal;
  /** Rows looked at per step. */
  readonly stepSize?: number;
}

const STEP_SIZE = 500;
/** Between steps it rests for this many times what a step took, and longer while claims stand in line. */
const REST = 4;
const REST_FOR_CLAIMS_MS = 250;
const MAX_RESTS_FOR_CLAIMS = 40;

/**
 * Removes what has been kept long enough, oldest first, in steps of one short transaction each. Undefined when somebody else
 * is at it already. Whatever ends it, the next call goes on with what is left.
 */
export async function prune(database: Database, policy: RetentionPolicy, options: PruneOptions = {}): Promise<Pruned | undefined> {
  const client = await database.pool.connect();
  let isWhole = false;
  try {
    const pruned = await pruneAlone(client, policy, options);
    isWhole = true;
    return pruned;
  } finally {
    // The lock goes with the connection: whoever dies in the middle keeps nobody else from pruning.
    client.release(!isWhole);
  }
}

async function pruneAlone(client: pg.PoolClient, policy: RetentionPolicy, options: PruneOptions): Promise<Pruned | undefined> {
  const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(hashtext('sluice prune')) as mine`);
  if (rows[0]?.mine !== true) return undefined;
  const counts: Record<Kind, number> = { payloads: 0, deliveries: 0, effects: 0, tombstones: 0, sets: 0, events: 0, dedupeKeys: 0 };
  const names = await client.query<{ name: string }>('select name from integrations order by name');
  for (const walk of walks) {
    for (const one of walk.perIntegration ? names.rows : [undefined]) {
      for await (const step of stepsOf(client, walk, policy, one?.name, options)) {
        for (const [kind, count] of Object.entries(step)) counts[kind as Kind] += count;
      }
    }
  }
  await client.query(`select pg_advisory_unlock(hashtext('sluice prune'))`);
  return counts;
}

const FIRST_ID = { uuid: '00000000-0000-0000-0000-000000000000', text: '' } as const;

/** Walks along one table; what stays is passed by and not looked at again in this walk. */
async function* stepsOf(client: pg.PoolClient, walk: Walk, policy: RetentionPolicy, integration: string | undefined, options: PruneOptions): AsyncGenerator<Partial<Pruned>> {
  const { dryRun = false, signal, stepSize = STEP_SIZE } = options;
  let last: { readonly at: string; readonly id: string } = { at: '-infinity', id: FIRST_ID[walk.idType] };
  while (signal?.aborted !== true) {
    const startedAtMs = Date.now();
    const values = [...policyValues(policy), last.at, last.id, stepSize, ...(integration === undefined ? [] : [integration])];
    const { rows } = await client.query<{ id: string; at: string; due: boolean | null }>(walk.look, values);
    const due = rows.filter((row) => row.due === true).map(({ id }) => id);
    if (dryRun) yield { [walk.kind]: due.length };
    else if (due.length > 0) yield await remove(client, walk, due);
    if (rows.length < stepSize) return;
    last = rows.at(-1)!;
    await rest(client, Date.now() - startedAtMs);
  }
}

async function remove(client: pg.PoolClient, walk: Walk, due: readonly string[]): Promise<Partial<Pruned>> {
  await client.query(`begin; set local idle_in_transaction_session_timeout = '2s'`);
  try {
    const locked = await client.query<{ id: string }>(walk.lock, [due]);
    const { rows } = await client.query<Partial<Pruned>>(walk.act, [locked.rows.map(({ id }) => id)]);
    await client.query('commit');
    return rows[0]!;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Most of the time is left to others, all of it while claims stand in line. */
async function rest(client: pg.PoolClient, tookMs: number): Promise<void> {
  await pause(tookMs * REST);
  for (let rests = 0; rests < MAX_RESTS_FOR_CLAIMS && (await doClaimsWait(client)); rests += 1) await pause(REST_FOR_CLAIMS_MS);
}

async function doClaimsWait(client: pg.PoolClient): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'do-claims-wait',
    text: `select 1 from pg_locks where locktype = 'advisory' and not granted and objsubid = 1
             and (classid::bigint << 32) | objid::bigint = hashtext('sluice claim')::bigint limit 1`,
  });
  return rowCount !== 0;
}
