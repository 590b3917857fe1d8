import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { startChild, tail } from './child.ts';
import type { Child } from './child.ts';
import { freePort } from './ports.ts';
import { postgresBinaries, reachPrefix, serverUser } from './postgres-binaries.ts';
import { commandLineOf, endLeftover } from './processes.ts';
import { SetupError } from './setup-error.ts';

export interface LocalPostgres {
  /** Connection string of the database `sluice`, password included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
const stopWithinMs = 20_000;

/**
 * Starts a PostgreSQL of our own on `dataDir` (made when missing; data, password and port stay there) and waits until it
 * answers. One owner per folder: a server that still runs on it was left by a killed process and is ended first.
 */
export async function startLocalPostgres(options: { readonly dataDir: string; readonly port?: number }): Promise<LocalPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const cluster = path.join(dataDir, 'cluster');
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const binaries = postgresBinaries();
  const user = serverUser();
  const prefix = reachPrefix(user, [cluster, binaries.postgres]);
  const as = prefix.length === 0 ? user : undefined;
  const password = readPassword(dataDir);

  await endPredecessor(cluster);
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) {
    // Made beside its place and moved there whole, so that a start that was cut short leaves no half of one.
    const draft = `${cluster}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    if (user !== undefined) chownSync(draft, user.uid, user.gid);
    await initialise({ initdb: binaries.initdb, cluster: draft, password, prefix, as });
    renameSync(draft, cluster);
  }

  const portFile = path.join(dataDir, 'port');
  const remembered = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : undefined;
  const port = options.port ?? (await freePort(remembered));
  writeFileSync(portFile, `${port}\n`);
  const logFile = path.join(dataDir, 'server.log');
  const url = `postgres://sluice:${password}@127.0.0.1:${port}/sluice`;
  for (let attempt = 1; ; attempt += 1) {
    const child = await startChild({
      command: [binaries.postgres, '-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      stopSignal: 'INT',
      graceMs: stopWithinMs,
      logFile,
      uid: as?.uid,
      gid: as?.gid,
      prefix,
    });
    try {
      await untilReady(url, child, logFile);
      return { url, port, pid: child.pid, exited: child.exited, stop: child.stop };
    } catch (error) {
      await child.stop();
      // The backends of a server killed with -9 are still on their way out.
      if (attempt === 20 || !/shared memory block .* still in use/.test(tail(logFile))) throw error;
      await pause(250);
    }
  }
}

/** Connection string of the server that runs on `dataDir`, for a program beside it; undefined when none runs. */
export function runningPostgresUrl(dataDir: string): string | undefined {
  const lock = path.join(path.resolve(dataDir), 'cluster', 'postmaster.pid');
  if (!existsSync(lock)) return undefined;
  const [pid, cluster = '', , port] = readFileSync(lock, 'utf8').split('\n');
  if (commandLineOf(Number(pid))?.includes(cluster) !== true) return undefined;
  return `postgres://sluice:${readPassword(path.resolve(dataDir))}@127.0.0.1:${port}/sluice`;
}

/** Durability is what the project promises, so it is spelled out and not left to defaults. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'log_min_messages=warning',
] as const;

/** Unicode's order of characters without the machine's locales, so that an index reads the same everywhere. */
const builtinLocale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] as const;

function readPassword(dataDir: string): string {
  const file = path.join(dataDir, 'password');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** A lock file names a process: ours is ended, somebody else's that got the number since makes the file stale. */
async function endPredecessor(cluster: string): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (await endLeftover(pid, cluster, 'SIGINT', stopWithinMs)) return;
  if (commandLineOf(pid) !== undefined) rmSync(lock, { force: true });
}

async function initialise(request: {
  readonly initdb: string;
  readonly cluster: string;
  readonly password: string;
  readonly prefix: readonly string[];
  readonly as: { readonly uid: number; readonly gid: number } | undefined;
}): Promise<void> {
  const { as, cluster, prefix } = request;
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-initdb-'));
  try {
    const passwordFile = path.join(folder, 'password');
    writeFileSync(passwordFile, `${request.password}\n`, { mode: 0o600 });
    const owner = as ?? serverUser();
    if (owner !== undefined) for (const entry of [folder, passwordFile]) chownSync(entry, owner.uid, owner.gid);
    const flags = ['--username=sluice', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', ...builtinLocale];
    const [file, ...args] = [...prefix, request.initdb, `--pgdata=${cluster}`, `--pwfile=${passwordFile}`, ...flags];
    await promisify(execFile)(file as string, args, { cwd: '/', uid: as?.uid, gid: as?.gid });
  } catch (cause) {
    rmSync(cluster, { recursive: true, force: true });
    throw new SetupError(`PostgreSQL could not make its data folder ${cluster}: ${(cause as { stderr?: string }).stderr ?? String(cause)}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilReady(url: string, child: Child, logFile: string): Promise<void> {
  let exited = false;
  const watch = (): void => void (exited = true);
  child.exited.then(watch, watch);
  const admin = url.replace(/\/sluice$/, '/postgres');
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const client = new pg.Client({ connectionString: admin, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query("select 1 from pg_database where datname = 'sluice'");
      if (rowCount === 0) await client.query('create database sluice');
      return;
    } catch (cause) {
      if (exited) throw new SetupError(`PostgreSQL ended at its start:\n${tail(logFile)}`, { cause });
      if (Date.now() > deadline) throw new SetupError(`PostgreSQL did not answer within ${readyWithinMs / 1000} s:\n${tail(logFile)}`, { cause });
      await pause(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
