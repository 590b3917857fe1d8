import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { withProgress } from './progress.ts';
import type { Say } from './progress.ts';
import { SetupError } from './setup-error.ts';
import { temporalSources } from './temporal-sources.ts';
import type { TemporalSource } from './temporal-sources.ts';

export interface FindTemporalOptions {
  /** Where an installed program is kept and found again. */
  readonly binDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly sources?: readonly TemporalSource[];
  readonly say?: Say;
}

/** The first line of the CLI that has all that is asked of it here: priorities, `--sqlite-pragma`. */
const oldest = [1, 5] as const;

/**
 * The path of a Temporal CLI: one on the PATH, else one kept in `binDir`, else installed there from the first source that
 * works. Throws with everything that was tried and what to do about it.
 */
export async function findTemporal(options: FindTemporalOptions): Promise<string> {
  const { binDir, env = process.env, say = () => undefined, sources = temporalSources(env) } = options;
  const tried: string[] = [];

  const kept = path.join(binDir, 'temporal');
  for (const program of [...onPath(env), ...(existsSync(kept) ? [kept] : [])]) {
    const problem = await problemOf(program, env);
    if (problem === undefined) return program;
    tried.push(`${program}: ${problem}`);
  }
  if (tried.length === 0) tried.push('the PATH: there is no temporal on it');

  mkdirSync(binDir, { recursive: true });
  for (const source of sources) {
    const folder = mkdtempSync(path.join(binDir, '.install-'));
    try {
      const program = await withProgress(`Installing the Temporal server: ${source.name}`, say, () => source.fetch(folder));
      chmodSync(program, 0o755);
      const problem = await problemOf(program, env);
      if (problem !== undefined) throw new Error(problem);
      renameSync(program, kept);
      return kept;
    } catch (error) {
      tried.push(`${source.name}: ${reasonOf(error)}`);
      say(`No Temporal server by ${tried.at(-1)}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const remedy = 'Put the Temporal CLI on the PATH (https://docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a server that runs.';
  throw new SetupError(`There is no Temporal server to start. Tried, in this order:\n${tried.map((line) => `  - ${line}`).join('\n')}\n${remedy}`);
}

function onPath(env: NodeJS.ProcessEnv): readonly string[] {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, 'temporal')).filter((file) => existsSync(file)).slice(0, 1);
}

async function problemOf(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 15_000, killSignal: 'SIGKILL', env });
    const [, major, minor] = /temporal version (\d+)\.(\d+)/.exec(stdout) ?? [];
    if (major === undefined) return `its version is unreadable: ${stdout.trim().slice(0, 100)}`;
    const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
    return isOld ? `version ${major}.${minor} is older than ${oldest.join('.')}` : undefined;
  } catch (error) {
    return `it does not run (${reasonOf(error).split('\n')[0]})`;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.message === 'fetch failed' && error.cause instanceof Error ? error.cause.message : undefined;
  return cause ?? error.message;
}
