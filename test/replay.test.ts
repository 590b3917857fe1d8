import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { afterAll, describe, expect, test } from 'vitest';
import { startStack, type Stack } from './harness/stack.ts';
import { testWorkflowBundle } from './harness/servers.ts';

const root = path.join(import.meta.dirname, '../src/workflows');
const recorded = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /histories[/\\][^/\\]+\.json$/.test(file));

/** With RECORD_HISTORIES=1 the scenarios below are run and recorded anew; do so only after a change guarded by `patched()`. */
const recording = process.env['RECORD_HISTORIES'] === '1';

test.skipIf(recording)('every use case has recorded histories', () => {
  expect(new Set(recorded.map((file) => file.split(path.sep)[0]))).toEqual(new Set(['lead-scoring', 'triggers', 'web-forms']));
});

describe.skipIf(recording)('a recorded run still replays', () => {
  test.each(recorded)('%s', async (file) => {
    const history: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: { codePath: await testWorkflowBundle() } }, history);
  });
});

describe.runIf(recording)('recording', () => {
  let stack: Stack | undefined;
  afterAll(() => stack?.close());

  test('web-forms', { timeout: 120_000 }, async () => {
    stack = await startStack({ form: { companyLink: 'restore' } }, ['worker']);
    const { submit, twenty, mail } = stack;
    const scenarios: Record<string, () => Promise<unknown>> = {
      'new-people': () => Promise.all([1, 2, 3].map((n) => submit({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, company: 'Acme', message: 'Hi' }))),
      'known-person': () => submit({ name: 'P 1', email: 'p1@acme.example', jobTitle: 'Buyer', message: 'Again' }),
      unreadable: () => submit({ name: 'Nobody', message: 'no address' }),
      'link-overwritten': () => submit({ name: 'Other', email: 'x@brand.example', website: 'https://acme.example', message: 'Hi' }),
      'refused-task': () => {
        twenty.faults.refuse((object) => (object === 'task' ? 'no' : undefined));
        return submit({ name: 'Q', email: 'q@acme.example', message: 'Hi' });
      },
      'retried-mail': () => {
        twenty.faults.clear();
        mail.faults.next('error');
        return submit({ name: 'R', email: 'r@acme.example', message: 'Hi' });
      },
    };
    const folder = path.join(root, 'web-forms/histories');
    mkdirSync(folder, { recursive: true });
    const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
    const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
    const seen = new Set<string>();
    for (const [name, begin] of Object.entries(scenarios)) {
      await begin();
      const dispatcher = await stack.start('dispatcher');
      await stack.settled();
      await dispatcher.close();
      const { rows } = await stack.database.pool.query<{ id: string }>('select id from sets');
      const id = rows.find((row) => !seen.has(row.id))!.id;
      seen.add(id);
      await client.workflow.getHandle(id).result();
      writeFileSync(path.join(folder, `${name}.json`), `${withoutMachine(historyToJSON(await client.workflow.getHandle(id).fetchHistory()))}\n`);
    }
    await connection.close();
  });
});

/** A history tells where it was recorded: in stack traces and in the names of workers. */
function withoutMachine(history: string): string {
  return history.replaceAll(process.cwd(), '').replaceAll(`${String(process.pid)}@${hostname()}`, 'worker');
}
