import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acceptEvents } from '../src/store/accept.ts';
import { openDatabase } from '../src/store/database.ts';
import type { Database } from '../src/store/database.ts';
import { findEvent } from '../src/store/views.ts';
import { runCli, startCli } from './harness/cli.ts';
import type { CliSurroundings } from './harness/cli.ts';
import { createTestDatabase } from './harness/servers.ts';
import type { TestDatabase } from './harness/servers.ts';

let folder: string;
let testDatabase: TestDatabase;
let database: Database;
let surroundings: CliSurroundings;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'));
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url);
  surroundings = { cwd: folder, env: { DATABASE_URL: testDatabase.url } };
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('events and event show what came in, as text and as JSON', async () => {
  const id = await acceptOne();

  const list = await runCli(surroundings, 'events');
  const one = await runCli(surroundings, 'event', id, '--json');
  const unknown = await runCli(surroundings, 'event', 'nonsense');

  expect(list).toMatchObject({ exitCode: 0, stderr: '' });
  expect(list.stdout).toMatch(new RegExp(`^received +event +source +integration +state +code +reason\\n\\S+ +${id} +hook:form +form +pending\\n$`));
  expect(JSON.parse(one.stdout)).toEqual(JSON.parse(JSON.stringify(await findEvent(database, id))));
  expect(unknown).toEqual({ exitCode: 1, stdout: '', stderr: 'There is no event nonsense: sluice events lists the latest.\n' });
});

test('a person is shown the plan first, and nothing is done without a yes', async () => {
  const id = await acceptOne();
  const delivery = (await findEvent(database, id))?.deliveries[0]?.id ?? '';

  const asked = await runCli(surroundings, 'discard', delivery);
  const before = await stateOf(id);
  const agreed = await runCli(surroundings, 'discard', delivery, '--yes', '--json');
  const again = await runCli(surroundings, 'discard', delivery, '--yes');

  expect(asked.exitCode).toBe(0);
  expect(asked.stdout).toContain('To be discarded: 1 delivery (1 of form)');
  expect(asked.stdout).toContain('Nothing was done. With --yes it is done without asking.');
  expect(before).toBe('pending');
  expect(JSON.parse(agreed.stdout)).toMatchObject({ plan: { action: 'discard', count: 1 }, done: 1 });
  expect(await stateOf(id)).toBe('discarded');
  expect(again.exitCode).toBe(1);
});

test('a command line that says nothing sensible ends with 2, a missing setting with 1 and its name', async () => {
  const without = { cwd: folder, env: {} };

  const [bare, unknown, worker, events] = await Promise.all([
    runCli(surroundings, 'retry'),
    runCli(surroundings, 'nonsense'),
    runCli(without, 'worker'),
    runCli(without, 'events'),
  ]);

  expect(bare).toMatchObject({ exitCode: 2, stderr: 'Say which: sluice retry <delivery>, or sluice retry --code <code>.\n' });
  expect(unknown.exitCode).toBe(2);
  expect(worker.exitCode).toBe(1);
  expect(worker.stderr).toContain('DATABASE_URL and TEMPORAL_ADDRESS must be set');
  expect(events.exitCode).toBe(1);
  expect(events.stderr).toContain('There is no database: DATABASE_URL is not set');
});

test('the gateway runs by itself, without Temporal, until it is told to end', async () => {
  const heartbeat = path.join(folder, 'heartbeat');
  const env = { ...surroundings.env, SLUICE_HEARTBEAT_FILE: heartbeat };
  const gateway = await startCli({ ...surroundings, env }, 'The gateway is running', 'gateway');
  const url = /http:\/\/\S+/.exec(gateway.output)?.[0].replace(/[.]$/, '') ?? '';

  const health = await fetch(`${url}/healthz`);
  const exitCode = await gateway.stop('SIGTERM');

  expect(health.status).toBe(200);
  expect(existsSync(heartbeat)).toBe(true);
  expect(exitCode).toBe(0);
});

async function acceptOne(): Promise<string> {
  const [accepted] = await acceptEvents(database, [
    {
      source: 'hook:form',
      dedupe: { key: 'one' },
      contentType: 'application/json',
      headers: {},
      body: Buffer.from('{}'),
      verdict: 'unauthenticated as configured',
      deliveries: [{ integration: 'form', laneKey: 'ann@example.com', urgency: 'urgent' }],
    },
  ]);
  return accepted?.eventId ?? '';
}

async function stateOf(eventId: string): Promise<string | undefined> {
  return (await findEvent(database, eventId))?.deliveries[0]?.state;
}

test('an integration is paused and switched to live again, with who and when', async () => {
  const config = path.join(import.meta.dirname, '..', 'sluice.config.ts');
  const where = { ...surroundings, env: { ...surroundings.env, SLUICE_CONFIG: config } };

  const paused = await runCli(where, 'mode', 'contact-form', 'paused', '--json');
  const live = await runCli(where, 'mode', 'contact-form', 'live');
  const wrong = await runCli(where, 'mode', 'contact-form', 'asleep');
  const unknown = await runCli(where, 'mode', 'nonsense', 'live');

  expect(JSON.parse(paused.stdout)).toEqual([{ integration: 'contact-form', mode: 'paused', by: expect.any(String), at: expect.any(String), pending: 0 }]);
  expect(live.stdout).toMatch(/contact-form +live +\S+ +\S+ +0/);
  expect(wrong).toMatchObject({ exitCode: 2, stderr: 'There is no mode asleep: write live, paused, dry-run.\n' });
  expect(unknown.stderr).toContain('There is no integration nonsense: the configuration has contact-form');
});
