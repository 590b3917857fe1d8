import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { startLocalTemporal } from './temporal.ts';
import type { LocalTemporal } from './temporal.ts';

const binDir = path.join(import.meta.dirname, '../../node_modules/.cache/sluice/bin');

let home: string;
beforeEach(() => void (home = mkdtempSync(path.join(tmpdir(), 'sluice-temporal-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a run that was started survives kill -9 of the server, and the addresses stay', async () => {
  const first = await startServer();
  await withClient(first, (client) => client.workflow.start('nobodyRunsIt', { workflowId: 'kept', taskQueue: 'none' }));
  process.kill(first.pid, 'SIGKILL');
  await first.exited;

  const second = await startServer();
  const { status } = await withClient(second, (client) => client.workflow.getHandle('kept').describe());
  await second.stop();

  expect(status.name).toBe('RUNNING');
  expect([second.address, second.uiUrl]).toEqual([first.address, first.uiUrl]);
  expect(isAlive(second.pid)).toBe(false);
});

function startServer(): Promise<LocalTemporal> {
  return startLocalTemporal({ home, namespace: 'sluice', dbFilename: path.join(home, 'temporal', 'temporal.db'), binDir });
}

async function withClient<T>({ address }: LocalTemporal, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace: 'sluice' }));
  } finally {
    await connection.close();
  }
}
