import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import { type ScheduleRealm, triggerId } from '../../src/dispatcher/schedule-realm.ts';
import { scheduleRealm } from '../../src/worker/schedules.ts';
import { testWorkflowBundle } from '../harness/servers.ts';
import { startStack, type Stack, type StackOptions } from '../harness/stack.ts';

/** A stack whose worker knows the errands, and a client of the Temporal server beside it. */
export interface TriggerStack extends Stack {
  readonly client: Client;
  readonly realm: ScheduleRealm;
  readonly triggerId: (integration: string) => string;
  /** How many events a source has. */
  count(source: string): Promise<number>;
  /** Events with how their deliveries ended, in the order in which they came. */
  events(source: string): Promise<readonly { id: string; key: string; states: readonly string[]; reasons: readonly (string | null)[] }[]>;
}

/** The workflows with the errands. */
export const bundleErrands = (): Promise<string> => testWorkflowBundle(path.join(import.meta.dirname, 'workflows.ts'));

export async function startTriggerStack(
  bundle: string, integrations: Readonly<Record<string, IntegrationInput>>, parts?: readonly ('dispatcher' | 'worker')[], options: StackOptions = {},
): Promise<TriggerStack> {
  const stack = await startStack({ ...options, bundle, integrations }, parts);
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  const realm = scheduleRealm(stack.config, stack.env);
  return {
    ...stack,
    client: new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! }),
    realm,
    triggerId: (integration) => triggerId(realm, integration),
    async count(source) {
      const { rows } = await stack.database.pool.query<{ count: number }>('select count(*) as count from events where source = $1', [source]);
      return rows[0]!.count;
    },
    async events(source) {
      const { rows } = await stack.database.pool.query<{ id: string; key: string; states: string[]; reasons: (string | null)[] }>(
        `select e.id, e.dedupe_key as key, array_agg(d.state order by d.seq) as states, array_agg(d.reason order by d.seq) as reasons
         from events e join deliveries d on d.event_id = e.id where e.source = $1 group by e.id order by e.id`, [source]);
      return rows;
    },
    async close() {
      await stack.close();
      await connection.close();
    },
  };
}

/** Resolves when the fact holds; rejects after `withinMs`. */
export async function until<T>(fact: () => Promise<T | undefined | false>, withinMs = 60_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; ) {
    const found = await fact();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error('It did not come true in time.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
