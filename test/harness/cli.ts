import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

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
  stop(signal: NodeJS.Signals): Promise<number | null>;
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

/** Runs a `sluice` that stays, until it has printed a line that holds `upWhen`. */
export async function startCli(surroundings: CliSurroundings, upWhen: string, ...args: readonly string[]): Promise<CliService> {
  const child = spawn(process.execPath, [path.join(root, 'src/cli/main.ts'), ...args], { ...complete(surroundings), stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const up = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes(upWhen)) resolve();
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

function complete({ cwd, env }: CliSurroundings): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
  const steering = /^(TWENTY|RESEND|TEMPORAL|SLUICE)_|^(DATABASE_URL|HOST|PORT)$/;
  const ours = Object.entries(process.env).filter(([name]) => !steering.test(name));
  // Where the Temporal program of the tests is kept, so that no home has to install it again.
  const bin = path.join(root, 'node_modules/.cache/sluice/bin');
  const PATH = `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`;
  return { cwd, env: { ...Object.fromEntries(ours), PATH, SLUICE_CONFIG: path.join(root, 'sluice.config.ts'), PORT: '0', ...env } };
}
