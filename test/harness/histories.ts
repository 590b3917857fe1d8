import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Stack } from './stack.ts';

/** With RECORD_HISTORIES=1 the scenarios of the recording tests are run and recorded anew; do so only after a change guarded by `patched()`. */
export const recording = process.env['RECORD_HISTORIES'] === '1';

/**
 * Runs each scenario against a stack whose dispatcher is not started, and keeps the history of the run that comes of it as
 * `src/workflows/USE-CASE/histories/SCENARIO.json`. A scenario brings one event about and resolves when it is in the inbox; `pick` names
 * the runs to keep by file when they are others than the first.
 */
export async function recordHistories(useCase: string, stack: Stack, scenarios: Readonly<Record<string, () => unknown>>, pick: Pick = ([first], name) => ({ [name]: first?.id })): Promise<void> {
  const folder = path.join(import.meta.dirname, '../../src/workflows', useCase, 'histories');
  mkdirSync(folder, { recursive: true });
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
  const seen = new Set<string>();
  for (const [name, begin] of Object.entries(scenarios)) {
    await begin();
    const dispatcher = await stack.start('dispatcher');
    await stack.twenty.settled();
    await stack.settled();
    await dispatcher.close();
    const { rows } = await stack.database.pool.query<RecordedSet>('select id, integration, workflow_type as "workflowType", dry_run as "isDryRun" from sets order by size desc, claimed_at');
    const fresh = rows.filter(({ id }) => !seen.has(id));
    fresh.forEach(({ id }) => seen.add(id));
    for (const [file, id] of Object.entries(pick(fresh, name))) {
      if (id === undefined) continue;
      await client.workflow.getHandle(id).result();
      writeFileSync(path.join(folder, `${file}.json`), `${withoutMachine(historyToJSON(await client.workflow.getHandle(id).fetchHistory()))}\n`);
    }
  }
  await connection.close();
}

export interface RecordedSet {
  readonly id: string;
  readonly integration: string;
  readonly workflowType: string;
  readonly isDryRun: boolean;
}

type Pick = (fresh: readonly RecordedSet[], scenario: string) => Readonly<Record<string, string | undefined>>;

/** A history tells where it was recorded: in stack traces and in the names of workers. */
function withoutMachine(history: string): string {
  return history.replaceAll(process.cwd(), '').replaceAll(`${String(process.pid)}@${hostname()}`, 'worker');
}
