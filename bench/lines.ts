import path from 'node:path';
import type { Client } from '@temporalio/client';
import { startLocalTemporal } from '../src/local/temporal.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { temporalClient } from '../src/worker/temporal.ts';
import { type Bench, binDir } from './bench.ts';
import { INTEGRATION } from './config.ts';
import type { Process } from './process.ts';
import type { GatewayCalls } from './processes/gateway.ts';
import type { PlainCalls } from './processes/plain.ts';
import type { StandInCalls } from './processes/stand-ins.ts';

/** Sluice and the plain worker side by side, on the same Temporal server and before the same stand-ins. */
export interface Lines {
  readonly sluiceUrl: string;
  readonly plainUrl: string;
  readonly plain: Process<PlainCalls>;
  readonly farEnd: Process<StandInCalls>;
  readonly database: Database;
  readonly temporal: Client;
}

/** Sluice by itself, before stand-ins of its own. */
export interface OneLine {
  readonly sluiceUrl: string;
  readonly databaseUrl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly farEnd: Process<StandInCalls>;
  stop(): Promise<void>;
}

/** Starts Temporal, the stand-ins, the gateway, and dispatcher and worker in one process. `more` is handed to all of them. */
export async function startOne(bench: Bench, name: string, more: NodeJS.ProcessEnv = {}): Promise<OneLine> {
  const namespace = 'bench';
  const server = await startLocalTemporal({ home: path.join(bench.folder, name), namespace, binDir, dbFilename: path.join(bench.folder, `temporal-${name}.db`), say: bench.say });
  bench.onEnd('Temporal', server.stop);
  const farEnd = await bench.start<StandInCalls>('stand-ins.ts', more);
  const databaseUrl = await bench.createDatabase(name);
  const env = { ...(await farEnd.ask('env', undefined)), ...more, DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: namespace };
  const gateway = await bench.start<GatewayCalls>('gateway.ts', env);
  const sluice = await bench.start('sluice.ts', env);
  return {
    sluiceUrl: `${await gateway.ask('url', undefined)}/hooks/${INTEGRATION}`, databaseUrl, env, farEnd,
    stop: async () => {
      await gateway.stop();
      await sluice.stop();
      await farEnd.stop();
      await server.stop();
    },
  };
}

export async function startLines(bench: Bench): Promise<Lines> {
  const { sluiceUrl, databaseUrl, env, farEnd } = await startOne(bench, 'line');
  const plain = await bench.start<PlainCalls>('plain.ts', env);
  const database = openDatabase(databaseUrl, { max: 2, applicationName: 'sluice bench' });
  bench.onEnd('the connection to the database', () => database.close());
  const { client, close } = temporalClient(env);
  bench.onEnd('the connection to Temporal', close);
  return {
    sluiceUrl,
    plainUrl: await plain.ask('url', undefined),
    plain, farEnd, database, temporal: client,
  };
}
