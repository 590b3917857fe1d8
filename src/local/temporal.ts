import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { startChild, tail } from './child.ts';
import type { Child } from './child.ts';
import { freePort } from './ports.ts';
import { endLeftover, isAlive } from './processes.ts';
import { withProgress } from './progress.ts';
import type { Say } from './progress.ts';
import { SetupError } from './setup-error.ts';
import { findTemporal } from './temporal-binary.ts';

export interface LocalTemporalOptions {
  /** Data folder: the program in `bin/`, the server's files in `temporal/`. */
  readonly home: string;
  readonly namespace: string;
  /** Database file; undefined keeps everything in memory. */
  readonly dbFilename?: string;
  /** By default the port of the last start on this home, else a free one. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Where the program is kept when it is not on the PATH, default `{home}/bin`. */
  readonly binDir?: string;
  readonly say?: Say;
}

export interface LocalTemporal {
  /** `host:port` for clients and workers. */
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/** Set on every run, made when the server starts; Temporal's page filters by them. */
const searchAttributes = ['SluiceIntegration=Keyword', 'SluiceUseCase=Keyword'] as const;

/** Without these SQLite takes more than twice as long for a run. */
const sqlitePragmas = ['journal_mode=WAL', 'synchronous=normal'] as const;

/** By default the server looks for new tasks 20 times a second, which a single run reaches: each of its steps would wait 35 ms. */
const dynamicConfig = ['history.transferProcessorMaxPollRPS=1000'] as const;

const readyWithinMs = 60_000;
const stopWithinMs = 10_000;

/** Starts Temporal's development server with its Web UI, installing the program if need be, and waits until it answers. */
export async function startLocalTemporal(options: LocalTemporalOptions): Promise<LocalTemporal> {
  const { namespace, dbFilename, say = () => undefined } = options;
  const home = path.resolve(options.home);
  const program = await findTemporal({ binDir: options.binDir ?? path.join(home, 'bin'), say });
  const folder = path.join(home, 'temporal');
  mkdirSync(folder, { recursive: true });
  await endPredecessor(folder);

  const last = readLast(folder);
  const port = options.port ?? (await freePort(last?.port));
  const uiPort = options.uiPort ?? (await freePort(last?.uiPort));
  const logFile = path.join(folder, 'server.log');
  const child = await startChild({
    command: [
      program,
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${uiPort}`, '--namespace', namespace],
      ...(dbFilename === undefined ? [] : ['--db-filename', path.resolve(dbFilename)]),
      ...(dbFilename === undefined ? [] : sqlitePragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])),
      ...searchAttributes.flatMap((attribute) => ['--search-attribute', attribute]),
      ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
      ...['--log-level', 'warn'],
    ],
    stopSignal: 'TERM',
    graceMs: stopWithinMs,
    logFile,
    // An environment meant for our own clients must not steer the server's command line.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))),
  });
  writeFileSync(path.join(folder, 'last.json'), `${JSON.stringify({ pid: child.pid, port, uiPort, program, namespace })}\n`);
  const address = `127.0.0.1:${port}`;
  try {
    await withProgress('Waiting for the Temporal server', say, () => untilReady(address, namespace, child, logFile));
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${uiPort}`, pid: child.pid, exited: child.exited, stop: child.stop };
}

/** Where the server is that runs on this home; undefined when none does. */
export function runningTemporal(home: string): { readonly address: string; readonly namespace: string } | undefined {
  const last = readLast(path.join(path.resolve(home), 'temporal'));
  if (last === undefined || !isAlive(last.pid)) return undefined;
  return { address: `127.0.0.1:${last.port}`, namespace: last.namespace ?? 'sluice' };
}

interface Last {
  readonly pid: number;
  readonly port: number;
  readonly uiPort: number;
  readonly program: string;
  /** Absent in what an older version left. */
  readonly namespace?: string;
}

function readLast(folder: string): Last | undefined {
  const file = path.join(folder, 'last.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Last) : undefined;
}

async function endPredecessor(folder: string): Promise<void> {
  const last = readLast(folder);
  if (last !== undefined) await endLeftover(last.pid, `${last.program} server start-dev --ip 127.0.0.1 --port ${last.port}`, 'SIGTERM', stopWithinMs);
}

async function untilReady(address: string, namespace: string, child: Child, logFile: string): Promise<void> {
  let exited = false;
  const watch = (): void => void (exited = true);
  child.exited.then(watch, watch);
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    let connection: Connection | undefined;
    try {
      connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.describeNamespace({ namespace });
      return;
    } catch (cause) {
      if (exited) throw new SetupError(`The Temporal server ended at its start:\n${tail(logFile)}`, { cause });
      if (Date.now() > deadline) throw new SetupError(`The Temporal server did not answer within ${readyWithinMs / 1000} s:\n${tail(logFile)}`, { cause });
      await pause(50);
    } finally {
      await connection?.close();
    }
  }
}
