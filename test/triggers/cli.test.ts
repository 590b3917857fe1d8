import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { findEvent } from '../../src/store/views.ts';
import { type CliSurroundings, runCli } from '../harness/cli.ts';
import { createTestDatabase, testTemporal, type TestDatabase } from '../harness/servers.ts';

let folder: string;
let own: TestDatabase;
let database: Database;
let surroundings: CliSurroundings;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'));
  own = await createTestDatabase();
  database = openDatabase(own.url);
  const { address, namespace } = await testTemporal();
  const queue = `cli-${randomBytes(4).toString('hex')}`;
  const SLUICE_CONFIG = path.join(import.meta.dirname, 'sluice.config.ts');
  surroundings = { cwd: folder, env: { DATABASE_URL: own.url, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, SLUICE_TASK_QUEUE: queue, SLUICE_CONFIG } };
});
afterEach(async () => {
  await database.close();
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('sluice trigger puts a start into the inbox, once per request id, and says what is wrong with one that cannot be', { timeout: 120_000 }, async () => {
  const first = await runCli(surroundings, 'trigger', 'scores', '--ids', 'a,b', '--request-id', 'r-1', '--dry-run', '--json');
  const again = await runCli(surroundings, 'trigger', 'scores', '--view', 'Leads', '--request-id', 'r-1');
  const chore = await runCli(surroundings, 'trigger', 'chores', '--input', '{"depth":2}');
  const [nothing, two, noJson, nobody] = await Promise.all([
    runCli(surroundings, 'trigger', 'scores'),
    runCli(surroundings, 'trigger', 'scores', '--all', '--view', 'Leads'),
    runCli(surroundings, 'trigger', 'chores', '--input', '{'),
    runCli(surroundings, 'trigger', 'nobody'),
  ]);
  const { eventId } = JSON.parse(first.stdout) as { eventId: string };
  const { rows } = await database.pool.query<{ source: string; body: string }>(`select source, convert_from(body, 'utf8') as body from events order by id`);

  expect([first.exitCode, again.exitCode, chore.exitCode]).toEqual([0, 0, 0]);
  expect(again.stdout).toBe(`This request was known already: event ${eventId}.\n`);
  expect((await findEvent(database, eventId))!.deliveries).toMatchObject([{ integration: 'scores', state: 'pending' }]);
  expect(rows.map(({ source, body }) => [source, JSON.parse(body)])).toEqual([
    ['manual:scores', { trigger: 'manual', requestId: 'r-1', by: expect.any(String), selection: { ids: ['a', 'b'] } }],
    ['manual:chores', { trigger: 'manual', requestId: expect.any(String), by: expect.any(String), input: { depth: 2 } }],
  ]);
  expect([nothing.exitCode, two.exitCode, noJson.exitCode, nobody.exitCode]).toEqual([1, 2, 2, 1]);
  expect(nothing.stderr).toContain('selection: scores runs over records (person): write');
  expect(two.stderr).toContain('only one can count');
  expect(nobody.stderr).toBe('There is no integration nobody. The configuration has: scores, chores.\n');
});

test('sluice schedules applies, lists, pauses, runs and backfills', { timeout: 180_000 }, async () => {
  // Temporal is waited for; meanwhile the others.
  const waiting = runCli({ ...surroundings, env: { ...surroundings.env, TEMPORAL_ADDRESS: '127.0.0.1:1' } }, 'schedules', 'pause', 'scores/nightly');
  const before = await runCli(surroundings, 'schedules');
  const applied = await runCli(surroundings, 'schedules', 'apply');
  const again = await runCli(surroundings, 'schedules', 'apply', '--json');
  const ran = await runCli(surroundings, 'schedules', 'run', 'scores/nightly', '--request-id', 'now');
  const backfilled = await runCli(surroundings, 'schedules', 'backfill', 'scores/nightly', '--from', '2026-01-01T00:00:00Z', '--to', '2026-01-02T12:00:00Z');
  const paused = await runCli(surroundings, 'schedules', 'pause', 'scores/nightly');
  const listed = await runCli(surroundings, 'schedules', '--json');
  const [unknown, away] = [await runCli(surroundings, 'schedules', 'run', 'scores/weekly'), await waiting];

  expect(before.stdout).toMatch(/^schedule +when +state.*\nscores\/nightly +0 3 \* \* \* +missing\n$/);
  expect(applied.stdout).toBe('created  scores/nightly\n0 unchanged.\n');
  expect(JSON.parse(again.stdout)).toMatchObject({ unchanged: ['scores/nightly'] });
  expect(ran.stdout).toContain('accepted');
  expect(backfilled.stdout.match(/2026-01-0[12]T03:00:00.000Z/g)).toHaveLength(2);
  expect(paused.stdout).toBe('scores/nightly is paused.\n');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'scores/nightly', state: 'paused', note: expect.stringContaining('paused by'), last: { states: { pending: 1 } } }]);
  expect(unknown).toMatchObject({ exitCode: 1, stderr: 'There is no schedule scores/weekly. There are: scores/nightly.\n' });
  expect(away).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Temporal does not answer') });
});
