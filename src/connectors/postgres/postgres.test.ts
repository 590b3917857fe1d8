import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { createTestDatabase } from '../../../test/harness/servers.ts';
import { freely, toolContext } from '../tool.fixture.ts';
import { readAll, readOne, USAGE } from '../warehouse.fixture.ts';
import { openPostgres } from './client.ts';
import { PostgresSettings } from './settings.ts';

describe('PostgreSQL, read directly', () => {
  let database: Database;
  let drop: () => Promise<void>;
  let where: { readonly host: string; readonly port: number; readonly database: string; readonly user: string };
  let password: string;
  beforeAll(async () => {
    const own = await createTestDatabase();
    database = openDatabase(own.url);
    const url = new URL(own.url);
    where = { host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user: decodeURIComponent(url.username) };
    password = decodeURIComponent(url.password);
    drop = async () => {
      await database.close();
      await own.drop();
    };
    await database.pool.query(`create table usage (account_id text, week int, amount numeric, seen timestamptz, renews date, trial boolean);
      insert into usage select 'acc-' || a, w, 12345678901234567890.5 + a, '2026-01-05 09:30:00.123456+00', '2026-06-30', a = 1 from generate_series(1, 3) a, generate_series(1, 2) w`);
  });
  afterAll(() => drop());
  const opened = (more: object = {}, secrets: Readonly<Record<string, string>> = { DB_PASSWORD: password }) =>
    openPostgres(PostgresSettings.parse({ ...where, password: secret('DB_PASSWORD'), tls: 'off', ...more }), toolContext(secrets));
  const source = { ...USAGE, query: 'select * from usage;', orderBy: ['account_id', 'week'], pageRows: 4 };

  test('page behind page in an order, with no digit lost', async () => {
    const { rows, pages } = await readAll(opened(), source);
    expect(pages).toBe(2);
    expect(rows.map((row) => [row['account_id'], row['week']])).toEqual([1, 2, 3].flatMap((a) => ['1', '2'].map((week) => [`acc-${String(a)}`, week])));
    expect(rows[0]).toEqual({ account_id: 'acc-1', week: '1', amount: '12345678901234567891.5', seen: expect.stringContaining('2026-01-05 ') as string, renews: '2026-06-30', trial: true });
  });

  test('in one go, without an order, through a cursor of the server', async () => {
    const pages: number[] = [];
    for await (const rows of opened().warehouse!.stream!({ ...source, orderBy: [] }, freely)) pages.push(rows.length);
    expect(pages).toEqual([4, 2]);
    for await (const rows of opened().warehouse!.stream!({ ...source, orderBy: [], pageRows: 1 }, freely)) if (rows.length > 0) break;
    await expect.poll(async () => (await database.pool.query(`select 1 from pg_stat_activity where application_name = 'sluice' and query like '%usage%' and pid <> pg_backend_pid() and datname = current_database()`)).rowCount).toBe(0);
  });

  test('nothing can be written, whatever the query says', async () => {
    await expect(readOne(opened(), { ...source, query: "with gone as (delete from usage returning *) select * from gone" })).rejects.toMatchObject({ kind: 'rejected' });
    for (const query of ['select nothing from usage', 'select * from nowhere', 'elect 1']) await expect(readOne(opened(), { ...source, query })).rejects.toMatchObject({ kind: 'rejected' });
    expect((await database.pool.query('select 1 from usage')).rowCount).toBe(6);
  });

  test('a password that is refused, a server that is not there and one that says nothing are told apart', async () => {
    await expect(readOne(opened({ database: 'nowhere' }), source)).rejects.toMatchObject({ kind: 'unauthorized' });
    await expect(readOne(opened({ port: 1 }), source)).rejects.toMatchObject({ kind: 'unavailable' });
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const call = { ...freely, signal: AbortSignal.timeout(300) };
    await expect(opened({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port }).warehouse!.readPage(source, undefined, call)).rejects.toMatchObject({ kind: expect.stringMatching(/unavailable|timed_out/) as string });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('a query that takes too long is given up', async () => {
    await expect(readOne(opened({ queryTimeout: 1 }), { ...source, query: "select account_id, week, pg_sleep(2)::text as slept from usage limit 1" })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('statement timeout') as string });
  });

  test('a connection that breaks in the middle is unavailable', async () => {
    const reading = readOne(opened(), { ...source, query: 'select account_id, week, pg_sleep(5)::text as broken_off from usage' });
    const expected = expect(reading).rejects.toMatchObject({ kind: 'unavailable' });
    await expect.poll(async () => (await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like '%broken_off%' and pid <> pg_backend_pid()`)).rowCount, { timeout: 5_000 }).toBe(1);
    await expected;
  });

  test('another host is not spoken to in the clear unless the configuration says so', async () => {
    await expect(readOne(opened({ host: 'replica.acme.example' }), source)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('without encryption') as string });
  });
});
