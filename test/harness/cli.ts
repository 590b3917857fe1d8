import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from '../../src/local/child.ts';

const root = path.join(import.meta.dirname, '../..');

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliService {
  readonly pid: number;
  /** What it had printed when it was up. */
  readonly output: string;
  /** Answers the exit code as a shell tells it: 137 after SIGKILL. */
  stop(signal: NodeJS.Signals): Promise<number>;
}

export interface CliSurroundings {
  /** Working directory: an empty one, so that no .env of the project is read. */
  readonly cwd: string;
  /** Beside these, nothing that steers Sluice is set. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `sluice` with arguments to its end, without a terminal. */
export async function runCli(surroundings: CliSurroundings, ...args: readonly string[]): Promise<CliResult> {
  const child = spawn(process.execPath, [path.join(root, 'src/cli/main.ts'), ...args], { ...complete(surroundings), stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...output };
}

/** Runs a `sluice` that stays, until it has printed `upWhen`. It ends with the test process, also when that is killed. */
export async function startCli(surroundings: CliSurroundings, upWhen: string, ...args: readonly string[]): Promise<CliService> {
  const { cwd, env } = complete(surroundings);
  const logFile = path.join(cwd, `sluice-${args.join('-')}.log`);
  const command = [process.execPath, path.join(root, 'src/cli/main.ts'), ...args] as const;
  const child = await startChild({ command, cwd, env, stopSignal: 'TERM', graceMs: 30_000, logFile });
  let isOver = false;
  void child.exited.then(() => void (isOver = true));
  const read = (): string => readFileSync(logFile, 'utf8');
  while (!read().includes(upWhen)) {
    if (isOver) throw new Error(`It ended before it was up:\n${read()}`);
    await pause(50);
  }
  return {
    pid: child.pid,
    output: read(),
    stop: (signal) => {
      process.kill(child.pid, signal);
      return child.exited;
    },
  };
}

function complete({ cwd, env }: CliSurroundings): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
  const steering = /^(TWENTY|RESEND|TEMPORAL|SLUICE)_|^(DATABASE_URL|HOST|PORT)$/;
  const ours = Object.entries(process.env).filter(([name]) => !steering.test(name));
  // Where the Temporal program of the tests is kept, so that no home has to install it again, and what Node has compiled, which halves the time to start.
  const kept = path.join(root, 'node_modules/.cache/sluice');
  const PATH = `${path.join(kept, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
  return { cwd, env: { ...Object.fromEntries(ours), PATH, NODE_COMPILE_CACHE: path.join(kept, 'compiled'), SLUICE_CONFIG: path.join(root, 'sluice.config.ts'), PORT: '0', ...env } };
}
