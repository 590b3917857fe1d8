import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { keepRunning } from './keep-running.ts';
import { isAlive } from './processes.ts';

let folder: string;
let started: Child[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-keep-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((child) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test('a server that is killed is started again, and ends when it is told', async () => {
  const back = Promise.withResolvers<void>();
  const kept = await keepRunning('The server', start('sleep 600'), (line) => void (line.includes('is back') && back.resolve()));
  process.kill(kept.server.pid, 'SIGKILL');
  await back.promise;

  await kept.stop();

  expect(started.map((child) => isAlive(child.pid))).toEqual([false, false]);
});

test('a server that ends again and again is given up, with the reason', async () => {
  const kept = await keepRunning('The server', start('exit 1'), () => undefined);

  const reason = await kept.lost;

  expect(reason).toBe('The server ended 5 times within a minute.');
});

test('a server that hangs when told to end is killed after its grace', async () => {
  const child = await start('trap "" TERM; while :; do sleep 600; done')();

  await child.stop();

  expect(isAlive(child.pid)).toBe(false);
});

function start(script: string): () => Promise<Child> {
  return async () => {
    const child = await startChild({
      command: ['/bin/sh', '-c', `exec /bin/sh -c '${script.replaceAll("'", "'\\''")}'`],
      stopSignal: 'TERM',
      graceMs: 200,
      logFile: path.join(folder, 'server.log'),
    });
    started.push(child);
    return child;
  };
}
