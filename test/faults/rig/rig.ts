import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../../src/local/ports.ts';
import { createStack, type Stack } from '../../../src/local/stack.ts';
import { type SandboxMail, startSandboxMail } from '../../../src/sandbox/mail/index.ts';
import { type SandboxTwenty, startSandboxTwenty } from '../../../src/sandbox/twenty/index.ts';
import { type SandboxTools, type StandIn, startSandboxTools } from '../../../src/sandbox/tools/index.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { testWorkflowBundle } from '../../harness/servers.ts';
import { type DatabaseGate, installDatabaseGate } from './database-gate.ts';
import { partEnvironment } from './environment.ts';
import { type HttpGate, startHttpGate } from './http-gate.ts';
import { type PartName, type PartProcess, partProcess } from './part.ts';
import type { PlantedBugName } from './planted-bugs.ts';
import { createSender, type Sender } from './sender.ts';
import { postgresServer, type ServerVictim, temporalServer, type TemporalVictim } from './servers.ts';
import { startTcpGate, type TcpGate } from './tcp-gate.ts';
import { until } from './until.ts';

export interface RigOptions {
  /** Twenty's budget and bucket, calls a minute; without one, calls are free. */
  readonly callsPerMinute?: number;
  /** Parts that reach Temporal through a gate of their own. */
  readonly gated?: readonly ('dispatcher' | 'worker')[];
  /** Name of the configuration in this folder's parent; `sluice.config.ts` unless given. */
  readonly config?: string;
  /** Stand-ins of tools; a configuration reads their addresses and keys from the environment. */
  readonly tools?: readonly StandIn[];
  /** Gives the workspace what the integrations need, as `sluice setup --yes` does. */
  readonly prepare?: boolean;
  /** More for the environment of every part. */
  readonly env?: Readonly<Record<string, string>>;
  /** A mistake planted into every part. */
  readonly plant?: PlantedBugName;
}

/** All of Sluice as processes of their own that can be killed, with stand-ins in this process whose ledgers tell the truth. */
export interface Rig {
  readonly twenty: SandboxTwenty;
  readonly mail: SandboxMail;
  readonly tools: SandboxTools;
  readonly twentyGate: HttpGate;
  readonly toolsGate: HttpGate;
  readonly mailGate: HttpGate;
  readonly databaseGate: DatabaseGate;
  readonly temporalGates: Readonly<Record<'dispatcher' | 'worker', TcpGate>>;
  readonly postgres: ServerVictim;
  readonly temporal: TemporalVictim;
  readonly gateway: PartProcess;
  readonly dispatcher: PartProcess;
  readonly worker: PartProcess;
  readonly sender: Sender;
  readonly gatewayUrl: string;
  /** One more of a kind, not yet started, that reaches Temporal directly. */
  another(name: PartName): PartProcess;
  /** Runs a command of the CLI to its end, in the parts' environment. */
  sluice(args: readonly string[]): Promise<void>;
  /** Rows of a query; throws while PostgreSQL is down. For facts to wait for, never for the verdict. */
  rows<T extends object>(sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Waits for a fact; gives up at once when a part has ended by itself, and then tells what the parts wrote. */
  until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void>;
  /** Resolves when every accepted event has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything. Ends what it began when it fails. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const stack = createStack((name, error) => void process.stderr.write(`${name} did not end cleanly: ${String(error)}\n`));
  try {
    return await build(options, stack);
  } catch (error) {
    await stack.end();
    throw error;
  }
}

async function build({ callsPerMinute, gated = [], config, env = {}, plant, tools: standIns = [], prepare = false }: RigOptions, stack: Stack): Promise<Rig> {
  const begun = async <T>(name: string, starting: Promise<T>, end: (started: T) => Promise<unknown>): Promise<T> => {
    const started = await starting;
    stack.add(name, async () => void (await end(started)));
    return started;
  };
  // The name is one that the test run's own setup clears away when its owner was killed.
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-test-${String(process.pid)}-`));
  stack.add('the folder', () => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user
  const server = async <V extends ServerVictim>(victim: V): Promise<V> => {
    stack.add(victim.name, victim.stop);
    await victim.start();
    return victim;
  };
  const [postgres, temporal, bundle] = await Promise.all([server(postgresServer(folder)), server(temporalServer(folder)), testWorkflowBundle()]);
  await migrate(postgres.address());

  const running: PartProcess[] = [];
  const untilTrue = async (what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> => {
    const giveUp = (): string | undefined => running.filter(({ isLost }) => isLost).map(({ name }) => `The ${name} has ended by itself.`)[0];
    await until(what, isTrue, { giveUp }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${running.map(({ name, log }) => `--- ${name}\n${log}`).join('\n')}`, { cause: error });
    });
  };
  const bucket = callsPerMinute === undefined ? 'off' : { capacity: callsPerMinute, refillMs: 60_000 / callsPerMinute, startFull: false };
  const twenty = await begun('Twenty', startSandboxTwenty({ bucket, standardWorkflow: 'off' }), (one) => one.close());
  const mail = await begun('the mail box', startSandboxMail(), (one) => one.close());
  const twentyGate = await begun('the gate to Twenty', startHttpGate(twenty.url), (one) => one.close());
  const mailGate = await begun('the gate to the mail box', startHttpGate(mail.url), (one) => one.close());
  const tools = await begun('the tools', startSandboxTools(standIns), (one) => one.close());
  const toolsGate = await begun('the gate to the tools', startHttpGate(tools.url), (one) => one.close());
  const toolsEnv = Object.fromEntries(Object.entries(tools.env).map(([name, value]) => [name, value.replaceAll(tools.url, toolsGate.url)]));
  const temporalGate = (): Promise<TcpGate> => begun('a gate to Temporal', startTcpGate(() => Number(temporal.address().split(':')[1])), (one) => one.close());
  const temporalGates = { dispatcher: await temporalGate(), worker: await temporalGate() };
  const databaseGate = await begun('the gate in PostgreSQL', installDatabaseGate(postgres.address(), untilTrue), (one) => one.open());
  const pool = await begun('the pool', Promise.resolve(new pg.Pool({ connectionString: postgres.address(), max: 2 })), (one) => one.end());
  pool.on('error', () => undefined);
  const rows = async <T extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> => (await pool.query<T>(sql, [...values])).rows;

  const where = { postgres, temporal, twentyUrl: twentyGate.url, twentyKey: twenty.apiKey, mailUrl: mailGate.url, mailKey: mail.apiKey, port: await freePort(), bundle, callsPerMinute, config, toolsEnv: { ...toolsEnv, ...env } };
  const part = (name: PartName, label: string = name): PartProcess => {
    const gate = label !== name || name === 'gateway' || !gated.includes(name) ? undefined : temporalGates[name];
    const made = partProcess({ name, label, folder, plant, env: partEnvironment(where, gate) });
    running.push(made);
    stack.add(label, made.kill);
    return made;
  };
  const [gateway, dispatcher, worker] = [part('gateway'), part('dispatcher'), part('worker')];
  await gateway.start();
  if (prepare) await sluice(['setup', '--yes'], partEnvironment(where));
  await Promise.all([dispatcher, worker].map((one) => one.start()));
  return {
    twenty, mail, tools, twentyGate, toolsGate, mailGate, databaseGate, temporalGates, postgres, temporal, gateway, dispatcher, worker, rows,
    sender: createSender(where.port),
    gatewayUrl: `http://127.0.0.1:${String(where.port)}`,
    sluice: (args) => sluice(args, partEnvironment(where)),
    another: (name) => part(name, `${name}-${String(running.length)}`),
    until: untilTrue,
    settled: () =>
      untilTrue('the end of every event', async () => {
        const [row] = await rows<{ open: number }>(`select count(*)::int as open from deliveries where state in ('pending', 'running')`);
        return row?.open === 0;
      }),
    close: stack.end,
  };
}

/** Runs a command of the CLI to its end. */
async function sluice(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const main = path.join(import.meta.dirname, '../../../src/cli/main.ts');
  await promisify(execFile)(process.execPath, [main, ...args], { env, timeout: 90_000 }).catch((cause: unknown) => {
    throw new Error(`sluice ${args.join(' ')} failed:\n${(cause as { readonly stdout?: string }).stdout ?? ''}`, { cause });
  });
}
