import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../src/local/processes.ts';
import { testTemporal } from './harness/servers.ts';

const root = path.join(import.meta.dirname, '..');
const cli = path.join(root, 'src/cli/main.ts');

interface Started {
  readonly pid: number;
  /** What it had printed when it was up. */
  readonly output: string;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

let home: string;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-start-'));
  chmodSync(home, 0o755); // as root, PostgreSQL runs as another user
  await testTemporal(); // installs the Temporal program where it is missing
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('one command takes the samples to Twenty, refuses a second start, stops without a trace and goes on where it was', { timeout: 240_000 }, async () => {
  const first = await startSluice();
  const servers = serverPids();
  const second = await runCli('start');
  const exitCode = await first.stop('SIGTERM');

  expect(first.output.match(/=> succeeded/g)).toHaveLength(6);
  expect(first.output).toContain('create person Clara Lindqvist');
  expect(second.exitCode).toBe(1);
  expect(second.output).toContain(`as process ${first.pid}.\n  Gateway      http://127.0.0.1:`);
  expect(exitCode).toBe(0);
  expect(servers.map(isAlive)).toEqual([false, false]);

  const again = await startSluice();
  const events = await runCli('events', '--json');
  await again.stop('SIGINT');

  expect(again.output).not.toContain('=>');
  expect(JSON.parse(events.output)).toHaveLength(6);
});

test('servers do not outlive a start that is killed, and the next start goes on with their data', { timeout: 240_000 }, async () => {
  const first = await startSluice();
  const servers = serverPids();
  await first.stop('SIGKILL');

  const second = await startSluice();
  const events = await runCli('events', '--json');
  await second.stop('SIGTERM');

  expect([...servers, ...serverPids()].map(isAlive)).toEqual([false, false, false, false]);
  expect(JSON.parse(events.output)).toHaveLength(6);
});

function environment(): NodeJS.ProcessEnv {
  const named = /^(TWENTY|RESEND|TEMPORAL|SLUICE)_|^(DATABASE_URL|HOST|PORT)$/;
  const bin = path.join(root, 'node_modules/.cache/sluice/bin');
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !named.test(name))),
    PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
    SLUICE_HOME: home,
    SLUICE_CONFIG: path.join(root, 'sluice.config.ts'),
    PORT: '0',
  };
}

/** Runs in `home`, so that no .env of the project is read. */
async function startSluice(): Promise<Started> {
  const child = spawn(process.execPath, [cli, 'start'], { cwd: home, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  const up = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Ctrl-C stops it')) resolve();
    });
  });
  await Promise.race([up, exited.then(() => Promise.reject(new Error(`It ended before it was up:\n${lines.join('\n')}`)))]);
  return {
    pid: child.pid as number,
    output: lines.join('\n'),
    stop: async (signal) => {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

async function runCli(...args: readonly string[]): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: home, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

function serverPids(): readonly number[] {
  const postgres = readFileSync(path.join(home, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0];
  const temporal = JSON.parse(readFileSync(path.join(home, 'temporal/last.json'), 'utf8')) as { readonly pid: number };
  return [Number(postgres), temporal.pid];
}
