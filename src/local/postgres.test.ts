import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalPostgres } from './postgres.ts';
import { isAlive } from './processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-postgres-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was committed survives kill -9 of the server, and the address stays', async () => {
  const first = await startLocalPostgres({ dataDir: folder });
  await query(first.url, 'create table kept as select 1 as one');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;

  const second = await startLocalPostgres({ dataDir: folder });
  const rows = await query(second.url, 'select one from kept');
  await second.stop();

  expect(second.url).toBe(first.url);
  expect(rows).toEqual([{ one: 1 }]);
});

test('a stopped server leaves no process, and only its owner reads the password', async () => {
  const server = await startLocalPostgres({ dataDir: folder });

  await server.stop();

  expect(isAlive(server.pid)).toBe(false);
  expect(statSync(path.join(folder, 'password')).mode & 0o777).toBe(0o600);
});

test('a server whose parent is killed ends by itself, and the next start works on its data', async () => {
  const script = `
    import { startLocalPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'postgres.ts'))};
    console.log((await startLocalPostgres({ dataDir: ${JSON.stringify(folder)} })).pid);
    process.stdin.resume();
  `;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  parent.kill('SIGKILL');

  const next = await startLocalPostgres({ dataDir: folder });
  const rows = await query(next.url, 'select 1 as one');
  await next.stop();

  expect(isAlive(Number(line))).toBe(false);
  expect(rows).toEqual([{ one: 1 }]);
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows as unknown[];
}
