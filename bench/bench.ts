import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { startLocalPostgres } from '../src/local/postgres.ts';
import type { Say } from '../src/local/progress.ts';
import { createStack } from '../src/local/stack.ts';
import { migrate } from '../src/store/migrate.ts';
import { type Calls, type Process, startProcess } from './process.ts';
import type { LoadCalls } from './processes/load.ts';

/** Beside the project's other caches, so that it lies on a disk: on a `/tmp` in memory every fsync is free. */
const cache = path.join(import.meta.dirname, '../node_modules/.cache/sluice');
export const binDir = path.join(cache, 'bin');

/** What all measurements stand on: PostgreSQL as Sluice starts it, the senders, and a list of what to end. */
export interface Bench {
  readonly folder: string;
  readonly say: Say;
  readonly load: Process<LoadCalls>;
  /** A migrated database of this name, or a copy of another one that nobody is connected to. Answers its connection string. */
  createDatabase(name: string, copyOf?: string): Promise<string>;
  start<C extends Calls>(file: string, env: NodeJS.ProcessEnv): Promise<Process<C>>;
  /** Ended when the benchmark ends, last first. */
  onEnd(name: string, stop: () => Promise<void>): void;
  end(): Promise<void>;
}

export async function startBench(say: Say): Promise<Bench> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'bench-'));
  const stack = createStack((name, error) => say(`${name} did not end cleanly: ${String(error)}`));
  stack.add('the data folder', () => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  try {
    const postgres = await startLocalPostgres({ dataDir: path.join(folder, 'postgres') });
    stack.add('PostgreSQL', postgres.stop);
    await assertDurable(postgres.url);
    const start = async <C extends Calls>(file: string, env: NodeJS.ProcessEnv): Promise<Process<C>> => {
      const running = await startProcess<C>(file, { SLUICE_LOG: 'warn', ...env });
      stack.add(file, running.stop);
      return running;
    };
    return {
      folder, say, start,
      load: await start<LoadCalls>('load.ts', {}),
      createDatabase: async (name, copyOf) => {
        await query(postgres.url, `create database ${name}${copyOf === undefined ? '' : ` template ${copyOf}`}`);
        const url = postgres.url.replace(/\/sluice$/, `/${name}`);
        if (copyOf === undefined) await migrate(url);
        return url;
      },
      onEnd: stack.add,
      end: stack.end,
    };
  } catch (error) {
    await stack.end();
    throw error;
  }
}

/** An accept counts only when it is on disk. */
async function assertDurable(url: string): Promise<void> {
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const [row] = await query(url, `show ${setting}`);
    if (row?.[setting] !== 'on') throw new Error(`PostgreSQL runs with ${setting} = ${String(row?.[setting])}: nothing measured on it would count.`);
  }
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
