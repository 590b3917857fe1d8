import { rmSync } from 'node:fs';
import path from 'node:path';
import { startLocalPostgres } from '../../../src/local/postgres.ts';
import { startLocalTemporal } from '../../../src/local/temporal.ts';
import type { Victim } from './part.ts';

/** A server that can be killed with -9 and comes back on the same data and port. */
export interface ServerVictim extends Victim {
  /** Connection string or `host:port`; valid once it has been started. */
  readonly address: () => string;
  /** An orderly end. */
  stop(): Promise<void>;
}

interface Running {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly address: string;
  stop(): Promise<void>;
}

export function postgresServer(folder: string): ServerVictim {
  return victim('PostgreSQL', async () => {
    const server = await startLocalPostgres({ dataDir: path.join(folder, 'postgres') });
    return { ...server, address: server.url };
  });
}

export const namespace = 'default';

export interface TemporalVictim extends ServerVictim {
  /** While it is down, everything it knew is lost: its runs are gone for good. */
  forget(): void;
}

export function temporalServer(folder: string): TemporalVictim {
  const binDir = path.join(import.meta.dirname, '../../../node_modules/.cache/sluice/bin');
  const dbFilename = path.join(folder, 'temporal.db');
  return {
    ...victim('Temporal', () => startLocalTemporal({ home: folder, namespace, dbFilename, binDir })),
    forget: () => ['', '-wal', '-shm'].forEach((part) => rmSync(dbFilename + part, { force: true })),
  };
}

function victim(name: string, begin: () => Promise<Running>): ServerVictim {
  let running: Running | undefined;
  let address = '';
  return {
    name,
    address: () => address,
    async start() {
      running = await begin();
      address = running.address;
    },
    async kill() {
      if (running === undefined) return;
      process.kill(running.pid, 'SIGKILL');
      await running.exited;
      running = undefined;
    },
    async stop() {
      await running?.stop();
    },
  };
}
