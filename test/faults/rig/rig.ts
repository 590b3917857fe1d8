import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../../src/local/ports.ts';
import { type SandboxMail, startSandboxMail } from '../../../src/sandbox/mail/index.ts';
import { type SandboxTwenty, startSandboxTwenty } from '../../../src/sandbox/twenty/index.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { testWorkflowBundle } from '../../harness/servers.ts';
import { type DatabaseGate, installDatabaseGate } from './database-gate.ts';
import { type HttpGate, startHttpGate } from './http-gate.ts';
import { type PartName, type PartProcess, partProcess } from './part.ts';
import { createSender, type Sender } from './sender.ts';
import { namespace, postgresServer, type ServerVictim, temporalServer, type TemporalVictim } from './servers.ts';
import { startTcpGate, type TcpGate } from './tcp-gate.ts';
import { until } from './until.ts';

export interface RigOptions {
  /** Twenty's budget and bucket, calls a minute; without one, calls are free. */
  readonly callsPerMinute?: number;
  /** Parts that reach Temporal through a gate of their own. */
  readonly gated?: readonly ('dispatcher' | 'worker')[];
  /** A mistake planted into every part. */
  readonly plant?: string;
}

/** All of Sluice as processes of their own that can be killed, with stand-ins in this process whose ledgers tell the truth. */
export interface Rig {
  readonly twenty: SandboxTwenty;
  readonly mail: SandboxMail;
  readonly twentyGate: HttpGate;
  readonly mailGate: HttpGate;
  readonly databaseGate: DatabaseGate;
  readonly temporalGates: Readonly<Record<'dispatcher' | 'worker', TcpGate>>;
  readonly postgres: ServerVictim;
  readonly temporal: TemporalVictim;
  readonly gateway: PartProcess;
  readonly dispatcher: PartProcess;
  readonly worker: PartProcess;
  readonly sender: Sender;
  /** One more of a kind, not yet started, that reaches Temporal directly. */
  another(name: PartName): PartProcess;
  /** Rows of a query; throws while PostgreSQL is down. For facts to wait for, never for the verdict. */
  rows<T extends object>(sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Waits for a fact; gives up at once when a part has ended by itself, and then tells what the parts wrote. */
  until(what: string, isTrue: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  /** Resolves when every accepted event has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything. Where no part is to run yet, hand in which ones are. */
export async function startRig(options: RigOptions = {}, parts: readonly PartName[] = ['gateway', 'dispatcher', 'worker']): Promise<Rig> {
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-fault-${String(process.pid)}-`));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user
  const { callsPerMinute } = options;
  const postgres = postgresServer(folder);
  const temporal = temporalServer(folder);
  const [bundle] = await Promise.all([testWorkflowBundle(), postgres.start().then(() => migrate(postgres.address())), temporal.start()]);
  const bucket = callsPerMinute === undefined ? 'off' : { capacity: callsPerMinute, refillMs: 60_000 / callsPerMinute, startFull: false };
  const twenty = await startSandboxTwenty({ bucket, standardWorkflow: 'off' });
  const mail = await startSandboxMail();
  const running: PartProcess[] = [];
  const untilTrue = async (what: string, isTrue: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> => {
    const giveUp = (): string | undefined => running.filter(({ isLost }) => isLost).map(({ name }) => `The ${name} has ended by itself.`)[0];
    await until(what, isTrue, { withinMs, giveUp }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${running.map(({ name, log }) => `--- ${name}\n${log}`).join('\n')}`, { cause: error });
    });
  };
  const databaseGate = await installDatabaseGate(postgres.address(), untilTrue);
  const [twentyGate, mailGate, dispatcherGate, workerGate, port] = await Promise.all([
    startHttpGate(twenty.url), startHttpGate(mail.url), startTcpGate(() => portOf(temporal)), startTcpGate(() => portOf(temporal)), freePort(),
  ]);
  const temporalGates = { dispatcher: dispatcherGate, worker: workerGate };
  const apiToken = 'fault-run';
  const envOf = (name: PartName, isFirst: boolean): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    DATABASE_URL: postgres.address(),
    TEMPORAL_ADDRESS: isFirst && name !== 'gateway' && options.gated?.includes(name) === true ? `127.0.0.1:${String(temporalGates[name].port)}` : temporal.address(),
    TEMPORAL_NAMESPACE: namespace,
    SLUICE_CONFIG: path.join(import.meta.dirname, '../sluice.config.ts'),
    SLUICE_WORKFLOW_BUNDLE: bundle,
    SLUICE_API_TOKEN: apiToken,
    PORT: String(port),
    TWENTY_API_URL: twentyGate.url,
    TWENTY_API_KEY: twenty.apiKey,
    RESEND_BASE_URL: mailGate.url,
    RESEND_API_KEY: mail.apiKey,
    ...(callsPerMinute === undefined ? {} : { FAULT_CALLS_PER_MINUTE: String(callsPerMinute) }),
  });
  const part = (name: PartName, label?: string): PartProcess => {
    const made = partProcess({ name, env: envOf(name, label === undefined), folder, plant: options.plant, label });
    running.push(made);
    return made;
  };
  const [gateway, dispatcher, worker] = [part('gateway'), part('dispatcher'), part('worker')];
  const sender = createSender(`http://127.0.0.1:${String(port)}`, apiToken);
  const pool = new pg.Pool({ connectionString: postgres.address(), max: 2 });
  pool.on('error', () => undefined);
  const rows = async <T extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> => (await pool.query<T>(sql, [...values])).rows;

  const rig: Rig = {
    twenty, mail, twentyGate, mailGate, databaseGate, temporalGates, postgres, temporal, gateway, dispatcher, worker, sender, rows,
    another: (name) => part(name, `${name}-${String(running.length)}`),
    until: untilTrue,
    settled: () =>
      untilTrue('the end of every event', async () => {
        const [row] = await rows<{ open: number }>(`select count(*)::int as open from deliveries where state in ('pending', 'running')`);
        return row?.open === 0;
      }),
    async close() {
      await Promise.all(running.map((one) => one.kill()));
      await pool.end();
      await databaseGate.open();
      await Promise.all([postgres, temporal].map((server) => server.stop()));
      await Promise.all([twentyGate, mailGate, dispatcherGate, workerGate, twenty, mail].map((server) => server.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(parts.map((name) => rig[name].start()));
  return rig;
}

function portOf(server: ServerVictim): number {
  return Number(server.address().split(':')[1]);
}
